import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { meanSequence, shareSequence } from '../../src/core/metrics/confidenceSequence.ts';
import { addTo, clusteredShare, noSums, shareOver } from '../../src/core/metrics/interval.ts';
import type { Estimate } from '../../src/core/metrics/report.ts';
import { seededUniform } from '../../src/core/metrics/seeded.ts';

const near = (actual: number | null | undefined, expected: number, slack = 1e-9) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= slack, `${actual} is not within ${slack} of ${expected}`);

const width = ({ low = 0, high = 1 }: Estimate) => high - low;
const holds = ({ low = 0, high = 1 }: Estimate, truth: number) => low <= truth && truth <= high;
const looks = [10, 15, 20, 30, 40, 55, 75, 100, 140, 190, 250];

/** Share of runs in which the interval missed the truth at one look at least. */
function missedByPeeking<T>(runs: number, truth: number, draw: () => T, at: (drawn: readonly T[]) => Estimate): number {
  let missed = 0;
  for (let run = 0; run < runs; run++) {
    const drawn = Array.from({ length: looks.at(-1) ?? 0 }, draw);
    missed += Number(looks.some((n) => !holds(at(drawn.slice(0, n)), truth)));
  }
  return missed / runs;
}

test('a peeker sees the ordinary interval miss far more often than in 5 % of runs, and the sequence hardly ever', () => {
  const random = seededUniform(11);
  // Coverage at k, problem by problem: what share of the problem's samples solve it.
  const draw = () => {
    const rate = random() ** 2;
    return [0, 0, 0, 0].reduce((sum) => sum + Number(random() < rate), 0) / 4;
  };
  const ordinary = (values: readonly number[]) => {
    const sums = noSums();
    for (const value of values) addTo(sums, value);
    return shareOver(sums, 4 * values.length);
  };
  const ordinaryMissed = missedByPeeking(200, 1 / 3, draw, ordinary);
  const sequenceMissed = missedByPeeking(200, 1 / 3, draw, (values) => meanSequence(values));
  assert.ok(ordinaryMissed > 0.12, `ordinary: ${ordinaryMissed}`);
  assert.ok(sequenceMissed <= 0.05, `sequence: ${sequenceMissed}`);
});

test('the same holds for a share of traces that go together by problem', () => {
  const random = seededUniform(12);
  const draw = () => {
    const own = random() < 0.4 ? Number(random() < 0.2) : 0.2;
    const n = 1 + Math.floor(random() * 4);
    return { n, hits: Array.from({ length: n }, () => Number(random() < own)).reduce((sum, hit) => sum + hit, 0) };
  };
  const ordinaryMissed = missedByPeeking(200, 0.2, draw, clusteredShare);
  const sequenceMissed = missedByPeeking(200, 0.2, draw, (clusters) => shareSequence(clusters, 4));
  assert.ok(ordinaryMissed > 0.12, `ordinary: ${ordinaryMissed}`);
  assert.ok(sequenceMissed <= 0.05, `sequence: ${sequenceMissed}`);
});

test('the sequence is wider than the ordinary interval, by less than three times, and narrows', () => {
  const random = seededUniform(13);
  const values = Array.from({ length: 1000 }, () => Number(random() < 0.3));
  const sequence = [50, 200, 1000].map((n) => width(meanSequence(values.slice(0, n))));
  const ordinary = [50, 200, 1000].map((n) =>
    width(clusteredShare(values.slice(0, n).map((hits) => ({ hits, n: 1 })))),
  );
  for (const [i, wide] of sequence.entries()) {
    const narrow = ordinary[i] ?? 0;
    assert.ok(wide > narrow && wide < 3 * narrow, `${wide} ${narrow}`);
  }
  assert.ok((sequence[0] ?? 0) > (sequence[1] ?? 0) && (sequence[1] ?? 0) > (sequence[2] ?? 0));
});

test('drawn without replacement it closes in on the truth at the end, and holds on the way', () => {
  const random = seededUniform(14);
  const traces = Array.from({ length: 120 }, (_, i) => Number(i < 30));
  let missed = 0;
  for (let run = 0; run < 80; run++) {
    const order = traces.map((value) => ({ value, key: random() })).sort((a, b) => a.key - b.key);
    const values = order.map(({ value }) => value);
    const at = [10, 20, 40, 60, 90, 119].map((n) => meanSequence(values.slice(0, n), { population: 120 }));
    missed += Number(at.some((estimate) => !holds(estimate, 0.25)));
    const whole = meanSequence(values, { population: 120 });
    near(whole.low, 0.25, 0.01);
    near(whole.high, 0.25, 0.01);
  }
  assert.ok(missed / 80 <= 0.05, String(missed / 80));
});

test('differences from −1 to 1 are differences', () => {
  const differences = Array.from(
    { length: 200 },
    (_, i) => (i % 4 === 0 ? 1 : i % 4 === 1 ? -1 : 0) * Number(i % 8 < 5),
  );
  const shifted = meanSequence(differences.map((value) => (value + 1) / 2));
  const { value, low, high, n } = meanSequence(differences, { least: -1, most: 1 });
  assert.deepEqual([value, n], [differences.reduce((sum, each) => sum + each, 0) / 200, 200]);
  near(low, 2 * (shifted.low ?? 0) - 1);
  near(high, 2 * (shifted.high ?? 0) - 1);
});

test('its limits are where the paper’s capital reaches 2 / α', () => {
  const random = seededUniform(18);
  const values = Array.from({ length: 40 }, () => random() ** 2);
  /** ∏ 1 ± min(λ, ¾ / m) (x − m) with λ² = 2 ln(2/α) / (σ² t ln(1 + t)), straight from the definitions. */
  const capital = (m: number, side: 1 | -1) =>
    values.reduce((product, x, i) => {
      const before = values.slice(0, i);
      const means = before.map((_, j) => (0.5 + before.slice(0, j + 1).reduce((sum, each) => sum + each, 0)) / (j + 2));
      const variance = (0.25 + before.reduce((sum, each, j) => sum + (each - (means[j] ?? 0)) ** 2, 0)) / (i + 1);
      const lambda = Math.sqrt((2 * Math.log(40)) / (variance * (i + 1) * Math.log(i + 2)));
      return product * (1 + side * Math.min(lambda, 0.75 / (side === 1 ? m : 1 - m)) * (x - m));
    }, 1);
  const { low = 0, high = 1 } = meanSequence(values);
  near(capital(low, 1), 40, 1e-4);
  near(capital(high, -1), 40, 1e-4);
});

test('one value rules nothing out, and none has no value', () => {
  assert.deepEqual(meanSequence([]), { value: null, n: 0 });
  assert.deepEqual(shareSequence([{ hits: 0, n: 0 }], 3), { value: null, n: 0 });
  const { low, high } = meanSequence([1]);
  assert.ok((low ?? 1) < 0.02 && high === 1);
});

test('every sequence holds its value and stays in range', () => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(values, (drawn) => {
      const { value, low, high } = meanSequence(drawn);
      assert.ok(value !== null && low !== undefined && high !== undefined);
      assert.ok(low >= -1e-9 && low <= value + 1e-9 && value <= high + 1e-9 && high <= 1 + 1e-9);
    }),
  );
});
