import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ArmPoint, ArmReport, RunReport } from '../../src/core/metrics/report.ts';
import type { Arm } from '../../src/core/trace/trace.ts';
import { figures } from '../../webview/dashboard/figures.ts';
import { layOut, moveApart } from '../../webview/dashboard/plot.ts';

/** A share with an interval of ±5 %, inside 0 to 1. */
const share = (value: number) => ({
  value: Math.min(1, value),
  low: Math.min(1, value - 0.05),
  high: Math.min(1, value + 0.05),
  n: 100,
});

const point = (k: number, costPerSample: number | null): ArmPoint => ({
  k,
  cost: costPerSample === null ? null : k * costPerSample,
  coverage: share(0.5 + k / 100),
  coverageBySound: { value: 0.5, n: 100 },
  coverageByReference: null,
  diversity: { value: k / 4, low: k / 5, high: k / 3, n: 100 },
});

const arm = (ks: readonly number[], costPerSample: number | null, fpr: number | null): ArmReport => ({
  model: 'm',
  activeParamsB: null,
  traces: 100,
  correct: 50,
  incorrect: 45,
  ungradable: 5,
  flaggedCorrect: 3,
  truncated: 0,
  spend: { samples: 100, promptTokens: 0, completionTokens: 0, flops: null, usd: null },
  curve: ks.map((k) => point(k, costPerSample)),
  fpr: fpr === null ? { value: null, n: 0 } : { value: fpr, low: fpr - 0.05, high: fpr + 0.05, n: 40 },
  outcomes: { correct: { sound: 0, unsound: 0 }, incorrect: { sound: 0, unsound: 0 }, unsure: 0, badProblem: 0 },
  reference: null,
});

const report = (arms: Record<Arm, ArmReport | null>): RunReport => ({
  run: 'r',
  name: 'r',
  problems: 100,
  arms,
  systems: [],
  match: { match: 'flops', ratio: 1, matched: true },
  table: [
    {
      grid: { weak: 3, strong: 1 },
      match: { match: 'flops', ratio: 1, matched: true },
      weak: point(3, 4e12),
      strong: point(1, 12e12),
    },
    {
      grid: { weak: 9, strong: 3 },
      match: { match: 'flops', ratio: 1, matched: true },
      weak: point(9, 4e12),
      strong: point(3, 12e12),
    },
  ],
  notes: [],
});

const full = report({ weak: arm([1, 2, 3, 6, 9], 4e12, 0.142), strong: arm([1, 2, 3], 12e12, 0.098) });
const figure = (of: RunReport, id: string) => {
  const found = figures(of, 'flops').find((each) => each.id === id);
  assert.ok(found);
  return found;
};

test('shares are drawn in per cent and counts as they are', () => {
  assert.equal(figure(full, 'coverage').curves[0]?.points[0]?.y, 51);
  assert.equal(figure(full, 'diversity').curves[0]?.points.at(-1)?.y, 9 / 4);
});

test('weak comes before strong, with the value at its end', () => {
  assert.deepEqual(
    figure(full, 'coverage').curves.map(({ arm: name, end }) => [name, end]),
    [
      ['weak', '59.0\u00a0%'],
      ['strong', '53.0\u00a0%'],
    ],
  );
});

test('the points of the budget grid are marked, and no others', () => {
  const marks = figure(full, 'coverage').curves.map((curve) =>
    curve.points.filter((each) => each.mark).map(({ k }) => k),
  );
  assert.deepEqual(marks, [
    [3, 9],
    [1, 3],
  ]);
});

test('the false positive rate of an arm is level over what the arm spent', () => {
  const [weak] = figure(full, 'fpr').curves;
  assert.deepEqual([...new Set(weak?.points.map(({ y }) => y.toFixed(3)))], ['14.200']);
  assert.equal(weak?.end, '14.2\u00a0%');
});

test('where nobody judged there is no curve of false positives', () => {
  const half = report({ weak: arm([1, 3], 4e12, null), strong: arm([1], 12e12, 0.1) });
  assert.deepEqual(
    figure(half, 'fpr').curves.map((curve) => curve.arm),
    ['strong'],
  );
});

test('a run with a reference draws the rate by reference, and says so; people’s stays out of the plot', () => {
  const of = arm([1, 3], 4e12, 0.9);
  const rate = { value: 0.2, low: 0.1, high: 0.3, n: 40 };
  const weak = { ...of, reference: { fpr: rate, flagPrecision: rate, flagRecall: rate } };
  const drawn = figure(report({ weak, strong: arm([1], 12e12, 0.9) }), 'fpr');
  assert.match(drawn.caption, /by reference/);
  assert.match(figure(full, 'fpr').caption, /by people/);
  assert.deepEqual(
    drawn.curves.map((curve) => [curve.arm, curve.end]),
    [['weak', '20.0\u00a0%']],
  );
});

