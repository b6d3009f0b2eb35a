import { explainPair } from '../core/answer/explain.ts';
import { gradePair } from '../core/answer/gradePair.ts';
import { type AnswerPolicy, defaultAnswerPolicy } from '../core/answer/policy.ts';
import { UserError } from '../core/userError.ts';
import type { Call, Command } from './command.ts';
import { answerLines } from './lines.ts';
import { number, text } from './values.ts';

export const gradeCommand: Command = {
  name: 'grade',
  usage: 'FILE',
  summary: 'Compares gold and predicted answers: equal, different, or null where undecided.',
  about: [
    'Reads JSON lines {"id"?, "gold", "prediction"}, each a bare answer or a whole text that holds one.',
    'Prints {"id", "equal": true | false | null, "how"} for each.',
  ],
  example: 'grade answers.jsonl > grades.jsonl',
  options: {
    explain: { type: 'boolean', help: 'adds how each side was read, as "gold" and "prediction"' },
    percent: {
      type: 'string',
      value: 'KIND',
      help: 'what 20% may equal: a number (20), a fraction (0.2), or either (default)',
    },
    'missing-unit': {
      type: 'string',
      value: 'KIND',
      help: 'a unit on one side alone is ignored (default) or leaves the pair undecided',
    },
    'list-order': { type: 'string', value: 'KIND', help: '1, 2 equals 2, 1 in any order (default) or as written only' },
    'rounded-digits': {
      type: 'string',
      value: 'N',
      help: 'a decimal of N digits equals what it is a rounding of (default: never)',
    },
  },
  run(call) {
    const policy = policyOf(call);
    return answerLines(call, (line) => gradeLine(line, policy, call.values.explain === true));
  },
};

function policyOf(call: Call): AnswerPolicy {
  return {
    percent: oneOf(call, 'percent', ['either', 'fraction', 'number']) ?? defaultAnswerPolicy.percent,
    missingUnit: oneOf(call, 'missing-unit', ['ignored', 'undecided']) ?? defaultAnswerPolicy.missingUnit,
    listOrder: oneOf(call, 'list-order', ['any', 'written']) ?? defaultAnswerPolicy.listOrder,
    roundedDigits: number(call, 'rounded-digits', { least: 1, whole: true }) ?? defaultAnswerPolicy.roundedDigits,
  };
}

function oneOf<Choice extends string>(call: Call, name: string, choices: readonly Choice[]): Choice | undefined {
  const value = text(call, name);
  const found = choices.find((choice) => choice === value);
  if (value !== undefined && found === undefined)
    throw new UserError(`--${name} ${value} is unknown: use ${choices.join(' or ')}.`);
  return found;
}

/** The line's equality, or what is wrong with the line. */
function gradeLine(line: Record<string, unknown>, policy: AnswerPolicy, explain: boolean): object | string {
  const { id, gold, prediction } = line;
  if (!isAnswer(gold)) return 'The line has no answer in "gold".';
  if (!isAnswer(prediction)) return 'The line has no answer in "prediction".';
  const compare = explain ? explainPair : gradePair;
  return { id, ...compare(String(gold), String(prediction), policy) };
}

const isAnswer = (value: unknown) => typeof value === 'string' || typeof value === 'number';
