import { numberInWords, scaleWord } from './numberWords.ts';
import { multiply, type Rational } from './rational.ts';
import { readUnit } from './readUnit.ts';

/** An answer parted into its value and what it counts. */
export interface Measured {
  value: string;
  /** The unit's words as they were written, e.g. `square units`, `cm ^2`, `$`; empty where there is none. */
  unit: string;
  percent: boolean;
  /** What a scale word multiplies the value by: 1,000,000 for `2.5 million`. */
  scale: Rational | null;
}

/**
 * Parts a normalised answer from the unit around it: `5 hours`, `12\text{ cm}^2`, `20%`, `30^\circ`, `\$2.5 million`. The value is
 * never emptied.
 */
export function splitUnit(answer: string): Measured {
  const { value: bare, unit: currency } = splitCurrency(answer);
  const measured: Measured = { value: bare, unit: currency, percent: false, scale: null };
  for (let rounds = 0; rounds < 8; rounds++) if (!peel(measured)) break;
  measured.value = plainDegrees(measured);
  return measured;
}

/** `$5`, `-$5`, `US$ 5`, `USD 5`, `5 €`. */
function splitCurrency(answer: string): { value: string; unit: string } {
  const before =
    /^([-+]?)\s?(?:US|A|C)?([$€£¥₹])\s?(?=[-+]?\s?[\d.\\(])/.exec(answer) ??
    /^([-+]?)\s?(USD|EUR|GBP|INR|Rs\.?)\s?(?=[-+]?\d)/.exec(answer);
  if (before?.[2] !== undefined)
    return { value: `${before[1] ?? ''}${answer.slice(before[0].length)}`, unit: codes.get(before[2]) ?? before[2] };
  const after = /^(.*[\d)}])\s?([$€£¥₹¢])$/.exec(answer);
  return after?.[1] === undefined ? { value: answer, unit: '' } : { value: after[1], unit: after[2] ?? '' };
}
const codes = new Map([
  ['USD', '$'],
  ['EUR', '€'],
  ['GBP', '£'],
  ['INR', '₹'],
  ['Rs', '₹'],
  ['Rs.', '₹'],
]);

/** Takes one word, text or mark off the end of the value; false where there is none. */
function peel(measured: Measured): boolean {
  const { value } = measured;
  const mark = percentMark.exec(value);
  const tail = mark ?? textTail.exec(value) ?? degreeTail.exec(value) ?? wordTail(value);
  if (tail === null) return false;
  const rest = value.slice(0, tail.index).replace(/[\s,;-]+$/, '');
  if (!/[0-9a-zA-Z})\]|!]$/.test(rest) || !readsAsQuantity(rest, tail[1] ?? '')) return false;
  const scale = mark === null ? scaleWord(tail[1] ?? '') : null;
  if (mark !== null) measured.percent = true;
  else if (scale !== null) measured.scale = multiply(scale, measured.scale ?? scale1);
  else measured.unit = `${plainUnit(tail[0])} ${measured.unit}`.trim();
  measured.value = rest;
  return true;
}

const scale1: Rational = { numerator: 1n, denominator: 1n };
const percentMark = /\s?(?:%|(?<=[\d\s}])\s?(?:percent|pct|\\text\{ ?(?:percent|pct|%) ?\}))(?:age)?$/;
const textTail = /\s?\\text\s?\{([^{}]{1,60})\}(?:\s?\^\s?(?:\{\s?-?\d\s?\}|\d))?$/;
const degreeTail = /\s?\^\s?\{?\s?\\circ\s?\}?\s?(?:(?:\\text\{)?\s?[CF]\s?\}?)?$/;

/** Plain words right after a number. Searched from the end, one word at a time, so the work is linear. */
function wordTail(value: string): { index: number; 0: string; 1: string } | null {
  const tail = /(?:^|[\s\d})!])((?:[a-zA-Z]+\s?\/\s?)?[a-zA-Zµ]+\.?)(\s?\^\s?(?:\{\s?-?\d\s?\}|\d))?$/.exec(
    value.slice(-60),
  );
  const word = tail?.[1];
  if (tail === null || word === undefined || notUnits.has(word.toLowerCase())) return null;
  if (word.length < 2 && !singleLetterUnits.has(word)) return null;
  const index = value.length - Math.min(60, value.length) + tail.index + tail[0].indexOf(word);
  if (!isWord(word, value.slice(0, index))) return null;
  return { index, 0: value.slice(index), 1: word };
}

/** A word, not a product of variables as in `2ab`: a known unit, four letters or more, or a short word that can be spoken (`3 men`). */
function isWord(word: string, before: string): boolean {
  if (readUnit(word) !== null || scaleWord(word) !== null || word.length > 3 || /^(?:per|sq|cu)$/.test(word))
    return true;
  return /^[b-df-hj-np-tv-z][aeiou][a-z]\.?$/i.test(word) && /\d\s$/.test(before);
}

const notUnits = new Set('and or pi sin cos tan log ln exp sqrt to of the mod infinity inf e i x y'.split(' '));
const singleLetterUnits = new Set('mgshlLNJVWAKC'.split(''));

function readsAsQuantity(rest: string, words: string): boolean {
  if (/^d[a-z]$/.test(words) && rest.includes('\\int')) return false;
  if (/\b(?:and|or)\s*$/.test(words) || /^\s*(?:and|or|if|for|where|when)\b/.test(words)) return false;
  const single = words.length === 1;
  // `5 m` is metres; `5x m`, `(a + b) m` are products. `\sin 30^\circ` is no angle.
  if (words === '' && /\\(?:sin|cos|tan|cot|sec|csc)|(?:sin|cos|tan)/.test(rest)) return false;
  return single
    ? /\d\s*\}?$/.test(rest)
    : /[0-9]/.test(rest) || numberInWords(rest) !== null || /^[a-zA-Z]$/.test(rest) || words === '';
}

/** `180^\circ - 30^\circ`: all in degrees. */
function plainDegrees({ value, unit }: Measured): string {
  return unit.startsWith('degree') ? value.replace(/\^\s?\{?\s?\\circ\s?\}?/g, '') : value;
}

function plainUnit(tail: string): string {
  const scale = /\\circ\s?\}?\s?(?:\\text\{)?\s?([CF]?)/.exec(tail);
  if (scale !== null) return scale[1] === 'C' ? 'celsius' : scale[1] === 'F' ? 'fahrenheit' : 'degree';
  return tail
    .replace(/\\text\s?\{([^{}]*)\}/, '$1')
    .replace(/\s*\^\s*\{?\s*(-?\d)\s*\}?/, '^$1')
    .replace(/\s+/g, ' ')
    .trim();
}
