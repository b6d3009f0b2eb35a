import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFilter } from '../../src/core/curate/filter.ts';
import { arms, traceId } from '../../src/core/trace/trace.ts';
import type { EngineHost } from '../../src/protocol/engine.ts';
import { createEngine } from '../../src/services/engine/createEngine.ts';
import { openBulkWriter } from '../../src/services/store/bulkWriter.ts';
import { createRunFolder, runsFolder, writeSynced } from '../../src/services/store/runFolder.ts';

export interface StoreBenchOptions {
  /** Default 200,000. */
  traces?: number;
  /** Of one trace's text; default 4,800, so that the log comes to about 1 GB. */
  characters?: number;
  /** Where to write the run and its index; default the system's temporary folder. Both are deleted. */
  folder?: string;
}

/**
 * Times a large run in the store: building its index, opening it with the index built, filtering and scrolling. One
 * sentence per figure.
 */
export async function measure(options: StoreBenchOptions = {}): Promise<string[]> {
  const { traces = 200_000, characters = 4_800, folder = tmpdir() } = options;
  const workspace = await mkdtemp(join(folder, 'trace-loupe-bench-'));
  try {
    const bytes = await makeRun(join(runsFolder(workspace), runId), traces, characters);
    const size = `${traces.toLocaleString('en')} traces (${(bytes / 1e9).toFixed(2)} GB)`;
    return [...(await build(workspace, size)), ...(await open(workspace, size))];
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

const runId = '20261121T184000Z-bench';
const samplesPerArm = { weak: 30, strong: 10 };

async function build(workspace: string, size: string): Promise<string[]> {
  const engine = await openEngine(workspace);
  const started = performance.now();
  const first = await timed(() => engine.problemRows(runId, { filter: '' }, 0, 50));
  const waits: number[] = [];
  while ((await engine.runSummary(runId)).state === 'indexing') {
    waits.push(await timed(() => engine.problemRows(runId, { filter: '' }, 0, 50)));
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const seconds = (performance.now() - started) / 1000;
  await engine.shutdown();
  return [
    `index of ${size}: built in ${seconds.toFixed(1)} s; first rows after ${ms(first)}`,
    `calls while it was built: median ${ms(quantile(waits, 0.5))}, longest ${ms(quantile(waits, 1))} (${waits.length} calls)`,
  ];
}

async function open(workspace: string, size: string): Promise<string[]> {
  const engine = await openEngine(workspace);
  const first = await timed(() => engine.problemRows(runId, { filter: '' }, 0, 50));
  const { total } = await engine.problemRows(runId, { filter: '' }, 0, 1);
  const scrolls: number[] = [];
  for (let i = 0; i < 50; i++) {
    const from = Math.floor((i / 50) * total);
    scrolls.push(await timed(() => engine.problemRows(runId, { filter: '' }, from, from + 50)));
  }
  const filters: string[] = [];
  for (const filter of ['verdict:correct flag:any soundness:none', 'arm:weak steps>8', 'answer:72', 'orchard']) {
    parseFilter(filter);
    filters.push(`${filter} ${ms(await timed(() => engine.problemRows(runId, { filter }, 0, 50)))}`);
  }
  const { rows } = await engine.problemRows(runId, { filter: '' }, 0, 1);
  const row = rows[0];
  const classes = row ? await timed(() => engine.answerClasses(runId, row.id, { filter: '' })) : 0;
  const trace = row?.samples.weak[0]?.trace ?? '';
  const detail = await timed(() => engine.traceDetail(runId, trace));
  const annotate = await timed(() => engine.annotate(runId, trace, { soundness: 'sound' }));
  const queue = await timed(() => engine.queue(runId, { filter: 'verdict:correct flag:any' }, 1_000));
  const report = await timed(() => engine.report(runId, 'count'));
  const heap = process.memoryUsage().heapUsed / 1e6;
  await engine.shutdown();
  return [
    `open ${size}, index built: first rows ${ms(first)} (budget 300 ms)`,
    `scroll: median ${ms(quantile(scrolls, 0.5))}, longest ${ms(quantile(scrolls, 1))} (budget 100 ms)`,
    `filter (budget 100 ms): ${filters.join('; ')}`,
    `answers of a problem ${ms(classes)}; a trace ${ms(detail)}; annotate ${ms(annotate)}; queue ${ms(queue)}; report ${ms(report)}`,
    `heap after all that: ${heap.toFixed(0)} MB`,
  ];
}

async function openEngine(workspace: string) {
  const nothing = async () => {};
  const host: EngineHost = {
    fetch: () => Promise.reject(new Error('No requests here.')),
    readBody: async () => null,
    dropBody: nothing,
    apiKey: async () => undefined,
    runProgress: nothing,
    runsChanged: nothing,
    annotationsChanged: nothing,
    log: async (_, message) => console.error(message),
  };
  const engine = createEngine(host);
  await engine.open({ workspace, storage: join(workspace, 'storage'), annotator: 'bench', version: 'bench' });
  return engine;
}

async function makeRun(folder: string, traces: number, characters: number): Promise<number> {
  const perProblem = samplesPerArm.weak + samplesPerArm.strong;
  const problemCount = Math.ceil(traces / perProblem);
  await createRunFolder(folder, async (draft) => {
    const problems = await openBulkWriter(join(draft, 'problems.jsonl'));
    for (let n = 0; n < problemCount; n++) await problems.write(problemOf(n));
    await problems.finish();
    const log = await openBulkWriter(join(draft, 'traces.jsonl'));
    // In the order of sampling: round by round, so neighbours in the log are not neighbours in the index.
    for (let n = 0; n < traces; n++)
      await log.write(traceOf(n % problemCount, Math.floor(n / problemCount), characters));
    await log.finish();
    await writeSynced(join(draft, 'run.json'), [JSON.stringify(runFileOf(problemCount))]);
  });
  return (await stat(join(folder, 'traces.jsonl'))).size;
}

function problemOf(n: number) {
  const text = `An orchard fills ${n} crates of plums on Saturday and half as many on Sunday. How many crates is that in all?`;
  return {
    id: `bench/${n + 1}`,
    text,
    answer: `${n + n / 2}`,
    kind: 'free',
    source: { file: 'bench.jsonl', line: n + 1 },
  };
}

function traceOf(problem: number, round: number, characters: number) {
  const arm = round < samplesPerArm.weak ? 'weak' : 'strong';
  const sample = arm === 'weak' ? round : round - samplesPerArm.weak;
  const id = `bench/${problem + 1}`;
  return {
    id: traceId(id, arm, sample),
    problem: id,
    arm,
    sample,
    model: arm,
    seed: 1,
    text: textOf(problem, round, characters),
    finish: 'stop',
    usage: { promptTokens: 40, completionTokens: Math.round(characters / 4) },
    startedAt: '2026-11-21T18:40:00.000Z',
    durationMs: 100,
    attempt: 1,
  };
}

/** Sums of two numbers, now and then wrong, as many as fill the length; the answer is right two times in three. */
function textOf(problem: number, round: number, characters: number): string {
  let state = problem * 1_000 + round + 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const steps: string[] = [];
  for (let length = 0; length < characters - 40; ) {
    const [a, b] = [Math.floor(random() * 90), Math.floor(random() * 90)];
    const sum = a + b + (random() < 0.002 ? 1 : 0);
    const step = `On Sunday the pickers carry ${a} crates, and ${b} crates more in the evening, so ${a} + ${b} = ${sum} crates.`;
    steps.push(step);
    length += step.length + 1;
  }
  const answer = random() < 0.67 ? problem + problem / 2 : Math.floor(random() * 100);
  return `${steps.join('\n')}\nThe answer is ${answer}.`;
}

function runFileOf(problemCount: number) {
  const prompt = { system: '', fewShot: '', template: '{problem}' };
  const models = Object.fromEntries(arms.map((arm) => [arm, { name: arm, baseUrl: '', model: arm, prompt }]));
  const expected = { promptTokens: 40, completionTokens: 300 };
  return {
    format: 'trace-loupe/run@1',
    id: runId,
    name: 'bench',
    createdAt: '2026-11-21T18:40:00.000Z',
    origin: 'imported',
    version: 'bench',
    problemFiles: [{ file: 'bench.jsonl', sha256: '', problems: problemCount }],
    problemCount,
    models,
    match: 'count',
    grid: [samplesPerArm],
    expected: { weak: expected, strong: expected },
    seed: 0,
  };
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
