import { gradeTrace } from '../core/answer/grade.ts';
import { findFlags } from '../core/flags/rules.ts';
import { unsoundProbability } from '../core/flags/score.ts';
import { readOptions } from '../core/problem/options.ts';
import type { Problem } from '../core/problem/problem.ts';
import { splitSteps } from '../core/trace/steps.ts';
import type { Command } from './command.ts';
import { answerLines } from './lines.ts';

export const flagCommand: Command = {
  name: 'flag',
  usage: 'FILE',
  summary: 'Grades each solution and flags wrong reasoning.',
  about: [
    'Reads JSON lines {"uid"?, "problem", "gold_answer", "solution", "options"?}.',
    'Prints {"uid", "verdict", "answer", "score", "flags": [{"rule", "step", "start", "end", "reason"}],',
    '"steps": [{"start", "end"}]} for each: "score" is the probability that the reasoning is unsound given a',
    'correct answer; steps count from 0; offsets are UTF-16 units of the solution, "end" exclusive.',
  ],
  example: 'flag traces.jsonl.gz > flags.jsonl',
  options: {},
  run: (call) => answerLines(call, flagLine),
};

/** The line's flags, or what is wrong with the line. */
function flagLine(line: Record<string, unknown>): object | string {
  const { uid, problem, gold_answer: gold, solution } = line;
  if (typeof problem !== 'string') return 'The line has no text in "problem".';
  if (typeof gold !== 'string' && typeof gold !== 'number') return 'The line has no answer in "gold_answer".';
  if (typeof solution !== 'string') return 'The line has no text in "solution".';
  const options = readOptions(line.options);
  const asked: Pick<Problem, 'text' | 'answer' | 'kind' | 'options'> = {
    text: problem,
    answer: String(gold),
    ...(options ? { kind: 'choice', options } : { kind: 'free' }),
  };
  const { verdict, answer } = gradeTrace(asked, solution);
  const steps = splitSteps(solution);
  const flags = findFlags({ problem: asked, text: solution, steps });
  return {
    uid,
    verdict,
    answer: answer?.text ?? null,
    score: unsoundProbability(solution, steps, flags),
    flags: flags.map(({ rule, step, start, end, reason }) => ({ rule, step, start, end, reason })),
    steps: steps.map(({ start, end }) => ({ start, end })),
  };
}
