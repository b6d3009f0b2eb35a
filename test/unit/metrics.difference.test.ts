import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { passAtK } from '../../src/core/metrics/coverage.ts';
import { linearisedShare, type Pair, pairedDifference, shareDifference } from '../../src/core/metrics/difference.ts';
import { type Cluster, clusteredShare } from '../../src/core/metrics/interval.ts';
import type { Estimate } from '../../src/core/metrics/report.ts';

/** A small seeded generator (mulberry32), so that every simulation below is the same on every run. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const near = (actual: number | null | undefined, expected: number, slack = 1e-9) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= slack, `${actual} is not within ${slack} of ${expected}`);

const width = ({ low = Number.NaN, high = Number.NaN }: Estimate) => high - low;

test('the paired difference has Student’s published interval', () => {
  // "Student" 1908, the sleep that two drugs gained ten patients: mean −1.58, 95 % −2.46 to −0.70.
  const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
  const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
  const difference = pairedDifference(first.map((value, i): Pair<number> => [value, second[i] ?? Number.NaN]));
  near(difference.value, -1.58);
  near(difference.low, -2.4598858, 2e-4);
  near(difference.high, -0.7001142, 2e-4);
  assert.equal(difference.n, 10);
});

test('what tells nothing of the spread gives no interval', () => {
  assert.deepEqual(pairedDifference([]), { value: null, n: 0 });
  assert.deepEqual(pairedDifference([[0.5, 0.25]]), { value: 0.25, n: 1 });
  assert.deepEqual(
    pairedDifference([
      [1, 0.5],
      [0.5, 0],
    ]),
    { value: 0.5, n: 2 },
  );
  assert.deepEqual(shareDifference([], [0, 0]), { value: null, n: 0 });
  assert.deepEqual(shareDifference([[0.5, 0.25]], [4, 4]), { value: 0.25, n: 1 });
});

test('the linearised share has the share as its mean, and its clustered variance as its spread', () => {
  const cluster = fc.nat(6).chain((n) => fc.record({ hits: fc.nat(n), n: fc.constant(n) }));
  fc.assert(
    fc.property(fc.array(cluster, { minLength: 2, maxLength: 30 }), (clusters) => {
      const values = linearisedShare(clusters);
      const n = clusters.reduce((sum, one) => sum + one.n, 0);
      if (values === null) return assert.equal(n, 0);
      const share = clusters.reduce((sum, one) => sum + one.hits, 0) / n;
      near(mean(values), share);
      const spread = values.reduce((sum, value) => sum + (value - share) ** 2, 0);
      const residuals = clusters.reduce((sum, one) => sum + (one.hits - share * one.n) ** 2, 0);
      near(spread / values.length ** 2, residuals / n ** 2);
    }),
  );
});

test('its spread is that of the jackknife over problems', () => {
  const random = uniform(3);
  const clusters = drawClusters(random, 300, 8, () => 0.2 * random());
  const shareWithout = (left: number) => {
    const kept = clusters.filter((_, i) => i !== left);
    return kept.reduce((sum, one) => sum + one.hits, 0) / kept.reduce((sum, one) => sum + one.n, 0);
  };
  const without = clusters.map((_, i) => shareWithout(i));
  const jackknife = without.reduce((sum, share) => sum + (share - mean(without)) ** 2, 0) * (299 / 300);
  const values = linearisedShare(clusters) ?? [];
  const linearised = values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / 299 / 300;
  near(linearised / jackknife, 1, 0.02);
});

test('an arm against itself differs by nothing, within far less than two arms that share no problem', () => {
  const values = [0, 0.2, 0.7, 1, 0.4];
  const against = (others: number[]) =>
    shareDifference(
      values.map((value, i): Pair<number> => [value, others[i] ?? Number.NaN]),
      [50, 50],
    );
  const same = against(values);
  assert.equal(same.value, 0);
  near(same.low, -(same.high ?? Number.NaN));
  assert.ok(width(same) < 0.1 * width(against([0.7, 0.4, 0, 0.2, 1])), String(width(same)));
});

test('exchanging the arms turns the interval round', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(share, share), { maxLength: 30 }), (pairs) => {
      const there = shareDifference(pairs, [100, 40]);
      const back = shareDifference(
        pairs.map(([first, second]): Pair<number> => [second, first]),
        [40, 100],
      );
      if (there.low === undefined || there.high === undefined) return;
      near(back.low, -there.high, 1e-7);
      near(back.high, -there.low, 1e-7);
      assert.ok(there.value !== null && there.low <= there.value + 1e-12 && there.value <= there.high + 1e-12);
    }),
  );
});

test('pairing takes off what makes a problem hard for both arms', () => {
  const random = uniform(11);
  const hardness = Array.from({ length: 200 }, () => random());
  const rate = (hard: number, n: number) =>
    Array.from({ length: n }, () => Number(random() > hard)).reduce((a, b) => a + b, 0) / n;
  const first = hardness.map((hard) => rate(hard, 20));
  const second = hardness.map((hard) => rate(hard, 20));
  const shuffled = [...second.slice(100), ...second.slice(0, 100)];
  const pair = (others: number[]) => first.map((value, i): Pair<number> => [value, others[i] ?? Number.NaN]);
  const draws = [4000, 4000] as const;
  assert.ok(width(shareDifference(pair(second), draws)) < 0.6 * width(shareDifference(pair(shuffled), draws)));
  assert.ok(width(pairedDifference(pair(second))) < 0.6 * width(pairedDifference(pair(shuffled))));
});

test('where both are possible, the interval of a difference of shares is Student’s', () => {
  const random = uniform(5);
  const pairs = Array.from({ length: 400 }, (): Pair<number> => {
    const hard = random();
    return [passAtK(10, binomial(random, 10, 1 - hard), 2), passAtK(10, binomial(random, 10, 1 - hard ** 2), 2)];
  });
  const [share, student] = [shareDifference(pairs, [4000, 4000]), pairedDifference(pairs)];
  near(share.value, student.value ?? Number.NaN);
  near(share.low, student.low ?? Number.NaN, 0.003);
  near(share.high, student.high ?? Number.NaN, 0.003);
});

/** Share of `runs` simulated studies whose interval holds the truth. */
function held(runs: number, truth: number, study: (random: () => number) => Estimate): number {
  const random = uniform(20240829);
  let count = 0;
  for (let i = 0; i < runs; i++) {
    const { low = Number.NaN, high = Number.NaN } = study(random);
    if (low <= truth && truth <= high) count++;
  }
  return count / runs;
}

