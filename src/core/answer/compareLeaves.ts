import { compareQuantities } from './compareQuantities.ts';
import { type Leaf, loneLetter } from './leaf.ts';
import { compact } from './normalise.ts';
import type { AnswerPolicy } from './policy.ts';
import type { Equality } from './verdict.ts';
import type { Work } from './work.ts';

/** Compares two single answers: numbers, expressions, options or words, with or without a unit. */
export function compareLeaves(
  a: Leaf,
  b: Leaf,
  policy: AnswerPolicy,
  work: Work,
  read: (text: string) => Leaf,
): Equality {
  if (compact(a.text) === compact(b.text)) return decided(a.text === '' ? null : true, 'the same text');
  const options = compareOptions(a, b, (text, other) => compareLeaves(read(text), other, policy, work, read));
  if (options !== null) return options;
  if (sameWords(a, b)) return decided(true, 'the same words');
  if (settledWords.has(a.words) && settledWords.has(b.words)) return decided(false, 'different words');
  if (a.value === null || b.value === null) return compareWords(a, b);
  if (lettersAlone(a) && lettersAlone(b)) return decided(null, 'letters that could be words');
  if (caseAlone(a, b)) return decided(null, 'the same letter, small and large');
  return compareQuantities(a, b, policy, work);
}

/** `Even` and `even`; `AB` and `ab` are variables. */
function sameWords(a: Leaf, b: Leaf): boolean {
  if (a.words.length < 2 || a.words !== b.words || !wordsOnly.test(a.words)) return false;
  return a.value === null || b.value === null || settledWords.has(a.words);
}

/** `(B) 12` equals `B` and `12`. Null where neither names an option. */
function compareOptions(a: Leaf, b: Leaf, compare: (text: string, other: Leaf) => Equality): Equality | null {
  if (a.option === null && b.option === null) return null;
  const [left, right] = [a.option?.letter ?? loneLetter(a), b.option?.letter ?? loneLetter(b)];
  if (left !== null && right !== null) return decided(left === right, 'the options chosen');
  const [option, other] = a.option === null ? [b.option, a] : [a.option, b];
  if (option === null || option.rest === '') return caseOnly(option?.letter, other.words);
  const byValue = compare(option.rest, other);
  return byValue.equal === true ? decided(true, "the option's value") : byValue;
}

function caseOnly(letter: string | undefined, words: string): Equality {
  if (words.length === 1 && letter?.toLowerCase() === words) return decided(true, 'the options chosen');
  return decided(words.length === 1 ? false : null, 'an option and something else');
}

/** Words differ where both are nothing but words; where one holds the other, or maths that was not read, nothing is decided. */
function compareWords(a: Leaf, b: Leaf): Equality {
  if (a.value !== null || b.value !== null) {
    const words = [a.words, b.words].find((text) => settledWords.has(text));
    return words === undefined
      ? decided(null, 'one of them could not be read')
      : decided(false, `"${words}" is no value`);
  }
  const bothWords = wordsOnly.test(a.words) && wordsOnly.test(b.words);
  if (bothWords && a.words === b.words) return decided(true, 'the same words');
  if (!bothWords || a.words.includes(b.words) || b.words.includes(a.words)) return decided(null, 'could not be read');
  return decided(oneWord(a) && oneWord(b) ? false : null, 'different words');
}

const wordsOnly = /^[\p{L}'-]+$/u;
const settledWords = new Set(
  'yes no true false none nosolution nosolutions undefined doesnotexist infinity infinitelymany even odd'.split(' '),
);

function oneWord(leaf: Leaf): boolean {
  return !/\S\s\S/.test(leaf.text.replace(/\\text\s?\{\s?|[{}]/g, '').trim());
}

/** Two or three plain letters: `no` and `on` would be equal products. */
function lettersAlone(leaf: Leaf): boolean {
  return /^[a-zA-Z]{2,}$/.test(leaf.measured.value);
}

/** `b` may be option B or a variable. */
function caseAlone(a: Leaf, b: Leaf): boolean {
  return a.words.length === 1 && a.words === b.words && /[a-z]/.test(a.words);
}

function decided(equal: boolean | null, how: string): Equality {
  return { equal, how };
}
