import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  createPicker,
  type Logits,
  likeliest,
  logProbabilities,
  type PickSettings,
} from '../../src/services/models/embedded/pick.ts';
import { createRandom } from '../../src/services/models/embedded/random.ts';

const count = 8;
const { pick } = createPicker(count);
/** Padding and the mark of the problem's end are the likeliest, and must never be chosen. */
const values = Float32Array.of(9, 9, 1, 3, 2.5, 3, -40, 0);
const logits: Logits = { values, at: 0, count };

/** How often each token is chosen in 20,000 draws. */
function shares(settings: PickSettings): number[] {
  const random = createRandom(7);
  const found = new Array<number>(count).fill(0);
  const draws = 20_000;
  for (let i = 0; i < draws; i++) {
    const token = pick(logits, settings, random);
    found[token] = (found[token] ?? 0) + 1 / draws;
  }
  return found;
}

/** Shares of the tokens that are kept, by the definition. */
function expected(temperature: number, kept: number[]): number[] {
  const weights = Array.from(values, (value, token) => (kept.includes(token) ? Math.exp(value / temperature) : 0));
  const total = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / total);
}

const all = [2, 3, 4, 5, 7];
const settings: [string, PickSettings, number[]][] = [
  ['temperature 1', { temperature: 1 }, all],
  ['temperature 0.7', { temperature: 0.7 }, all],
  ['a high temperature', { temperature: 4 }, all],
  ['top-k 3', { temperature: 1, topK: 3 }, [3, 4, 5]],
  ['top-k 1, of equals the first', { temperature: 1, topK: 1 }, [3]],
  ['top-k beyond the vocabulary', { temperature: 1, topK: 100 }, all],
  ['top-p that the likeliest two just do not reach', { temperature: 1, topP: 0.75 }, [3, 4, 5]],
  ['top-p that one reaches', { temperature: 1, topP: 0.1 }, [3]],
  ['min-p a half', { temperature: 1, minP: 0.5 }, [3, 4, 5]],
  ['min-p 1', { temperature: 1, minP: 1 }, [3, 5]],
  ['all of them', { temperature: 2, topK: 4, topP: 0.9, minP: 0.01 }, [3, 4, 5, 2]],
];
for (const [name, given, kept] of settings) {
  test(`${name}: tokens are drawn as often as they are likely`, () => {
    const found = shares(given);
    expected(given.temperature, kept).forEach((share, token) => {
      assert.ok(Math.abs((found[token] ?? 0) - share) < 0.012, `${token}: ${found[token]}, not ${share}`);
    });
  });
}

test('temperature 0 takes the first of the likeliest and asks for no chance', () => {
  assert.equal(
    pick(logits, { temperature: 0 }, () => assert.fail()),
    3,
  );
});

test('any logits and any chance give a token that may stand in a text', () => {
  const given = fc.record({
    temperature: fc.double({ min: 0, max: 100, noNaN: true }),
    topK: fc.nat(10),
    topP: fc.double({ min: 1e-9, max: 1, noNaN: true }),
    minP: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const some = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: count, maxLength: count });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(some, given, chance, (numbers, chosen, random) => {
      const token = pick({ values: Float32Array.from(numbers), at: 0, count }, chosen, () => random);
      assert.ok(Number.isInteger(token) && token >= 2 && token < count);
    }),
  );
});

test('log probabilities are those of the plain distribution, and sum up to 1', () => {
  const found = logProbabilities(logits);
  const shares = Array.from(found, Math.exp);
  assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-12);
  const plain = expected(1, [...all, 6]);
  shares.forEach((share, token) => {
    assert.ok(Math.abs(share - (plain[token] ?? 0)) < 1e-9);
  });
  const top = likeliest(found, 3, String);
  assert.deepEqual(
    top.map(({ token }) => token),
    ['3', '5', '4'],
  );
  assert.deepEqual(likeliest(found, 0, String), []);
});

test('a seed gives the same numbers always, and near seeds give unlike ones', () => {
  const first = (seed: number, length: number) => Array.from({ length }, createRandom(seed));
  assert.deepEqual(first(5, 3), [0.5106953184586018, 0.16772700333967805, 0.2405432420782745]);
  assert.deepEqual(first(5, 3), first(5 + 2 ** 32, 3));
  const starts = Array.from({ length: 20_000 }, (_, seed) => first(seed, 1)[0] ?? 0);
  const mean = starts.reduce((a, b) => a + b) / starts.length;
  const along = starts.slice(1).reduce((sum, value, i) => sum + (value - 0.5) * ((starts[i] ?? 0) - 0.5), 0);
  assert.ok(Math.abs(mean - 0.5) < 0.01, `mean ${mean}`);
  assert.ok(Math.abs(along / starts.length / (1 / 12)) < 0.03, `correlation ${along}`);
  assert.equal(new Set(starts).size, starts.length);
});
