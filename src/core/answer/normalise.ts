import { withoutDelimiters } from './dollars.ts';
import { plainCharacters } from './unicode.ts';

/** Answers longer than this (in UTF-16 units) are compared as plain strings only. */
export const maxAnswerLength = 4000;

/**
 * An answer in one spelling: no maths delimiters, sizes, spacing commands or trailing punctuation; Unicode maths as LaTeX; every kind
 * of text command as `\text{…}`; `$` only as a price's mark. Its value and its structure are untouched. Linear in the length.
 */
export function normalise(answer: string): string {
  let text = plainCharacters(answer);
  // Text that was escaped once too often; within a matrix `\\\\` ends a row.
  if (!text.includes('begin{')) text = text.replace(/\\\\(?=[a-zA-Z(),;:!{}[\]])/g, '\\');
  text = joinGroups(withoutOpenBox(text));
  for (const [pattern, replacement] of spellings) text = text.replace(pattern, replacement);
  return trimmed(withoutDelimiters(text).replace(/\s+/g, ' '));
}

/** An answer that is nothing but a box without its end. */
function withoutOpenBox(text: string): string {
  const open = /^\s*\\(?:boxed|fbox)\s?\{/.exec(text);
  if (open === null) return text;
  const braces = text.replace(/\\[{}]/g, '');
  return braces.split('{').length === braces.split('}').length + 1 ? text.slice(open[0].length) : text;
}

/** Without the spaces that say nothing: `1 1/2` keeps its own, it is not `11/2`. */
export function compact(text: string): string {
  return text.replace(/(?<![0-9a-zA-Z]) | (?![0-9a-zA-Z])/g, '');
}

/**
 * Separators of thousands that can be nothing else: `20{,}000`, `20\,000`, `3,\!110`. `0{,}5`, and any other comma in braces between
 * digits, is a decimal comma.
 */
function joinGroups(text: string): string {
  if (!/\d\s?,?(?:\{\s?,|\\[!,;: ])/.test(text)) return text;
  return text
    .replace(/(?<=(^|\D)0|\d)\s?\{\s?,\s?\}\s?(?=\d{3}(?!\d))/g, (mark, zero?: string) =>
      zero === undefined ? '' : mark,
    )
    .replace(/(?<=\d),?\\[!,;: ]\s?(?=\d{3}(?!\d))/g, '')
    .replace(/(?<=\d)\s?\{\s?,\s?\}\s?(?=\d)/g, '.');
}

/** Order matters: row gaps before delimiters. Every pattern is linear: no nested repetition. */
const spellings: [RegExp, string][] = [
  [/\\\\\[[^\]]{0,12}\]/g, '\\\\'],
  [/\\(?:begin|end)\{(?:align|equation|gather|aligned|gathered|split|displaymath)\*?\}/g, ' '],
  [/\\(?:left|right|[bB]igg?[lrm]?)(?![a-zA-Z])\s?\.?/g, ''],
  [/\\(?:displaystyle|textstyle|scriptstyle|limits|nolimits|rm|bf|it|large|Large|centering)(?![a-zA-Z])/g, ''],
  [/\\(?:boxed|fbox|ensuremath|mathstrut|phantom)(?=\s?\{)/g, ''],
  [/\\[dtc]frac(?![a-zA-Z])/g, '\\frac'],
  [/\\[dt]binom(?![a-zA-Z])/g, '\\binom'],
  [/\\mathbb\s?\{?\s?([RZNQC])\s?\}?/g, '\\Set$1 '],
  [/\\operatorname\*?\s?\{\s?\\?(\w+)\s?\}/g, '\\text{$1}'],
  [
    /\\(?:mbox|text(?:bf|rm|it|normal|sf|tt|up|sl)|math(?:rm|bf|it|sf|tt|cal|normal)|hbox|boldsymbol|bm|emph|underline)(?=\s*\{)/g,
    '\\text',
  ],
  [/\\text\s+\{/g, '\\text{'],
  [/,\s?\\!\s?/g, ','],
  [/(?<!\\)\\!/g, ''],
  [/(?<!\\)\\q?quad(?=\s?\\?[a-zA-Z](?:_\{?\w\}?)?\s?=)/g, ', '],
  [/(?<!\\)\\(?:[,;:> ]|q?quad(?![a-zA-Z])|h(?:space|skip)\{[^{}]{0,9}\})|~/g, ' '],
  [/\\[()]/g, ''],
  [/(?<!\\)\\[[\]]/g, ''],
  [/\\([%&#_])/g, '$1'],
  [/(?<!\\)\\(?=\d)/g, ''],
  [/\\leqslant|\\leq(?![a-z])|<=|=</g, '\\le '],
  [/\\geqslant|\\geq(?![a-z])|>=/g, '\\ge '],
  [/\\lt(?![a-z])/g, '<'],
  [/\\gt(?![a-z])/g, '>'],
  [/!=|\\neq(?![a-z])|\\not\s?=/g, '\\ne '],
  [/==/g, '='],
  [/\\(?:thickapprox|simeq|cong|doteq)(?![a-z])/g, '\\approx '],
  [/\\(?:lbrace|\{)/g, '\\{'],
  [/\\(?:rbrace|\})/g, '\\}'],
  [/\\(?:lvert|rvert|vert|mid)(?![a-z])/g, '|'],
  [/\\(?:varnothing|O)(?![a-zA-Z])/g, '\\emptyset '],
  [/\\(?:backslash|smallsetminus)(?![a-zA-Z])/g, '\\setminus '],
  [/\\land(?![a-z])|\\wedge(?![a-z])/g, '\\text{ and }'],
  [/\\lor(?![a-z])|\\vee(?![a-z])/g, '\\text{ or }'],
  [/\\prime(?![a-z])/g, "'"],
  [/\^\s?\{\s?('{1,3})\s?\}/g, '$1'],
  [/\\tfrac|\\nicefrac|\\sfrac/g, '\\frac'],
];

const edges = ' *`"';

function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && edges.includes(text.charAt(from))) from++;
  while (to > from && `${edges}.,;:`.includes(text.charAt(to - 1)) && text.charAt(to - 2) !== '\\') to--;
  return text.slice(from, to);
}
