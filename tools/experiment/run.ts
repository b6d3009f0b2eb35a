import { setMaxListeners } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Arm } from '../../src/core/trace/trace.ts';
import { createEmbeddedModels } from '../../src/services/models/embedded/embeddedModels.ts';
import { figuresOf } from './figures.ts';
import type { Options } from './options.ts';
import { readTestProblems, type TestProblem } from './problems.ts';
import type { Progress } from './progress.ts';
import type { Experiment, PairWeights, TrainedPair } from './result.ts';
import { drawArm, inLanes } from './sample.ts';
import type { ArmTally, Training } from './tally.ts';
import { type FoundPair, findWeights } from './weights.ts';

const temperature = 0.7;
const samplingSeed = 20240829;

/**
 * Samples, judges and compares. `root`: the repository. Rejects with a `UserError` where weights, problems or keys are missing, and
 * with the signal's reason once it is aborted.
 */
export async function runExperiment(
  root: string,
  options: Options,
  progress: Progress,
  signal: AbortSignal,
): Promise<Experiment> {
  const media = join(root, 'media');
  const problems = await readTestProblems(media, options.problems);
  const { pairs, longer } = await findWeights(join(root, seedsFolder), join(media, 'models'), options.seeds);
  const samples = {
    weak: Math.max(...options.points.map(({ weak }) => weak)),
    strong: Math.max(...options.points.map(({ strong }) => strong)),
  };
  const draws = new Map<string, ArmTally>();
  const jobs = [
    ...pairs.flatMap((pair) => [job(pair, 'weak'), job(pair, 'strong')]),
    ...longer.map((pair) => job(pair, 'weak')),
  ];
  progress.begin(
    jobs.reduce((sum, { arm }) => sum + problems.length * samples[arm], 0),
    jobs.length,
  );
  const failure = new AbortController();
  const ended = AbortSignal.any([signal, failure.signal]);
  // Every sample in flight listens to it.
  setMaxListeners(0, ended);
  await inLanes(jobs.length, availableParallelism(), async (index) => {
    const next = jobs[index];
    if (!next) return;
    try {
      draws.set(next.file, await drawJob(next, problems, samples[next.arm], progress, ended));
    } catch (error) {
      // Else what runs beside it would go on for minutes.
      failure.abort(error);
      throw error;
    }
  });
  const compared = (found: FoundPair[]) => trainedPair(found, draws, options);
  return {
    samples,
    temperature,
    samplingSeed,
    pair: compared(pairs),
    longer: longer.length > 0 ? compared(longer) : null,
  };
}

const seedsFolder = 'tools/embedded-models/seeds';

interface Job {
  arm: Arm;
  file: string;
  pair: FoundPair;
}

const job = (pair: FoundPair, arm: Arm): Job => ({ arm, file: pair.files[arm], pair });

/** One arm of one training, by models of its own: each has a thread, so the jobs fill the cores. */
async function drawJob(
  { arm, pair }: Job,
  problems: TestProblem[],
  samples: number,
  progress: Progress,
  signal: AbortSignal,
) {
  const folder = await mkdtemp(join(tmpdir(), 'trace-loupe-experiment-'));
  const models = createEmbeddedModels({ folder });
  try {
    for (const name of ['weak', 'strong'] as const) await copyFile(pair.files[name], join(folder, `${name}.tlm`));
    const onSample = (completionTokens: number) => progress.add(completionTokens);
    return await drawArm(models, { arm, problems, samples, samplingSeed, temperature, onSample }, signal);
  } finally {
    await models.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function trainedPair(
  found: readonly FoundPair[],
  draws: ReadonlyMap<string, ArmTally>,
  { points }: Options,
): TrainedPair {
  const trainings = found.map(({ seed, files }): Training => {
    const [weak, strong] = [draws.get(files.weak), draws.get(files.strong)];
    if (!weak || !strong) throw new Error(`Nothing was drawn for training seed ${seed}.`);
    return { seed, weak, strong };
  });
  const params = (arm: Arm) => ({ activeParamsB: (found[0]?.[arm].parameters ?? 0) / 1e9 });
  const figures = figuresOf(trainings, { weak: params('weak'), strong: params('strong') }, points);
  return { weights: found.map(({ files: _, ...weights }): PairWeights => weights), figures };
}
