import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Cluster } from '../../src/core/metrics/interval.ts';
import {
  addTo,
  clusteredShare,
  meanOver,
  noSums,
  shareOver,
  tQuantile,
  wilsonInterval,
} from '../../src/core/metrics/interval.ts';
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

const near = (actual: number | undefined, expected: number, slack: number) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= slack, `${actual} is not within ${slack} of ${expected}`);

function sumsOf(values: readonly number[]) {
  const sums = noSums();
  for (const value of values) addTo(sums, value);
  return sums;
}

test('Wilson’s interval has its published values', () => {
  const table: [hits: number, n: number, low: number, high: number][] = [
    [12, 50, 0.143, 0.374],
    [120, 500, 0.205, 0.279],
    [85, 500, 0.14, 0.205],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
  ];
  for (const [hits, n, low, high] of table) {
    const interval = wilsonInterval(hits / n, n);
    near(interval.low, low, 0.0006);
    near(interval.high, high, 0.0006);
  }
});

test('quantiles of Student’s t are those of the tables', () => {
  const table: [degrees: number, quantile: number][] = [
    [1, 12.7062],
    [2, 4.3027],
    [4, 2.7764],
    [5, 2.5706],
    [10, 2.2281],
    [30, 2.0423],
    [120, 1.9799],
  ];
  for (const [degrees, quantile] of table) near(tQuantile(degrees), quantile, 0.0008);
  assert.equal(tQuantile(0), Number.POSITIVE_INFINITY);
});

test('with one trace per problem the clustered interval is Wilson’s, at Student’s quantile', () => {
  const clusters = Array.from({ length: 200 }, (_, i) => ({ hits: Number(i < 30), n: 1 }));
  const estimate = clusteredShare(clusters);
  const wilson = wilsonInterval(0.15, 200 * (199 / 200), tQuantile(199));
  near(estimate.low, wilson.low, 1e-9);
  near(estimate.high, wilson.high, 1e-9);
});

test('traces that repeat their problem’s outcome are worth one draw per problem', () => {
  const once = clusteredShare(Array.from({ length: 100 }, (_, i) => ({ hits: Number(i < 20), n: 1 })));
  const tenfold = clusteredShare(Array.from({ length: 100 }, (_, i) => ({ hits: i < 20 ? 10 : 0, n: 10 })));
  near(tenfold.low, once.low ?? NaN, 1e-9);
  near(tenfold.high, once.high ?? NaN, 1e-9);
  assert.equal(tenfold.n, 1000);
});

test('where nothing was wrong every problem counts as one draw', () => {
  const clean = clusteredShare(Array.from({ length: 10 }, () => ({ hits: 0, n: 5 })));
  assert.deepEqual([clean.value, clean.low, clean.n], [0, 0, 50]);
  near(clean.high, wilsonInterval(0, 10, tQuantile(9)).high, 1e-12);
});

test('one problem alone gives a value without an interval', () => {
  assert.deepEqual(clusteredShare([{ hits: 1, n: 4 }]), { value: 0.25, n: 4 });
  assert.deepEqual(shareOver(sumsOf([0.25]), 4), { value: 0.25, n: 1 });
  assert.deepEqual(meanOver(sumsOf([2])), { value: 2, n: 1 });
  assert.deepEqual(clusteredShare([{ hits: 0, n: 0 }]), { value: null, n: 0 });
});

test('problems that do not differ give a mean without an interval: nothing is known of the spread', () => {
  assert.deepEqual(meanOver(sumsOf([0.1, 0.1, 0.1])), { value: (0.1 + 0.1 + 0.1) / 3, n: 3 });
});

test('every interval holds its value and stays in range', () => {
  const cluster = fc.nat(6).chain((n) => fc.record({ hits: fc.nat(n), n: fc.constant(n) }));
  fc.assert(
    fc.property(fc.array(cluster), fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (clusters, shares) => {
      for (const estimate of [clusteredShare(clusters), shareOver(sumsOf(shares), shares.length)]) holds(estimate, 1);
      holds(meanOver(sumsOf(shares)), Number.POSITIVE_INFINITY);
    }),
  );
});

