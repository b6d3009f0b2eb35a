import { splitTop, wrapping } from './brackets.ts';

/** How an answer is built. Texts are normalised and not yet read as expressions. */
export type Structure =
  | { kind: 'leaf'; text: string }
  /** `list` has no brackets, as in `1, 2`; order counts in a `tuple` alone. */
  | { kind: 'list' | 'set' | 'tuple' | 'union'; items: readonly Structure[] }
  | { kind: 'interval'; from: Structure; to: Structure; closed: readonly [boolean, boolean] }
  | { kind: 'matrix'; rows: readonly (readonly Structure[])[] }
  /** `sides` joined by `operators` (one fewer): `=`, `<`, `>`, `\le`, `\ge`, `\ne`, `\in`. */
  | { kind: 'relation'; sides: readonly string[]; operators: readonly string[] };

/** More members than this are compared as plain text. */
export const maxItems = 40;
const maxDepth = 6;

/** Reads the outer structure of a normalised answer. `thousands`: read `1,234` as a number, not as a list of two. */
export function readStructure(text: string, thousands = true, depth = 0): Structure {
  const answer = unwrapText(text.trim());
  if (depth > maxDepth) return { kind: 'leaf', text: answer };
  const joined = depth === 0 ? joinWords(thousands ? joinThousands(answer) : answer) : answer;
  const inner = (part: string) => readStructure(part, thousands, depth + 1);
  const items = splitTop(joined, [',', ';']);
  if (items.length > 1 && items.length <= maxItems) return { kind: 'list', items: items.map(inner) };
  const [members = '', ...rest] = splitTop(joined, ['\\cup']);
  if (rest.length > 0) return { kind: 'union', items: [members, ...rest].map(inner) };
  return (
    readRelation(joined) ?? readSigns(joined, inner) ?? readBrackets(joined, inner) ?? { kind: 'leaf', text: joined }
  );
}

/** `\text{A, D}` around the whole answer says nothing. */
function unwrapText(text: string): string {
  const match = /^\\text\{([^{}]*)\}$/.exec(text);
  return match?.[1] === undefined ? text : match[1].trim();
}

/** `1,234,567` and `1 234 567` outside brackets are one number: inside, `(6,100)` is a pair. */
function joinThousands(text: string): string {
  if (!/\d[ ,]\d{3}/.test(text) || commaInBrackets(text)) return text;
  return text.replace(
    /(?<![\d.,])\d{1,3}(?:,\d{3}|, \d{3}(?=,\d{3}))+(?![\d])|(?<![\d., ])\d{1,3}(?: \d{3})+(?![\d])/g,
    (digits) => digits.replace(/[, ]/g, ''),
  );
}

function commaInBrackets(text: string): boolean {
  const open = text.search(/[([{]/);
  return open >= 0 && text.indexOf(',', open) >= 0;
}

function joinWords(text: string): string {
  if (!/and|or/.test(text)) return text;
  return text
    .replace(/,?\s?\\text\s?\{\s?,?\s?(?:and|or)\s?\}\s?/g, ', ')
    .replace(/,?\s(?:and|or)\s/g, ', ')
    .replace(/,\s?,/g, ',');
}

const relations = ['\\le', '\\ge', '\\ne', '\\in', '=', '<', '>'];

function readRelation(text: string): Structure | null {
  const operators: string[] = [];
  const sides = splitTop(text, relations, operators);
  if (sides.length < 2 || sides.length > 12) return null;
  return { kind: 'relation', sides, operators };
}

/** `a \pm b` stands for two values. */
function readSigns(text: string, inner: (part: string) => Structure): Structure | null {
  if (!text.includes('\\pm') && !text.includes('\\mp')) return null;
  if (wrapping(text) !== null) return null;
  const upper = text.replaceAll('\\pm', '+').replaceAll('\\mp', '-');
  const lower = text.replaceAll('\\pm', '-').replaceAll('\\mp', '+');
  return { kind: 'list', items: [inner(upper), inner(lower)] };
}

function readBrackets(text: string, inner: (part: string) => Structure): Structure | null {
  const matrix = readMatrix(text, inner);
  if (matrix !== null) return matrix;
  const wrap = wrapping(text);
  if (wrap === null) return null;
  const { open, close, content } = wrap;
  const items = splitTop(content, [',', ';']).map((part) => part.trim());
  if (open === '\\{') return { kind: 'set', items: content.trim() === '' ? [] : items.map(inner) };
  if (items.length === 1) return open === '[' || close === ']' ? null : inner(content);
  if (items.length > maxItems) return null;
  if (open === '{') return { kind: 'set', items: items.map(inner) };
  const [from = '', to = ''] = items;
  const closed: [boolean, boolean] = [open === '[', close === ']'];
  if (items.length === 2 && (closed[0] || closed[1]))
    return { kind: 'interval', from: inner(from), to: inner(to), closed };
  return { kind: 'tuple', items: items.map(inner) };
}

function readMatrix(text: string, inner: (part: string) => Structure): Structure | null {
  const match = matrixPattern.exec(text);
  if (match?.[2] === undefined) return null;
  const lines = splitTop(match[2], ['\\\\']).map((line) => line.trim());
  const rows = lines
    .filter((line) => line !== '')
    .map((line) => splitTop(line, ['&']).map((cell) => inner(cell.trim())));
  return { kind: 'matrix', rows };
}
const matrixPattern =
  /^[[(]?\s?\\begin\{((?:[pbBvV]|small)?matrix|array)\}(?:\{[clr| ]{0,40}\})?((?:(?!\\begin\{).)*)\\end\{\1\}\s?[\])]?$/;