test('where a cost is unknown there is no curve and no guide for it', () => {
  const unknownCost = report({ weak: arm([1, 3], null, 0.1), strong: null });
  assert.deepEqual(
    figures({ ...unknownCost, table: [] }, 'flops').map(({ curves, guides }) => [...curves, ...guides]),
    [[], [], []],
  );
});

for (const [match, costPerSample, title, scale] of [
  ['flops', 4e12, 'TFLOP per problem', 1e-12],
  ['flops', 4e9, 'GFLOP per problem', 1e-9],
  ['price', 0.0001, 'US$ per 1\u202f000 problems', 1000],
  ['price', 0.5, 'US$ per problem', 1],
  ['count', 1, 'samples per problem', 1],
] as const) {
  test(`costs of ${costPerSample} by ${match} are shown in ${title}`, () => {
    const axis = figures(report({ weak: arm([1, 9], costPerSample, null), strong: null }), match)[0]?.axis;
    assert.equal(axis?.title, title);
    assert.ok(Math.abs((axis?.scale ?? 0) / scale - 1) < 1e-9);
  });
}

test('costs run on a logarithmic axis: equal ratios are equally far apart', () => {
  const marks = layOut(figure(report({ weak: arm([1, 3, 9], 4e12, null), strong: null }), 'coverage'), 340, 260)
    .curves[0]?.marks;
  const [first, second] = marks?.map(({ x }) => x) ?? [];
  const one = layOut(figure(full, 'coverage'), 340, 260);
  assert.ok(first !== undefined && second !== undefined && second > first);
  const [a = 0, b = 0] = one.guides.map(({ x }) => x);
  const [from = 0, to = 0] = [one.inner.left + 12, one.inner.right - 4];
  // From 4 T (one weak sample) to 36 T the guides stand at 12 T and 36 T.
  assert.ok(Math.abs((a - from) / (to - from) - 0.5) < 0.01, `${a} is the middle of ${from} and ${to}`);
  assert.ok(Math.abs(b - to) < 0.2);
});

test('axes show round figures, and the top one has the unit', () => {
  const labels = layOut(figure(full, 'coverage'), 340, 260).rows.map(({ label }) => label);
  assert.deepEqual(labels, ['40', '45', '50', '55', '60', '65', '70%']);
});

test('everything that is drawn lies inside the axes', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 32 }),
      fc.double({ min: 1e-6, max: 1e18, noNaN: true }),
      fc.integer({ min: 200, max: 1200 }),
      (ks, cost, width) => {
        const of = report({
          weak: arm(
            ks.sort((a, b) => a - b),
            cost,
            0.2,
          ),
          strong: arm([1, 2], cost * 3, 0.1),
        });
        for (const each of figures(of, 'flops')) {
          const plot = layOut(each, width, 260);
          for (const { x, y } of plot.curves.flatMap((curve) => curve.marks)) {
            assert.ok(x >= plot.inner.left && x <= plot.inner.right, `x ${x}`);
            assert.ok(y >= plot.inner.top - 0.1 && y <= plot.inner.bottom + 0.1, `${each.id} y ${y}`);
          }
          assert.ok(!plot.curves.some((curve) => curve.line.includes('NaN')));
        }
      },
    ),
  );
});

test('labels on the cost axis never run into each other, and the last one stays', () => {
  const crowded = report({ weak: null, strong: arm([1, 2], 12e12, null) });
  const table = Array.from({ length: 30 }, (_, index) => ({
    ...full.table[0],
    grid: { weak: index + 1, strong: index + 1 },
    match: full.match,
    weak: null,
    strong: point(1 + index / 29, 12e12),
  }));
  const { columns, guides } = layOut(figure({ ...crowded, table }, 'coverage'), 340, 260);
  assert.equal(guides.length, 30);
  assert.equal(columns.at(-1)?.label, '24');
  for (const [index, column] of columns.slice(1).entries()) assert.ok(column.x - (columns[index]?.x ?? 0) >= 20);
});

test('labels that are far apart stay where they are', () => {
  assert.deepEqual(moveApart([50, 120], 30, 12, 222), [50, 120]);
});

test('labels that are close share the move', () => {
  assert.deepEqual(moveApart([100, 110], 30, 12, 222), [90, 120]);
  assert.deepEqual(moveApart([110, 100], 30, 12, 222), [120, 90]);
});

test('labels at an end move inwards', () => {
  assert.deepEqual(moveApart([12, 14], 30, 12, 222), [12, 42]);
  assert.deepEqual(moveApart([221, 222], 30, 12, 222), [192, 222]);
});

test('moved labels are apart, inside, and in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { maxLength: 6 }), (positions) => {
      const moved = moveApart(positions, 30, 0, 300);
      const order = positions.map((_, index) => index).sort((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0));
      for (const [at, index] of order.entries()) {
        const place = moved[index] ?? Number.NaN;
        assert.ok(place >= -1e-9 && place <= 300 + 1e-9, `${place} is outside`);
        const before = order[at - 1];
        if (before !== undefined) assert.ok(place - (moved[before] ?? 0) >= 30 - 1e-9, `${moved} of ${positions}`);
      }
    }),
  );
});
