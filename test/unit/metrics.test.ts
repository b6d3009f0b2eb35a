import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Outcome, ReportInput } from '../../src/core/metrics/buildReport.ts';
import { buildReport } from '../../src/core/metrics/buildReport.ts';
import { passAtK, passTable } from '../../src/core/metrics/coverage.ts';
import { curveSteps } from '../../src/core/metrics/curve.ts';
import { distinctAtK } from '../../src/core/metrics/diversity.ts';
import type { RunModel } from '../../src/core/trace/run.ts';

/** Every way to take k of n things, as lists of indices. */
function subsets(n: number, k: number): number[][] {
  if (k === 0) return [[]];
  return Array.from({ length: n }, (_, last) => last).flatMap((last) =>
    subsets(last, k - 1).map((rest) => [...rest, last]),
  );
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const near = (actual: number | null | undefined, expected: number, slack = 1e-12) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= slack, `${actual} is not ${expected}`);

const draws = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 8 });
const withK = draws.chain((classes) => fc.tuple(fc.constant(classes), fc.integer({ min: 0, max: classes.length })));

test('pass@k is the share of all subsets of k samples that hold a correct one', () => {
  fc.assert(
    fc.property(withK, ([classes, k]) => {
      const correct = classes.filter((kind) => kind > 0).length;
      const hits = subsets(classes.length, k).map((subset) => Number(subset.some((i) => (classes[i] ?? 0) > 0)));
      near(passAtK(classes.length, correct, k), mean(hits));
    }),
  );
});

test('diversity@k is the mean number of distinct correct classes over all subsets of k samples', () => {
  fc.assert(
    fc.property(withK, ([classes, k]) => {
      const sizes = [1, 2, 3].map((kind) => classes.filter((other) => other === kind).length).filter((n) => n > 0);
      const distinct = subsets(classes.length, k).map(
        (subset) => new Set(subset.map((i) => classes[i]).filter((kind) => kind !== 0)).size,
      );
      near(distinctAtK(sizes, classes.length, k), mean(distinct));
    }),
  );
});

test('pass@k has its known ends and says nothing of more samples than were drawn', () => {
  assert.equal(passAtK(10, 0, 5), 0);
  assert.equal(passAtK(10, 10, 1), 1);
  assert.equal(passAtK(10, 6, 5), 1);
  assert.equal(passAtK(10, 3, 0), 0);
  near(passAtK(10, 3, 1), 0.3);
  assert.ok(Number.isNaN(passAtK(3, 3, 4)));
  assert.ok(Number.isNaN(distinctAtK([1], 3, 4)));
});

test('pass@k neither overflows nor loses itself at ten thousand samples', () => {
  near(passAtK(10_000, 1, 5000), 0.5);
  near(passAtK(10_000, 5000, 1), 0.5);
  assert.equal(passAtK(10_000, 4000, 9000), 1);
  assert.ok(passAtK(10_000, 3, 100) > 0.029 && passAtK(10_000, 3, 100) < 0.03);
});

test('the table of one k gives what the formula gives', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.tuple(fc.nat(40), fc.nat(40))), (k, pairs) => {
      const pass = passTable(k);
      for (const [n, c] of [...pairs, ...pairs]) if (c <= n) assert.equal(pass(n, c), passAtK(n, c, k));
    }),
  );
});

test('a curve has at most 32 points, with both ends and the points of the grid', () => {
  assert.deepEqual(curveSteps(0, []), []);
  assert.deepEqual(curveSteps(3, [1, 9]), [1, 2, 3]);
  fc.assert(
    fc.property(fc.integer({ min: 33, max: 100_000 }), fc.array(fc.nat(100_000), { maxLength: 8 }), (most, wanted) => {
      const steps = curveSteps(most, wanted);
      assert.ok(steps.length <= 32 && steps[0] === 1 && steps.at(-1) === most);
      assert.ok(steps.every((k, i) => Number.isInteger(k) && k > (steps[i - 1] ?? 0)));
      assert.ok(wanted.every((k) => k < 1 || k > most || steps.includes(k)));
    }),
  );
});

const model = (name: string, activeParamsB: number): RunModel => ({
  name,
  baseUrl: 'http://localhost/v1',
  model: name,
  activeParamsB,
  inputPrice: 1,
  outputPrice: 2,
  prompt: { system: '', fewShot: '', template: '{problem}' },
});

type Run = ReportInput['run'];

