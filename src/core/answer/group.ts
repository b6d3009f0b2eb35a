import { answerKey, answersEqual } from './equal.ts';

/** Representatives that a new answer is compared with; beyond them an answer stands alone. */
const maxCompared = 24;

/**
 * Sorts answers into classes of equal ones: 0 equals the gold answer, −1 has no answer, others are numbered by first
 * appearance. Equal keys are grouped without a comparison; the rest costs at most 25 comparisons per distinct answer.
 */
export function groupAnswers(gold: string, answers: readonly (string | null)[]): number[] {
  const classes = new Map<string, number>([[answerKey(gold), 0]]);
  const representatives: string[] = [gold];
  return answers.map((answer) => {
    if (answer === null || answer.trim() === '') return -1;
    const key = answerKey(answer);
    const known = classes.get(key) ?? classOf(answer, representatives);
    classes.set(key, known);
    return known;
  });
}

function classOf(answer: string, representatives: string[]): number {
  const compared = representatives.slice(0, maxCompared + 1);
  const match = compared.findIndex((other) => answersEqual(other, answer).equal === true);
  if (match >= 0) return match;
  representatives.push(answer);
  return representatives.length - 1;
}
