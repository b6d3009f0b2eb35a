import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { extractAnswer, extractGold } from '../../src/core/answer/extract.ts';
import { gradeTrace } from '../../src/core/answer/grade.ts';
import type { ExtractedAnswer } from '../../src/core/answer/verdict.ts';

const free: [string, string, ExtractedAnswer['rule']][] = [
  ['So it is \\boxed{\\frac{1}{2}}.', '\\frac{1}{2}', 'boxed'],
  ['First \\boxed{3}, no: \\fbox{4}', '4', 'boxed'],
  ['\\boxed{1 + \\boxed{2}}', '2', 'boxed'],
  ['Thus $\\boxed{2}$ and $\\boxed{3}$.', '2, 3', 'boxed'],
  ['#### 1,234\n', '1,234', 'hashes'],
  ['3 * 4 = <<3*4=12>>12\n#### 12', '12', 'hashes'],
  ['He has 5. The answer is 12 apples.', '12', 'finalAnswer'],
  ['The final answer is $\\frac{3}{4}$. I hope it is correct.', '\\frac{3}{4}', 'finalAnswer'],
  ['**Final Answer:** 42', '42', 'finalAnswer'],
  ['The answer is 3.5.', '3.5', 'finalAnswer'],
  ['Therefore the answer is that she makes $18 per day.', '$18', 'finalAnswer'],
  ['所以答案是 7。', '7', 'finalAnswer'],
  ['She sells 13 * 2 = <<13*2=26>>26\nA: 26', '26', 'answerLine'],
  ['work\nAnswer: x = 3\n', 'x = 3', 'answerLine'],
  ['She has 3 left, so 3 * 4 = $<<3*4=12>>12 in all', '12', 'lastNumber'],
  ['It costs $1,250.50 today', '$1,250.50', 'lastNumber'],
  ['Hence $x^2 + y$', 'x^2 + y', 'lastExpression'],
];

for (const [text, answer, rule] of free) {
  test(`in ${JSON.stringify(text)} the answer is ${answer}`, () => {
    const found = extractAnswer(text);
    assert.equal(found?.text, answer);
    assert.equal(found?.rule, rule);
    if (!answer.includes(', ')) assert.equal(text.slice(found?.start, found?.end), answer);
  });
}

for (const text of ['', '   ', 'I do not know.', '\\boxed{', '####', 'The answer is']) {
  test(`${JSON.stringify(text)} holds no answer`, () => assert.equal(extractAnswer(text), null));
}

const options = ['12 cm', '\\frac{1}{2}', 'red', '40'];
const choices: [string, string][] = [
  ['The answer is (B).', 'B'],
  ['\\boxed{C}', 'C'],
  ['\\boxed{\\text{(D)}}', 'D'],
  ['The answer is red.', 'C'],
  ['So we get $\\boxed{\\frac{1}{2}}$', 'B'],
  ['Answer: A. 12 cm', 'A'],
  ['Option b looks wrong, option c is right', 'C'],
  ['It is (A) or (B), finally (D)', 'D'],
  ['Solution: Choice_B', 'B'],
];
for (const [text, letter] of choices) {
  test(`of four options ${JSON.stringify(text)} chooses ${letter}`, () => {
    assert.equal(extractAnswer(text, { kind: 'choice', options })?.text, letter);
  });
}

test('a letter beyond the options is no choice', () => {
  assert.equal(extractAnswer('The answer is (F).', { kind: 'choice', options }), null);
});

test('gold answers come from hashes, the last box or the whole text', () => {
  assert.equal(extractGold('4 + 5 = 9\n#### 9'), '9');
  assert.equal(extractGold('so $\\boxed{\\dfrac{9}{2}}$ it is'), '\\dfrac{9}{2}');
  assert.equal(extractGold('  5 \\text{ cm} '), '5 \\text{ cm}');
});

test('verdicts: right, wrong, and ungradable where nothing can be said', () => {
  const problem = { answer: '18', kind: 'free' } as const;
  assert.equal(gradeTrace(problem, 'A: $18.00').verdict, 'correct');
  assert.equal(gradeTrace(problem, 'A: 26').verdict, 'incorrect');
  assert.equal(gradeTrace(problem, 'I give up').verdict, 'ungradable');
  assert.equal(gradeTrace(problem, '\\boxed{\\unknown{18}}').verdict, 'ungradable');
  const choice = { answer: 'B', kind: 'choice', options } as const;
  assert.equal(gradeTrace(choice, 'The answer is (B)').verdict, 'correct');
  assert.equal(gradeTrace(choice, '\\boxed{A}').verdict, 'incorrect');
  assert.equal(gradeTrace({ ...choice, answer: 'red' }, '\\boxed{C}').verdict, 'correct');
});

test('spans lie within any text and, single answers, hold what was found', () => {
  const piece = fc.constantFrom(
    '\\boxed{',
    '}',
    '{',
    '####',
    'The answer is ',
    '$',
    '\\(',
    '\\)',
    '12',
    ' ',
    '\n',
    'A: ',
    '.',
    'x',
    '<<',
    '>>',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      const found = extractAnswer(text);
      if (found === null) return;
      assert.ok(found.start >= 0 && found.start < found.end && found.end <= text.length);
      if (!found.text.includes(', ')) assert.equal(text.slice(found.start, found.end), found.text);
    }),
  );
});

for (const piece of ['\\boxed{', '\\boxed', '{', '$', '\\(', 'answer is ', '1,', 'A: ', '<<', '(A)', '####']) {
  test(`a megabyte of "${piece}" is searched to an end`, () => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    assert.doesNotThrow(() => extractAnswer(text));
    assert.doesNotThrow(() => extractAnswer(text, { kind: 'choice', options }));
  });
}
