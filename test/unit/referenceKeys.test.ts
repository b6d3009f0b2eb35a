import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { referenceKeys } from '../../src/services/grading/referenceKeys.ts';

const fixture = join(import.meta.dirname, '../fixtures/embedded/handmade-keys.jsonl');
const lines = readFileSync(fixture, 'utf8').trim().split('\n');
const folder = mkdtempSync(join(tmpdir(), 'reference-keys-'));
after(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function load(file: string) {
  const warnings: string[] = [];
  const keysOf = referenceKeys(file, (message) => warnings.push(message));
  const lookup = await keysOf();
  return { lookup, warnings, keysOf };
}

const first = JSON.parse(lines[0] ?? '');

test('keys are found by the exact text of their problem', async () => {
  const { lookup, warnings } = await load(fixture);
  assert.deepEqual(lookup(` ${first.question}\n`), first);
  assert.equal(lookup(first.question.replace('4', '5')), undefined);
  assert.equal(lookup(''), undefined);
  assert.equal(lookup('__proto__'), undefined);
  assert.deepEqual(warnings, []);
});

test('the shipped keys are read without a complaint', async () => {
  const file = join(import.meta.dirname, '../../media/models/keys.jsonl');
  const { lookup, warnings } = await load(file);
  assert.deepEqual(warnings, []);
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const keys = JSON.parse(line);
    assert.deepEqual(lookup(keys.question), keys);
  }
});

test('the file is read at the first call and only then', async () => {
  const file = join(folder, 'late.jsonl');
  const keysOf = referenceKeys(file, assert.fail);
  writeFileSync(file, lines.join('\n'));
  const lookup = await keysOf();
  rmSync(file);
  assert.equal(await keysOf(), lookup);
  assert.deepEqual(lookup(first.question), first);
});

test('a missing file has no keys and is told once', async () => {
  const file = join(folder, 'none.jsonl');
  const { lookup, warnings, keysOf } = await load(file);
  await keysOf();
  assert.equal(lookup(first.question), undefined);
  assert.deepEqual(warnings, [
    `${file} is missing or empty. The embedded problems have no reference soundness; reinstall Trace Loupe to mend it.`,
  ]);
});

test('a folder in its place is told, not thrown', async () => {
  const { lookup, warnings } = await load(folder);
  assert.equal(lookup(first.question), undefined);
  assert.equal(warnings.length, 1);
});

const broken: [string, string, RegExp][] = [
  ['torn', lines[0]?.slice(0, 100) ?? '', /:1 is torn or is not JSON/],
  ['no keys', JSON.stringify({ ...first, keys: undefined }), /keys/],
  ['an operation that is none', JSON.stringify(first).replace('"*"', '"^"'), /keys\.A\.from\.0\.1/],
  ['a value that is no whole number', JSON.stringify(first).replace('"value":24', '"value":2.5'), /keys\.A\.value/],
  ['a goal that is no key', JSON.stringify({ ...first, goal: 'Z' }), /its goal is no key with the answer as its value/],
  [
    'a goal of another value',
    JSON.stringify({ ...first, answer: 1 }),
    /its goal is no key with the answer as its value/,
  ],
  [
    'a derivation from nothing',
    JSON.stringify(first).replace('["A","+","B"]', '["A","+","toString"]'),
    /derived from a key that is not there/,
  ],
];

for (const [name, line, message] of broken) {
  test(`a line is left out and told where it is broken: ${name}`, async () => {
    const file = fileOf('broken.jsonl', [line, ...lines.slice(1)].join('\n'));
    const { lookup, warnings } = await load(file);
    assert.equal(lookup(first.question), undefined);
    assert.ok(lookup(JSON.parse(lines[1] ?? '').question));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', message);
    assert.match(
      warnings[0] ?? '',
      /^.*broken\.jsonl:1 .*\. This problem has no reference soundness; reinstall Trace Loupe to mend it\.$/,
    );
  });
}

test('many broken lines are one warning', async () => {
  const { warnings } = await load(fileOf('all.jsonl', 'x\n'.repeat(50)));
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? '',
    /:1 is torn or is not JSON, and 49 more lines are broken\. The embedded problems have no reference/,
  );
});
