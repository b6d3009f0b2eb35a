import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { extractAnswer, extractGold } from '../../src/core/answer/extract.ts';
import { gradeTrace } from '../../src/core/answer/grade.ts';
import { answerWithin, gradePair } from '../../src/core/answer/gradePair.ts';
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
  ['There are 12 500 of them', '12 500', 'lastNumber'],
  ['That is 3.2e-5 of it', '3.2e-5', 'lastNumber'],
  ['A mass of 1.5 \\times 10^{3} grams', '1.5 \\times 10^{3}', 'lastNumber'],
  ['It is $ \\cfrac{2}{3} $.', '\\cfrac{2}{3}', 'lastExpression'],
  ['The price rose from $5 per kg to $6 per kg', '$6', 'lastNumber'],
  ['She pays $5 + $3 = $8', '$8', 'lastNumber'],
  ['Then $x = 2$ and $y = 3$.', 'x = 2, y = 3', 'lastExpression'],
  ['The answer is $1$, $2$ and $3$.', '1, 2, 3', 'finalAnswer'],
  ['It is largest at $M = 7$ when $x = 2$.', 'M = 7', 'lastExpression'],
  ['So $a_1 = \\boxed{4}$ and $a_2 = \\boxed{9}$.', 'a_1 = 4, a_2 = 9', 'boxed'],
  ['The correct choice is B.', 'B', 'finalAnswer'],
  ['The answer is `7`', '7', 'finalAnswer'],
];

for (const [text, answer, rule] of free) {
  test(`in ${JSON.stringify(text)} the answer is ${answer}`, () => {
    const found = extractAnswer(text);
    assert.equal(found?.text, answer);
    assert.equal(found?.rule, rule);
    if (!answer.includes(', ')) assert.equal(text.slice(found?.start, found?.end), answer);
  });
}

const bare: [string, string][] = [
  ['(1, 2)', '(1, 2)'],
  ['5 hours', '5 hours'],
  ['n + 3', 'n + 3'],
  ['cos 60', 'cos 60'],
  ['x > 3', 'x > 3'],
  ['$28$ percent', '$28$ percent'],
  ['It costs $12.50.', '$12.50'],
  ['the result is 1 000', '1 000'],
  ['so the number is 10 which is 1,000.99m²', '1,000.99'],
  ['The identity is $ \\begin{pmatrix} 1 \\\\ 0 \\end{pmatrix} $.', '\\begin{pmatrix} 1 \\\\ 0 \\end{pmatrix}'],
];
for (const [text, answer] of bare) {
  test(`${JSON.stringify(text)} is ${text === answer ? 'an answer as it is' : `searched for ${answer}`}`, () =>
    assert.equal(answerWithin(text), answer));
}

test('no number is cut in two where a long text is not searched from its start', () => {
  const digits = '7'.repeat(1_000_000);
  assert.equal(extractAnswer(digits), null);
  assert.equal(gradePair(digits, `1+${digits}`).equal, null);
});

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
    '$3$',
    ' and ',
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
