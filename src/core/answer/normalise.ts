/** Answers longer than this (in UTF-16 units) are compared as plain strings only. */
export const maxAnswerLength = 4000;

/**
 * An answer in one spelling: no maths delimiters, sizes, spacing commands, currency signs or trailing punctuation; Unicode maths as
 * LaTeX; every kind of text command as `\text{…}`. Its value and its structure are untouched. Linear in the length.
 */
export function normalise(answer: string): string {
  let text = plainCharacters(answer);
  // Text that was escaped once too often; within a matrix `\\\\` ends a row.
  if (!text.includes('begin{')) text = text.replace(/\\\\(?=[a-zA-Z])/g, '\\');
  for (const [pattern, replacement] of spellings) text = text.replace(pattern, replacement);
  return trimmed(text);
}

/** Without the spaces that say nothing: `1 1/2` keeps its own, it is not `11/2`. */
export function compact(text: string): string {
  return text.replace(/(?<![0-9a-zA-Z]) | (?![0-9a-zA-Z])/g, '');
}

/** Order matters: row gaps before delimiters, delimiters before currency. Every pattern is linear: no nested repetition. */
const spellings: [RegExp, string][] = [
  [/\\\\\[[^\]]{0,12}\]/g, '\\\\'],
  [/\\(?:begin|end)\{(?:align|equation|gather|aligned)\*?\}/g, ' '],
  [/\\(?:left|right|[bB]igg?[lrm]?)(?![a-zA-Z])\s?\.?/g, ''],
  [/\\(?:displaystyle|textstyle|limits|nolimits|rm|bf|it)(?![a-zA-Z])/g, ''],
  [/\\[dtc]frac(?![a-zA-Z])/g, '\\frac'],
  [/\\dbinom(?![a-zA-Z])|\\tbinom(?![a-zA-Z])/g, '\\binom'],
  [
    /\\(?:mbox|text(?:bf|rm|it|normal|sf|tt)|math(?:rm|bf|it|sf|tt|bb)|operatorname\*?|hbox|boldsymbol)(?=\s*\{)/g,
    '\\text',
  ],
  [/\\text\s+\{/g, '\\text{'],
  [/\{\s?,\s?\}\s?|,\s?\\!\s?/g, ','],
  [/(?<!\\)\\!/g, ''],
  [/(?<!\\)\\(?:[,;: ]|q?quad(?![a-zA-Z]))|~/g, ' '],
  [/\\\$|\$|\\[()]|[£€¥]/g, ''],
  [/(?<!\\)\\[[\]]/g, ''],
  [/\\%/g, '%'],
  [/(?<!\\)\\(?=\d)/g, ''],
  [/\\leqslant|\\leq(?![a-z])|<=/g, '\\le '],
  [/\\geqslant|\\geq(?![a-z])|>=/g, '\\ge '],
  [/\\lt(?![a-z])/g, '<'],
  [/\\gt(?![a-z])/g, '>'],
  [/!=|\\neq(?![a-z])/g, '\\ne '],
  [/\\(?:approx|thickapprox|simeq)(?![a-z])/g, '='],
  [/\\(?:lbrace|\{)/g, '\\{'],
  [/\\(?:rbrace|\})/g, '\\}'],
  [/\\(?:lvert|rvert|vert|mid)(?![a-z])/g, '|'],
  [/\s+/g, ' '],
];

function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && ' *`"'.includes(text.charAt(from))) from++;
  while (to > from && ' *`".,;:'.includes(text.charAt(to - 1)) && text.charAt(to - 2) !== '\\') to--;
  return text.slice(from, to);
}

function plainCharacters(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.replace(/[^\x20-\x7e]/gu, (character) => unicode.get(character) ?? fullWidth(character));
}

function fullWidth(character: string): string {
  const code = character.charCodeAt(0);
  return code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : character;
}

const unicode = new Map<string, string>([
  ...[...'⁰¹²³⁴⁵⁶⁷⁸⁹'].map((digit, value): [string, string] => [digit, `^{${value}}`]),
  ['½', '\\frac{1}{2}'],
  ['⅓', '\\frac{1}{3}'],
  ['⅔', '\\frac{2}{3}'],
  ['¼', '\\frac{1}{4}'],
  ['¾', '\\frac{3}{4}'],
  ['⅕', '\\frac{1}{5}'],
  ['⅙', '\\frac{1}{6}'],
  ['⅛', '\\frac{1}{8}'],
  ['−', '-'],
  ['–', '-'],
  ['—', '-'],
  ['×', '\\times '],
  ['⋅', '\\cdot '],
  ['·', '\\cdot '],
  ['÷', '\\div '],
  ['⁄', '/'],
  ['π', '\\pi '],
  ['θ', '\\theta '],
  ['α', '\\alpha '],
  ['β', '\\beta '],
  ['√', '\\sqrt '],
  ['∞', '\\infty '],
  ['≤', '\\le '],
  ['≥', '\\ge '],
  ['≠', '\\ne '],
  ['≈', '='],
  ['±', '\\pm '],
  ['∪', '\\cup '],
  ['∩', '\\cap '],
  ['∈', '\\in '],
  ['∅', '\\emptyset '],
  ['°', '^\\circ '],
  ['。', '.'],
  ['、', ','],
  ['“', '"'],
  ['”', '"'],
  ['’', "'"],
  ['\u00a0', ' '],
  ['\u2009', ' '],
  ['\u202f', ' '],
  ['\u2212', '-'],
  ['\t', ' '],
  ['\n', ' '],
  ['\r', ' '],
]);
