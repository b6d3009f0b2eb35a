import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { gradePair } from '../../src/core/answer/gradePair.ts';
import { drawPair } from '../fuzz/answerPairs.ts';
import { seeded } from '../fuzz/random.ts';
import { nearMisses, respellings } from '../fuzz/respell.ts';

test('pairs that are equal or different by construction are never judged the other way', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const { kind, gold, prediction, equal } = drawPair(seeded(seed));
      assert.notEqual(gradePair(gold, prediction).equal, !equal, `${kind}: ${gold} | ${prediction}`);
    }),
    { numRuns: 2000 },
  );
});

const golds = [
  '42',
  '-3.75',
  '1250',
  '\\frac{7}{12}',
  '3\\sqrt{5}',
  '(2, -9)',
  '[0, 14)',
  '4, 7, 19',
  '2x^2 - 5x + 11',
  '60^\\circ',
  '\\$18.50',
];
for (const gold of golds) {
  test(`${gold} with one digit changed is accepted nowhere, in another spelling everywhere`, () => {
    for (const miss of nearMisses(gold)) assert.notEqual(gradePair(gold, miss).equal, true, miss);
    for (const spelling of respellings(gold)) assert.equal(gradePair(gold, spelling).equal, true, spelling);
  });
}