function run(change: Partial<Run> = {}): Run {
  return {
    format: 'trace-loupe/run@1',
    id: '20260101T000000Z-test',
    name: 'test',
    createdAt: '2026-01-01T00:00:00Z',
    origin: 'sampled',
    version: '0.1.0',
    problemFiles: [],
    problemCount: 2,
    models: { weak: model('small', 1), strong: model('large', 3) },
    match: 'flops',
    grid: [{ weak: 3, strong: 1 }],
    expected: {
      weak: { promptTokens: 10, completionTokens: 100 },
      strong: { promptTokens: 10, completionTokens: 100 },
    },
    seed: 0,
    ...change,
  };
}

function outcome(change: Partial<Outcome> = {}): Outcome {
  const arm = change.arm ?? 'weak';
  return {
    problem: 'p1',
    arm,
    model: arm === 'weak' ? 'small' : 'large',
    verdict: 'correct',
    path: '1+1=2',
    flagged: false,
    truncated: false,
    promptTokens: 10,
    completionTokens: 100,
    soundness: null,
    badProblem: false,
    reference: null,
    ...change,
  };
}

/** Two problems: p1 with a flagged, a repeated and a wrong weak trace; p2 unsolved by the weak arm. Strong solves both. */
const small: Outcome[] = [
  outcome({ path: 'a' }),
  outcome({ path: 'b', flagged: true }),
  outcome({ verdict: 'incorrect', path: 'c' }),
  outcome({ problem: 'p2', verdict: 'incorrect' }),
  outcome({ problem: 'p2', verdict: 'ungradable', truncated: true }),
  outcome({ problem: 'p2', verdict: 'incorrect' }),
  outcome({ arm: 'strong' }),
  outcome({ arm: 'strong', problem: 'p2' }),
];

test('a report counts each arm’s traces, verdicts, flags and tokens', () => {
  const { arms, problems, systems } = buildReport({ run: run(), match: 'flops', outcomes: small });
  assert.equal(problems, 2);
  const { weak } = arms;
  assert.deepEqual(
    [weak?.model, weak?.activeParamsB, weak?.traces, weak?.correct, weak?.incorrect, weak?.ungradable],
    ['small', 1, 6, 2, 3, 1],
  );
  assert.deepEqual([weak?.flaggedCorrect, weak?.truncated], [1, 1]);
  assert.deepEqual(weak?.spend, {
    samples: 6,
    promptTokens: 60,
    completionTokens: 600,
    flops: 2e9 * 600,
    usd: (60 + 2 * 600) / 1e6,
  });
  assert.deepEqual(systems, [
    { name: 'small', arm: 'weak', traces: 6, correct: 2, incorrect: 3, ungradable: 1 },
    { name: 'large', arm: 'strong', traces: 2, correct: 2, incorrect: 0, ungradable: 0 },
  ]);
});

test('coverage, coverage by sound traces and diversity are means over problems at each k', () => {
  const curve = buildReport({ run: run(), match: 'flops', outcomes: small }).arms.weak?.curve ?? [];
  assert.deepEqual(
    curve.map((point) => point.k),
    [1, 2, 3],
  );
  const values = (pick: 'coverage' | 'coverageBySound' | 'diversity', expected: number[]) => {
    for (const [i, value] of expected.entries()) near(curve[i]?.[pick].value, value);
  };
  // p1: 2 of 3 correct in two classes, 1 of 3 sound; p2: none.
  values('coverage', [1 / 3, 1 / 2, 1 / 2]);
  values('coverageBySound', [1 / 6, 1 / 3, 1 / 2]);
  values('diversity', [1 / 3, 2 / 3, 1]);
});

test('a person outweighs a rule in coverage by sound traces', () => {
  const bySound = (change: Partial<Outcome>) => {
    const { arms } = buildReport({ run: run(), match: 'flops', outcomes: [outcome(change)] });
    return arms.weak?.curve[0]?.coverageBySound.value;
  };
  assert.equal(bySound({ flagged: true }), 0);
  assert.equal(bySound({ flagged: true, soundness: 'sound' }), 1);
  assert.equal(bySound({ flagged: true, soundness: 'unsure' }), 0);
  assert.equal(bySound({ soundness: 'unsure' }), 1);
  assert.equal(bySound({ soundness: 'unsound' }), 0);
});

