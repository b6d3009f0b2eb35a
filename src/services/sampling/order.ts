import type { Problem, ProblemId } from '../../core/problem/problem.ts';
import type { RunFile } from '../../core/trace/run.ts';
import { type Arm, type TraceId, traceId } from '../../core/trace/trace.ts';

/** One sample of a run's plan. */
export interface PlannedSample {
  problem: ProblemId;
  arm: Arm;
  /** 0-based. */
  sample: number;
}

/** One part of a run that is drawn on several machines; `index` is 1-based, as in `--shard 1/4`. */
export interface Shard {
  index: number;
  count: number;
}

/**
 * The samples of the plan that have no trace yet, in the order in which to draw them.
 *
 * The order goes in rounds: each round gives every problem, one after the other, its share of both arms' samples. So
 * wherever a run stops, the problems of a round have both arms in the plan's proportion, and the others are one round
 * behind. Shards take whole problems; together they are the run, and no two share a sample.
 */
export function missingSamples(
  run: Pick<RunFile, 'grid' | 'models'>,
  problems: readonly Pick<Problem, 'id'>[],
  drawn: ReadonlySet<TraceId>,
  shard: Shard = { index: 1, count: 1 },
): PlannedSample[] {
  const weak = planned(run, 'weak');
  const strong = planned(run, 'strong');
  const rounds = Math.min(weak, strong) || Math.max(weak, strong);
  const missing: PlannedSample[] = [];
  for (let round = 0; round < rounds; round++) {
    problems.forEach(({ id: problem }, index) => {
      if (index % shard.count !== shard.index - 1) return;
      const phase = (index * goldenRatio) % 1;
      const shares: Share[] = [
        { arm: 'weak', samples: share(weak, rounds, round, phase) },
        { arm: 'strong', samples: share(strong, rounds, round, phase) },
      ];
      for (const { arm, sample } of interleave(shares)) {
        if (!drawn.has(traceId(problem, arm, sample))) missing.push({ problem, arm, sample });
      }
    });
  }
  return missing;
}

/** Samples per problem that the plan draws of an arm: the largest of its grid, 0 for an arm without a model. */
export function planned(run: Pick<RunFile, 'grid' | 'models'>, arm: Arm): number {
  return run.models[arm] ? Math.max(0, ...run.grid.map((point) => point[arm])) : 0;
}

interface Share {
  arm: Arm;
  samples: number[];
}

/**
 * Which of an arm's samples a problem draws in a round. Where they don't divide evenly, as 9 rounds of 20 samples, the
 * problem's phase (0 ≤ phase < 1) decides whether it gets the smaller or the larger part first.
 */
function share(total: number, rounds: number, round: number, phase: number): number[] {
  const first = Math.max(0, Math.ceil((total * round) / rounds - phase));
  const end = Math.ceil((total * (round + 1)) / rounds - phase);
  return Array.from({ length: end - first }, (_, index) => first + index);
}

/** Its multiples, modulo 1, fill the unit interval as evenly as any: rounding up and down balance over few problems. */
const goldenRatio = (Math.sqrt(5) - 1) / 2;

function interleave(shares: readonly Share[]): { arm: Arm; sample: number }[] {
  return shares
    .flatMap(({ arm, samples }) =>
      samples.map((sample, index) => ({ arm, sample, at: (index + 0.5) / samples.length })),
    )
    .sort((a, b) => a.at - b.at);
}

/**
 * The seed of a sample, from 0 to 2³¹ − 1: the same for the same run seed and sample, on any machine.
 *
 * Within a problem and arm no two samples share a seed (up to 2²⁰ samples), and they are far apart: servers that make
 * n answers of one request use neighbouring seeds. `redraw` counts earlier replies to the same sample that were empty:
 * the same seed would be answered with the same emptiness.
 */
export function seedOf(runSeed: number, { problem, arm, sample }: PlannedSample, redraw = 0): number {
  const start = hash(`${runSeed}/${problem}/${arm}`);
  return (start + Math.imul(sample + redraw * 2 ** 20, oddStep)) & 0x7fffffff;
}

/** 2³² divided by the golden ratio: an odd number, so its multiples visit all of 2³¹ before one returns. */
const oddStep = 0x9e3779b1;

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/), over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
