import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../../src/core/problem/problem.ts';
import type { ProblemKeys } from '../../src/core/soundness/keys.ts';
import type { Trace } from '../../src/core/trace/trace.ts';
import { assess, graderName, indexedFacts } from '../../src/services/grading/assess.ts';

const problem: Pick<Problem, 'text' | 'answer' | 'kind'> = {
  text: 'Amy has 3 bags of 12 apples. Ben has 5 apples. How many apples do they have together?',
  answer: '41',
  kind: 'free',
};
const keys: ProblemKeys = {
  question: problem.text,
  family: 'two-sum',
  answer: 41,
  goal: 'T',
  keys: {
    A: { value: 36, from: [[3, '*', 12]], say: ['Amy has @ apples.'] },
    T: { value: 41, from: [['A', '+', 5]], say: ['Together they have @ apples.'] },
  },
};
const right = 'Amy has 3 * 12 = 36 apples.\nTogether they have 36 + 5 = 41 apples.\n#### 41';
const wrong = 'Amy has 12 + 5 = 17 apples.\nTogether they have 36 + 5 = 41 apples.\n#### 41';
const trace: Trace = {
  id: 'p/w0',
  problem: 'p',
  arm: 'weak',
  sample: 0,
  model: 'm',
  seed: 1,
  text: wrong,
  finish: 'stop',
  usage: { promptTokens: 1, completionTokens: 2 },
  startedAt: '2026-01-01T00:00:00Z',
  durationMs: 1,
  attempt: 1,
};

test('a trace of a problem with keys is checked step by step, one without is not', () => {
  assert.equal(assess(problem, right, keys).reference?.soundness, 'sound');
  const { reference, verdict } = assess(problem, wrong, keys);
  assert.deepEqual([verdict, reference?.soundness], ['correct', 'unsound']);
  assert.notEqual(reference?.steps[0]?.wrong, null);
  assert.equal(assess(problem, wrong).reference, null);
});

test('the check changes nothing else that is said of a trace', () => {
  const { reference: _, ...checked } = assess(problem, wrong, keys);
  const { reference: __, ...unchecked } = assess(problem, wrong);
  assert.deepEqual(checked, unchecked);
});

test('the index keeps the check’s result alone', () => {
  assert.equal(indexedFacts(trace, assess(problem, wrong, keys)).reference, 'unsound');
  assert.equal(indexedFacts(trace, assess(problem, wrong)).reference, null);
});

test('other keys make another grader', () => {
  assert.notEqual(graderName('1', 'one'), graderName('1', 'two'));
  assert.equal(graderName('1', 'one'), graderName('1', 'one'));
});
