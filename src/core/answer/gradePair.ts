import { answersEqual } from './equal.ts';
import { extractAnswer } from './extract.ts';
import type { Equality } from './verdict.ts';

/**
 * Equality of two answers, each of which may be bare (`\frac12`) or a whole text that holds one (`… so the answer is 1/2.`).
 *
 * An answer that is stated as such (a box, `####`, "the answer is") always counts. Of other texts only prose is searched for its
 * last number or formula: in a bare `(1, 2)` the last number is not the answer.
 */
export function gradePair(gold: string, prediction: string): Equality {
  return answersEqual(answerWithin(gold), answerWithin(prediction));
}

function answerWithin(text: string): string {
  const found = extractAnswer(text);
  if (found === null) return text;
  const guessed = found.rule === 'lastNumber' || found.rule === 'lastExpression';
  return guessed && !isProse(text) ? text : found.text;
}

/** Four words of three letters or more, commands of LaTeX and the texts inside them aside. */
function isProse(text: string): boolean {
  const bare = text.slice(0, 20_000).replace(/\\[a-zA-Z]+(?:\{[^{}]*\})?/g, ' ');
  return (bare.match(/(?<![\p{L}\\])\p{L}{3,}(?!\p{L})/gu) ?? []).length >= 4;
}
