import type { Arm } from '../../src/core/trace/trace.ts';
import type { EmbeddedModels } from '../../src/services/models/embedded/generate.ts';
import { seedOf } from '../../src/services/sampling/order.ts';
import { judging, type TestProblem } from './problems.ts';
import { type ArmTally, Tallying } from './tally.ts';

export interface Drawing {
  arm: Arm;
  problems: readonly TestProblem[];
  /** Per problem. */
  samples: number;
  samplingSeed: number;
  temperature: number;
  /** Told after each sample. */
  onSample(completionTokens: number): void;
}

/** Draws and judges all samples of one arm. The result does not depend on the order in which they come. */
export async function drawArm(
  models: Pick<EmbeddedModels, 'generate'>,
  drawing: Drawing,
  signal: AbortSignal,
): Promise<ArmTally> {
  const { arm, problems, samples, samplingSeed, temperature, onSample } = drawing;
  const tallying = new Tallying(problems.length);
  const judges = problems.map(judging);
  const draw = async (index: number) => {
    const at = Math.floor(index / samples);
    const [test, judge] = [problems[at], judges[at]];
    if (!test || !judge) throw new RangeError(`There is no problem ${at}.`);
    const seed = seedOf(samplingSeed, { problem: test.problem.id, arm, sample: index % samples });
    const request = { model: arm, problem: test.problem.text, seed, temperature, maxTokens };
    const { text, finish, completionTokens } = await models.generate(request, signal);
    tallying.add(at, { ...judge(text), completionTokens, truncated: finish === 'length' });
    onSample(completionTokens);
  };
  await inLanes(problems.length * samples, inFlight, draw);
  return tallying.result();
}

/** As the models are set to in the product. */
const maxTokens = 128;

/** Enough to keep a batch full while others are being judged. */
const inFlight = 96;

/** Does jobs 0 to `jobs` − 1, so many at once. After a failure no further one begins. */
export async function inLanes(jobs: number, lanes: number, work: (job: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < jobs) {
      const job = next++;
      await work(job).catch((error) => {
        next = jobs;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, jobs) }, lane));
}
