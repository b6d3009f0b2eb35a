import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBatch } from '../../src/services/models/embedded/batch.ts';
import { createEmbeddedModels } from '../../src/services/models/embedded/embeddedModels.ts';
import type { EmbeddedName } from '../../src/services/models/embedded/settings.ts';
import { readWeights } from '../../src/services/models/embedded/weights.ts';
import { buildCommandLine, type CommandLine } from '../contract/commandLine.ts';

const media = resolve(import.meta.dirname, '../../media');
const problemFile = join(media, 'samples/word-problems.jsonl');
const weakPerProblem = 15;
const strongPerProblem = 3;
const repetitions = 5;
const unstopped = new AbortController().signal;

/** Generated tokens per CPU second in one thread; how fast a stop is; and the first run that a new user makes, in fresh processes. */
export async function measure(): Promise<string[]> {
  return [
    ...(await speed('weak', 14_000)),
    ...(await speed('strong', 5_000)),
    ...(await stops()),
    ...(await firstRun()),
  ];
}

function problems(): string[] {
  const lines = readFileSync(problemFile, 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { question: string }).question);
}

async function speed(model: EmbeddedName, budget: number): Promise<string[]> {
  const lines: string[] = [];
  for (const [texts, count, simd] of [
    [1, 8, undefined],
    [16, 40, undefined],
    [32, 40, undefined],
    [16, 2, false],
  ] as const) {
    const { best, median } = await tokensPerSecond(model, texts, count, simd);
    const rate = Math.round(median).toLocaleString('en');
    const judged = texts === 16 && simd === undefined ? `, budget ${budget}: ${median >= budget ? 'ok' : 'UNDER'}` : '';
    const kernel = simd === false ? ' without vectors' : '';
    lines.push(
      `embedded:${model}${kernel}, ${texts} at a time: ${rate} tokens per CPU s (best ${Math.round(best).toLocaleString('en')})${judged}`,
    );
  }
  return lines;
}

/** Of `count` problems, 15 samples each, their problems' reading included; the first repetition, which compiles, is left out. */
async function tokensPerSecond(model: EmbeddedName, texts: number, count: number, simd: boolean | undefined) {
  const weights = await readWeights(join(media, `models/${model}.tlm`), model);
  const batch = createBatch(weights, { texts, simd });
  const rates: number[] = [];
  for (let repetition = 0; repetition <= repetitions; repetition++) {
    const asked = problems()
      .slice(repetition, repetition + count)
      .flatMap((problem) =>
        Array.from({ length: weakPerProblem }, (_, seed) =>
          batch.add({ model, problem, seed, temperature: 0.7, maxTokens: 128 }, unstopped),
        ),
      );
    const before = process.cpuUsage();
    while (batch.busy) batch.step();
    const { user, system } = process.cpuUsage(before);
    const tokens = (await Promise.all(asked)).reduce((sum, { completionTokens }) => sum + completionTokens, 0);
    if (repetition > 0) rates.push(tokens / ((user + system) / 1e6));
  }
  rates.sort((a, b) => a - b);
  return { best: rates.at(-1) ?? 0, median: rates[rates.length >> 1] ?? 0 };
}

/** 64 texts are under way; how long until their askers hear of the stop, and until the thread begins something else. */
async function stops(): Promise<string[]> {
  const models = createEmbeddedModels({ folder: join(media, 'models') });
  const all = problems();
  const request = (seed: number, more: object = {}) =>
    ({
      model: 'strong',
      problem: all[seed % all.length] ?? '',
      seed,
      temperature: 0.7,
      maxTokens: 128,
      ...more,
    }) as const;
  await models.generate(request(0), unstopped);
  const heard: number[] = [];
  const free: number[] = [];
  for (let repetition = 0; repetition < 10; repetition++) {
    const stop = new AbortController();
    const texts = Array.from({ length: 64 }, (_, index) => models.generate(request(index), stop.signal));
    const settled = Promise.allSettled(texts);
    await sleep(40);
    const stoppedAt = performance.now();
    stop.abort(new Error('stopped'));
    await settled;
    heard.push(performance.now() - stoppedAt);
    // Its problem was just read, so this is the wait for the step in hand and one more.
    let first = 0;
    const onText = () => {
      first ||= performance.now();
    };
    await models.generate(request(0, { onText }), unstopped);
    free.push(first - stoppedAt);
  }
  await models.close();
  const worst = (times: number[]) => Math.max(...times).toFixed(0);
  return [
    `a stop of 64 texts, worst of 10: heard after ${worst(heard)} ms, thread free after ${worst(free)} ms (budget 50 ms)`,
  ];
}

