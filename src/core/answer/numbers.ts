import type { ExtractedAnswer } from './verdict.ts';

/** A number as people write it: sign, currency, thousands, decimals, a power of ten, a fraction, percent. */
const numberPattern = new RegExp(
  [
    /(?<![\w.])(?:[-−]\s?)?\\?\$?(?:\d{1,3}(?:(?:,|\{,\})\d{3})+|\d{1,3}(?: \d{3})+(?![\d.,]*\d)|\d+)(?:\.\d+)?/,
    /(?:[eE][-+]?\d{1,3}(?!\w)|\s?(?:×|\\times|\\cdot|\*)\s?10\s?\^\s?(?:\{[-−]?\d{1,3}\}|[-−]?\d{1,3}))?/,
    /(?:\s?\/\s?\d+)?(?:\\?%)?|(?<![\w.])\.\d+/,
  ]
    .map((part) => part.source)
    .join(''),
  'g',
);

export function numbersIn(text: string): RegExpExecArray[] {
  return [...text.matchAll(numberPattern)];
}

/** The last number in the last `length` characters, calculator annotations `<<…>>` left out. */
export function lastNumber(text: string, length: number): ExtractedAnswer | null {
  const offset = tailStart(text, length);
  const last = numbersIn(text.slice(offset).replace(/<<[^<>]{0,200}>>/g, blank)).at(-1);
  if (last === undefined) return null;
  const start = offset + last.index;
  return { text: last[0], start, end: start + last[0].length, rule: 'lastNumber' };
}

/** Where the last `length` characters start, moved on to the next white space: no word or number is cut in two. */
export function tailStart(text: string, length: number): number {
  if (text.length <= length) return 0;
  const space = /\s/.exec(text.slice(-length));
  return space === null ? text.length : text.length - length + space.index;
}

/** As long as what it replaces, so that offsets stay. */
function blank(annotation: string): string {
  return ' '.repeat(annotation.length);
}
