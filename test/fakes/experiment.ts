import { figuresOf } from '../../tools/experiment/figures.ts';
import type { Experiment, PairWeights } from '../../tools/experiment/result.ts';
import { Tallying, type Training } from '../../tools/experiment/tally.ts';

/** A small seeded generator (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const grid = [
  { strong: 1, weak: 5 },
  { strong: 3, weak: 15 },
];

export const models = { weak: { activeParamsB: 0.0002 }, strong: { activeParamsB: 0.001 } };

/** Trainings of invented models: the weak one is right less often, and more often by wrong reasoning. */
export function trainings(seeds: number, problems: number): Training[] {
  return Array.from({ length: seeds }, (_, seed) => ({
    seed,
    weak: draw(seed * 2 + 1, problems, 15, 0.6, 0.3),
    strong: draw(seed * 2 + 2, problems, 3, 0.8, 0.1),
  }));
}

/** The result of an experiment on them. */
export function experiment(seeds = 2, problems = 30): Experiment {
  const drawn = trainings(seeds, problems);
  const weights = drawn.map(({ seed }): PairWeights => {
    const facts = { parameters: 1, steps: 1234, sha256: `${seed}`.repeat(64) };
    return { seed, shipped: seed === 0, weak: facts, strong: { ...facts, steps: 5678 } };
  });
  const pair = { weights, figures: figuresOf(drawn, models, grid) };
  const first = { weights: weights.slice(0, 1), figures: figuresOf(drawn.slice(0, 1), models, grid) };
  return { samples: { weak: 15, strong: 3 }, temperature: 0.7, samplingSeed: 1, pair, longer: first };
}

function draw(seed: number, problems: number, samples: number, skill: number, unsound: number) {
  const [random, hardness] = [uniform(seed), uniform(99)];
  const tallying = new Tallying(problems);
  for (let problem = 0; problem < problems; problem++) {
    const hard = hardness();
    for (let i = 0; i < samples; i++) {
      const correct = random() > 2 * hard * (1 - skill);
      const wrong = random() < 2 * hard * unsound ? (random() < 0.6 ? 'operands' : 'label') : null;
      const path = String(Math.floor(random() * (wrong ? 12 : 3)));
      tallying.add(problem, {
        correct,
        wrong,
        path,
        completionTokens: 40 + Math.floor(30 * random()),
        truncated: false,
      });
    }
  }
  return tallying.result();
}