test('costs are k times the arm’s true mean spend, in the unit of the match', () => {
  const outcomes = [outcome({ completionTokens: 50 }), outcome({ completionTokens: 150 })];
  const cost = (match: 'flops' | 'price' | 'count') =>
    buildReport({ run: run(), match, outcomes }).arms.weak?.curve.map((point) => point.cost);
  assert.deepEqual(cost('flops'), [2e9 * 100, 2e9 * 200]);
  assert.deepEqual(cost('price'), [(10 + 200) / 1e6, (20 + 400) / 1e6]);
  assert.deepEqual(cost('count'), [1, 2]);
});

test('problems with fewer than k samples are left out at k, and said', () => {
  const outcomes = [outcome(), outcome(), outcome({ problem: 'p2', verdict: 'incorrect' })];
  const report = buildReport({ run: run({ problemCount: 3 }), match: 'flops', outcomes });
  const [first, second] = report.arms.weak?.curve ?? [];
  assert.deepEqual([first?.coverage.value, first?.coverage.n], [0.5, 2]);
  assert.deepEqual([second?.coverage.value, second?.coverage.n], [1, 1]);
  assert.equal(report.table[0]?.weak, null);
  assert.match(report.notes.join('\n'), /3 of 9 planned weak samples are drawn/);
});

test('a realised match uses true lengths: a planned 3 : 1 of unequal lengths is unmatched, and what would match stands beside it', () => {
  const weak = Array.from({ length: 4 }, () => outcome({ completionTokens: 200 }));
  const report = buildReport({
    run: run({ problemCount: 1, grid: [{ weak: 3, strong: 1 }] }),
    match: 'flops',
    outcomes: [...weak, outcome({ arm: 'strong', completionTokens: 100 })],
  });
  assert.deepEqual(
    report.table.map(({ grid, match }) => [grid.weak, grid.strong, match.ratio, match.matched]),
    [
      [1, 1, 2 / 3, true],
      [3, 1, 2, false],
    ],
  );
  assert.deepEqual(report.match, { match: 'flops', ratio: (4 * 200) / 300, matched: false });
});

test('an overlapping grid also gives the number-matched baseline', () => {
  const grid = [1, 3].map((strong) => ({ weak: 3 * strong, strong }));
  const outcomes = [
    ...Array.from({ length: 9 }, () => outcome()),
    ...Array.from({ length: 3 }, () => outcome({ arm: 'strong' })),
  ];
  const { table } = buildReport({ run: run({ problemCount: 1, grid }), match: 'flops', outcomes });
  assert.deepEqual(
    table.map((row) => [row.grid.weak, row.grid.strong, row.match.matched, row.weak?.k, row.strong?.k]),
    [
      [3, 1, true, 3, 1],
      [9, 3, true, 9, 3],
      [3, 3, false, 3, 3],
    ],
  );
});

test('the false positive rate is of the correct traces that a person called sound or unsound', () => {
  const outcomes = [
    outcome({ soundness: 'unsound' }),
    outcome({ soundness: 'sound' }),
    outcome({ soundness: 'sound' }),
    outcome({ soundness: 'unsure' }),
    outcome(),
    outcome({ verdict: 'incorrect', soundness: 'unsound' }),
    outcome({ problem: 'p2', soundness: 'sound' }),
  ];
  const { weak } = buildReport({ run: run(), match: 'flops', outcomes }).arms;
  assert.deepEqual([weak?.fpr.value, weak?.fpr.n], [0.25, 4]);
  assert.deepEqual(weak?.outcomes, {
    correct: { sound: 3, unsound: 1 },
    incorrect: { sound: 0, unsound: 1 },
    unsure: 1,
    badProblem: 0,
  });
});

/** Two built-in problems: of p1's four correct weak traces one is unsound and flagged, one unsound, one flagged; p2 has one, sound. */
const referenced: Outcome[] = [
  outcome({ reference: 'unsound', flagged: true }),
  outcome({ reference: 'unsound', soundness: 'sound' }),
  outcome({ reference: 'sound', flagged: true }),
  outcome({ reference: 'sound' }),
  outcome({ reference: 'unsound', verdict: 'incorrect', flagged: true }),
  outcome({ problem: 'p2', reference: 'sound', badProblem: true }),
];

