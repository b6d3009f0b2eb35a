import { gradePair } from '../core/answer/gradePair.ts';
import type { Command } from './command.ts';
import { answerLines } from './lines.ts';

export const gradeCommand: Command = {
  name: 'grade',
  usage: 'FILE',
  summary: 'Compares gold and predicted answers: equal, different, or null where undecided.',
  about: [
    'Reads JSON lines {"id"?, "gold", "prediction"}, each a bare answer or a whole text that holds one.',
    'Prints {"id", "equal": true | false | null, "how"} for each.',
  ],
  example: 'grade answers.jsonl > grades.jsonl',
  options: {},
  run: (call) => answerLines(call, gradeLine),
};

/** The line's equality, or what is wrong with the line. */
function gradeLine({ id, gold, prediction }: Record<string, unknown>): object | string {
  if (!isAnswer(gold)) return 'The line has no answer in "gold".';
  if (!isAnswer(prediction)) return 'The line has no answer in "prediction".';
  return { id, ...gradePair(String(gold), String(prediction)) };
}

const isAnswer = (value: unknown) => typeof value === 'string' || typeof value === 'number';
