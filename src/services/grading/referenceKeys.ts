import * as v from 'valibot';
import { type Key, operations, type ProblemKeys } from '../../core/soundness/keys.ts';
import { readLines } from '../store/lines.ts';
import { parseLine } from '../store/record.ts';

/** The keys of a problem, by its exact text (white space around it is ignored); undefined of any problem but an embedded one. */
export type KeyLookup = (question: string) => ProblemKeys | undefined;

/**
 * Reads `keys.jsonl` (about 0.3 MB) at the first call and only once; the promise never rejects. A missing file has no keys, and
 * a broken line is left out: `warn` is told so, in one sentence and once.
 */
export function referenceKeys(file: string, warn: (message: string) => void): () => Promise<KeyLookup> {
  let lookup: Promise<KeyLookup> | undefined;
  return () => {
    lookup ??= readKeys(file, warn);
    return lookup;
  };
}

async function readKeys(file: string, warn: (message: string) => void): Promise<KeyLookup> {
  const byQuestion = new Map<string, ProblemKeys>();
  const problems: string[] = [];
  try {
    for await (const line of readLines(file)) {
      const parsed = parseLine(problemKeysSchema, line);
      if (parsed.ok) byQuestion.set(parsed.value.question.trim(), parsed.value);
      else problems.push(`${file}:${line.number + 1} ${parsed.problem}`);
    }
    if (byQuestion.size === 0 && problems.length === 0) problems.push(`${file} is missing or empty`);
  } catch (error) {
    problems.push((error instanceof Error ? error.message : String(error)).replace(/\.$/, ''));
  }
  if (problems.length > 0) warn(warning(problems, byQuestion.size));
  return (question) => byQuestion.get(question.trim());
}

function warning([first, ...more]: string[], kept: number): string {
  const others = more.length > 0 ? `, and ${more.length} more lines are broken` : '';
  const without =
    kept === 0 ? 'The embedded problems have' : more.length > 0 ? 'These problems have' : 'This problem has';
  return `${first}${others}. ${without} no reference soundness; reinstall Trace Loupe to mend it.`;
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const operand = v.union([whole, v.string()]);

const keySchema = v.object({
  value: whole,
  from: v.array(v.tuple([operand, v.picklist(operations), operand])),
  say: v.array(v.string()),
  rest: v.optional(whole),
});

/** One line of `keys.jsonl`. */
const problemKeysSchema: v.GenericSchema<unknown, ProblemKeys> = v.pipe(
  v.object({
    question: v.string(),
    family: v.string(),
    answer: whole,
    goal: v.string(),
    keys: v.record(v.string(), keySchema),
  }),
  v.check(
    ({ keys, goal, answer }) => own(keys, goal)?.value === answer,
    'its goal is no key with the answer as its value',
  ),
  v.check(
    ({ keys }) => Object.values(keys).every((key) => operandsOf(key).every((name) => own(keys, name))),
    'a quantity is derived from a key that is not there',
  ),
);

function operandsOf({ from }: Pick<Key, 'from'>): string[] {
  return from.flatMap(([x, , y]) => [x, y]).filter((one) => typeof one === 'string');
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
