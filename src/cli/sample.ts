import { basename, resolve } from 'node:path';
import { matchRatio } from '../core/budget/match.ts';
import type { RunFile } from '../core/trace/run.ts';
import { type Arm, arms } from '../core/trace/trace.ts';
import type { PlanSpec } from '../protocol/engine.ts';
import type { Plan } from '../services/engine/planning.ts';
import { runFileOf } from '../services/engine/planning.ts';
import { sampleFolder } from '../services/engine/sampleFolder.ts';
import { createClients } from '../services/models/client.ts';
import { createNodeFetch } from '../services/models/nodeFetch.ts';
import type { Progress } from '../services/sampling/progress.ts';
import {
  createRunFolder,
  freeRunFolder,
  type RunFolder,
  readRunFolder,
  runIdOf,
  runsFolder,
  writeRunFiles,
} from '../services/store/runFolder.ts';
import type { Call, Command } from './command.ts';
import { inTheBox, keyOf } from './models.ts';
import { planOptions, readPlan } from './plan.ts';
import { findRun, runAt } from './runs.ts';
import { count, counted, dollars, table } from './table.ts';
import { number, shard, text } from './values.ts';

export const sampleCommand: Command = {
  name: 'sample',
  usage: 'FILE… --weak M --strong M [--strong-samples 1,3,9] [--out DIR]',
  summary: 'Draws the plan into a run folder; the same call again draws what is missing.',
  about: ['Ctrl-C keeps what arrived. Prints what was drawn and spent; progress goes to standard error.', ...inTheBox],
  example: `sample gsm8k.jsonl --strong-samples 1,3 --out runs/first \\
    --weak gemma-2-9b --strong gemma-2-27b`,
  options: {
    ...planOptions,
    out: { type: 'string', value: 'DIR', help: 'the run folder (default: a new one below .trace-loupe/runs)' },
    concurrency: { type: 'string', value: 'N', help: 'most requests in flight per model (default 16)' },
    shard: { type: 'string', value: 'I/N', help: 'only this part of the run; the parts unite in one folder' },
  },
  stopsInOrder: true,
  async run(call) {
    const part = shard(call);
    const concurrency = number(call, 'concurrency', { least: 1, whole: true });
    const { spec, plan, badRows } = await readPlan(call);
    const keys = { weak: keyOf(spec.weak, call.environment), strong: keyOf(spec.strong, call.environment) };
    const folder = await runFolder(call, spec, plan);
    call.terminal.note(`Run ${folder.path}`);
    const served = servedAt(folder, spec, concurrency);
    const clients = createClients(call.media, createNodeFetch());
    const outcome = await sampleFolder({
      folder: served,
      client: async (arm) => {
        const settings = served.run.models[arm];
        return settings && clients.of(settings, async () => keys[arm]);
      },
      shard: part,
      maxUsd: spec.maxUsd,
      signal: call.terminal.signal,
      onProgress: progressReporter(call),
    }).finally(clients.close);
    const { state, message, problem } = outcome;
    if (call.values.json) await call.terminal.result(JSON.stringify({ folder: folder.path, ...outcome }));
    else for (const line of outcomeLines(folder.run, outcome)) await call.terminal.result(line);
    if (message) call.terminal.note(message);
    else if (problem && lacking(outcome) > 0) call.terminal.note(problem);
    if (state !== 'complete' || lacking(outcome) > 0)
      call.terminal.note(
        `${counted(lacking(outcome), 'sample')} missing; what arrived is kept, and the same call draws the rest.`,
      );
    return badRows || lacking(outcome) > 0 ? 1 : 0;
  },
};

const lacking = ({ drawn, planned }: Progress): number => arms.reduce((sum, arm) => sum + planned[arm] - drawn[arm], 0);

/** The run that this call made before, or a new one. */
async function runFolder(call: Call, spec: PlanSpec, plan: Plan): Promise<RunFolder> {
  const createdAt = new Date().toISOString();
  const name = runName(spec.problemFiles.map(({ path }) => path));
  const runs = runsFolder(process.cwd());
  const out = text(call, 'out');
  const path = out ? resolve(out) : (await freeRunFolder(runs, runIdOf(createdAt, name))).path;
  const about = { id: basename(path), name, createdAt, version: call.version, seed: spec.seed ?? 0 };
  const run = runFileOf(spec, plan, about);
  const planned = { run, problems: plan.problems };
  const find = () => (out ? runAt(path, planned) : findRun(runs, planned));
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

function runName([first = '', ...more]: string[]): string {
  return more.length
    ? `${more.length + 1} files`
    : basename(first)
        .replace(/\.gz$/i, '')
        .replace(/\.[^.]*$/, '');
}

/** The run with its models as this call reaches and pays them: a server's address, its load and its prices change from day to day. */
function servedAt({ path, run }: RunFolder, spec: PlanSpec, concurrency: number | undefined): RunFolder {
  const served = (arm: Arm) => {
    const planned = run.models[arm];
    const { baseUrl, inputPrice = planned?.inputPrice, outputPrice = planned?.outputPrice } = spec[arm];
    const most = concurrency ?? spec[arm].concurrency ?? planned?.concurrency;
    return planned && { ...planned, baseUrl, inputPrice, outputPrice, concurrency: most };
  };
  return { path, run: { ...run, models: { weak: served('weak'), strong: served('strong') } } };
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