interface Usage {
  cpuSeconds: number;
  wallSeconds: number;
  rssMB: number;
}

/** 120 problems, 15 weak and 3 strong samples each, drawn by one process, then graded, flagged and reported by another. */
async function firstRun(): Promise<string[]> {
  const cli = await buildCommandLine();
  try {
    const pair = ['--weak', 'embedded:weak', '--strong', 'embedded:strong'];
    const started = performance.now();
    const sampling = timed(cli, [
      'sample',
      problemFile,
      ...pair,
      '--strong-samples',
      String(strongPerProblem),
      '--out',
      'first',
      '--json',
    ]);
    const firstSample = await whenSampled(join(cli.folder, 'first'), started, sampling.done);
    const sample = await sampling.done;
    const report = await timed(cli, ['report', 'first', '--json']).done;
    const { drawn } = JSON.parse(sample.stdout) as { drawn: Record<string, number> };
    const cpu = sample.usage.cpuSeconds + report.usage.cpuSeconds;
    const wall = sample.usage.wallSeconds + report.usage.wallSeconds;
    const rss = Math.max(sample.usage.rssMB, report.usage.rssMB);
    return [
      `120 problems, ${drawn.weak} weak and ${drawn.strong} strong samples drawn, graded and flagged: ${cpu.toFixed(1)} CPU s, ${wall.toFixed(1)} s (budget 15 s of one core): ${cpu <= 15 ? 'ok' : 'OVER'}`,
      `  drawing ${describe(sample.usage)}; grading, flags and report ${describe(report.usage)}`,
      `  highest memory ${rss.toFixed(0)} MB (budget 150 MB): ${rss <= 150 ? 'ok' : 'OVER'}; first sample on disk after ${firstSample.toFixed(2)} s (budget 1 s): ${firstSample <= 1 ? 'ok' : 'OVER'}`,
    ];
  } finally {
    await cli.remove();
  }
}

function describe({ cpuSeconds, wallSeconds, rssMB }: Usage): string {
  return `${cpuSeconds.toFixed(1)} CPU s, ${wallSeconds.toFixed(1)} s, ${rssMB.toFixed(0)} MB`;
}

/** Has the process tell at its end what it used. */
const teller = `import { isMainThread } from 'node:worker_threads';
if (isMainThread) process.on('exit', () => console.error('USED ' + JSON.stringify(process.resourceUsage())));`;

function timed(cli: CommandLine, args: string[]) {
  const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(teller)}` };
  const started = performance.now();
  const { done } = cli.start(args, { env });
  return {
    done: done.then(({ status, stdout, stderr }) => {
      const used = /^USED (.*)$/m.exec(stderr)?.[1];
      if (status !== 0 || used === undefined) throw new Error(`${args[0]} ended with ${status}: ${stderr}`);
      const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(used) as NodeJS.ResourceUsage;
      const usage: Usage = {
        cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
        wallSeconds: (performance.now() - started) / 1000,
        rssMB: maxRSS / 1000,
      };
      return { stdout, usage };
    }),
  };
}

/** Seconds until the run's log holds something. */
async function whenSampled(run: string, started: number, done: Promise<unknown>): Promise<number> {
  let over = false;
  done.finally(() => (over = true)).catch(() => {});
  for (;;) {
    const { size } = await stat(join(run, 'traces.jsonl')).catch(() => ({ size: 0 }));
    if (size > 0 || over) return (performance.now() - started) / 1000;
    await sleep(5);
  }
}

if (import.meta.main) console.log((await measure()).join('\n'));
