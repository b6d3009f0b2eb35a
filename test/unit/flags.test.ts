import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Flag } from '../../src/core/flags/flag.ts';
import { findFlags, rules } from '../../src/core/flags/rules.ts';
import { unsoundProbability } from '../../src/core/flags/score.ts';
import { splitSteps } from '../../src/core/trace/steps.ts';

function flagsOf(text: string, kind: 'free' | 'choice' = 'free'): Flag[] {
  const question =
    'Natalia sold clips to 48 of her friends in April and then she sold half as many in May. How many clips did she sell in all?';
  return findFlags({ problem: { text: question, answer: '1', kind }, text, steps: splitSteps(text) });
}

/** Text, what is flagged in it, and the end of the reason. */
const falseEquations: [string, string, string][] = [
  ['In May she sold 48 / 2 = 26 clips.', '48 / 2 = 26', '48 / 2 = 26 is false: it is 24.'],
  ['So \\(\\frac{10}{4} = 3\\frac{1}{2}\\) it is', '\\frac{10}{4} = 3\\frac{1}{2}', 'it is 2.5.'],
  ['We get $3 \\times 4 + 2 = 15$.', '3 \\times 4 + 2 = 15', 'it is 14.'],
  ['It costs $140 * 0.95 = $134.', '140 * 0.95 = $134', 'it is 133.'],
  ['Add 3 eggs + 4 eggs = 8 eggs', '3 eggs + 4 eggs = 8', 'it is 7.'],
  ['1,200 + 300 = 1,400 in all', '1,200 + 300 = 1,400', 'it is 1500.'],
  ['He pays 20% of 50 and then 30% × 50 = 25 more', '30% × 50 = 25', 'it is 15.'],
  ['x = 2 + 3 = 5 = 3 × 2', '5 = 3 × 2', 'it is 6.'],
  ['a &= 3 + 4 \\\\ &= 2 \\cdot 4', '3 + 4 \\\\ &= 2 \\cdot 4', 'it is 7.'],
  ['He has <<48/2=26>> clips', '48/2=26', 'it is 24.'],
  ['we know 2(3 + 4) = 12 holds', '2(3 + 4) = 12', 'it is 14.'],
  ['then 10/3 ≈ 4 people', '10/3 ≈ 4', 'it is 3.33333.'],
  ['and \\sqrt{16} + 1 = 6 follows', '\\sqrt{16} + 1 = 6', 'it is 5.'],
  ['and 2^5 = 64.', '2^5 = 64', 'it is 32.'],
  ['so $16 - 3$ = $12$ eggs', '16 - 3$ = $12', 'it is 13.'],
  ['this is 6 x 6 x 6 = 218', '6 x 6 x 6 = 218', 'it is 216.'],
];

for (const [text, span, reason] of falseEquations) {
  test(`${JSON.stringify(text)} holds a false equation`, () => {
    const [flag, ...more] = flagsOf(text);
    assert.equal(flag?.rule, 'wrongArithmetic');
    assert.equal(text.slice(flag?.start, flag?.end), span);
    assert.ok(flag?.reason.endsWith(reason), flag?.reason);
    assert.deepEqual(more, []);
  });
}

const silent: [string, string][] = [
  ['a true equation', 'She sold 48 / 2 = 24 clips.'],
  ['a chain that goes on with a total', '3 + 4 = 7 * 2 = 14'],
  ['a bullet is no minus', '- 8 + 2 = 10\n- 3 * 4 = 12'],
  ['rounding to the digit shown', '10 / 3 = 3.33 and 2 / 3 = 0.67 and 7 / 2 = 3'],
  ['thirds written as decimals', '0.33 * 300 = 100'],
  ['π is rounded', '3^2 \\pi = 28.27 and π * 2 ≈ 6.3'],
  ['units are converted', '6 * 30 seconds = 3 minutes, 3 * 25 cents = $0.75'],
  ['one quantity in two units', 'On the map ½ inch = 20 miles, 1 inch = 2 * 20 miles, 5 quarters = 125 cents'],
  ['percent read either way', '25 / 75 * 100 = 33% and 1/4 = 25% and (3,200 - 4,800) / 4,800 * 100 = -33%'],
  ['mixed numbers', '3\\frac{4}{5} = \\frac{3 \\cdot 5 + 4}{5} and 1 1/2 = 3/2'],
  ['products of variables', '3xy + 5xy = 4, 7(49 - 3ab) = 42, 100 = 5AD^2 + 3'],
  ['calls', 'f(3) = 4 + 1 and P(2) = 1/2, C(5, 2) = 4 * 3'],
  ['labels', 'Day 1 = 3 + 4 and Step 2 = 5 * 6'],
  ['subscripts and bases', '101_2 + 1 = 6 and a_3 + 2 = 1'],
  ['remainders and residues', '19 / 7 = 2 remainder 5; 8 * 8 = 4 (mod 10)'],
  ['dots', '0.333... * 3 = 1 and 1 + 2 + ... + 10 = 55'],
  ['thousands', '20{,}000 + 1 = 20001 and 20\\,000 / 2 = 10,000'],
  ['lost exponents', '(3 x 108)(2.5 x 10-3) = 750000 and 34 = 81'],
  ['scientific numbers bind tightly', '0.6 / 3 x 10^8 = 2 x 10^-9'],
  ['units with powers', '4 cm^{2} * 2 cm = 8 cm^3 and 5 m/s * 2 s = 10 m'],
  ['a modulo', '64 % 10 = 4'],
  ['a supposition', 'If 3 + 4 = 8, then it would fit.'],
  ['a denial', 'But 3 + 4 = 8 is false.'],
  ['words as variables', 'price * 3 = 12 and total - 4 = 10 - 4'],
  ['an exclamation', 'So 5 + 3 = 8!'],
  ['factorials', '4! = 24 and 5!/3! = 20'],
  ['functions', '2 sin π + sin 4π = 0'],
  ['true inequalities', '7 < 3 + 5 and 2 + 4 \\ge 6 and 3 ≤ 3'],
  ['a denied inequality', '2 + 4 > 6 is not true'],
  ['markup', 'see <b>4</b> and 5 -> 3 => 2'],
];

