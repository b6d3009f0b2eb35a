import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { seededRandom } from '../../src/services/models/embedded/server/faults.ts';

/** A recorded solution. */
export interface ReplayTrace {
  problem: string;
  solution: string;
  /** Offered as a model of its own; absent: any model gives it. */
  model?: string;
}

/** What a model of the fake server writes: the same for the same model, prompt and seed. */
export type Writer = (model: string, userText: string, seed: number) => string;

/**
 * Replays the trace whose problem stands in the user's text, chosen by the seed among those of the model (of all models
 * where it has none); makes up a solution where no problem matches.
 */
export function replayWriter(traces: readonly ReplayTrace[]): Writer {
  const byProblem = Map.groupBy(traces, (trace) => trace.problem.trim());
  const problems = [...byProblem.keys()];
  const found = new Map<string, ReplayTrace[] | undefined>();
  const lookUp = (text: string) => {
    if (!found.has(text)) {
      const problem = problems.find((candidate) => text.includes(candidate));
      found.set(text, problem === undefined ? undefined : byProblem.get(problem));
    }
    return found.get(text);
  };
  return (model, userText, seed) => {
    const all = lookUp(userText) ?? [];
    const own = all.filter((trace) => trace.model === undefined || trace.model === model);
    const choice = own.length > 0 ? own : all;
    const random = seededRandom(seed)();
    return choice[Math.floor(random * choice.length)]?.solution ?? madeUpSolution(seed);
  };
}

/** A little addition whose result is now and then wrong. */
function madeUpSolution(seed: number): string {
  const random = seededRandom(seed);
  const number = () => 2 + Math.floor(random() * 50);
  const [first, second, third] = [number(), number(), number()];
  const sum = first + second + (random() < 0.2 ? 1 : 0);
  const answer = sum * third;
  return [
    `We start with ${first} and add ${second}, which gives ${first} + ${second} = ${sum}.`,
    `There are ${third} of these, so there are ${sum} * ${third} = ${answer} in all.`,
    `The answer is \\boxed{${answer}}.`,
  ].join('\n');
}

/** Reads recorded traces: JSONL, plain or `.gz`, with `problem` or `question`, `solution`, and perhaps `model` and `method`. */
export function readReplayFile(path: string): ReplayTrace[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const row = JSON.parse(line) as Record<string, string | undefined>;
      const model = [row.model, row.method].filter(Boolean).join(' ');
      return { problem: row.problem ?? row.question ?? '', solution: row.solution ?? '', ...(model ? { model } : {}) };
    });
}
