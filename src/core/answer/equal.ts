import { comparisonOf } from './compare.ts';
import type { Comparison } from './comparison.ts';
import { compact, maxAnswerLength, normalise } from './normalise.ts';
import { type AnswerPolicy, defaultAnswerPolicy } from './policy.ts';
import { parseDecimal, type Rational } from './rational.ts';
import { readStructure } from './structure.ts';
import type { Equality } from './verdict.ts';

/**
 * Are two final answers equal? In layers, each on top of the last: one spelling, exact numbers, structure (sets, tuples,
 * intervals, matrices, equations, units), then expressions compared by value. What could not be read leaves `equal: null`.
 * What counts as equal is listed in `policy.ts`.
 */
export function answersEqual(gold: string, prediction: string, policy: AnswerPolicy = defaultAnswerPolicy): Equality {
  if (isEmpty(gold) || isEmpty(prediction)) return { equal: null, how: 'an empty answer' };
  if (gold === prediction) return { equal: true, how: 'the same text' };
  if (gold.length > maxAnswerLength || prediction.length > maxAnswerLength)
    return { equal: null, how: 'too long to be compared' };
  const [a, b] = [normalise(gold), normalise(prediction)];
  if (compact(a) === compact(b)) return { equal: a === '' ? null : true, how: 'the same text' };
  const comparison = comparisonOf(policy);
  const result = compare(a, b, true, comparison);
  if (result.equal === true || !/\d,\d{3}/.test(a + b)) return result;
  // `100,200` may be a list after all; a false stays unless the other reading finds them equal.
  const asLists = compare(a, b, false, comparison);
  return asLists.equal === true ? asLists : result;
}

function isEmpty(text: string): boolean {
  return !/\S/.test(text);
}

function compare(a: string, b: string, thousands: boolean, comparison: Comparison): Equality {
  return comparison.compare(readStructure(a, thousands), readStructure(b, thousands));
}

/** A spelling under which equal keys mean equal answers: numbers as fractions in lowest terms, else the normalised text. */
export function answerKey(answer: string): string {
  if (answer.length > maxAnswerLength) return answer;
  const text = compact(normalise(answer));
  const value = plainNumber(text);
  if (value === null) return text;
  return value.denominator === 1n ? `${value.numerator}` : `${value.numerator}/${value.denominator}`;
}

/** A plain number; of money in dollars the number alone, as a unit on one side is ignored. */
function plainNumber(text: string): Rational | null {
  const match = /^(-?)\$?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)$/.exec(text);
  const value = match?.[2] === undefined ? null : parseDecimal(match[2].replace(/,/g, ''));
  if (value === null || match?.[1] === '') return value;
  return { numerator: -value.numerator, denominator: value.denominator };
}
