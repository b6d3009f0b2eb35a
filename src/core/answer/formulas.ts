import type { Span } from '../trace/trace.ts';

/** A formula in a text: its content, trimmed, and where it ends with its delimiters. */
export interface Formula extends Span {
  outerStart: number;
  outerEnd: number;
}

/** No formula of an answer is longer than this. */
const maxFormula = 1500;

const delimiters = [
  ['$$', '$$'],
  ['\\(', '\\)'],
  ['\\[', '\\]'],
  ['$', '$'],
] as const;

/** The formulas in `$…$`, `$$…$$`, `\(…\)` and `\[…\]`, in order; the dollars of prices are none. */
export function findFormulas(text: string): Formula[] {
  const found: Formula[] = [];
  opening.lastIndex = 0;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const formula = formulaAt(text, match.index);
    if (formula !== null) found.push(formula);
    opening.lastIndex = formula?.outerEnd ?? match.index + match[0].length;
  }
  return found;
}
const opening = /\\\$|\\\\|\$\$?|\\[([]/g;

/** The formula whose delimiter stands at `at`; null for a price and where it does not end. */
export function formulaAt(text: string, at: number): Formula | null {
  for (const [open, close] of delimiters) {
    if (!text.startsWith(open, at)) continue;
    const from = at + open.length;
    const end = closing(text, from, close);
    if (end < 0) continue;
    const content = text.slice(from, end);
    if (content.trim() === '' || (open === '$' && !looksLikeFormula(content, text.charAt(end + 1)))) continue;
    return { ...trimSpan(text, from, end), outerStart: at, outerEnd: end + close.length };
  }
  return null;
}

function closing(text: string, from: number, close: string): number {
  const window = text.slice(from, from + maxFormula + 2);
  let end = window.indexOf(close);
  while (end > 0 && close === '$' && window.charAt(end - 1) === '\\') end = window.indexOf(close, end + 1);
  return end < 0 ? -1 : from + end;
}

/**
 * Could `content` stand between two dollars, the second followed by `next`? In `$18 and $20`, `$5 + $3 = $8` they are prices: words in
 * between, an operator left hanging, or a number behind the second one.
 */
export function looksLikeFormula(content: string, next: string): boolean {
  if (content.trim() === '' || content.length > maxFormula) return false;
  const priced = /^\s?\d/.test(content);
  if (priced && (/\d/.test(next) || /(?:[a-z]{2}|[-+*/=,;])\s+$/i.test(content))) return false;
  const plain = content
    .replace(/\\(?:text|mbox|textbf|mathrm|operatorname)\s?\{[^{}]*\}/g, ' ')
    .replace(/\\[a-zA-Z]+|\b(?:sin|cos|tan|log|ln|mod|and|or)\b/g, ' ');
  return !/[a-z]{2,}[,;.]?\s+[a-z]{2,}/i.test(plain);
}

/** The span without white space at its ends. */
export function trimSpan(text: string, from: number, to: number): Span {
  let [start, end] = [from, to];
  while (start < end && /\s/.test(text.charAt(start))) start++;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  return { start, end };
}

/** Do only "and", "or" and commas stand between two answers? `strong`: a word is needed, a comma alone is not enough. */
export function joins(between: string, strong: boolean): boolean {
  if (between.length > 60) return false;
  const words = between.replace(/\\(?:text|q?quad|[,;: ])|[{}$\\()[\]*]/g, ' ').trim();
  return strong ? /^[,;]?\s*(?:and|or|\\vee|&)\s*$/i.test(words) : /^[,;]?\s*(?:and|or|&)?\s*$/i.test(words);
}
