import { gradePair } from '../core/answer/gradePair.ts';
import type { Command } from './command.ts';
import { jsonLines, onlyFile } from './lines.ts';

export const gradeCommand: Command = {
  name: 'grade',
  usage: 'FILE',
  summary: 'Compares gold and predicted answers, as JSON lines: equal, different, or null where undecided.',
  example: 'grade answers.jsonl',
  options: {},
  async run(call) {
    const file = onlyFile(call);
    let failed = false;
    for await (const row of jsonLines(file, call)) {
      const result = 'error' in row ? row.error : gradeLine(row.value);
      if (typeof result === 'string') {
        call.terminal.note(`${file}:${row.line}:1: the line ${result}.`);
        failed = true;
      } else await call.terminal.result(JSON.stringify(result));
    }
    return failed ? 1 : 0;
  },
};

/** The line's equality, or what is wrong with the line. */
export function gradeLine({ id, gold, prediction }: Record<string, unknown>): object | string {
  if (!isAnswer(gold)) return 'has no answer in "gold"';
  if (!isAnswer(prediction)) return 'has no answer in "prediction"';
  return { id, ...gradePair(String(gold), String(prediction)) };
}

const isAnswer = (value: unknown) => typeof value === 'string' || typeof value === 'number';
