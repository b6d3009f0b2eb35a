import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { FieldMapping } from '../../src/core/problem/problem.ts';
import { readCsv } from '../../src/services/importers/csv.ts';
import { readLines } from '../../src/services/importers/lines.ts';
import { readProblemFile } from '../../src/services/importers/problems.ts';

const fixtures = join(import.meta.dirname, '../fixtures/problems');
const folder = mkdtempSync(join(tmpdir(), 'problem-files-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const fixture = (name: string, mapping?: FieldMapping) =>
  readProblemFile({ path: join(fixtures, name), ...(mapping && { mapping }) }, fixtures);

const written = (name: string, bytes: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return readProblemFile({ path }, folder);
};

/** How people keep problems: each file with its format, and every problem's place and gold answer. */
const dialects: [file: string, format: string, golds: Record<string, string>][] = [
  ['hashes.jsonl', 'JSONL', { 'hashes/1': '22', 'hashes/2': '1,200' }],
  ['numbers.jsonl', 'JSONL', { 'numbers/0': '27', 'numbers/1': '2.5', 'numbers/2': '100000000000000001' }],
  ['leadingZeros.jsonl', 'JSONL', { 'leadingZeros/60': '001' }],
  ['nullFields.jsonl', 'JSONL', { 'nullFields/1': '3', 'nullFields/2': '$0$;$4$' }],
  ['choiceString.jsonl', 'JSONL', { 'choiceString/0': 'B', 'choiceString/1': 'A' }],
  ['choiceList.jsonl', 'JSONL', { 'choiceList/1': 'C', 'choiceList/2': 'A' }],
  ['choiceText.jsonl', 'JSONL', { 'choiceText/1': 'B', 'choiceText/2': 'A' }],
  ['choiceLabels.jsonl', 'JSONL', { 'choiceLabels/Q7': 'B' }],
  ['chat.jsonl', 'JSONL', { 'chat/t-1': '2' }],
  ['ideal.jsonl', 'JSONL', { 'ideal/1': '5', 'ideal/2': '4' }],
  ['boxedSolution.jsonl', 'JSONL', { 'boxedSolution/1': '4', 'boxedSolution/2': '\\left[0,\\frac{1}{2}\\right)' }],
  ['passage.jsonl', 'JSONL', { 'passage/1': '3' }],
  [
    'duplicateIds.jsonl',
    'JSONL',
    { 'duplicateIds/a': '2', 'duplicateIds/a~2': '3', 'duplicateIds/a~2~2': '4', 'duplicateIds/a~3': '5' },
  ],
  ['jsonLinesNamedJson.json', 'JSONL', { 'jsonLinesNamedJson/1': '2', 'jsonLinesNamedJson/2': '1' }],
  ['array.json', 'JSON', { 'array/one': '2', 'array/two': '5' }],
  ['single.json', 'JSON', { 'single/made/up/1.json': '\\left(2,\\frac{\\pi}{2}\\right)' }],
  ['listInside.json', 'JSON', { 'listInside/4': '\\frac{3}{2}' }],
  ['byId.json', 'JSON', { 'byId/p1': '9', 'byId/p2': '16' }],
  ['columns.json', 'JSON', { 'columns/1': '0', 'columns/1~2': '1' }],
  ['table.csv', 'CSV', { 'table/2': '14', 'table/3': '2' }],
  ['optionColumns.csv', 'CSV', { 'optionColumns/2': 'B', 'optionColumns/3': 'A' }],
  ['semicolons.csv', 'CSV', { 'semicolons/2': '3' }],
  ['tabs.tsv', 'CSV', { 'tabs/2': '16' }],
  ['list.yaml', 'YAML', { 'list/2': '1', 'list/rope': '3 m' }],
  ['inside.yml', 'YAML', { 'inside/2': '42', 'inside/4': 'even' }],
  ['sections.md', 'MD', { 'sections/8': '6', 'sections/20': '40', 'sections/30': 'B' }],
  ['blocks.md', 'MD', { 'blocks/1': '12', 'blocks/4': '150' }],
  ['blocks.txt', 'TXT', { 'blocks/1': '121', 'blocks/4': '144' }],
];

for (const [name, format, golds] of dialects) {
  test(`${name} loads as ${format} with its gold answers`, async () => {
    const { summary, problems, sha256 } = await fixture(name);
    assert.equal(summary.error, undefined);
    assert.deepEqual(summary.badRows, []);
    assert.equal(summary.format, format);
    assert.equal(summary.problems, problems.length);
    assert.deepEqual(Object.fromEntries(problems.map(({ id, answer }) => [id, answer])), golds);
    assert.equal(
      sha256,
      createHash('sha256')
        .update(readFileSync(join(fixtures, name)))
        .digest('hex'),
    );
  });
}

/** Files that are something else, and what must be said of them. */
const refused: [file: string, sentence: RegExp][] = [
  ['answersOnly.csv', /has answers \("answer"\) but no problems: add a field "question"/],
  ['questionsOnly.jsonl', /has problems \("question"\) but no gold answers: add a field "answer"/],
  ['unknownFields.csv', /neither a field for the problem nor one for its gold answer.*original, extracted, success/],
  ['dottedFields.jsonl', /neither a field .*doc, doc\.q_text, meta, meta\.truth/],
  ['fewShot.md', /is a few-shot prompt \(3 worked examples\), not a problem file: use it as a model's few-shot file/],
  ['template.md', /is a prompt with a place for the problem, not a problem file: use it as a model's few-shot file/],
  [
    'lmEvalTask.yaml',
    /task file of lm-evaluation-harness, which names a data set \(example\/made_up\).*save that data set as JSONL/,
  ],
  ['../traces/systems.jsonl', /holds recorded traces .*"Import Recorded Traces"/],
];

for (const [name, sentence] of refused) {
  test(`${name} is refused as no problem file, with what to do`, async () => {
    const { summary, problems, sha256 } = await fixture(name);
    assert.equal(summary.error?.kind, 'notProblems');
    assert.match(summary.error.message, sentence);
    assert.equal(summary.problems + problems.length, 0);
    assert.equal(sha256, '');
  });
}

test('every fixture stands in one of the tables', () => {
  const named = new Set([...dialects, ...refused].map(([name]) => name));
  const others = readdirSync(fixtures).filter((name) => !named.has(name));
  assert.deepEqual(others.sort(), ['badRows.jsonl', 'broken.yaml', 'brokenArray.json', 'brokenRows.csv']);
});

/** Broken rows: line, column, what is said. The good rows beside them load. */
const broken: [file: string, golds: string[], bad: [line: number, column: number, message: RegExp][]][] = [
  [
    'badRows.jsonl',
    ['2', '16'],
    [
      [2, 46, /comma stands before `}`/],
      [3, 1, /gold answer \("answer"\) is missing/],
      [5, 1, /text \("question"\) is empty/],
      [6, 1, /a list, not an object/],
      [7, 42, /`NaN` is no JSON value: write `null`/],
      [8, 1, /"answer" holds an object.* such as "answer\.value"/],
    ],
  ],
  ['brokenArray.json', ['2', '3'], [[4, 33, /`,` or `}` is expected here, not `"`\. Nothing after it was read/]]],
  [
    'brokenRows.csv',
    ['2', '4', '8'],
    [
      [3, 30, /3 fields and the header 2: put quotes/],
      [5, 1, /quote that is never closed/],
    ],
  ],
  ['broken.yaml', ['2', '4'], [[3, 22, /Invalid escape sequence.*single quotes/]]],
];

for (const [name, golds, bad] of broken) {
  test(`${name}: bad rows have their place and remedy, good rows load`, async () => {
    const { summary, problems } = await fixture(name);
    assert.equal(summary.error, undefined);
    assert.deepEqual(
      problems.map(({ answer }) => answer),
      golds,
    );
    assert.deepEqual(
      summary.badRows.map(({ line, column }) => [line, column]),
      bad.map(([line, column]) => [line, column]),
    );
    for (const [index, row] of summary.badRows.entries()) assert.match(row.message, bad[index]?.[2] ?? /never/);
    assert.ok(summary.badRows.every(({ file }) => file === name));
  });
}

test('the recognised fields are reported in the order of the file', async () => {
  const { summary } = await fixture('chat.jsonl');
  assert.deepEqual(summary.fields, ['id', 'level', 'gt', 'gt_cot', 'messages']);
  assert.deepEqual(summary.mapping, { text: 'messages', answer: 'gt', id: 'id', level: 'level', solution: 'gt_cot' });
});

test('a mapping by hand reaches into objects and wins over what is recognised', async () => {
  const { summary, problems } = await fixture('dottedFields.jsonl', { text: 'doc.q_text', answer: 'meta.truth' });
  assert.equal(problems[0]?.answer, '1');
  assert.deepEqual(summary.mapping, { text: 'doc.q_text', answer: 'meta.truth' });
  const swapped = await fixture('numbers.jsonl', { answer: 'id' });
  assert.deepEqual(
    swapped.problems.map(({ answer }) => answer),
    ['0', '1', '2'],
  );
});

test('a mapping by hand reads worked examples as problems all the same', async () => {
  const { problems } = await fixture('fewShot.md', { text: 'Problem', answer: 'Answer' });
  assert.deepEqual(
    problems.map(({ answer }) => answer),
    ['7', '7', '12'],
  );
});

test('multiple choice gives the options without their letters', async () => {
  const options = async (name: string) => (await fixture(name)).problems.map((problem) => problem.options);
  assert.deepEqual((await options('choiceString.jsonl'))[1], [
    'The mean of data set B is larger.',
    'The mean of data set A is larger.',
    'Neither',
  ]);
  assert.deepEqual((await options('sections.md'))[2], ['3', '8']);
  assert.deepEqual((await options('optionColumns.csv'))[0], ['9', '10', '11', '12']);
});

test('a passage stands before its question, and a worked solution beside its answer', async () => {
  assert.equal((await fixture('passage.jsonl')).problems[0]?.text, 'Tom has 3 hens.\n\nHow many hens has Tom?');
  assert.match((await fixture('hashes.jsonl')).problems[0]?.solution ?? '', /^6 trays hold .*#### 22$/s);
  assert.equal((await fixture('sections.md')).problems[0]?.solution, '90 / 15 = 6 days.');
});

const two = '{"question":"Wie groß ist 1 + 1?","answer":"2"}\r\n{"question":"Was ist 2 · 2?","answer":"4"}\r\n';
const encodings: [what: string, name: string, bytes: Uint8Array][] = [
  ['UTF-8 with a byte-order mark', 'bom.jsonl', Buffer.from(`\uFEFF${two}`)],
  ['UTF-16, little end first', 'le.jsonl', Buffer.from(`\uFEFF${two}`, 'utf16le')],
  ['UTF-16, big end first', 'be.jsonl', Buffer.from(`\uFEFF${two}`, 'utf16le').swap16()],
  ['gzip', 'packed.jsonl.gz', gzipSync(two)],
  ['no line break at the end', 'open.jsonl', Buffer.from(two.trimEnd())],
];
for (const [what, name, bytes] of encodings) {
  test(`${what} and CRLF change nothing`, async () => {
    const { summary, problems } = await written(name, bytes);
    assert.deepEqual(summary.badRows, []);
    assert.deepEqual(
      problems.map(({ text, answer }) => [text, answer]),
      [
        ['Wie groß ist 1 + 1?', '2'],
        ['Was ist 2 · 2?', '4'],
      ],
    );
  });
}

test('a line of two megabytes loads, and one over 16 MB is a bad row', async () => {
  const long = (size: number) => `${JSON.stringify({ question: 'x'.repeat(size), answer: 1 })}\n`;
  const { summary, problems } = await written('long.jsonl', long(2e6) + long(17 * 1024 ** 2) + long(3));
  assert.deepEqual(
    problems.map(({ text }) => text.length),
    [2e6, 3],
  );
  assert.deepEqual(
    summary.badRows.map(({ line, message }) => [line, /longer than 16 MB/.test(message)]),
    [[2, true]],
  );
});

test('bytes that are not UTF-8 cost their own row alone, with the column', async () => {
  const bytes = Buffer.concat([
    Buffer.from('{"question":"äö'),
    Buffer.from([0xff]),
    Buffer.from(`","answer":1}\n${two}`),
  ]);
  const { summary, problems } = await written('latin.jsonl', bytes);
  assert.equal(problems.length, 2);
  assert.deepEqual(
    summary.badRows.map(({ line, column }) => [line, column]),
    [[1, 16]],
  );
  const table = await written(
    'latin.csv',
    Buffer.concat([Buffer.from('question,answer\n1'), Buffer.from([0xe9, 0x2c, 0x31, 10]), Buffer.from('2,2\n')]),
  );
  assert.equal(table.problems.length, 1);
  assert.match(table.summary.badRows[0]?.message ?? '', /not UTF-8/);
});

test('more than 1,000 bad rows are counted and not all listed', async () => {
  const { summary } = await written('many.jsonl', `${two}${'{oops}\n'.repeat(1500)}`);
  assert.equal(summary.badRows.length, 1001);
  assert.match(summary.badRows.at(-1)?.message ?? '', /^500 further rows/);
});

test('a gzip file that is cut off keeps the rows before the cut and says so', async () => {
  const rows = Array.from({ length: 20000 }, (_, at) =>
    JSON.stringify({ question: `What is ${at} * ${at * 7919}?`, answer: at }),
  );
  const { summary, problems, sha256 } = await written('cut.jsonl.gz', gzipSync(rows.join('\n')).subarray(0, 150_000));
  assert.ok(problems.length > 100 && problems.length < 20000);
  assert.match(
    summary.badRows.at(-1)?.message ?? '',
    /Nothing after this row was read: .*ends before its gzip data does/,
  );
  assert.notEqual(sha256, '');
});

const unreadable: [what: string, path: () => string, sentence: RegExp][] = [
  ['a missing file', () => join(folder, 'none.jsonl'), /none\.jsonl does not exist any more: choose the file again/],
  ['a folder', () => folder, /is a folder: choose a file in it/],
  ['an empty file', () => put('empty.jsonl', ''), /empty\.jsonl holds no problems: write one per line/],
  ['an empty Markdown file', () => put('empty.md', '\n'), /begin each with a heading/],
  ['a file of blanks', () => put('blank.json', ' \n\n'), /holds no problems/],
  ['a binary file', () => put('picture.jsonl', Buffer.from([0x89, 0x50, 0, 0, 1])), /is not a text file/],
  [
    'damaged gzip data',
    () => put('bad.jsonl.gz', Buffer.from([0x1f, 0x8b, 1, 2, 3, 4])),
    /damaged gzip data|ends before/,
  ],
  [
    'a file without one good row',
    () => put('oops.jsonl', '{oops}\n'),
    /No row of oops\.jsonl could be read; line 1: Not valid JSON/,
  ],
  ['a link that leads to itself', () => loop('loop.jsonl'), /leads to itself/],
  [
    'a YAML file of 17 MB',
    () => put('huge.yaml', `a: ${'x'.repeat(17 * 1024 ** 2)}`),
    /more than 16 MB of text: split it/,
  ],
  ['YAML nested beyond the stack', () => put('deep.yaml', '['.repeat(200_000)), /could be read/],
  ['YAML with keys that are maps of maps', () => put('keys.yaml', '? '.repeat(100_000)), /nested too deeply/],
  ['YAML with a few such keys', () => put('fewKeys.yaml', '? '.repeat(60)), /holds no problems/],
  ['a YAML alias bomb', () => put('bomb.yaml', aliasBomb()), /holds no problems|could be read/],
];
function put(name: string, bytes: string | Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}
function loop(name: string): string {
  symlinkSync(name, join(folder, name));
  return join(folder, name);
}
function aliasBomb(): string {
  const levels = Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}, *a${at}, *a${at}]`);
  return ['a0: &a0 [x, x, x, x]', ...levels].join('\n');
}
for (const [what, path, sentence] of unreadable) {
  test(`${what} gets one clear sentence`, async () => {
    const { summary, problems } = await readProblemFile({ path: path() }, folder);
    assert.equal(summary.error?.kind, 'unreadable');
    assert.match(summary.error.message, sentence);
    assert.equal(problems.length, 0);
  });
}

test('a file without the right to read it says so', {
  skip: process.getuid?.() === 0 && 'root may read everything',
}, async () => {
  const path = put('locked.jsonl', two);
  chmodSync(path, 0);
  const { summary } = await readProblemFile({ path }, folder);
  assert.match(summary.error?.message ?? '', /may not be read/);
});

test('names are shown relative to the workspace where the file lies inside it', async () => {
  mkdirSync(join(folder, 'sets'), { recursive: true });
  const path = put('sets/inside.jsonl', two);
  assert.equal((await readProblemFile({ path }, folder)).problems[0]?.source.file, 'sets/inside.jsonl');
  assert.equal((await readProblemFile({ path }, join(folder, 'elsewhere'))).summary.file, path);
  assert.equal((await readProblemFile({ path }, null)).summary.file, path);
});

test('reading stops with the caller’s reason when it is cancelled', async () => {
  const path = put('cancel.jsonl', two);
  await assert.rejects(readProblemFile({ path }, folder, AbortSignal.abort(new Error('enough'))), /enough/);
});

const endings = ['jsonl', 'json', 'csv', 'tsv', 'yaml', 'md', 'txt', 'jsonl.gz', 'other'];
/** Bytes near what files hold: pieces of the fixtures, cut, joined and dirtied. */
const pieces = readdirSync(fixtures).map((name) => readFileSync(join(fixtures, name)));
const nearBytes = fc
  .array(fc.tuple(fc.constantFrom(...pieces), fc.nat(400), fc.nat(400), fc.uint8Array({ maxLength: 3 })), {
    maxLength: 4,
  })
  .map((parts) =>
    Buffer.concat(parts.flatMap(([bytes, from, size, dirt]) => [bytes.subarray(from, from + size), dirt])),
  );

test('any bytes under any name give a summary and never an error', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...endings),
      fc.oneof(
        nearBytes,
        fc.uint8Array({ maxLength: 200 }),
        fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
      ),
      async (ending, bytes) => {
        const { summary, problems } = await written(`any${count++ % 8}.${ending}`, bytes);
        assert.equal(summary.problems, problems.length);
        assert.ok(summary.error !== undefined || problems.length > 0);
        assert.equal(new Set(problems.map(({ id }) => id)).size, problems.length);
        assert.ok(problems.every(({ text, answer }) => text !== '' && answer !== ''));
        for (const { line, column, message } of summary.badRows)
          assert.ok(line >= 1 && column >= 1 && message.length > 10);
      },
    ),
    { numRuns: 400 },
  );
});

test('rows written as JSONL come back as they were, whatever their texts hold', async () => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((text) => text.trim() !== '' && !/[#\\]|answer/i.test(text));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ question: word, answer: word }), { minLength: 1, maxLength: 5 }),
      async (rows) => {
        const { problems } = await written('round.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
        assert.deepEqual(
          problems.map(({ text }) => text),
          rows.map(({ question }) => question.trim()),
        );
      },
    ),
    { numRuns: 100 },
  );
});

/** The same bytes in pieces of `size`. */
async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all<T>(batches: AsyncIterable<Iterable<T>>): Promise<T[]> {
  const rows: T[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

const table = fc
  .array(fc.constantFrom('a', ',', '"', '""', '\n', '\r\n', ' ', 'ä', ';'), { maxLength: 40 })
  .map((cells) => Buffer.from(cells.join('')));

test('rows do not depend on the pieces in which their bytes arrive', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 7 }), async (bytes, size) => {
      assert.deepEqual(await all(readCsv(inPieces(bytes, size))), await all(readCsv(inPieces(bytes, 1000))));
      assert.deepEqual(await all(readLines(inPieces(bytes, size))), await all(readLines(inPieces(bytes, 1000))));
    }),
    { numRuns: 500 },
  );
});

test('lines are those of the text, and CSV fields those that were written', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', 'ä', ';'), maxLength: 8 });
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 6 }), async (rows) => {
      const bytes = Buffer.from(['x,y', ...rows.map((cells) => cells.map(quoted).join(','))].join('\n'));
      const read = (await all(readCsv(inPieces(bytes, 5)))).map((row) => ('value' in row ? row.value : row));
      assert.deepEqual(
        read,
        rows.map(([x, y]) => ({ x, y })),
      );
      const lines = (await all(readLines(inPieces(bytes, 3)))).map((line) => ('text' in line ? line.text : line));
      assert.deepEqual(lines, bytes.toString().replace(/\n$/, '').split('\n'));
    }),
    { numRuns: 300 },
  );
});
