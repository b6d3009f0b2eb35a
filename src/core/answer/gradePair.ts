import { answersEqual } from './equal.ts';
import { extractAnswer } from './extract.ts';
import { findFormulas } from './formulas.ts';
import { maxAnswerLength } from './normalise.ts';
import { type AnswerPolicy, defaultAnswerPolicy } from './policy.ts';
import { functionNamed } from './readName.ts';
import type { Equality } from './verdict.ts';

/** Equality of two answers, each of which may be bare (`\frac12`) or a whole text that holds one (`… so the answer is 1/2.`). */
export function gradePair(gold: string, prediction: string, policy: AnswerPolicy = defaultAnswerPolicy): Equality {
  return answersEqual(answerWithin(gold), answerWithin(prediction), policy);
}

/**
 * The answer alone. One that is stated as such (a box, `####`, "the answer is") always counts. Of other texts only prose is searched
 * for its last number or formula: in a bare `(1, 2)` the last number is not the answer.
 */
export function answerWithin(text: string): string {
  const found = extractAnswer(text);
  if (found === null) return text;
  const guessed = found.rule === 'lastNumber' || found.rule === 'lastExpression';
  return guessed && !isProse(text) ? text : found.text;
}

/** Four words, or words before the first formula or several after the last one, or words before the one number that ends the text. */
function isProse(text: string): boolean {
  const tail = text.slice(-maxAnswerLength);
  if (wordsIn(tail, 3) >= 4 || leadsToNumber(tail) || verbs.test(tail)) return true;
  const formulas = findFormulas(tail);
  const [first, last] = [formulas[0], formulas.at(-1)];
  if (first === undefined || last === undefined) return false;
  return wordsIn(tail.slice(0, first.outerStart), 2) >= 1 || wordsIn(tail.slice(last.outerEnd), 3) >= 3;
}

const verbs = /^\s*[a-z].*\b(?:is|are|was|were|equals?|gets?|gives?|has|have|needs?|makes?|costs?|pays?)\b/is;

/** "It costs $12.50.": nothing but words before the number. Not `\sin 30` in plain text, not `n + 3`. */
function leadsToNumber(text: string): boolean {
  const words = /^\s*((?:[A-Z]?[a-z]+[\s:]+){1,8})[-−]?[$€£]?[\d.][\d,. ]*\W?\s*$/.exec(text)?.[1];
  return (
    words !== undefined && /[a-z]{2}/.test(words) && !words.split(/[\s:]+/).some((word) => functionNamed(word) !== null)
  );
}

/** Words of so many letters or more, "and" and "or" not counted; commands of LaTeX and the texts inside them are none. */
function wordsIn(text: string, letters: 2 | 3): number {
  const bare = text.replace(/\\[a-zA-Z]+(?:\{[^{}]*\})?|\b(?:and|or)\b/g, ' ');
  const words = letters === 2 ? /(?<![\p{L}\\])\p{Lu}?\p{Ll}+(?!\p{L})/gu : /(?<![\p{L}\\])\p{L}{3,}(?!\p{L})/gu;
  return (bare.match(words) ?? []).filter((word) => word.length >= letters).length;
}
