import { basename, join, resolve } from 'node:path';
import { matchRatio } from '../core/budget/match.ts';
import type { RunFile } from '../core/trace/run.ts';
import { arms } from '../core/trace/trace.ts';
import type { Plan } from '../services/engine/planning.ts';
import { runFileOf } from '../services/engine/planning.ts';
import { sampleFolder } from '../services/engine/sampleFolder.ts';
import { createNodeFetch } from '../services/models/nodeFetch.ts';
import { openaiClient } from '../services/models/openai.ts';
import type { Progress } from '../services/sampling/progress.ts';
import {
  createRunFolder,
  type RunFolder,
  readRunFolder,
  runIdOf,
  runsFolder,
  writeRunFiles,
} from '../services/store/runFolder.ts';
import type { Call, Command } from './command.ts';
import { keyFrom } from './models.ts';
import { planOptions, readPlan } from './plan.ts';
import { findRun, runAt } from './runs.ts';
import { count, dollars, table } from './table.ts';
import { number, shard, text } from './values.ts';

export const sampleCommand: Command = {
  name: 'sample',
  usage: 'FILE… --weak M --strong M [--strong-samples 1,3,9] [--out DIR]',
  summary: 'Draws the plan into a run folder; the same call again resumes it.',
  example: 'sample gsm8k.jsonl --weak gemma-2-9b --strong gemma-2-27b --strong-samples 10 --out runs/first',
  options: {
    ...planOptions,
    out: { type: 'string', help: 'the run folder (default: one below .trace-loupe/runs)' },
    concurrency: { type: 'string', help: 'most requests in flight per model' },
    shard: { type: 'string', help: 'I/N: only this part of the run; parts unite in one folder' },
  },
  async run(call) {
    const { spec, plan, badRows } = await readPlan(call);
    const concurrency = number(call, 'concurrency', { least: 1, whole: true });
    const folder = await runFolder(call, spec, plan);
    const fetch = createNodeFetch();
    const key = keyFrom(call.environment, [spec.weak, spec.strong]);
    call.terminal.note(`Run ${folder.path}`);
    const report = progressReporter(call);
    const outcome = await sampleFolder({
      folder: concurrency === undefined ? folder : withConcurrency(folder, concurrency),
      client: async (arm) => {
        const settings = folder.run.models[arm];
        return settings && openaiClient({ settings, apiKey: await key(settings.baseUrl), fetch });
      },
      shard: shard(call),
      maxUsd: number(call, 'max-usd'),
      signal: call.terminal.signal,
      onProgress: report,
    });
    for (const line of outcomeLines(folder.run, outcome)) await call.terminal.result(line);
    if (outcome.message) call.terminal.note(outcome.message);
    else if (outcome.problem && outcome.state !== 'complete') call.terminal.note(outcome.problem);
    if (call.terminal.signal.aborted) call.terminal.note('Stopped; what arrived is kept. The same call again goes on.');
    const missing = arms.some((arm) => outcome.drawn[arm] < outcome.planned[arm]);
    return badRows || missing ? 1 : 0;
  },
};

/** The run that this call made before, or a new one. */
async function runFolder(call: Call, spec: Parameters<typeof runFileOf>[0], plan: Plan): Promise<RunFolder> {
  const createdAt = new Date().toISOString();
  const name =
    call.files.length === 1
      ? basename(call.files[0] ?? '').replace(/\.[^.]*$/, '') || 'run'
      : `${call.files.length} files`;
  const runs = runsFolder(process.cwd());
  const out = text(call, 'out');
  const path = out === undefined ? join(runs, runIdOf(createdAt, name)) : resolve(out);
  const about = { id: basename(path), name, createdAt, version: call.version, seed: spec.seed ?? 0 };
  const run = runFileOf(spec, plan, about);
  const find = () => (out === undefined ? findRun(runs, run) : runAt(path, run));
  const found = await find();
  if (found) return found;
  try {
    await createRunFolder(path, (draft) => writeRunFiles(draft, run, plan.problems));
  } catch (error) {
    // Another shard of the same run may have made the folder in the meantime.
    const made = await find();
    if (made) return made;
    throw error;
  }
  return readRunFolder(path);
}

function withConcurrency({ path, run }: RunFolder, concurrency: number): RunFolder {
  const limited = (arm: 'weak' | 'strong') => run.models[arm] && { ...run.models[arm], concurrency };
  return { path, run: { ...run, models: { weak: limited('weak'), strong: limited('strong') } } };
}

const noteEveryMs = 30_000;

/** A line that is kept up to date on a terminal; elsewhere a line now and then. */
function progressReporter(call: Call): (progress: Progress) => void {
  let noted = Date.now();
  let told = '';
  return (progress) => {
    const line = progressLine(progress);
    call.terminal.progress(line);
    if (progress.problem && progress.problem !== told) call.terminal.note(progress.problem);
    told = progress.problem ?? told;
    if (process.stderr.isTTY || Date.now() - noted < noteEveryMs) return;
    noted = Date.now();
    call.terminal.note(line);
  };
}

function progressLine({ drawn, planned, failed, remainingMs }: Progress): string {
  const part = arms.map((arm) => `${arm} ${count(drawn[arm])} of ${count(planned[arm])}`).join(' · ');
  const lost = failed.weak + failed.strong;
  const left = remainingMs === null ? '' : ` · about ${Math.ceil(remainingMs / 1000)} s left`;
  return `${part}${lost ? ` · ${lost} given up` : ''}${left}`;
}

function outcomeLines(run: RunFile, { drawn, planned, failed, spend }: Progress): string[] {
  const match = matchRatio(run.match, spend.weak, spend.strong, run.problemCount);
  return [
    ...table(
      ['', 'weak', 'strong'],
      [
        ['drawn', ...arms.map((arm) => `${count(drawn[arm])} of ${count(planned[arm])}`)],
        ['given up', ...arms.map((arm) => count(failed[arm]))],
        ['generated tokens', ...arms.map((arm) => count(spend[arm].completionTokens))],
        ['price', ...arms.map((arm) => dollars(spend[arm].usd))],
      ],
    ),
    `realised ${match.matched ? 'matched' : 'unmatched'} by ${match.match}: weak over strong ${match.ratio === null ? 'unknown' : `${match.ratio.toFixed(3)}×`}`,
  ];
}
