import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answerKey, answersEqual } from '../../src/core/answer/equal.ts';
import { gradePair } from '../../src/core/answer/gradePair.ts';
import { groupAnswers } from '../../src/core/answer/group.ts';
import { hostilePairs } from '../fuzz/hostileAnswers.ts';

const equal: [string, string][] = [
  ['18', '18.0'],
  ['18', '$18'],
  ['18', '\\$18.00'],
  ['1,600', '1600'],
  ['1600', '1{,}600'],
  ['3,\\!110,\\!400', '3110400'],
  ['20', '20%'],
  ['0.2', '20\\%'],
  ['5', '5 hours'],
  ['12\\text{ square units}', '12'],
  ['30^\\circ', '30'],
  ['15\\mbox{ cm}^2', '15'],
  ['2 hours', '120 minutes'],
  ['\\frac{1}{2}', '0.5'],
  ['\\frac12', '1/2'],
  ['\\dfrac{3}{4}', '\\tfrac34'],
  ['3\\frac{1}{2}', '3.5'],
  ['1 1/2', '3/2'],
  ['1.5 \\times 10^3', '1500'],
  ['1.5e3', '1500'],
  ['2E-4', '0.0002'],
  ['½', '1/2'],
  ['−4', '-4'],
  ['x=5', '5'],
  ['5', '\\frac{10}{2}=5'],
  ['(6,5)', '(b,c)=(6,5)'],
  ['-2,-1,1,2', '2, 1, -1, -2'],
  ['\\{1, 2\\}', '2, 1'],
  ['1 and 2', '1, 2'],
  ['3 \\text{ or } 5', '5, 3'],
  ['\\pm 3', '-3, 3'],
  ['1 \\pm \\sqrt{19}', '1-\\sqrt{19}, 1+\\sqrt{19}'],
  ['[0, \\frac12)', '[0,0.5)'],
  ['x > 5', '(5, \\infty)'],
  ['x \\ge 5', '5 \\le x'],
  ['-793 < a < 10', '(-793, 10)'],
  ['(-1,0) \\cup (1,2]', '(1,2] \\cup (-1,0)'],
  ['x < 1', 'x<1'],
  ['x + y = 2', '2x + 2y - 4 = 0'],
  ['\\begin{pmatrix} 1/5 \\\\ -3/5 \\end{pmatrix}', '\\begin{bmatrix} 0.2 \\\\ -\\frac{3}{5} \\end{bmatrix}'],
  ['\\frac{1}{\\sqrt{2}}', '\\frac{\\sqrt2}{2}'],
  ['8\\sqrt{3}', '\\sqrt{192}'],
  ['(x+1)^2', 'x^2+2x+1'],
  ['\\tan^2(y)+1', '\\sec^2 y'],
  ['\\frac{n(n+1)}{2}', '\\binom{n+1}{2}'],
  ['2^{10}', '1024'],
  ['i^2', '-1'],
  ['1011_2', '11'],
  ['\\text{Even}', 'even'],
  ['\\text{(A)}', 'A'],
  ['three', '3'],
];

const different: [string, string][] = [
  ['18', '26'],
  ['11/2', '1 1/2'],
  ['0.333', '\\frac13'],
  ['1234', '12,34'],
  ['5 hours', '5 minutes'],
  ['(1,2)', '(2,1)'],
  ['[0,1)', '[0,1]'],
  ['x > 5', 'x < 5'],
  ['x > 5', 'x \\ge 5'],
  ['1, 2', '1, 2, 3'],
  ['\\pm 3', '3'],
  ['x + y = 2', 'x + y = 3'],
  ['x < 1', '-x < -1'],
  ['x+1', 'x+2'],
  ['2\\sqrt{3}', '3\\sqrt{2}'],
  ['\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}', '\\begin{pmatrix} 2 \\\\ 1 \\end{pmatrix}'],
  ['yes', 'no'],
  ['10000000000000001', '10000000000000002'],
  ['\\frac{1}{3}', '\\frac{33333333333333333}{99999999999999998}'],
  ['2^{200}', '2^{200}+1'],
];

/** Neither "right" nor "wrong" may be said of these. */
const undecided: [string, string][] = [
  ['', '5'],
  ['10', '4 blue boxes and 6 red boxes'],
  ['9^{9^{9^9}}', '9^{9^{9^9}}+1'],
  ['2^{1000000000}-2^{1000000000}+1', '1'],
  ['\\sqrt{10^{20}+1}', '10^{10}'],
  ['3.141593', '\\pi'],
  ['\\foo{3}', '3'],
  ['no', 'on'],
  ['x=5', 'y=5'],
  ['\\sqrt{ab}', '\\sqrt a \\sqrt b'],
];

