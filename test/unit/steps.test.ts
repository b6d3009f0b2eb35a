import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitSteps } from '../../src/core/trace/steps.ts';

function parts(text: string): string[] {
  return splitSteps(text).map((step) => text.slice(step.start, step.end).trim());
}

const table: [string, string, string[]][] = [
  ['no text has no steps', '', []],
  ['paragraphs', 'First we add.\n\nThen we stop.\n  \nDone.', ['First we add.', 'Then we stop.', 'Done.']],
  ['lines, as GSM8K writes them', 'He has 3 eggs.\nHe eats 1.\nA: 2', ['He has 3 eggs.', 'He eats 1.', 'A: 2']],
  [
    'numbered lines hold what stands below them',
    '1. Add:\n3 + 4 = 7\n\n2. Double:\n14',
    ['1. Add:\n3 + 4 = 7', '2. Double:\n14'],
  ],
  ['"Step N" lines', 'Step 1: a\nmore\nStep 2: b', ['Step 1: a\nmore', 'Step 2: b']],
  ['Chinese numbered steps', '第一步：设x\n则x=2\n第二步：得4', ['第一步：设x\n则x=2', '第二步：得4']],
  [
    'sentences where a text is one block',
    'He has 3.5 eggs. He eats one! Is it so? Yes.',
    ['He has 3.5 eggs.', 'He eats one!', 'Is it so?', 'Yes.'],
  ],
  ['Chinese sentences', '共有3个。吃了1个；剩2个。', ['共有3个。', '吃了1个；', '剩2个。']],
  [
    'abbreviations end no sentence',
    'Take a number, e.g. 5 of them. Mr. Smith agrees.',
    ['Take a number, e.g. 5 of them.', 'Mr. Smith agrees.'],
  ],
  ['maths is not cut', 'So $a = 1. \\text{ Then } b$ holds. Fine.', ['So $a = 1. \\text{ Then } b$ holds.', 'Fine.']],
  ['displayed maths is not cut', 'We get\n\\[ a = 1\n\n + 2 \\]\nDone.', ['We get', '\\[ a = 1\n\n + 2 \\]', 'Done.']],
  [
    'environments are not cut',
    'So\n\\begin{align*}\na &= 1 \\\\\nb &= 2\n\\end{align*}\nend',
    ['So', '\\begin{align*}\na &= 1 \\\\\nb &= 2\n\\end{align*}', 'end'],
  ],
  ['code fences are not cut', 'Run\n\n```py\nx = 1\n\ny = 2\n```\n\nok', ['Run', '```py\nx = 1\n\ny = 2\n```', 'ok']],
  [
    'tables are not cut',
    'See\n| a | b |\n|---|---|\n| 1 | 2 |\nend',
    ['See', '| a | b |\n|---|---|\n| 1 | 2 |', 'end'],
  ],
  ['money is no maths', 'It costs $5. He pays $7. Good.', ['It costs $5.', 'He pays $7.', 'Good.']],
  [
    'an opening delimiter without its end guards nothing',
    'We open \\( here.\n\nThen go on.',
    ['We open \\( here.', 'Then go on.'],
  ],
];

for (const [name, text, expected] of table) {
  test(name, () => assert.deepEqual(parts(text), expected));
}

test('steps joined are the text, numbered from 0, none of them blank unless the text is', () => {
  const piece = fc.constantFrom(
    'a',
    ' ',
    '\n',
    '\n\n',
    '. ',
    '$',
    '\\(',
    '\\)',
    '```',
    '| x |',
    'Step 1 ',
    '1. ',
    '。',
    'e.g. ',
    '\\begin{a}',
    '\\end{a}',
    'B',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, (value) => {
      const steps = splitSteps(value);
      assert.equal(steps.map((step) => value.slice(step.start, step.end)).join(''), value);
      steps.forEach((step, index) => {
        assert.equal(step.index, index);
        assert.ok(step.end > step.start);
        if (value.trim() !== '') assert.notEqual(value.slice(step.start, step.end).trim(), '');
      });
    }),
    { numRuns: 500 },
  );
});

for (const piece of ['$', '\\(', '\n |', '\\begin{a}', '. ', '\n\n', '```', '1. ', ' ']) {
  test(`a megabyte of ${JSON.stringify(piece)} is parted without loss`, () => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const steps = splitSteps(text);
    assert.equal(
      steps.reduce((sum, step) => sum + step.end - step.start, 0),
      text.length,
    );
  });
}
