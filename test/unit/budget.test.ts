import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Match, Spend } from '../../src/core/budget/budget.ts';
import { addSpend, costPerSample, noSpend, spendIn, spendOf } from '../../src/core/budget/cost.ts';
import { matchedSamples, matchRatio } from '../../src/core/budget/match.ts';
import type { ModelSettings } from '../../src/core/budget/model.ts';
import type { PlanInput } from '../../src/core/budget/plan.ts';
import { previewPlan } from '../../src/core/budget/plan.ts';
import { UserError } from '../../src/core/userError.ts';
import type { PlanPreview } from '../../src/protocol/engine.ts';

const gemma9: ModelSettings = {
  name: 'gemma-2-9b',
  baseUrl: 'http://localhost:8000/v1',
  model: 'gemma-2-9b-it',
  activeParamsB: 9,
  inputPrice: 0.1,
  outputPrice: 0.3,
};
const gemma27: ModelSettings = {
  ...gemma9,
  name: 'gemma-2-27b',
  activeParamsB: 27,
  inputPrice: 3.5,
  outputPrice: 10.5,
};

function plan(change: Partial<PlanInput> = {}, spec: Partial<PlanInput['spec']> = {}): PlanPreview {
  return previewPlan({
    problems: 100,
    promptTokens: 80,
    weak: gemma9,
    strong: gemma27,
    ...change,
    spec: { match: 'flops', strongSamples: [1, 3, 9], ...change.spec, ...spec },
  });
}

function fails(change: Partial<PlanInput>, spec: Partial<PlanInput['spec']>, sentence: RegExp) {
  assert.throws(
    () => plan(change, spec),
    (error) => error instanceof UserError && sentence.test(error.message),
  );
}

test('a sample costs 2 FLOPs per active parameter and generated token, and its prompt and answer at their prices', () => {
  const spend = spendOf({ activeParamsB: 9, inputPrice: 0.1, outputPrice: 0.3 }, 2, 1000, 500);
  assert.deepEqual(spend, {
    samples: 2,
    promptTokens: 1000,
    completionTokens: 500,
    flops: 9e12,
    usd: (1000 * 0.1 + 500 * 0.3) / 1e6,
  });
});

