import { gradeTrace } from '../core/answer/grade.ts';
import { findFlags } from '../core/flags/rules.ts';
import { unsoundProbability } from '../core/flags/score.ts';
import { readOptions } from '../core/problem/options.ts';
import type { Problem } from '../core/problem/problem.ts';
import { splitSteps } from '../core/trace/steps.ts';
import type { Command } from './command.ts';
import { jsonLines, onlyFile } from './lines.ts';

export const flagCommand: Command = {
  name: 'flag',
  usage: 'FILE',
  summary: 'Grades each solution and flags wrong reasoning, as JSON lines.',
  example: 'flag traces.jsonl.gz > flags.jsonl',
  options: {},
  async run(call) {
    const file = onlyFile(call);
    let failed = false;
    for await (const row of jsonLines(file, call)) {
      const result = 'error' in row ? row.error : flagLine(row.value);
      if (typeof result === 'string') {
        call.terminal.note(`${file}:${row.line}:1: the line ${result}.`);
        failed = true;
      } else await call.terminal.result(JSON.stringify(result));
    }
    return failed ? 1 : 0;
  },
};

/** The line's flags, or what is wrong with the line. */
export function flagLine(line: Record<string, unknown>): object | string {
  const { uid, problem, gold_answer: gold, solution } = line;
  if (typeof problem !== 'string') return 'has no text in "problem"';
  if (typeof gold !== 'string' && typeof gold !== 'number') return 'has no answer in "gold_answer"';
  if (typeof solution !== 'string') return 'has no text in "solution"';
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
