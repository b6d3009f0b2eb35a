import { join } from 'node:path';
import { addSpend, noSpend, spendOf } from '../../core/budget/cost.ts';
import type { RunFile } from '../../core/trace/run.ts';
import { type Arm, arms } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';
import type { ModelClient } from '../models/model.ts';
import { missingSamples, type Shard } from '../sampling/order.ts';
import type { Before, Progress } from '../sampling/progress.ts';
import { type SampleOutcome, sampleRun } from '../sampling/sampler.ts';
import { type AttemptCounts, noAttempts, readAttempts } from '../store/attempts.ts';
import { type DrawnSamples, readDrawn } from '../store/drawn.ts';
import { lockRun } from '../store/lock.ts';
import { openLog } from '../store/log.ts';
import { type RunFolder, readProblems } from '../store/runFolder.ts';

export interface SampleFolderOptions {
  folder: RunFolder;
  client(arm: Arm): Promise<ModelClient | null>;
  /** Draw only a part; its traces go to a file of its own, so that shards unite by copying files together. */
  shard?: Shard;
  /** Most US dollars, instead of the plan's own cap. */
  maxUsd?: number;
  signal: AbortSignal;
  onProgress?(progress: Progress): void;
  /** The run is locked and its log is open: from here on requests are sent. */
  onBegin?(): void;
  /** A trace is on disk. */
  onTrace?(): void;
}

/**
 * Draws what is missing of a run, into its folder. The same call again draws what is still missing, and nothing twice.
 *
 * @throws UserError where another process draws the run, the run can't be resumed, or the disk refuses.
 */
export async function sampleFolder(options: SampleFolderOptions): Promise<SampleOutcome> {
  const { path, run } = options.folder;
  if (run.origin === 'imported') {
    throw new UserError(`The run ${run.name} was imported: its traces were drawn elsewhere, so it can't be resumed.`);
  }
  const lock = await lockRun(path, options.shard);
  try {
    return await sampleLocked(options);
  } finally {
    await lock.release();
  }
}

async function sampleLocked(options: SampleFolderOptions): Promise<SampleOutcome> {
  const { folder, shard, signal } = options;
  const { path, run } = folder;
  const [problems, drawn, attempts] = [await readProblems(path), await readDrawn(path, signal), noAttempts()];
  await readAttempts(path, attempts);
  const byId = new Map(problems.map((problem) => [problem.id, problem]));
  const part = shard ? `.${shard.index}-of-${shard.count}` : '';
  const traces = await openLog(join(path, `traces${part}.jsonl`));
  const failures = await openLog(join(path, `attempts${part}.jsonl`));
  try {
    const clients = { weak: await options.client('weak'), strong: await options.client('strong') };
    options.onBegin?.();
    return await sampleRun({
      run: options.maxUsd === undefined ? run : { ...run, maxUsd: options.maxUsd },
      problem: (id) => {
        const problem = byId.get(id);
        if (!problem) throw new Error(`There is no problem ${id}.`);
        return problem;
      },
      missing: missingSamples(run, problems, drawn.ids, shard),
      clients,
      sink: {
        append: async (trace) => {
          await traces.append(trace);
          options.onTrace?.();
        },
        fail: (attempt) => failures.append(attempt),
      },
      signal,
      before: beforeOf(run, drawn, attempts),
      attemptsBefore: attempts.byTrace,
      onProgress: options.onProgress,
    });
  } finally {
    await traces.close();
    await failures.close();
  }
}

function beforeOf(run: RunFile, drawn: DrawnSamples, attempts: AttemptCounts): Record<Arm, Before> {
  const before = arms.map((arm): [Arm, Before] => {
    const { samples, promptTokens, completionTokens } = drawn.tokens[arm];
    const model = run.models[arm] ?? {};
    const lost = attempts.lost
      .filter(({ id }) => id.slice(id.lastIndexOf('/') + 1).startsWith(arm === 'weak' ? 'w' : 's'))
      .map(({ usage }) => spendOf(model, 0, usage?.promptTokens ?? 0, usage?.completionTokens ?? 0))
      .reduce(addSpend, noSpend);
    const spend = spendOf(model, samples, promptTokens, completionTokens);
    return [arm, { drawn: samples, spend, lostUsd: lost.usd ?? 0 }];
  });
  return Object.fromEntries(before) as Record<Arm, Before>;
}
