import type { Span } from '../../src/core/trace/trace.ts';
import { hasMark } from './marks.ts';

/** A stretch of a text that is a formula, delimiters included. Offsets are UTF-16. */
export interface FoundFormula extends Span {
  kind: 'math';
  /** What stands between the delimiters. */
  tex: string;
  display: boolean;
}

export interface FormulaLimits {
  /** Longer formulas stay plain text: setting them would take seconds. Characters. */
  length: number;
  /** Formulas per text; the rest stays plain. */
  count: number;
}

export const formulaLimits: FormulaLimits = { length: 2000, count: 500 };

/**
 * The formulas of a text in order: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, and bare `\boxed{…}` and `\begin{align}…\end{align}`.
 * Whether a `$` is a currency sign is decided paragraph by paragraph. Linear in the text's length. A formula that holds an
 * invisible or bidi character is none: its characters must be seen.
 */
export function findFormulas(text: string, limits: FormulaLimits = formulaLimits): FoundFormula[] {
  const scan = new RegExp(token);
  const reader: Reader = { text, limits, closing: closings(text), prices: null };
  const found: FoundFormula[] = [];
  for (let match = scan.exec(text); match && found.length < limits.count; match = scan.exec(text)) {
    const formula = open(reader, match, scan.lastIndex);
    if (!formula) continue;
    scan.lastIndex = formula.end;
    const { tex } = formula;
    if (tex.length <= limits.length && tex.trim() !== '' && !hasMark(tex)) found.push(formula);
  }
  return found;
}

interface Reader {
  text: string;
  limits: FormulaLimits;
  closing: (token: string, from: number) => number;
  /** Does this paragraph write prices with `$`? null: not looked at yet. */
  prices: boolean | null;
}