test('95 % intervals of a difference of FPRs hold the truth in at least about 95 % of simulated studies', () => {
  // Per problem of hardness u an arm is right in `right(u)` of its samples, of which `unsound(u)` are false positives.
  interface Arm {
    right(u: number): number;
    unsound(u: number): number;
  }
  const weak: Arm = { right: (u) => 1 - 0.7 * u, unsound: (u) => 0.3 * u ** 2 };
  const strong: Arm = { right: (u) => 1 - 0.3 * u, unsound: (u) => 0.1 * u };
  const rare: Arm = { right: () => 0.7, unsound: () => 0.02 };
  const designs: [problems: number, samples: [number, number], first: Arm, second: Arm][] = [
    [400, [50, 10], weak, strong],
    [60, [5, 1], weak, strong],
    [100, [3, 1], rare, rare],
    [100, [10, 10], rare, weak],
  ];
  for (const [problems, samples, first, second] of designs) {
    const rate = (arm: Arm) => integral((u) => arm.right(u) * arm.unsound(u)) / integral(arm.right);
    const study = (random: () => number) => {
      const hardness = Array.from({ length: problems }, random);
      const clusters = [first, second].map((arm, i) =>
        hardness.map((u): Cluster => {
          const n = binomial(random, samples[i] ?? 0, arm.right(u));
          return { n, hits: binomial(random, n, arm.unsound(u)) };
        }),
      );
      const [a = [], b = []] = clusters;
      const [from, to] = [linearisedShare(a) ?? [], linearisedShare(b) ?? []];
      const draws: Pair<number> = [clusteredShare(a).n, clusteredShare(b).n];
      return shareDifference(
        from.map((value, i): Pair<number> => [value, to[i] ?? Number.NaN]),
        draws,
      );
    };
    const share = held(problems > 200 ? 400 : 1000, rate(first) - rate(second), study);
    assert.ok(share > 0.925, `${share} of ${JSON.stringify({ problems, samples })}`);
  }
});

test('95 % intervals of a difference of coverages do so too, even where almost every problem is solved', () => {
  const designs: [
    problems: number,
    k: [number, number],
    first: (u: number) => number,
    second: (u: number) => number,
  ][] = [
    [100, [5, 1], (u) => Math.sqrt(u), (u) => u ** 0.2],
    [100, [50, 10], (u) => (u < 0.02 ? 0 : 0.9), (u) => (u < 0.01 ? 0 : 0.95)],
  ];
  for (const [problems, [first, second], weak, strong] of designs) {
    const truth = integral((u) => (1 - strong(u)) ** second - (1 - weak(u)) ** first);
    const study = (random: () => number) => {
      const pairs = Array.from({ length: problems }, (): Pair<number> => {
        const u = random();
        return [
          passAtK(50, binomial(random, 50, weak(u)), first),
          passAtK(10, binomial(random, 10, strong(u)), second),
        ];
      });
      return shareDifference(pairs, [problems * 50, problems * 10]);
    };
    const share = held(400, truth, study);
    assert.ok(share > 0.925, `${share} at ${first} and ${second} samples`);
  }
});

function drawClusters(random: () => number, problems: number, most: number, rate: () => number): Cluster[] {
  return Array.from({ length: problems }, () => {
    const [n, own] = [1 + Math.floor(random() * most), rate()];
    return { n, hits: binomial(random, n, own) };
  });
}

function binomial(random: () => number, n: number, rate: number): number {
  let hits = 0;
  for (let i = 0; i < n; i++) if (random() < rate) hits++;
  return hits;
}

/** Over the unit interval. */
function integral(of: (u: number) => number): number {
  const steps = 20_000;
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += of((i + 0.5) / steps);
  return sum / steps;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
