import { exactValue } from './exact.ts';
import { compact } from './normalise.ts';
import { divide, multiply, parseDecimal, type Rational, sameRational } from './rational.ts';
import { readExpression } from './reader.ts';
import { sameValue } from './sampling.ts';
import type { Tree } from './tree.ts';
import { splitUnit, unitScale } from './units.ts';
import type { Equality } from './verdict.ts';

/** Compares two single answers: a number, an expression or words, with or without a unit. */
export function compareLeaves(gold: string, prediction: string): Equality {
  if (compact(gold) === compact(prediction)) return decided(true, 'the same text');
  const [left, right] = [splitUnit(gold), splitUnit(prediction)];
  const [a, b] = [readQuantity(left.value), readQuantity(right.value)];
  if (a === null || b === null) return compareWords(gold, prediction, a !== null || b !== null);
  if (wordsOnly.test(plainText(gold)) && plainText(gold).length > 1 && plainText(gold) === plainText(prediction))
    return decided(true, 'the same words');
  if (settledWords.has(plainText(gold)) && settledWords.has(plainText(prediction)))
    return decided(false, 'different words');
  if (lettersAlone(left.value) && lettersAlone(right.value)) return decided(null, 'letters that could be words');
  const scaled = compareScaled(a, left.unit, b, right.unit);
  if (scaled !== null) return scaled;
  const same = sameValue(a, b);
  if (same === true || left.percent === right.percent) return decided(same, howSame(same, a, b));
  // `20%` may stand for 20 or for 0.2.
  return sameAsPercent(left.percent ? a : b, left.percent ? b : a);
}

function sameAsPercent(percent: Tree, other: Tree): Equality {
  const hundred: Tree = { kind: 'number', value: { numerator: 100n, denominator: 1n } };
  return decided(sameValue({ kind: 'divide', left: percent, right: hundred }, other), 'as a percentage');
}

function readQuantity(value: string): Tree | null {
  const word = numberWords.indexOf(plainText(value));
  if (word >= 0) return { kind: 'number', value: { numerator: BigInt(word), denominator: 1n } };
  const plain = parseDecimal(value);
  return plain === null ? readExpression(value) : { kind: 'number', value: plain };
}

const numberWords = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');

/** Known units of one kind are converted: 2 hours are 120 minutes. Unknown words say nothing. */
function compareScaled(a: Tree, unitA: string, b: Tree, unitB: string): Equality | null {
  if (unitA === unitB || unitA === '' || unitB === '') return null;
  const [from, to] = [unitScale(unitA), unitScale(unitB)];
  if (from === null || to === null) return null;
  if (from.kind !== to.kind) return decided(null, `units of different kinds, ${unitA} and ${unitB}`);
  const [x, y] = [exactValue(a), exactValue(b)];
  const ratio = parseDecimal(String(from.factor));
  const base = parseDecimal(String(to.factor));
  if (x === null || y === null || ratio === null || base === null) return null;
  const converted = convert(x, ratio, base);
  return converted === null ? null : decided(sameRational(converted, y), `in ${unitB}`);
}

function convert(value: Rational, from: Rational, to: Rational): Rational | null {
  const inBase = multiply(value, from);
  return inBase === null ? null : divide(inBase, to);
}

/** Words differ where both are nothing but words; where one holds the other, or maths that was not read, nothing is decided. */
function compareWords(gold: string, prediction: string, oneIsMaths: boolean): Equality {
  const [a, b] = [plainText(gold), plainText(prediction)];
  if (oneIsMaths) {
    const words = [a, b].find((text) => settledWords.has(text));
    return words === undefined
      ? decided(null, 'one of them could not be read')
      : decided(false, `"${words}" is no value`);
  }
  const bothWords = wordsOnly.test(a) && wordsOnly.test(b);
  if (bothWords && a === b) return decided(true, 'the same words');
  if (!bothWords || a.includes(b) || b.includes(a)) return decided(null, 'could not be read');
  return decided(false, 'different words');
}

const wordsOnly = /^[\p{L}'-]+$/u;
const settledWords = new Set(
  'yes no true false none nosolution nosolutions undefined doesnotexist infinity infinitelymany'.split(' '),
);

/** Two or three plain letters: `no` and `on` would be equal products. */
function lettersAlone(text: string): boolean {
  return /^[a-zA-Z]{2,}$/.test(text);
}

function plainText(text: string): string {
  return text
    .replace(/\\text\s?\{([^{}]*)\}/g, '$1')
    .replace(/\s/g, '')
    .toLowerCase();
}

function howSame(same: boolean | null, a: Tree, b: Tree): string {
  if (exactValue(a) !== null && exactValue(b) !== null) return 'exact numbers';
  return same === null ? 'not decided by sampling' : 'the values at sample points';
}

function decided(equal: boolean | null, how: string): Equality {
  return { equal, how };
}