/** Tokens that may open a formula, those that only look so (`\\`, `\$`), and the ends of paragraphs. */
const token =
  /\\\\|\\\$|\$\$|\$|\\\(|\\\[|\\boxed\s?\{|\\begin\{((?:align|aligned|equation|gather|gathered|cases|array|[bpvV]?matrix)\*?)\}|\n[ \t\r]*\n/g;

/** The formula that the token opens, however long; null where it opens none. `from` is the offset behind the token. */
function open(reader: Reader, match: RegExpExecArray, from: number): FoundFormula | null {
  const { text, closing, limits } = reader;
  const start = match.index;
  const what = match[0];
  if (what.startsWith('\n')) {
    reader.prices = null;
    return null;
  }
  if (what === '$') {
    reader.prices ??= tellsPrices(text, start);
    const end = dollarEnd(text, from, reader.prices);
    return end < 0 ? null : { kind: 'math', start, end: end + 1, tex: text.slice(from, end), display: false };
  }
  if (what.startsWith('\\boxed')) {
    const end = braceEnd(text, from, limits.length);
    return end < 0 ? null : { kind: 'math', start, end, tex: text.slice(start, end), display: false };
  }
  const environment = match[1];
  const close = environment ? `\\end{${environment}}` : closers[what];
  const at = close === undefined ? -1 : closing(close, from);
  if (close === undefined || at < 0) return null;
  const end = at + close.length;
  const tex = environment ? text.slice(start, end) : text.slice(from, at);
  return { kind: 'math', start, end, tex, display: what !== '\\(' };
}

const closers: Record<string, string> = { $$: '$$', '\\(': '\\)', '\\[': '\\]' };

/** `indexOf` that remembers the last find, so that many openers before one far closer cost one pass. */
function closings(text: string): (token: string, from: number) => number {
  const last = new Map<string, number>();
  return (closing, from) => {
    let at = last.get(closing);
    if (at === undefined || (at >= 0 && at < from)) {
      at = text.indexOf(closing, from);
      last.set(closing, at);
    }
    return at;
  };
}

/**
 * Where the `$` stands that closes the one just before `from`, or -1: then that one is a currency sign. As in Pandoc, no space
 * inside the dollars and no digit after them; moreover the very next `$` must be the closing one and no words stand inside.
 */
function dollarEnd(text: string, from: number, prices: boolean): number {
  const next = nextDollar(text, from);
  if (next < 0) return -1;
  const inside = text.slice(from, next);
  if (inside === '' || /^\s|[\s(=+*/,-]$/.test(inside) || /[0-9]/.test(text[next + 1] ?? '')) return -1;
  return isProse(inside, prices) ? -1 : next;
}

/** The next `$` of the paragraph that is not escaped, or -1. */
function nextDollar(text: string, from: number): number {
  const scan = /\\[\s\S]|\$|\n[ \t\r]*\n/g;
  scan.lastIndex = from;
  for (let match = scan.exec(text); match; match = scan.exec(text)) {
    if (match[0] === '$') return match.index;
    if (match[0].startsWith('\n')) return -1;
  }
  return -1;
}

/** Is there, in the paragraph from `at` on, an amount behind a `$` as prose writes it: `$15 each`, `$20.`? */
function tellsPrices(text: string, at: number): boolean {
  const paragraph = text.slice(at, at + 4000).split(/\n[ \t\r]*\n/, 1)[0] ?? '';
  return /\$\d[\d,.]*(?:\s+[a-z]{2,}|\s*(?:[.,;:!?)]|$))/.test(paragraph);
}

/** Words in a row, rather than names in a formula. In a paragraph of prices one word after an amount is enough. */
function isProse(inside: string, prices: boolean): boolean {
  const bare = inside
    .slice(0, 2000)
    .replace(/\\(?:text|mathrm|textbf|textit|mbox|operatorname)\s?\{[^{}]*\}/g, ' 1 ')
    .replace(/\\[a-zA-Z]+/g, ' 1 ')
    .replace(/\b(?:sin|cos|tan|log|ln|exp|max|min|mod|gcd|lcm|and|or|if|for|all)\b/g, ' 1 ');
  return /[A-Za-z]{2,}[,;.]?\s+[A-Za-z]{2,}/.test(bare) || (prices && /^\d[\d,.]*\s+[a-z]{2,}/.test(bare));
}

/** The offset behind the `}` that closes the brace just before `from`, or -1 where none does within `limit` characters. */
function braceEnd(text: string, from: number, limit: number): number {
  let depth = 1;
  for (let at = from; at < text.length && at < from + limit; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return at + 1;
  }
  return -1;
}

/**
 * A formula in pieces, cut at the relations of its outermost level (`=`, `<`, `\le` …): `\frac{48}{2}`, `=`, `26`. What emphasises one
 * side of an equation need not mark all of it. The pieces cover the formula; one piece where it can't be cut.
 */
export function cutFormula(formula: FoundFormula): FoundFormula[] {
  const { start, end, tex, display } = formula;
  const opening = (end - start - tex.length) / 2;
  const relations = display ? [] : outerRelations(tex);
  if (relations.length === 0) return [formula];
  const places = relations.flatMap((relation) => [relation.start, relation.end]);
  const pieces: FoundFormula[] = [];
  [...places, tex.length].forEach((place, index) => {
    const from = index === 0 ? 0 : (places[index - 1] ?? 0);
    if (tex.slice(from, place).trim() === '') return;
    const last = pieces.at(-1);
    const begin = last ? last.end : start;
    pieces.push({ kind: 'math', start: begin, end: start + opening + place, tex: tex.slice(from, place), display });
  });
  const last = pieces.at(-1);
  if (last) last.end = end;
  return pieces;
}

const relationCommands =
  /^\\(?:leq?|geq?|neq?|approx|equiv|sim|simeq|cong|propto|to|rightarrow|Rightarrow|implies|iff|Leftrightarrow)(?![a-zA-Z])/;

/** Relations outside braces, `\left…\right` and environments; none where rows or environments make cutting unsafe. */
function outerRelations(tex: string): Span[] {
  const found: Span[] = [];
  let depth = 0;
  for (let at = 0; at < tex.length; at++) {
    const char = tex[at] ?? '';
    if (char === '&') return [];
    if (char === '{') depth++;
    else if (char === '}') depth--;
    else if (char === '\\') {
      const command = /^\\(?:[a-zA-Z]+|[\s\S])/.exec(tex.slice(at, at + 40))?.[0] ?? char;
      if (command === '\\begin' || command === '\\\\' || command === '\\middle') return [];
      if (command === '\\left') depth++;
      else if (command === '\\right') depth--;
      else if (depth === 0 && relationCommands.test(command)) found.push({ start: at, end: at + command.length });
      at += command.length - 1;
    } else if (depth === 0 && (char === '=' || char === '<' || char === '>')) found.push({ start: at, end: at + 1 });
  }
  return depth === 0 ? found : [];
}
