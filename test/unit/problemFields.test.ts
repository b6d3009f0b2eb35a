import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type FieldContent, noteFields, recogniseFields, valueAt } from '../../src/core/problem/fields.ts';
import { indexBase, letterOf, readOptions, splitOptions } from '../../src/core/problem/options.ts';
import type { FieldMapping } from '../../src/core/problem/problem.ts';
import { scanJson } from '../../src/services/importers/jsonScan.ts';

const seen = (row: unknown) => {
  const fields = new Map<string, FieldContent>();
  noteFields(row, fields);
  return fields;
};

const names: [row: object, mapping: FieldMapping][] = [
  [
    { question: 'q', answer: 'a' },
    { text: 'question', answer: 'answer' },
  ],
  [
    { problem: 'q', solution: 's' },
    { text: 'problem', solution: 'solution' },
  ],
  [
    { 'Problem Statement': 'q', Expected_Answer: 1 },
    { text: 'Problem Statement', answer: 'Expected_Answer' },
  ],
  [
    { prompt: 'q', question: 'q', ideal: 'a' },
    { text: 'question', answer: 'ideal' },
  ],
  [
    { input: 'q', target: 'a', choices: ['a', 'b'] },
    { text: 'input', answer: 'target', options: 'choices' },
  ],
  [
    { q: 'q', a: 'a' },
    { text: 'q', answer: 'a' },
  ],
  [
    { question: 'q', A: '1', B: '2', C: '3', correct: 'B' },
    { text: 'question', answer: 'correct', options: 'A,B,C' },
  ],
  [
    { question: 'q', option_a: '1', option_b: '2', answer: 'A' },
    { text: 'question', answer: 'answer', options: 'option_a,option_b' },
  ],
  [
    { question: { stem: 'q' }, answerKey: 'a' },
    { text: 'question.stem', answer: 'answerKey' },
  ],
  [
    { question: 'q', label: 1, answer: null },
    { text: 'question', answer: 'label' },
  ],
  [
    { question: 'q', answer: 'a', level: 3, uid: 'u' },
    { text: 'question', answer: 'answer', id: 'uid', level: 'level' },
  ],
  [
    { 问题: 'q', 答案: 'a' },
    { text: '问题', answer: '答案' },
  ],
  [{ original: 'q', extracted: 'a' }, {}],
];
for (const [row, mapping] of names) {
  test(`the roles of ${JSON.stringify(Object.keys(row))}`, () => assert.deepEqual(recogniseFields(seen(row)), mapping));
}

test('a role set by hand takes its field away from the other roles', () => {
  const fields = seen({ question: 'q', prompt: 'p', answer: 'a' });
  assert.deepEqual(recogniseFields(fields, { solution: 'question' }), {
    text: 'prompt',
    answer: 'answer',
    solution: 'question',
  });
});

test('a path reaches into objects and lists, prefers a field with dots in its name, and stays out of prototypes', () => {
  const row = { a: { b: 1 }, 'c.d': 2, c: { d: 3 }, messages: [{ content: 'hello' }] };
  assert.deepEqual(
    ['a.b', 'c.d', 'messages.0.content', 'a.x', 'a.b.c'].map((path) => valueAt(row, path)),
    [1, 2, 'hello', undefined, undefined],
  );
  assert.equal(valueAt(row, 'constructor'), undefined);
  assert.equal(valueAt(row, 'messages.length.constructor'), undefined);
});

test('a row of ten thousand fields is noted to its bound', () => {
  const row = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`f${at}`, { inner: at }]));
  assert.equal(seen(row).size, 200);
});

const optionForms: [value: unknown, options: string[] | null][] = [
  ['A) 1 B) 2 C) 3', ['1', '2', '3']],
  ['(A) 1\n(B) 2', ['1', '2']],
  ['A. one B. the B) in the middle', ['one', 'the B) in the middle']],
  ['A) $x$ or $B$ B) neither', ['$x$ or $B$', 'neither']],
  ['first\nsecond', ['first', 'second']],
  [
    ['A) 1', 'B) 2'],
    ['1', '2'],
  ],
  [
    ['A. Smith', 'Jones'],
    ['A. Smith', 'Jones'],
  ],
  [
    [1, true],
    ['1', 'true'],
  ],
  [{ B: 'two', A: 'one' }, ['one', 'two']],
  [{ text: ['one', 'two'], label: ['A', 'B'] }, ['one', 'two']],
  [
    [
      { label: 'A', text: 'one' },
      { label: 'B', text: 'two' },
    ],
    ['one', 'two'],
  ],
  ['one option only', null],
  [['alone'], null],
  [{ x: 'one', y: 'two' }, null],
  [7, null],
];
for (const [value, options] of optionForms) {
  test(`the options in ${JSON.stringify(value)}`, () => assert.deepEqual(readOptions(value), options));
}

