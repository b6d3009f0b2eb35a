import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Pair } from '../../src/core/metrics/difference.ts';
import { differenceBand } from '../../src/core/metrics/differenceBand.ts';
import type { AnswerClass } from '../../src/core/metrics/majority.ts';
import { majorityAtK } from '../../src/core/metrics/majority.ts';
import { seededUniform } from '../../src/core/metrics/seeded.ts';

const near = (actual: number | null | undefined, expected: number, slack = 1e-9) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= slack, `${actual} is not within ${slack} of ${expected}`);

/** Every way to take k of n things, as lists of indices. */
function subsets(n: number, k: number): number[][] {
  if (k === 0) return [[]];
  return Array.from({ length: n }, (_, last) => last).flatMap((last) =>
    subsets(last, k - 1).map((rest) => [...rest, last]),
  );
}

function byHand(classes: readonly AnswerClass[], samples: number, k: number): number {
  const answers = classes.flatMap(({ n }, index) => Array.from({ length: n }, () => index));
  const all = subsets(samples, k);
  const rights = all.map((subset) => {
    const votes = classes.map((_, index) => subset.filter((i) => answers[i] === index).length);
    const best = Math.max(...votes);
    const winners = classes.filter((_, index) => best > 0 && votes[index] === best);
    return winners.length === 0 ? 0 : winners.filter(({ correct }) => correct).length / winners.length;
  });
  return rights.reduce((sum, right) => sum + right, 0) / all.length;
}

const classesArbitrary = fc.array(fc.record({ n: fc.integer({ min: 0, max: 4 }), correct: fc.boolean() }), {
  minLength: 1,
  maxLength: 4,
});

test('maj@k is the mean of the vote over all subsets of k samples, ties by lot, the silent not voting', () => {
  fc.assert(
    fc.property(classesArbitrary, fc.nat(2), fc.integer({ min: 1, max: 8 }), (classes, silent, k) => {
      const samples = Math.min(9, classes.reduce((sum, { n }) => sum + n, 0) + silent);
      fc.pre(classes.reduce((sum, { n }) => sum + n, 0) <= samples && k <= samples);
      const { value, error } = majorityAtK(classes, samples, k, { seed: 1 });
      near(value, byHand(classes, samples, k));
      assert.equal(error, 0);
    }),
  );
});

test('maj@k has its known ends', () => {
  const classes = [
    { n: 6, correct: true },
    { n: 4, correct: false },
  ];
  const at = (k: number) => majorityAtK(classes, 10, k, { seed: 1 }).value;
  near(at(1), 0.6);
  near(at(10), 1);
  near(at(2), 0.6);
  assert.ok(Number.isNaN(at(11)));
  assert.equal(majorityAtK([{ n: 9, correct: false }], 10, 3, { seed: 1 }).value, 0);
  near(majorityAtK([{ n: 9, correct: true }], 10, 1, { seed: 1 }).value, 0.9);
});

test('large votes neither overflow nor vanish', () => {
  const classes = [
    { n: 3, correct: true },
    { n: 2, correct: false },
  ];
  // Each sample is among the 1000 of 2000 with chance ½, all but independently: P(X > Y) + ½ P(X = Y > 0) = ½ + 9/64.
  const { value, error } = majorityAtK(classes, 2000, 1000, { seed: 1, most: 1e12 });
  assert.equal(error, 0);
  near(value, 41 / 64, 0.001);
});

test('where the sum would take too long it is drawn, with its error, the same for the same seed', () => {
  const classes = [
    { n: 20, correct: true },
    { n: 15, correct: false },
    { n: 12, correct: false },
  ];
  const exact = majorityAtK(classes, 50, 12, { seed: 1 });
  const drawn = majorityAtK(classes, 50, 12, { seed: 1, most: 0 });
  assert.deepEqual(drawn, majorityAtK(classes, 50, 12, { seed: 1, most: 0 }));
  assert.ok(exact.error === 0 && drawn.error > 0 && drawn.error < 0.012);
  near(drawn.value, exact.value, 4 * drawn.error);
});

/** Coverage-like figures of problems over a grid: each problem has a hardness that shows at every point. */
function columns(random: () => number, problems: number, points: number) {
  const rates = Array.from({ length: problems }, () => [random() ** 2, random() ** 2] as const);
  return Array.from({ length: points }, (_, point) => ({
    pairs: rates.map(([a, b]): Pair<number> => [solved(a, point + 1), solved(b, point + 1)]),
    draws: [problems * 4, problems * 4] as const,
  }));
}

function solved(rate: number, k: number): number {
  return 1 - (1 - rate) ** k;
}

test('a band over the cost grid holds the whole curve in about 95 % of runs; its points’ intervals do not', () => {
  const random = seededUniform(15);
  let whole = 0;
  let pointwise = 0;
  const runs = 80;
  for (let run = 0; run < runs; run++) {
    // Both arms are alike: the true difference is 0 everywhere.
    const band = differenceBand(columns(random, 60, 8), 3);
    whole += Number(band.every(({ bandLow = 1, bandHigh = -1 }) => bandLow <= 0 && 0 <= bandHigh)) / runs;
    pointwise += Number(band.every(({ low = 1, high = -1 }) => low <= 0 && 0 <= high)) / runs;
  }
  assert.ok(whole > 0.88, `band: ${whole}`);
  assert.ok(pointwise < whole, `points: ${pointwise}`);
});

test('a band is never inside its intervals, and equal columns need no more than one', () => {
  const one = columns(seededUniform(16), 60, 1)[0];
  assert.ok(one);
  const [single, ...rest] = differenceBand([one, one, one], 3);
  assert.ok(single?.low !== undefined && single.bandLow !== undefined);
  near(single.bandLow, single.low, 0.01 * Math.abs(single.low));
  for (const point of rest) assert.deepEqual(point, single);
  for (const { low = 0, high = 0, bandLow = 0, bandHigh = 0 } of differenceBand(columns(seededUniform(17), 60, 9), 3))
    assert.ok(bandLow <= low && high <= bandHigh);
});

test('points where the arms never differ have no say', () => {
  const flat = { pairs: Array.from({ length: 20 }, (): Pair<number> => [0.5, 0.5]), draws: [20, 20] as const };
  const [point] = differenceBand([flat], 3);
  assert.equal(point?.value, 0);
});
