import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { describeAnswer, isUnderstood } from '../../src/core/answer/explain.ts';
import { gradeTrace } from '../../src/core/answer/grade.ts';
import { answerWithin, gradePair } from '../../src/core/answer/gradePair.ts';

/** Prints how the grader does on recorded answers: agreement, false accepts, misses and time. Lines only, no verdict. */
export async function measure(dataFolder: string): Promise<string[]> {
  return [...(await measureTraces(dataFolder)), ...measurePairs(dataFolder), ...measureReading(dataFolder)];
}

interface TraceRow {
  trace_id: string;
  model: string;
  method: string;
  gold_answer: string;
  solution: string;
  is_correct: boolean;
}

async function measureTraces(dataFolder: string): Promise<string[]> {
  const file = join(dataFolder, 'gsm8k/openai-6b-175b.traces.jsonl.gz');
  if (!existsSync(file)) return [`answers: ${file} is absent`];
  const systems = new Map<string, { ours: number; theirs: number; rows: number }>();
  const apart: string[] = [];
  let elapsed = 0;
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    const row = JSON.parse(line) as TraceRow;
    const started = performance.now();
    const grade = gradeTrace({ answer: row.gold_answer, kind: 'free' }, row.solution);
    elapsed += performance.now() - started;
    const key = `${row.model} ${row.method}`;
    const system = systems.get(key) ?? { ours: 0, theirs: 0, rows: 0 };
    systems.set(key, system);
    system.rows++;
    if (grade.verdict === 'correct') system.ours++;
    if (row.is_correct) system.theirs++;
    if ((grade.verdict === 'correct') !== row.is_correct)
      apart.push(
        `  ${row.trace_id}: gold ${row.gold_answer}, found ${grade.answer?.text ?? 'none'}, publisher ${row.is_correct}`,
      );
  }
  const rows = [...systems.values()].reduce((sum, system) => sum + system.rows, 0);
  return [
    ...[...systems].map(([key, s]) => `answers: ${key}: ${s.ours} correct, publisher ${s.theirs}, of ${s.rows}`),
    `answers: ${apart.length} of ${rows} rows differ from is_correct; ${((1000 * elapsed) / rows).toFixed(1)} µs a trace`,
    ...apart,
  ];
}

interface Pair {
  id: string;
  gold: string;
  prediction: string;
  expected_equal: boolean;
  string_equal?: boolean;
  n_boxed_in_solution?: number;
}

const sets = [
  { file: 'answers/real-pairs.jsonl', corrections: 'answers/real-pairs.noise.json' },
  { file: 'answers/math-verify.jsonl', corrections: 'answers/math-verify.quirks.json' },
  { file: 'answers/hendrycks-math.jsonl', corrections: null },
];

function measurePairs(dataFolder: string): string[] {
  return sets.flatMap(({ file, corrections }) => {
    if (!existsSync(join(dataFolder, file))) return [`answers: ${file} is absent`];
    const fixes = corrections === null ? {} : readJson(join(dataFolder, corrections));
    return measureSet(file, correct(readLines(join(dataFolder, file)), fixes));
  });
}

function measureSet(file: string, pairs: Pair[]): string[] {
  const lines: string[] = [];
  const times: number[] = [];
  const counts = { right: 0, falseAccept: 0, falseReject: 0, undecided: 0, hard: 0, hardRight: 0 };
  for (const pair of pairs) {
    const { equal, how } = gradePair(pair.gold, pair.prediction);
    times.push(Math.min(...[0, 1, 2].map(() => timeOf(pair))));
    const right = (equal === true) === pair.expected_equal;
    const hard =
      pair.string_equal !== undefined && pair.string_equal !== pair.expected_equal && pair.n_boxed_in_solution === 1;
    if (hard) counts.hard++;
    if (hard && right) counts.hardRight++;
    if (right) counts.right++;
    else if (equal === true) counts.falseAccept++;
    else counts[equal === null ? 'undecided' : 'falseReject']++;
    if (!right)
      lines.push(
        `  ${pair.id}: ${shown(answerWithin(pair.gold))} | ${shown(answerWithin(pair.prediction))}: expected ${pair.expected_equal}, found ${equal} (${how})`,
      );
  }
  times.sort((a, b) => a - b);
  const median = times[times.length >> 1] ?? 0;
  return [
    `answers: ${file}: ${counts.right} of ${pairs.length} right, ${counts.falseAccept} false accepts, ${counts.falseReject} false rejects, ` +
      `${counts.undecided} equal but undecided; hard ${counts.hardRight} of ${counts.hard}; median ${(median * 1000).toFixed(1)} µs, p99 ${((times[Math.floor(0.99 * times.length)] ?? 0) * 1000).toFixed(1)} µs, worst ${(times.at(-1) ?? 0).toFixed(2)} ms`,
    ...lines,
  ];
}

/** Other work on the machine makes single times meaningless: the best of three is taken. */
function timeOf({ gold, prediction }: Pair): number {
  const started = performance.now();
  gradePair(gold, prediction);
  return performance.now() - started;
}

/** How many of the published LaTeX strings are read to the last character. */
function measureReading(dataFolder: string): string[] {
  const file = join(dataFolder, 'answers/latex-parse.jsonl');
  if (!existsSync(file)) return [`answers: ${file} is absent`];
  const texts = readLines(file).map((row) => String((row as unknown as Record<string, unknown>).latex));
  const unread = texts.filter((text) => !isUnderstood(text));
  const share = (100 * (texts.length - unread.length)) / texts.length;
  return [
    `answers: answers/latex-parse.jsonl: ${texts.length - unread.length} of ${texts.length} read (${share.toFixed(1)} %)`,
    ...unread.map((text) => `  ${describeAnswer(text)}`),
  ];
}

function correct(pairs: Pair[], fixes: Record<string, unknown>): Pair[] {
  const listed = (key: string) => new Set(Array.isArray(fixes[key]) ? (fixes[key] as string[]) : []);
  const [equal, different] = [listed('equal_though_labelled_different'), listed('not_equal_though_labelled_equal')];
  const dropped = new Set(Object.keys(fixes).flatMap((key) => (key.endsWith('_drop') ? [...listed(key)] : [key])));
  return pairs
    .filter((pair) => !dropped.has(pair.id))
    .map((pair) =>
      equal.has(pair.id) || different.has(pair.id) ? { ...pair, expected_equal: equal.has(pair.id) } : pair,
    );
}

export function readLines(file: string): Pair[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Pair);
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

/** The end of a text, where the answer stands. */
export function shown(text: string): string {
  return text.length > 90 ? `…${text.slice(-90)}` : text;
}

if (import.meta.main) {
  const folder = process.env.TRACE_LOUPE_DATA ?? '../shared/data';
  console.log((await measure(folder)).join('\n'));
}
