import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRetryAfter } from '../../src/services/models/retryAfter.ts';
import { createLimiter } from '../../src/services/sampling/limiter.ts';
import { checkCap, createPurse, highestUsd } from '../../src/services/sampling/purse.ts';
import { createHealth, maxTries, retryDelayMs } from '../../src/services/sampling/retry.ts';

test('the limit halves on 429, once for all requests that were in flight, and grows back by one per round', () => {
  const limiter = createLimiter(16);
  const before = limiter.period();
  limiter.throttled(before);
  limiter.throttled(before);
  assert.equal(limiter.limit, 8);
  limiter.throttled(limiter.period());
  assert.equal(limiter.limit, 4);
  for (let success = 0; success < 5; success++) limiter.succeeded();
  assert.equal(limiter.limit, 5);
  for (let success = 0; success < 500; success++) limiter.succeeded();
  assert.equal(limiter.limit, 16);
});

test('the limit stays from 1 to the setting, whatever happens', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.array(fc.boolean()), (most, events) => {
      const limiter = createLimiter(most);
      for (const success of events) {
        if (success) limiter.succeeded();
        else limiter.throttled(limiter.period());
        assert.ok(limiter.limit >= 1 && limiter.limit <= most);
      }
    }),
  );
});

const now = Date.parse('2026-11-21T10:00:00Z');
const retryAfter: [Record<string, string>, number | undefined][] = [
  [{ 'retry-after': '2' }, 2_000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after-ms': '120', 'retry-after': '9' }, 120],
  [{ 'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Sat, 21 Nov 2026 09:00:00 GMT' }, 0],
  [{ 'retry-after': '99999999' }, 86_400_000],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{}, undefined],
];
for (const [headers, expected] of retryAfter) {
  test(`${JSON.stringify(headers)} asks to wait ${expected} ms`, () => {
    assert.equal(parseRetryAfter(new Headers(headers), now), expected);
  });
}

test('a wait of any text is none, or from nothing to a day', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0 }), (text, time) => {
      const ms = parseRetryAfter({ get: () => text }, time);
      assert.ok(ms === undefined || (ms >= 0 && ms <= 86_400_000));
    }),
  );
});

test('backoff doubles up to 30 seconds with half of it by chance, and never undercuts the server', () => {
  const delays = (random: number) =>
    [1, 2, 3, 12].map((failures) => retryDelayMs({ retryAfterMs: undefined }, failures, () => random));
  assert.deepEqual(delays(0), [250, 500, 1_000, 15_000]);
  assert.deepEqual(delays(1), [500, 1_000, 2_000, 30_000]);
  assert.deepEqual(
    [0, 1].map((random) => retryDelayMs({ retryAfterMs: 4_000 }, 1, () => random)),
    [4_000, 4_400],
  );
  assert.equal(
    retryDelayMs({ retryAfterMs: 0 }, 4, () => 0),
    2_000,
    'a server that asks for nothing is not hammered',
  );
});

const attempt = { scope: 'attempt', reason: 'serverError' } as const;
const limited = { scope: 'attempt', reason: 'rateLimited' } as const;
const wrongKey = { scope: 'model', reason: 'wrongKey' } as const;
const refused = { scope: 'sample', reason: 'badRequest' } as const;

test('a sample is given up after ten tries while its model answers others', () => {
  const health = createHealth();
  health.succeeded();
  for (let tries = 1; tries < maxTries; tries++) assert.equal(health.failed(attempt, 'p', tries, tries), 'retry');
  assert.equal(health.failed(attempt, 'p', maxTries, 10), 'giveUp');
});

test('a wrong key pauses at once; after a good reply it was this one sample', () => {
  assert.equal(createHealth().failed(wrongKey, 'p', 1, 0), 'pause');
  const health = createHealth();
  health.succeeded();
  assert.equal(health.failed(wrongKey, 'p', 1, 0), 'giveUp');
});

test('refusals of one problem cost its samples, of three problems in a row the run', () => {
  const health = createHealth();
  assert.equal(health.failed(refused, 'a', 1, 0), 'giveUp');
  assert.equal(health.failed(refused, 'a', 1, 0), 'giveUp');
  assert.equal(health.failed(refused, 'b', 1, 0), 'giveUp');
  health.succeeded();
  assert.equal(health.failed(refused, 'c', 1, 0), 'giveUp');
  assert.equal(health.failed(refused, 'd', 1, 0), 'giveUp');
  assert.equal(health.failed(refused, 'e', 1, 0), 'pause');
});

test('a model that never answers pauses the run at the fourth try of a sample', () => {
  const health = createHealth();
  assert.deepEqual(
    [1, 2, 3, 4].map((tries) => health.failed(attempt, 'p', tries, 0)),
    ['retry', 'retry', 'retry', 'pause'],
  );
});

test('a model that stops answering pauses the run after five minutes, too many requests included', () => {
  for (const failure of [attempt, limited]) {
    const health = createHealth();
    health.succeeded();
    for (let second = 0; second < 300; second++) assert.equal(health.failed(failure, 'p', 1, second * 1000), 'retry');
    assert.equal(health.failed(failure, 'p', 1, 300_000), 'pause');
    health.succeeded();
    assert.equal(health.failed(failure, 'p', 1, 600_000), 'retry');
  }
});

test('a server that asks for an hour pauses the run', () => {
  assert.equal(createHealth().failed({ ...limited, retryAfterMs: 3_600_000 }, 'p', 0, 0), 'pause');
});

test('money in flight counts as spent until the request ends', () => {
  const purse = createPurse(1, 0.5);
  assert.ok(purse.canReserve(0.3));
  purse.reserve(0.3);
  assert.ok(!purse.canReserve(0.3));
  purse.settle(0.3, 0.1);
  assert.ok(purse.canReserve(0.4));
  assert.ok(!purse.canReserve(0.41));
  assert.ok(createPurse(undefined, 1e9).canReserve(1e9));
});

test('the highest cost covers the whole token limit', () => {
  const model = { name: 'm', baseUrl: '', model: 'm', inputPrice: 0, outputPrice: 2, sampling: { maxTokens: 500_000 } };
  assert.equal(highestUsd(model, []), 1);
});

test('a cap needs prices', () => {
  assert.throws(
    () =>
      checkCap(1, [
        { name: 'a', inputPrice: 1, outputPrice: 1 },
        { name: 'b', inputPrice: 1 },
      ]),
    {
      name: 'UserError',
      message: /“b” are unknown/,
    },
  );
  checkCap(undefined, [{ name: 'b' }]);
  checkCap(1, [{ name: 'local', inputPrice: 0, outputPrice: 0 }]);
});
