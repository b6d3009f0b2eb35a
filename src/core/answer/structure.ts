import { named } from './assignment.ts';
import { splitTop, wrapping } from './brackets.ts';
import { cutWords, joinThousands, unwrapText } from './structureText.ts';

/** How an answer is built. Texts are normalised and not yet read as expressions. */
export type Structure =
  | { kind: 'leaf'; text: string }
  /** Order counts in a `tuple` alone. A `ratio` is `2 : 3`. */
  | { kind: 'set' | 'tuple' | 'ratio'; items: readonly Structure[] }
  /** No brackets, as in `1, 2`; `name` where all are values of one name, as in `x = 1, x = 2`. */
  | { kind: 'list'; items: readonly Structure[]; name?: string }
  /** Sets made of sets; of `\setminus` the first item is what the others are taken from. */
  | { kind: 'union' | 'intersection' | 'difference'; items: readonly Structure[] }
  | { kind: 'interval'; from: Structure; to: Structure; closed: readonly [boolean, boolean] }
  /** `sides` joined by `operators` (one fewer): `=`, `\approx`, `<`, `>`, `\le`, `\ge`, `\ne`, `\in`. */
  | { kind: 'relation'; sides: readonly string[]; operators: readonly string[] }
  /** Values under different names: `p = 5, q = 2`, `(p, q) = (5, 2)`. */
  | { kind: 'assignment'; names: readonly string[]; values: readonly Structure[] };

/** More members than this are compared as plain text. */
export const maxItems = 40;
const maxDepth = 6;

/** Reads the outer structure of a normalised answer. `thousands`: read `1,234` as a number, not as a list of two. */
export function readStructure(text: string, thousands = true, depth = 0): Structure {
  const answer = unwrapText(text.trim());
  if (depth > maxDepth) return { kind: 'leaf', text: answer };
  const inner = (part: string) => readStructure(part, thousands, depth + 1);
  const { text: joined, union, intersection } = cutWords(thousands && depth === 0 ? joinThousands(answer) : answer);
  if (union !== null) return { kind: 'union', items: union.map(inner) };
  if (intersection !== null) return { kind: 'intersection', items: intersection.map(inner) };
  return (
    readList(joined, inner) ??
    readSetOperation(joined, inner) ??
    readRelation(joined, inner) ??
    readSigns(joined, inner) ??
    readRatio(joined, inner) ??
    readBrackets(joined, inner) ?? { kind: 'leaf', text: joined }
  );
}

type Inner = (part: string) => Structure;

/** Semicolons part more widely than commas: `p=5,q=2; p=7,q=2`. */
function readList(text: string, inner: Inner): Structure | null {
  const foreign = foreignInterval(text, inner);
  if (foreign !== null) return foreign;
  for (const separator of [';', ',']) {
    const items = splitTop(text, [separator]);
    if (items.length > 1 && items.length <= maxItems && items.every((item) => item !== ''))
      return named({ kind: 'list', items: membersOf(items, inner) }, inner);
  }
  return null;
}

/** `1 \pm 2` is two members of the list or set that it stands in. */
function membersOf(parts: readonly string[], inner: Inner): Structure[] {
  return parts.flatMap((part) => {
    const member = inner(part);
    return member.kind === 'list' && bothSigns.test(part) ? member.items : [member];
  });
}

/** `]0, 1[` is `(0, 1)` in much of Europe. */
function foreignInterval(text: string, inner: Inner): Structure | null {
  const match = /^([\][(])([^\][(),;]*)[,;]([^\][(),;]*)([\][)])$/.exec(text);
  if (match === null || (match[1] !== ']' && match[4] !== '[')) return null;
  const [, open, from = '', to = '', close] = match;
  return { kind: 'interval', from: inner(from), to: inner(to), closed: [open === '[', close === ']'] };
}

const setOperations = [
  ['union', '\\cup'],
  ['intersection', '\\cap'],
  ['difference', '\\setminus'],
] as const;