for (const [name, text] of silent) {
  test(`nothing is flagged: ${name}`, () => assert.deepEqual(flagsOf(text, 'choice'), []));
}

test('false inequalities are flagged with both values', () => {
  const text = 'It works because 2 + 4 > 6 holds.';
  const [flag] = flagsOf(text);
  assert.equal(flag?.rule, 'falseInequality');
  assert.equal(text.slice(flag?.start, flag?.end), '2 + 4 > 6');
  assert.equal(flag?.reason, '2 + 4 > 6 is false: the sides are 6 and 6.');
});

for (const text of [
  "I don't know, so let's guess 12.",
  'By trial and error we find 8 = 8.',
  'There must be an error in the problem; take 5.',
]) {
  test(`a guess: ${text}`, () => assert.equal(flagsOf(text, 'choice')[0]?.rule, 'guessedAnswer'));
}

test('an answer without a derivation is flagged, one with an equation is not', () => {
  assert.equal(flagsOf('The answer is 72.')[0]?.rule, 'guessedAnswer');
  assert.deepEqual(flagsOf('48 + 24 = 72'), []);
  assert.deepEqual(flagsOf('The answer is 72.', 'choice'), []);
});

test('a flag names the step that holds it', () => {
  const text = 'We start.\n\n3 + 4 = 7\n\nThen 5 + 5 = 11 follows.';
  assert.deepEqual(
    flagsOf(text).map((flag) => flag.step),
    [2],
  );
});

test('every sum that is one off is found, every right one is left alone', () => {
  const number = fc.integer({ min: 0, max: 99_999 });
  fc.assert(
    fc.property(
      number,
      number,
      fc.constantFrom('+', '-', '*'),
      fc.constantFrom('', '$', ' eggs'),
      (a, b, sign, dress) => {
        const result = sign === '+' ? a + b : sign === '-' ? a - b : a * b;
        const write = (value: number) => (dress === '$' ? `$${value}` : `${value}${dress}`);
        const text = (value: number) =>
          `So there are ${write(a)} ${sign} ${write(b)} = ${write(value)} now, as we have seen above in the question`;
        assert.deepEqual(flagsOf(text(result), 'choice'), []);
        assert.equal(flagsOf(text(result + 1), 'choice').length, 1);
      },
    ),
  );
});

const piece = fc.constantFrom(
  '1',
  '2.5',
  ' ',
  '=',
  '<',
  '+',
  '-',
  '*',
  '/',
  '^',
  '%',
  '!',
  '(',
  ')',
  '$',
  '\\frac',
  '{',
  '}',
  'x',
  ' eggs',
  '\n',
  '<<1=2>>',
  '\\sqrt',
  '10',
  '|',
  '≈',
  'guess',
  '.',
);
const anyText = fc.oneof(
  fc.string(),
  fc.array(piece, { maxLength: 50 }).map((pieces) => pieces.join('')),
);

test('flags lie in their step and in order, whatever the text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const steps = splitSteps(text);
      let from = 0;
      for (const flag of flagsOf(text)) {
        const step = steps[flag.step];
        assert.ok(step !== undefined && step.start <= flag.start && flag.start < step.end);
        assert.ok(flag.start >= from && flag.start < flag.end && flag.end <= text.length);
        assert.ok(flag.strength > 0 && flag.strength <= 1);
        assert.ok(rules.some((rule) => rule.name === flag.rule));
        from = flag.start;
      }
    }),
    { numRuns: 1000 },
  );
});

test('the score is a probability that rises with a flag, with hedging and with length', () => {
  const score = (text: string) => unsoundProbability(text, splitSteps(text), flagsOf(text, 'choice'));
  const plain = 'We add the two numbers that are given. '.repeat(10);
  assert.ok(score(`${plain}3 + 4 = 8`) > score(`${plain}3 + 5 = 8`) + 0.3);
  assert.ok(score(`${plain}However, actually, it seems so.`) > score(`${plain}Therefore, clearly, it is now so.`));
  assert.ok(score(plain.repeat(9)) > score(plain));
  fc.assert(
    fc.property(anyText, (text) => {
      assert.ok(score(text) > 0 && score(text) < 1);
    }),
  );
});

for (const text of ['=', '1=', '1+', '(', '$', '<<1=2>>', '\\frac{', '1 eggs ', '1 = 2 and ', 'guess ', '2^', '1<']) {
  test(`a megabyte of "${text}" is read to an end`, () => {
    assert.ok(flagsOf(`${text.repeat(Math.ceil(1_000_000 / text.length))}=1`).length <= 300);
  });
}