test('a figure that is absent, negative or not finite makes a cost unknown, not zero', () => {
  for (const activeParamsB of [undefined, -1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.equal(spendOf({ activeParamsB }, 1, 1, 1).flops, null);
  assert.equal(spendOf({ outputPrice: 1 }, 1, 1, 1).usd, null);
  assert.equal(spendOf({ inputPrice: 1 }, 1, 1, 1).usd, null);
  assert.equal(spendOf({ inputPrice: 0, outputPrice: 0 }, 1, 1, 1).usd, 0);
});

test('spends add up, and what is unknown in a part is unknown in the sum', () => {
  const a = spendOf({ activeParamsB: 1 }, 1, 10, 20);
  const b = spendOf({ activeParamsB: 2, inputPrice: 1, outputPrice: 1 }, 2, 1, 2);
  assert.deepEqual(addSpend(a, b), { samples: 3, promptTokens: 11, completionTokens: 22, flops: 48e9, usd: null });
  assert.deepEqual(addSpend(noSpend, b), b);
});

test('each match reads its own unit of a spend', () => {
  const spend: Spend = { samples: 4, promptTokens: 1, completionTokens: 2, flops: 3, usd: null };
  assert.deepEqual(
    (['flops', 'price', 'count'] satisfies Match[]).map((match) => spendIn(match, spend)),
    [3, null, 4],
  );
});

test('known ratios give the known number of weak samples', () => {
  const table: [strong: number, weak: number, samples: number, expected: number][] = [
    [27, 9, 1, 3],
    [27, 9, 10, 30],
    [10.5, 0.3, 1, 35],
    [4.1, 0.1, 1, 41],
    [0.3, 0.1, 1, 3],
    [0.7, 0.1, 1, 7],
    [70, 8, 1, 8],
    [70, 8, 4, 35],
    [1, 3, 2, 0],
    [0, 3, 2, 0],
  ];
  for (const [strong, weak, samples, expected] of table)
    assert.equal(matchedSamples(strong, weak, samples), expected, `${samples} × ${strong} / ${weak}`);
});

test('for decimal costs the match equals integer arithmetic exactly', () => {
  const decimal = fc.record({ units: fc.integer({ min: 1, max: 99_999 }), places: fc.integer({ min: 0, max: 4 }) });
  const value = ({ units, places }: { units: number; places: number }) => Number(`${units}e-${places}`);
  fc.assert(
    fc.property(decimal, decimal, fc.integer({ min: 1, max: 100 }), (strong, weak, samples) => {
      const numerator = BigInt(samples) * BigInt(strong.units) * 10n ** BigInt(weak.places);
      const denominator = BigInt(weak.units) * 10n ** BigInt(strong.places);
      assert.equal(matchedSamples(value(strong), value(weak), samples), Number(numerator / denominator));
    }),
  );
});

test('the matched samples cost no more than the strong ones, and one more would', () => {
  const cost = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(cost, cost, fc.integer({ min: 1, max: 100 }), (strong, weak, samples) => {
      const matched = matchedSamples(strong, weak, samples);
      assert.ok(matched * weak <= samples * strong * (1 + 1e-9));
      assert.ok((matched + 1) * weak > samples * strong * (1 - 1e-9));
    }),
  );
});

test('arms are matched within 2 %, or where whole samples allow no more', () => {
  const spend = (samples: number, flops: number | null): Spend => ({ ...noSpend, samples, flops });
  const table: [weak: Spend, strong: Spend, problems: number, ratio: number | null, matched: boolean][] = [
    [spend(3, 27), spend(1, 27), 1, 1, true],
    [spend(300, 2700), spend(100, 2700), 100, 1, true],
    // 8 samples of 8 are the most that 70 affords.
    [spend(8, 64), spend(1, 70), 1, 64 / 70, true],
    [spend(7, 56), spend(1, 70), 1, 0.8, false],
    [spend(9, 72), spend(1, 70), 1, 72 / 70, false],
    [spend(100, 1019), spend(100, 1000), 1, 1.019, true],
    [spend(100, 1021), spend(100, 1000), 1, 1.021, false],
    // One weak sample more per problem is meant, not one in all.
    [spend(200, 200), spend(100, 290), 100, 200 / 290, true],
    [spend(200, 200), spend(100, 310), 100, 200 / 310, false],
    // A run that has only begun has not matched anything by the samples it has not drawn.
    [spend(2, 18), spend(1, 27), 100, 18 / 27, false],
    [spend(0, 0), spend(1, 27), 1, null, false],
    [spend(1, 1), spend(0, 0), 1, null, false],
    [spend(1, null), spend(1, 1), 1, null, false],
  ];
  for (const [weak, strong, problems, ratio, matched] of table)
    assert.deepEqual(matchRatio('flops', weak, strong, problems), { match: 'flops', ratio, matched });
});

test('a plan by FLOPs previews the paper’s 3 : 1 with requests, tokens, FLOPs and money', () => {
  const preview = plan();
  assert.deepEqual(preview.grid, [
    { weak: 3, strong: 1 },
    { weak: 9, strong: 3 },
    { weak: 27, strong: 9 },
  ]);
  assert.deepEqual(preview.requests, { weak: 2700, strong: 900 });
  assert.deepEqual(preview.match, { match: 'flops', ratio: 1, matched: true });
  assert.equal(preview.spend.weak.flops, 2 * 9e9 * 2700 * 300);
  assert.equal(preview.spend.strong.flops, preview.spend.weak.flops);
  assert.equal(preview.spend.strong.promptTokens, 900 * 80);
  assert.equal(preview.spend.strong.usd, (900 * 80 * 3.5 + 900 * 300 * 10.5) / 1e6);
  assert.equal(preview.durationMs, null);
  assert.match(preview.notes.join('\n'), /equally long solutions, 300 tokens/);
});

test('a plan by price reproduces the paper’s 35 : 1', () => {
  const prices = { inputPrice: 0 };
  const preview = plan(
    { weak: { ...gemma9, ...prices }, strong: { ...gemma27, ...prices } },
    { match: 'price', strongSamples: [1] },
  );
  assert.deepEqual(preview.grid, [{ weak: 35, strong: 1 }]);
});

test('a plan by count gives both arms the same samples', () => {
  assert.deepEqual(plan({}, { match: 'count', strongSamples: [4] }).grid, [{ weak: 4, strong: 4 }]);
});

test('measured means replace the assumption of equal length', () => {
  const expected = {
    weak: { promptTokens: 50, completionTokens: 400 },
    strong: { promptTokens: 50, completionTokens: 200 },
  };
  const preview = plan({}, { strongSamples: [2], expected });
  assert.deepEqual(preview.grid, [{ weak: 3, strong: 2 }]);
  assert.equal(preview.spend.weak.completionTokens, 100 * 3 * 400);
  assert.match(preview.notes.join('\n'), /400 tokens of the weak model, 200 of the strong/);
});

test('a short token limit shortens the assumed answers of both', () => {
  const preview = plan({ weak: { ...gemma9, sampling: { maxTokens: 100 } } }, { strongSamples: [1] });
  assert.equal(preview.spend.strong.completionTokens, 100 * 100);
});

test('what whole samples leave over is said', () => {
  const preview = plan({ strong: { ...gemma27, activeParamsB: 31 } }, { strongSamples: [1] });
  assert.deepEqual(preview.grid, [{ weak: 3, strong: 1 }]);
  assert.equal(preview.match.matched, true);
  assert.match(preview.notes.join('\n'), /At 1 strong sample the weak model gets 3: whole samples leave 13 %/);
});

test('weak samples set by hand are taken as they are and called unmatched', () => {
  const preview = plan({}, { strongSamples: [1, 3], weakSamples: [1, 3] });
  assert.deepEqual(preview.grid.at(-1), { weak: 3, strong: 3 });
  assert.equal(preview.match.matched, false);
  assert.ok(Math.abs((preview.match.ratio ?? 0) - 1 / 3) < 1e-12);
  assert.match(preview.notes.join('\n'), /set by hand: the weak model spends 0\.33× of the strong one/);
});

test('hand-set samples need no figures to match by', () => {
  const preview = plan({ weak: { ...gemma9, activeParamsB: undefined } }, { strongSamples: [1], weakSamples: [2] });
  assert.deepEqual(preview.match, { match: 'flops', ratio: null, matched: false });
});

test('the slower arm sets the expected time', () => {
  assert.equal(plan({ samplesPerSecond: { weak: 10, strong: 1 } }).durationMs, 900_000);
});

test('a cap below the expected price is announced', () => {
  const preview = plan({}, { strongSamples: [1], maxUsd: 0.1 });
  assert.match(preview.notes.join('\n'), /The cap of \$0\.10 will stop the run at about \d+ %/);
  assert.doesNotMatch(plan({}, { maxUsd: 1000 }).notes.join('\n'), /cap/);
});

test('what a plan lacks is said with the model and the setting', () => {
  const unsized = { ...gemma9, activeParamsB: undefined };
  const unpriced = { ...gemma27, outputPrice: undefined };
  fails({ weak: unsized }, {}, /"activeParamsB".*"gemma-2-9b".*traceLoupe\.models/);
  fails({ strong: unpriced }, { match: 'price' }, /"outputPrice".*"gemma-2-27b".*traceLoupe\.models/);
  fails({ strong: unpriced }, { maxUsd: 1 }, /cap.*"outputPrice".*"gemma-2-27b"/);
  fails({ weak: { ...gemma9, inputPrice: 0, outputPrice: 0 } }, { match: 'price' }, /costs nothing by price/);
  fails({ weak: gemma27, strong: gemma9 }, { strongSamples: [2] }, /One sample of "gemma-2-27b" costs more than 2/);
  fails({}, { maxUsd: 0 }, /cap on spending must be more than 0/);
});

test('a grid that is none is refused with what was found', () => {
  for (const strongSamples of [[], [0], [1.5], [3, 1], [1, 1], [Number.NaN]])
    fails({}, { strongSamples }, /Strong samples per problem must be whole numbers from 1 up.*found: /);
  fails({}, { weakSamples: [1] }, /do not pair up \(1 with 1, 3, 9\)/);
  fails({}, { weakSamples: [3, 2, 1] }, /Weak samples per problem/);
});

test('every planned grid is affordable at each point and rises with the strong samples', () => {
  const model = (activeParamsB: number): ModelSettings => ({ ...gemma9, activeParamsB });
  const size = fc.integer({ min: 1, max: 700 });
  fc.assert(
    fc.property(size, size, fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (a, b, samples) => {
      const [weak, strong] = [model(Math.min(a, b)), model(Math.max(a, b))];
      const { grid } = plan({ weak, strong }, { strongSamples: samples.sort((x, y) => x - y) });
      const tokens = { promptTokens: 0, completionTokens: 300 };
      const cost = (settings: ModelSettings) => costPerSample('flops', settings, tokens) ?? Number.NaN;
      for (const point of grid) assert.ok(point.weak * cost(weak) <= point.strong * cost(strong) * (1 + 1e-9));
      assert.ok(grid.every((point, i) => point.weak >= (grid[i - 1]?.weak ?? 1)));
    }),
  );
});