function holds({ value, low, high }: Estimate, most: number) {
  if (low === undefined || high === undefined) return;
  const slack = 1e-12;
  assert.ok(value !== null && low >= 0 && low <= value + slack && value <= high + slack && high <= most);
}

/** Share of `runs` simulated data sets whose interval holds the truth. */
function coverageOf(runs: number, truth: number, draw: (random: () => number) => Estimate): number {
  const random = uniform(20240829);
  let held = 0;
  for (let i = 0; i < runs; i++) {
    const { low, high } = draw(random);
    if (low !== undefined && high !== undefined && low <= truth && truth <= high) held++;
  }
  return held / runs;
}

/** Problems are good or bad as a whole with this correlation; within a problem traces are drawn at its own rate. */
function clusters(random: () => number, problems: number, most: number, rate: number, correlation: number): Cluster[] {
  return Array.from({ length: problems }, () => {
    const own = random() < correlation ? Number(random() < rate) : rate;
    const n = 1 + Math.floor(random() * most);
    return { n, hits: Array.from({ length: n }, () => Number(random() < own)).reduce((sum, hit) => sum + hit, 0) };
  });
}

test('95 % intervals of clustered rates hold the truth in about 95 % of simulated studies', () => {
  const designs: [problems: number, most: number, rate: number, correlation: number][] = [
    [50, 1, 0.15, 0],
    [30, 5, 0.15, 0.3],
    [100, 5, 0.15, 0.5],
    [20, 8, 0.3, 0.5],
    [200, 4, 0.08, 0.3],
  ];
  for (const [problems, most, rate, correlation] of designs) {
    const draw = (random: () => number) => clusteredShare(clusters(random, problems, most, rate, correlation));
    const held = coverageOf(1500, rate, draw);
    assert.ok(held > 0.92 && held < 0.98, `${held} of ${JSON.stringify({ problems, most, rate, correlation })}`);
  }
});

test('intervals that take every trace for its own draw would hold the truth far too rarely', () => {
  const held = coverageOf(1500, 0.15, (random) => {
    const drawn = clusters(random, 100, 5, 0.15, 0.5);
    const n = drawn.reduce((sum, cluster) => sum + cluster.n, 0);
    const value = drawn.reduce((sum, cluster) => sum + cluster.hits, 0) / n;
    return { value, n, ...wilsonInterval(value, n) };
  });
  assert.ok(held < 0.88, String(held));
});

test('95 % intervals of coverage and of diversity hold the truth in about 95 % of simulated studies', () => {
  // Per problem a solve rate u² with u uniform: mean 1/3; of 4 samples the estimate at k = 1 is their mean.
  const study = (random: () => number) =>
    Array.from({ length: 60 }, () => {
      const rate = random() ** 2;
      return [0, 0, 0, 0].reduce((sum) => sum + Number(random() < rate), 0);
    });
  const coverage = coverageOf(1500, 1 / 3, (random) => shareOver(sumsOf(study(random).map((c) => c / 4)), 240));
  const diversity = coverageOf(1500, 4 / 3, (random) => meanOver(sumsOf(study(random))));
  for (const held of [coverage, diversity]) assert.ok(held > 0.93 && held < 0.97, String(held));
});

test('the analytic interval agrees with a bootstrap over problems', () => {
  const random = uniform(7);
  const drawn = clusters(random, 300, 5, 0.2, 0.4);
  const pick = () => drawn[Math.floor(random() * drawn.length)] ?? { hits: 0, n: 0 };
  const rates = Array.from({ length: 1000 }, () => {
    const resample = drawn.map(pick);
    return resample.reduce((sum, { hits }) => sum + hits, 0) / resample.reduce((sum, { n }) => sum + n, 0);
  }).sort((a, b) => a - b);
  const estimate = clusteredShare(drawn);
  near(estimate.low, rates[25] ?? NaN, 0.012);
  near(estimate.high, rates[974] ?? NaN, 0.012);
});