for (const [gold, prediction] of equal) {
  test(`${gold} equals ${prediction}, and the other way round`, () => {
    assert.equal(answersEqual(gold, prediction).equal, true);
    assert.equal(answersEqual(prediction, gold).equal, true);
  });
}

for (const [gold, prediction] of different) {
  test(`${gold} differs from ${prediction}`, () => {
    assert.equal(answersEqual(gold, prediction).equal, false);
    assert.equal(answersEqual(prediction, gold).equal, false);
  });
}

for (const [gold, prediction] of undecided) {
  test(`"${gold}" against "${prediction}" is left undecided`, () => {
    assert.equal(answersEqual(gold, prediction).equal, null);
  });
}

test('fractions are equal exactly when their cross products are', () => {
  const part = fc.integer({ min: -9999, max: 9999 });
  const bottom = fc.integer({ min: 1, max: 9999 });
  fc.assert(
    fc.property(part, bottom, part, bottom, (a, b, c, d) => {
      assert.equal(answersEqual(`\\frac{${a}}{${b}}`, `${c}/${d}`).equal, a * d === c * b);
      assert.equal(answersEqual(`\\frac{${a}}{${b}}`, `${a * 3}/${b * 3}`).equal, true);
    }),
  );
});

/** Expressions in x and small numbers; integer roots and powers only, so that values stay finite. */
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    fc.constant('x'),
    fc.integer({ min: 1, max: 9 }).map(String),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a}+${b})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a}) \\cdot (${b})`),
    tie('expression').map((a) => `\\frac{${a}}{3}`),
    tie('expression').map((a) => `(${a})^2`),
  ),
}));

test('an expression equals itself rewritten and never itself plus one', () => {
  fc.assert(
    fc.property(expression, (text) => {
      assert.notEqual(answersEqual(text, `2\\cdot(${text})-(${text})`).equal, false);
      assert.notEqual(answersEqual(text, `(${text})+1`).equal, true);
    }),
  );
});

test('any two texts get a verdict without an error, the same both ways', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'{}()[]\\^_|,=<>12x+-/ $%&'), maxLength: 60 }),
  );
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.equal(answersEqual(a, b).equal, answersEqual(b, a).equal);
    }),
  );
});

test('answers with equal keys are equal', () => {
  const text = fc.oneof(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value.toFixed(2)),
    fc.constantFrom('1,000', '1000', '1000.0', '$1000', '\\frac12', '\\dfrac12', '1 1/2', '11/2', 'x + 1', 'x+1'),
  );
  fc.assert(
    fc.property(text, text, (a, b) => {
      if (answerKey(a) === answerKey(b)) assert.equal(answersEqual(a, b).equal, true);
    }),
  );
  assert.equal(answerKey('1,000'), answerKey('\\$1000.00'));
  assert.notEqual(answerKey('1 1/2'), answerKey('11/2'));
});

for (const [gold, prediction] of hostilePairs()) {
  test(`"${gold.slice(0, 40)}…" is given up on, not worked out`, () => {
    assert.equal(gradePair(gold, prediction).equal, null);
    assert.notEqual(answersEqual(gold, prediction).equal, true);
  });
}

for (const piece of [
  '(',
  '{',
  '\\frac{',
  '\\sqrt{',
  '2^',
  '9^{',
  '1+',
  '1,',
  '|',
  'x^2',
  '\\left(',
  '-',
  '!',
  '\\text{a}',
]) {
  test(`"${piece}" over and over is answered, not followed to the end of the stack`, () => {
    const long = piece.repeat(Math.floor(3900 / piece.length));
    assert.notEqual(answersEqual(`${long}1`, `${long}2`).equal, true);
    assert.equal(answersEqual(piece.repeat(5000), `${piece.repeat(5000)}1`).equal, null);
  });
}

test('answers are grouped: gold first, others by first appearance, none as -1', () => {
  assert.deepEqual(
    groupAnswers('1/2', ['0.5', null, '7', '\\frac12', '7.0', 'x', '', '50\\%']),
    [0, -1, 1, 0, 1, 2, -1, 0],
  );
});

test('grouping many different answers compares each with a bounded number of others', () => {
  const answers = Array.from({ length: 3000 }, (_, index) => String(index));
  const groups = groupAnswers('-1', answers);
  assert.equal(new Set(groups).size, 3000);
});
