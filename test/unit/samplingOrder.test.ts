import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RunModel } from '../../src/core/trace/run.ts';
import { traceId } from '../../src/core/trace/trace.ts';
import { missingSamples, type PlannedSample, seedOf } from '../../src/services/sampling/order.ts';

const model = { name: 'm', baseUrl: '', model: 'm', prompt: { system: '', fewShot: '', template: '' } } as RunModel;

function run(weak: number, strong: number) {
  return {
    grid: [
      { weak: 1, strong: 1 },
      { weak, strong },
    ],
    models: { weak: model, strong: model },
  };
}

function problems(count: number) {
  return Array.from({ length: count }, (_, index) => ({ id: `p/${index}` }));
}

const idOf = ({ problem, arm, sample }: PlannedSample) => traceId(problem, arm, sample);

test('a round gives each problem its share of both arms', () => {
  const order = missingSamples(run(4, 2), problems(2), new Set()).map(idOf);
  const first = ['p/0/w0', 'p/0/s0', 'p/0/w1', 'p/1/w0', 'p/1/s0', 'p/1/w1'];
  const second = ['p/0/w2', 'p/0/s1', 'p/0/w3', 'p/1/w2', 'p/1/s1', 'p/1/w3'];
  assert.deepEqual(order, [...first, ...second]);
});

test('wherever a run stops, its arms are a few samples apart, however many problems there are', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 80 }),
      (weak, strong, count) => {
        const drawn = { weak: 0, strong: 0 };
        for (const { arm } of missingSamples(run(weak, strong), problems(count), new Set())) {
          drawn[arm]++;
          // In units of one problem's whole plan. Rounding each problem the same way would let it grow with their number.
          const lead = Math.abs(drawn.weak / weak - drawn.strong / strong);
          assert.ok(lead <= (2 + Math.log2(count + 1)) / Math.min(weak, strong), `${lead} at ${JSON.stringify(drawn)}`);
        }
      },
    ),
  );
});

test('what is drawn and what is missing are the plan, each sample once, whatever was drawn', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(8), fc.nat(7), fc.func(fc.boolean()), (weak, strong, count, wasDrawn) => {
      const all = missingSamples(run(weak, strong), problems(count), new Set()).map(idOf);
      const perProblem = Math.max(weak, 1) + Math.max(strong, 1);
      assert.equal(new Set(all).size, count * perProblem);
      assert.equal(all.length, count * perProblem);
      const drawn = new Set(all.filter(wasDrawn));
      const missing = missingSamples(run(weak, strong), problems(count), drawn).map(idOf);
      assert.deepEqual(
        missing,
        all.filter((id) => !drawn.has(id)),
      );
    }),
  );
});

test('shards share nothing and are the run together; each has whole problems', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(15), (shards, count) => {
      const all = missingSamples(run(3, 1), problems(count), new Set()).map(idOf);
      const parts = Array.from({ length: shards }, (_, index) =>
        missingSamples(run(3, 1), problems(count), new Set(), { index: index + 1, count: shards }).map(idOf),
      );
      assert.deepEqual(parts.flat().sort(), all.sort());
      for (const part of parts) assert.equal(part.length % 4, 0);
    }),
  );
});

test('an arm without a model has nothing missing', () => {
  const onlyWeak = { ...run(2, 5), models: { weak: model, strong: null } };
  assert.deepEqual(missingSamples(onlyWeak, problems(1), new Set()).map(idOf), ['p/0/w0', 'p/0/w1']);
});

test('seeds are the same for the same sample, 31 bits wide, and no two of a problem and arm are equal', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.string(),
      fc.constantFrom('weak' as const, 'strong' as const),
      (seed, problem, arm) => {
        const seeds = Array.from({ length: 500 }, (_, sample) => seedOf(seed, { problem, arm, sample }));
        assert.equal(new Set(seeds).size, 500);
        for (const value of seeds) assert.ok(Number.isInteger(value) && value >= 0 && value < 2 ** 31);
        assert.equal(seedOf(seed, { problem, arm, sample: 7 }), seeds[7]);
        assert.ok(!seeds.includes(seedOf(seed, { problem, arm, sample: 7 }, 1)), 'a redraw has a seed of its own');
      },
    ),
  );
});

test('another run seed, problem or arm gives other seeds', () => {
  const sample = { problem: 'gsm/1', arm: 'weak' as const, sample: 0 };
  const seeds = [
    seedOf(1, sample),
    seedOf(2, sample),
    seedOf(1, { ...sample, problem: 'gsm/2' }),
    seedOf(1, { ...sample, arm: 'strong' }),
  ];
  assert.equal(new Set(seeds).size, seeds.length);
});
