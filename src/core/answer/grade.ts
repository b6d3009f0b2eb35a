import type { Problem } from '../problem/problem.ts';
import { optionLetter } from './choice.ts';
import { answersEqual } from './equal.ts';
import { extractAnswer, extractGold } from './extract.ts';
import { type AnswerPolicy, defaultAnswerPolicy } from './policy.ts';
import type { Grade } from './verdict.ts';

/** The verdict on a trace: its final answer against the gold one. Undecided equality and a missing answer are `ungradable`. */
export function gradeTrace(
  problem: Pick<Problem, 'answer' | 'kind' | 'options'>,
  text: string,
  policy: AnswerPolicy = defaultAnswerPolicy,
): Grade {
  const answer = extractAnswer(text, problem);
  if (answer === null) return { verdict: 'ungradable', answer, how: 'no final answer was found' };
  if (problem.kind === 'choice') {
    const correct = answer.text === goldLetter(problem);
    return { verdict: correct ? 'correct' : 'incorrect', answer, how: 'the option chosen' };
  }
  const { equal, how } = answersEqual(extractGold(problem.answer), answer.text, policy);
  return { verdict: equal === null ? 'ungradable' : equal ? 'correct' : 'incorrect', answer, how };
}

/** The gold option's letter; a file may give the option's text instead. */
function goldLetter(problem: Pick<Problem, 'answer' | 'options'>): string {
  const gold = problem.answer.trim();
  const index = problem.options?.indexOf(gold) ?? -1;
  if (index >= 0) return optionLetter(index);
  return (/^\(?([A-Za-z])\)?[.:)]?(?:\s|$)/.exec(gold)?.[1] ?? gold).toUpperCase();
}