test('figures by reference are of the correct traces, whatever people say', () => {
  const { weak, strong } = buildReport({ run: run(), match: 'flops', outcomes: referenced }).arms;
  const { fpr, flagPrecision, flagRecall } = weak?.reference ?? {};
  assert.deepEqual([fpr?.value, fpr?.n], [0.4, 5]);
  assert.deepEqual([flagPrecision?.value, flagPrecision?.n], [0.5, 2]);
  assert.deepEqual([flagRecall?.value, flagRecall?.n], [0.5, 2]);
  assert.ok((fpr?.low ?? 1) < 0.4 && (fpr?.high ?? 0) > 0.4, 'an interval clustered by problem');
  assert.equal(strong?.reference, null, 'an arm without traces');
  assert.deepEqual([weak?.fpr.value, weak?.fpr.n], [0, 1], 'people’s figure is their own');
});

test('coverage by reference counts the sound traces of problems that can be checked, and no others', () => {
  const outcomes = [
    ...referenced.filter(({ problem }) => problem === 'p1'),
    outcome({ problem: 'p2', reference: 'unsound' }),
    outcome({ problem: 'p3' }),
  ];
  const report = buildReport({ run: run({ problemCount: 3 }), match: 'flops', outcomes });
  const [first] = report.arms.weak?.curve ?? [];
  // p1: 2 of 5 sound and correct; p2: none of 1; p3 is no built-in problem.
  near(first?.coverageByReference?.value, 0.2);
  assert.equal(first?.coverageByReference?.n, 2);
  assert.equal(first?.coverage.n, 3);
  assert.match(report.notes.join('\n'), /by reference rest on 2 of 3 problems/);
});

test('a run of other problems has no figure by reference', () => {
  const { arms, table } = buildReport({ run: run(), match: 'flops', outcomes: small });
  assert.deepEqual([arms.weak?.reference, arms.strong?.reference], [null, null]);
  for (const point of [...(arms.weak?.curve ?? []), table[0]?.weak]) assert.equal(point?.coverageByReference, null);
});

test('a problem that one decision calls bad is out of the rate and the table with all its traces, of both arms', () => {
  const outcomes = [
    outcome({ soundness: 'unsound' }),
    outcome({ soundness: 'sound', badProblem: true }),
    outcome({ arm: 'strong', soundness: 'sound' }),
    outcome({ problem: 'p2', soundness: 'sound' }),
  ];
  const { arms, notes } = buildReport({ run: run(), match: 'flops', outcomes });
  assert.deepEqual(arms.weak?.fpr, { value: 0, n: 1 });
  assert.deepEqual([arms.weak?.outcomes.badProblem, arms.strong?.outcomes.badProblem], [2, 1]);
  assert.equal(arms.strong?.fpr.value, null);
  assert.match(notes.join('\n'), /1 problem called bad/);
});

test('a report of nothing has no figures and says that samples are missing', () => {
  const report = buildReport({ run: run(), match: 'flops', outcomes: [], notes: ['The run was stopped early.'] });
  assert.deepEqual([report.arms.weak?.traces, report.arms.weak?.curve, report.arms.weak?.fpr.value], [0, [], null]);
  assert.deepEqual([report.table[0]?.weak, report.match.ratio], [null, null]);
  assert.equal(report.notes[0], 'The run was stopped early.');
  assert.match(report.notes.join('\n'), /0 of 6 planned weak samples/);
});

test('an imported run of one model has one arm and no match', () => {
  const imported = run({ origin: 'imported', models: { weak: null, strong: model('large', 3) } });
  const report = buildReport({ run: imported, match: 'flops', outcomes: [outcome({ arm: 'strong' })] });
  assert.equal(report.arms.weak, null);
  assert.equal(report.arms.strong?.traces, 1);
  assert.deepEqual(report.match, { match: 'flops', ratio: null, matched: false });
});

test('an arm of several systems is broken down and said to be pooled', () => {
  const outcomes = [outcome({ model: 'a' }), outcome({ model: 'b', verdict: 'incorrect' }), outcome({ model: 'a' })];
  const { systems, notes } = buildReport({ run: run(), match: 'flops', outcomes });
  assert.deepEqual(
    systems.map(({ name, traces, correct }) => [name, traces, correct]),
    [
      ['a', 2, 2],
      ['b', 1, 0],
    ],
  );
  assert.match(notes.join('\n'), /weak arm pools the traces of 2 systems: a, b/);
});

test('the order of the outcomes does not matter', () => {
  const shuffled = fc.shuffledSubarray(small, { minLength: small.length });
  const expected = buildReport({ run: run(), match: 'flops', outcomes: small });
  fc.assert(
    fc.property(shuffled, (outcomes) => {
      assert.deepEqual(buildReport({ run: run(), match: 'flops', outcomes }), expected);
    }),
  );
});
