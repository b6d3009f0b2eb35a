import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersEqual } from '../../src/core/answer/equal.ts';

/** A pair of answers, whether they are equal, and the words that say how that was found. */
export type AnswerRow = [gold: string, prediction: string, equal: boolean | null, how: string];

const verdicts = new Map([
  [true, 'equals'],
  [false, 'differs from'],
  [null, 'is not decided against'],
]);

/** Tests each row, and that its other way round has the same outcome. */
export function answerTable(about: string, rows: readonly AnswerRow[]): void {
  for (const [gold, prediction, equal, how] of rows)
    test(`${about}: ${gold} ${verdicts.get(equal)} ${prediction}`, () => {
      assert.deepEqual(answersEqual(gold, prediction), { equal, how });
      assert.equal(answersEqual(prediction, gold).equal, equal);
    });
}
