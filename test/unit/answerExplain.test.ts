import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answersEqual } from '../../src/core/answer/equal.ts';
import { describeAnswer, explainPair, isUnderstood } from '../../src/core/answer/explain.ts';
import { gradeTrace } from '../../src/core/answer/grade.ts';
import { type AnswerPolicy, defaultAnswerPolicy } from '../../src/core/answer/policy.ts';

const readings: [string, string][] = [
  ['3\\frac12', 'the number 7/2'],
  ['\\$2.50', 'the number 5/2 $'],
  ['12\\text{ cm}^2', 'the number 12 cm^2'],
  ['5 apples', 'the number 5 “apples”'],
  ['20\\%', 'the number 20 percent'],
  ['2(x+1)^2', 'the expression 2 · (x + 1)^2'],
  ['\\frac{\\sqrt3}{x-1}', 'the expression √3 / (x − 1)'],
  ['\\{3, \\frac12\\}', 'the set of 3 and 1/2'],
  ['(1, 2)', 'the tuple (1, 2)'],
  ['[0, \\infty)', 'the interval from 0 (included) to ∞ (left out)'],
  ['x=5, y=2', 'x = 5 and y = 2'],
  ['x \\le 5', 'the relation x ≤ 5'],
  ['(B) 12', 'option B, 12'],
  ['no solution', 'the words “no solution”'],
  ['\\foo{3}', 'not understood: \\foo{3}'],
  ['  ', 'nothing'],
  ['1'.repeat(5000), 'too long to be read (5000 characters)'],
];
for (const [answer, reading] of readings) {
  test(`${answer.slice(0, 40)} is read as ${reading}`, () => assert.equal(describeAnswer(answer), reading));
}

test('a pair is explained with both readings and the verdict, also out of whole texts', () => {
  assert.deepEqual(explainPair('so we get \\boxed{0.5}', 'The answer is $\\frac{1}{2}$.'), {
    gold: 'the number 1/2',
    prediction: 'the number 1/2',
    equal: true,
    how: 'exact numbers',
  });
});

test('what is not read to its end is not called understood', () => {
  assert.ok(isUnderstood('\\{1, x^2\\}'));
  assert.ok(!isUnderstood('\\{1, \\foo\\}'));
  assert.ok(!isUnderstood('2x2'));
});

test('any text can be described', () => {
  const text = fc.string({ unit: fc.constantFrom(...'{}()[]\\^_|,=<>12xi+-/ $%&!:'), maxLength: 60 });
  fc.assert(fc.property(text, (answer) => assert.ok(describeAnswer(answer).length > 0)));
});

const policies: [Partial<AnswerPolicy>, string, string, boolean | null][] = [
  [{}, '20%', '20', true],
  [{ percent: 'fraction' }, '20%', '20', false],
  [{ percent: 'fraction' }, '20%', '0.2', true],
  [{ percent: 'number' }, '20%', '0.2', false],
  [{ percent: 'number' }, '20%', '20', true],
  [{ missingUnit: 'undecided' }, '5 cm', '5', null],
  [{ missingUnit: 'undecided' }, '5 cm', '5 cm', true],
  [{ missingUnit: 'undecided' }, '5 cm', '6', false],
  [{ listOrder: 'written' }, '1, 2', '2, 1', false],
  [{ listOrder: 'written' }, '\\{1, 2\\}', '\\{2, 1\\}', true],
  [{ roundedDigits: 3 }, '0.333', '\\frac13', true],
  [{ roundedDigits: 3 }, '0.33', '\\frac13', false],
  [{ roundedDigits: 3 }, '0.334', '\\frac13', false],
];
for (const [changes, gold, prediction, equal] of policies) {
  test(`under ${JSON.stringify(changes)} ${gold} and ${prediction} are ${equal}`, () => {
    const policy = { ...defaultAnswerPolicy, ...changes };
    assert.equal(answersEqual(gold, prediction, policy).equal, equal);
    assert.equal(answersEqual(prediction, gold, policy).equal, equal);
  });
}

test('a trace is graded under the policy given', () => {
  const problem = { answer: '1/3', kind: 'free' } as const;
  assert.equal(gradeTrace(problem, 'The answer is 0.333.').verdict, 'incorrect');
  const rounded = { ...defaultAnswerPolicy, roundedDigits: 3 };
  assert.equal(gradeTrace(problem, 'The answer is 0.333.', rounded).verdict, 'correct');
});
