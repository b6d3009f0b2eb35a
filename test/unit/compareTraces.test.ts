import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changedWords } from '../../src/core/trace/changedWords.ts';
import { type ComparedStep, compareTraces } from '../../src/core/trace/compare.ts';
import { splitSteps } from '../../src/core/trace/steps.ts';

const trace = (text: string) => ({ text, steps: splitSteps(text) });
const compare = (left: string, right: string) => compareTraces(trace(left), trace(right));
const shown = (step: ComparedStep | null) =>
  step?.parts
    .map(({ text, changed }) => (changed ? `[${text}]` : text))
    .join('')
    .trimEnd() ?? null;

const left = `On Saturday the pickers fill 48 crates of plums.
Each crate brings 15 - 4 = 11 euros.
On Sunday they fill half as many: $\\frac{48}{2} = 26$ crates.
The orchard earns 72 * 11 = 792 euros over the two days.`;
const right = `On Saturday the orchard fills 48 crates of plums.
Each crate brings 15 - 4 = 11 euros.
On Sunday they fill only half as many: $\\frac{48}{2} = 24$ crates.
Saturday alone brings 48 * 11 = 528.
Together they earn 528 + 264 = 792 euros over the two days.`;

test('steps are signed by what they say, and the first divergence is where equations part', () => {
  const { rows, firstDivergence } = compare(left, right);
  assert.deepEqual(
    rows.map(({ sign }) => sign),
    ['≈', '=', '≠', '+', '≠'],
  );
  assert.equal(firstDivergence, 2);
  assert.equal(shown(rows[0]?.left ?? null), 'On Saturday the [pickers fill] 48 crates of plums.');
  assert.equal(shown(rows[2]?.left ?? null), 'On Sunday they fill half as many: $\\frac{48}{2} = [26]$ crates.');
  assert.equal(
    shown(rows[2]?.right ?? null),
    'On Sunday they fill [only ]half as many: $\\frac{48}{2} = [24]$ crates.',
  );
  assert.deepEqual([rows[3]?.left, rows[4]?.left?.step, rows[4]?.right?.step], [null, 3, 4]);
});

test('sides changed round give the mirrored signs', () => {
  const signs = compare(right, left).rows.map(({ sign }) => sign);
  assert.deepEqual(signs, ['≈', '=', '≠', '−', '≠']);
});

const pairs: [what: string, left: string, right: string, signs: string, first: number][] = [
  ['equal texts', 'It is 2 + 2 = 4.\nDone.', 'It is 2 + 2 = 4.\nDone.', '==', -1],
  ['other white space', 'It  is 2 + 2 = 4.', 'It is\t2 + 2 = 4.', '=', -1],
  ['the same equation in other words', 'We get 2 + 2 = 4 apples.', 'So there are 2+2=4 apples left.', '≈', -1],
  ['another number without an equation', 'There are 4 apples left.', 'There are 5 apples left.', '≠', 0],
  ['a number in another spelling', 'It has 1,200 rows in all.', 'It has 1200.0 rows in all.', '≈', -1],
  ['words alone', 'Let us begin with care.', 'Let us begin at once with care.', '≈', -1],
  ['a step of words more', 'It is 2 + 2 = 4.', 'Let us see.\nIt is 2 + 2 = 4.', '+=', -1],
  ['a new equation more', 'It is 2 + 2 = 4.', 'It is 2 + 2 = 4.\nTwice that is 4 * 2 = 8.', '=+', 1],
  [
    'an equation said again',
    'It is 2 + 2 = 4.\nAll is well.',
    'It is 2 + 2 = 4.\nAgain 2 + 2 = 4 here.\nAll is well.',
    '=+=',
    -1,
  ],
  ['nothing on the left', '', 'It is 2 + 2 = 4.', '+', 0],
  ['nothing at all', '', '', '', -1],
];
for (const [what, one, other, signs, first] of pairs) {
  test(`${what}: ${signs || 'no rows'}`, () => {
    const { rows, firstDivergence } = compare(one, other);
    assert.equal(rows.map(({ sign }) => sign).join(''), signs);
    assert.equal(firstDivergence, first);
  });
}

test('numbers, LaTeX commands and Han characters are changed whole or not at all', () => {
  const words = (one: string, other: string) =>
    changedWords(one, other, { words: 1000 })
      ?.left.filter(({ changed }) => changed)
      .map(({ text }) => text);
  assert.deepEqual(words('x = 12.5 m', 'x = 12.75 m'), ['12.5']);
  assert.deepEqual(words('$\\frac{1}{2}$', '$\\dfrac{1}{2}$'), ['\\frac']);
  assert.deepEqual(words('答案是三', '答案是四'), ['三']);
});

test('the budget of words is used up, and then pairs are not refined', () => {
  const budget = { words: 10 };
  assert.notEqual(changedWords('one two', 'one three', budget), null);
  assert.equal(budget.words, 4);
  assert.equal(changedWords('one two', 'one three', budget), null);
});

const line = fc.oneof(
  fc.constantFrom(
    'So 3 + 4 = 7.',
    'so 3+4 = 7',
    'Let us see.',
    '',
    ' ',
    'Then $x = \\frac{1}{2}$.',
    'It is 48 / 2 = 24.',
    'It is 48 / 2 = 26.',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);
const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));

test('the parts of a side, joined, are its text, each step once and in order', () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [ours, theirs] = [trace(one), trace(other)];
      const { rows, firstDivergence } = compareTraces(ours, theirs);
      for (const [side, { text, steps }] of [
        ['left', ours],
        ['right', theirs],
      ] as const) {
        const compared = rows.map((row) => row[side]).filter((step) => step !== null);
        assert.deepEqual(
          compared.map(({ step }) => step),
          steps.map(({ index }) => index),
        );
        assert.equal(
          compared
            .flatMap(({ parts }) => parts)
            .map((part) => part.text)
            .join(''),
          text,
        );
      }
      assert.ok(firstDivergence >= -1 && firstDivergence < Math.max(1, rows.length));
      for (const { sign, left, right } of rows) {
        assert.equal(sign === '+', left === null);
        assert.equal(sign === '−', right === null);
      }
    }),
  );
});

test('a trace compared with itself is equal throughout', () => {
  fc.assert(fc.property(text, (one) => compare(one, one).rows.every(({ sign }) => sign === '=')));
});

test('a megabyte on each side falls back to steps that are not refined, with nothing lost', () => {
  const long = (word: string) =>
    Array.from(
      { length: 9000 },
      (_, at) => `${word} ${at} stands on a line of some length, number ${at} of all. ${'x'.repeat(50)}`,
    ).join('\n');
  const [one, other] = [long('apple'), long('pear')];
  assert.ok(one.length > 900_000);
  const { rows } = compare(one, other);
  assert.equal(
    rows
      .flatMap(({ left }) => left?.parts ?? [])
      .map((part) => part.text)
      .join(''),
    one,
  );
  assert.ok(rows.every(({ left }) => left === null || left.parts.length === 1));
});