test('options joined with letters are parted again', () => {
  const text = fc
    .stringMatching(/^[a-z0-9$+ ]{1,12}$/)
    .map((option) => option.trim())
    .filter((option) => option !== '');
  fc.assert(
    fc.property(fc.array(text, { minLength: 2, maxLength: 8 }), fc.constantFrom('(', ''), (options, open) => {
      const joined = options.map((option, at) => `${open}${String.fromCharCode(65 + at)}) ${option}`).join(' ');
      assert.deepEqual(splitOptions(joined), options);
    }),
  );
});

const golds: [gold: string, options: string[], base: 0 | 1 | null, letter: string | null][] = [
  ['B', ['x', 'y'], null, 'B'],
  ['(b)', ['x', 'y'], null, 'B'],
  ['$A$', ['x', 'y'], null, 'A'],
  ['\\boxed{\\text{B}}', ['x', 'y'], null, 'B'],
  ['B) y', ['x', 'y'], null, 'B'],
  ['B) x', ['x', 'y'], null, null],
  ['Mercury', ['iron', 'mercury'], null, 'B'],
  ['b', ['b', 'a'], null, 'A'],
  ['C', ['x', 'y'], null, null],
  ['1', ['x', 'y'], 0, 'B'],
  ['1', ['x', 'y'], 1, 'A'],
  ['2', ['x', 'y'], 0, null],
  ['1', ['x', 'y'], null, null],
];
for (const [gold, options, base, letter] of golds) {
  test(`gold ${gold} among ${options}, counted from ${base}, is ${letter}`, () =>
    assert.equal(letterOf(gold, options, base), letter));
}

test('golds count options only where their texts don’t say so themselves', () => {
  const rows = (...golds: string[]) => golds.map((gold) => ({ gold, options: ['8', '1', '5', '0'] }));
  assert.equal(indexBase(rows('0', '3')), 0);
  assert.equal(indexBase(rows('4', '1')), 1);
  assert.equal(indexBase(rows('8', '5')), null);
  assert.equal(indexBase(rows('A', '2')), null);
  assert.equal(indexBase(rows('0', '4')), null);
  assert.equal(indexBase([]), null);
});

const jsonLike = fc.oneof(
  fc.string(),
  fc.json(),
  fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([json, at, dirt]) => {
    const cut = at % (json.length + 1);
    return json.slice(0, cut) + dirt + json.slice(cut + 1);
  }),
);

test('the scanner finds an error exactly where JSON.parse throws', () => {
  fc.assert(
    fc.property(jsonLike, (text) => {
      const error = scanJson(text);
      assert.equal(error === null, parses(text));
      if (error !== null) assert.ok(error.offset >= 0 && error.offset <= text.length);
    }),
    { numRuns: 2000 },
  );
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('the scanner gives the places of values, each of them JSON of its own', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ q: fc.string(), n: fc.integer() }, { noNullPrototype: true }), { minLength: 1 }),
      fc.constantFrom(0, 2),
      (rows, indent) => {
        const text = JSON.stringify({ data: rows }, null, indent);
        const found: unknown[] = [];
        scanJson(text, ({ path, start, end }) => {
          if (path.length === 2) found[Number(path[1])] = JSON.parse(text.slice(start, end));
        });
        assert.deepEqual(found, rows);
      },
    ),
  );
});

const jsonErrors: [text: string, offset: number, message: RegExp][] = [
  ['{"a": 1,}', 8, /comma/],
  ["{'a': 1}", 1, /double quotes/],
  ['{"a": None}', 6, /Python: write `null`/],
  ['{"a": "x', 6, /no closing quote/],
  ['{"a": "\\sin"}', 7, /`\\s` is no JSON escape: write `\\\\s`/],
  ['{"a": "x\ny"}', 8, /line break inside a string/],
  ['{"a": 1} {"a": 2}', 9, /one value per line/],
  ['[1, 2', 5, /ends before its closing `\]`/],
  ['', 0, /the text ends/],
];
for (const [text, offset, message] of jsonErrors) {
  test(`the place of the error in ${JSON.stringify(text)}`, () => {
    const error = scanJson(text);
    assert.equal(error?.offset, offset);
    assert.match(error.message, message);
  });
}

test('JSON nested a million deep costs no stack', () => {
  assert.match(scanJson('['.repeat(1_000_000))?.message ?? '', /nested more than/);
});