function readSetOperation(text: string, inner: Inner): Structure | null {
  // In `x \in A \cup B` the relation is the outer one.
  if (splitTop(text, relations).length > 1) return null;
  for (const [kind, sign] of setOperations) {
    const items = splitTop(text, [sign]);
    if (items.length > 1 && items.length <= maxItems) return { kind, items: items.map(inner) };
  }
  return null;
}

const relations = ['\\le', '\\ge', '\\ne', '\\in', '\\approx', '\\equiv', '=', '<', '>'];

function readRelation(text: string, inner: Inner): Structure | null {
  const operators: string[] = [];
  const sides = splitTop(text, relations, operators);
  if (sides.length < 2 || sides.length > 12) return null;
  return named({ kind: 'relation', sides, operators }, inner);
}

/** `a \pm b` stands for two values. */
function readSigns(text: string, inner: Inner): Structure | null {
  if (!bothSigns.test(text) || wrapping(text) !== null) return null;
  const upper = text.replace(/\\pm(?![a-z])/g, '+').replace(/\\mp(?![a-z])/g, '-');
  const lower = text.replace(/\\pm(?![a-z])/g, '-').replace(/\\mp(?![a-z])/g, '+');
  return { kind: 'list', items: [inner(upper), inner(lower)] };
}

const bothSigns = /\\[pm][mp](?![a-z])/;

function readRatio(text: string, inner: Inner): Structure | null {
  const items = text.includes(':') ? splitTop(text, [':']) : [];
  const short = items.every(
    (item) => item !== '' && item.length < 40 && !/[a-zA-Z]{3,}/.test(item.replace(/\\[a-z]+/g, '')),
  );
  return items.length > 1 && items.length < 6 && short ? { kind: 'ratio', items: items.map(inner) } : null;
}

function readBrackets(text: string, inner: Inner): Structure | null {
  const wrap = wrapping(text);
  if (wrap === null) return readCases(text, inner);
  const { open, close, content } = wrap;
  if (open === '\\{' || open === '{') {
    const condition = readCondition(content);
    if (condition !== null) return inner(condition);
  }
  const items = splitTop(content, content.includes(';') ? [';'] : [',']).map((part) => part.trim());
  if (open === '\\{') return { kind: 'set', items: content.trim() === '' ? [] : membersOf(items, inner) };
  if (items.length > maxItems || items.includes('')) return null;
  if (items.length === 1) return open === '[' || close === ']' || open === '\\langle' ? null : inner(content);
  if (open === '{') return { kind: 'set', items: membersOf(items, inner) };
  const [from = '', to = ''] = items;
  const closed: [boolean, boolean] = [open === '[', close === ']'];
  if (items.length === 2 && (closed[0] || closed[1] || items.some((item) => infinite.test(item))))
    return { kind: 'interval', from: inner(from), to: inner(to), closed };
  return { kind: 'tuple', items: items.map(inner) };
}

const infinite = /^[-+]?\s?\\infty$/;

/** `\{x : x > 3\}`, `\{x \in \mathbb{R} \mid x \ne 1\}`: the condition. */
function readCondition(content: string): string | null {
  const match = /^\s?([a-zA-Z])\s?(?:\\in\s?\\SetR\s?)?(?:\||:)(.+)$/.exec(content);
  return match?.[2] ?? null;
}

/** `\begin{cases} x = 1 \\ y = 2 \end{cases}`: a list, where the rows have one cell each. */
function readCases(text: string, inner: Inner): Structure | null {
  const match = /^(?:\\\{\s?)?\\begin\{(cases|array)\}(?:\{[lcr| ]*\})?((?:(?!\\begin).)*)\\end\{\1\}$/.exec(text);
  if (match?.[2] === undefined || (match[1] === 'array' && !text.startsWith('\\{'))) return null;
  const rows = splitTop(match[2], ['\\\\']).filter((row) => row !== '');
  const cells = rows.map((row) => splitTop(row, ['&']));
  if (cells.every((row) => row.length === 1)) return inner(rows.join(', '));
  return { kind: 'set', items: cells.map((row) => ({ kind: 'tuple', items: row.map(inner) })) };
}
