import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Problem } from '../../src/core/problem/problem.ts';
import type { Arm, Trace } from '../../src/core/trace/trace.ts';
import { UserError } from '../../src/core/userError.ts';
import type { TraceMapping } from '../../src/protocol/engine.ts';
import { parametersB, suggestArms } from '../../src/services/importers/systems.ts';
import { previewTraces, readTraces } from '../../src/services/importers/traces.ts';

const fixtures = join(import.meta.dirname, '../fixtures/traces');
const folder = mkdtempSync(join(tmpdir(), 'import-traces-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const importedAt = '2026-01-02T03:04:05.000Z';

async function readAll(file: string, arms?: Record<string, Arm>, mapping?: TraceMapping) {
  const preview = await previewTraces(file, mapping);
  const problems: Problem[] = [];
  const traces: Trace[] = [];
  const suggested = Object.fromEntries(preview.systems.map(({ name, suggestedArm }) => [name, suggestedArm]));
  const report = await readTraces(
    { file, mapping: preview.mapping, arms: arms ?? suggested, workspace: folder, importedAt },
    { problem: (problem) => void problems.push(problem), trace: (trace) => void traces.push(trace) },
  );
  return { preview, problems, traces, report };
}

function put(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

test('models with several methods are one system each, and the smaller models are suggested as weak', async () => {
  const { preview } = await readAll(join(fixtures, 'systems.jsonl'));
  assert.equal(preview.format, 'JSONL');
  assert.deepEqual(preview.mapping, {
    problem: 'problem',
    solution: 'solution',
    gold: 'gold_answer',
    problemId: 'problem_id',
    model: 'model',
    system: 'method',
  });
  assert.deepEqual(preview.systems, [
    { name: 'Tiny 6B greedy', traces: 2, suggestedArm: 'weak' },
    { name: 'Tiny 6B voting', traces: 1, suggestedArm: 'weak' },
    { name: 'Huge 175B greedy', traces: 2, suggestedArm: 'strong' },
  ]);
  assert.deepEqual(preview.rows[1], {
    problem: 'A baker fills 6 trays with 12 rolls each. How many rolls?',
    gold: '72',
    solution: '6 + 12 = 18\nA: 18',
    system: 'Tiny 6B voting',
  });
});

test('problems are told apart by id, samples counted by problem and arm, texts kept to the last blank', async () => {
  const { problems, traces, report } = await readAll(join(fixtures, 'systems.jsonl'));
  assert.deepEqual(
    problems.map(({ id, answer, source }) => [id, answer, source.line]),
    [
      ['systems/p0', '72', 1],
      ['systems/p1', '25', 4],
    ],
  );
  assert.deepEqual(
    traces.map(({ id, model }) => [id, model]),
    [
      ['systems/p0/w0', 'Tiny 6B greedy'],
      ['systems/p0/w1', 'Tiny 6B voting'],
      ['systems/p0/s0', 'Huge 175B greedy'],
      ['systems/p1/w0', 'Tiny 6B greedy'],
      ['systems/p1/s0', 'Huge 175B greedy'],
    ],
  );
  const fourth = traces[3];
  assert.equal(fourth?.text, '50 / 2 = 25\nA: 25 ');
  assert.deepEqual(fourth.usage, { promptTokens: 5, completionTokens: 5, estimated: true });
  assert.deepEqual(fourth.extra, { trace_id: '1-a', final_answer: '25', is_correct: true });
  assert.equal(fourth.startedAt, importedAt);
  assert.deepEqual(
    { ...report, sha256: '' },
    { problems: 2, traces: 5, skipped: 0, badRows: [], notes: [], sha256: '' },
  );
});

test('systems without an arm are skipped, and the ids of problems stay what they were', async () => {
  const { problems, traces, report } = await readAll(join(fixtures, 'systems.jsonl'), { 'Huge 175B greedy': 'strong' });
  assert.deepEqual(
    traces.map(({ id }) => id),
    ['systems/p0/s0', 'systems/p1/s0'],
  );
  assert.equal(report.skipped, 3);
  assert.equal(problems.length, 2);
});

test('nested fields and lists of samples are read, one trace per sample', async () => {
  const { preview, problems, traces } = await readAll(join(fixtures, 'samples.json'));
  assert.deepEqual(preview.mapping, {
    problem: 'doc.question',
    solution: 'resps',
    gold: 'doc.answer',
    problemId: 'doc_id',
  });
  assert.deepEqual(
    problems.map(({ answer }) => answer),
    ['5', '7'],
  );
  assert.deepEqual(
    traces.map(({ id, text, model }) => [id, text, model]),
    [
      ['samples/0/w0', 'It is 5.', 'samples'],
      ['samples/0/w1', 'It is 6.', 'samples'],
      ['samples/1/w0', 'It is 7.', 'samples'],
    ],
  );
});

test('tokens, seeds and the reason of the end come from the file where it has them', async () => {
  const { traces } = await readAll(join(fixtures, 'usage.csv'));
  assert.deepEqual(
    traces.map(({ id, seed, finish, usage }) => ({ id, seed, finish, usage })),
    [
      { id: 'usage/1/w0', seed: 17, finish: 'stop', usage: { promptTokens: 11, completionTokens: 9 } },
      { id: 'usage/1/s0', seed: null, finish: 'length', usage: { promptTokens: 11, completionTokens: 512 } },
    ],
  );
});

test('a packed file gives what the plain one gives', async () => {
  const plain = await readAll(join(fixtures, 'systems.jsonl'));
  const packed = await readAll(put('systems.jsonl.gz', gzipSync(readFileSync(join(fixtures, 'systems.jsonl')))));
  assert.deepEqual(packed.traces, plain.traces);
  assert.notEqual(packed.report.sha256, plain.report.sha256);
});

const row = (fields: object) =>
  JSON.stringify({ problem: 'What is 1 + 1?', gold: '2', solution: '1 + 1 = 2', model: 'm', ...fields });

test('one id on many texts is many problems; another gold answer for one problem is noted', async () => {
  const file = put(
    'ids.jsonl',
    [
      row({ problem_id: 'x' }),
      row({ problem_id: 'x', problem: 'What is 2 + 2?', gold: '4' }),
      row({ problem_id: 'x', gold: '3' }),
    ].join('\n'),
  );
  const { problems, report } = await readAll(file);
  assert.deepEqual(
    problems.map(({ id, answer }) => [id, answer]),
    [
      ['ids/x', '2'],
      ['ids/x~2', '4'],
    ],
  );
  assert.match(report.notes[0] ?? '', /^1 rows give another gold answer .*ids\.jsonl:3/);
});

test('bad rows keep their place and cost no good one', async () => {
  const file = put(
    'bad.jsonl',
    [row({}), '{"problem": }', row({ solution: '' }), row({ gold: null }), row({})].join('\n'),
  );
  const { traces, report } = await readAll(file);
  assert.deepEqual(
    traces.map(({ id }) => id),
    ['bad/1/w0', 'bad/1/w1'],
  );
  assert.deepEqual(
    report.badRows.map(({ file, line, column }) => [file, line, column]),
    [
      ['bad.jsonl', 2, 13],
      ['bad.jsonl', 3, 1],
      ['bad.jsonl', 4, 1],
    ],
  );
  assert.match(report.badRows[1]?.message ?? '', /solution \("solution"\) is missing or empty/);
});

test('further fields are kept within bounds', async () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${at}`, at]));
  const file = put(
    'extra.jsonl',
    row({ ...many, long: 'x'.repeat(5000), deep: JSON.parse(`${'['.repeat(3000)}${']'.repeat(3000)}`) }),
  );
  const { traces } = await readAll(file);
  assert.equal(Object.keys(traces[0]?.extra ?? {}).length, 32);
  assert.ok(JSON.stringify(traces[0]?.extra).length < 33_000);
});

test('a mapping by hand wins', async () => {
  const { preview, traces } = await readAll(put('hand.jsonl', row({ other: 'So it is 2.' })), undefined, {
    solution: 'other',
  });
  assert.equal(preview.mapping.solution, 'other');
  assert.equal(traces[0]?.text, 'So it is 2.');
});

const refused: [what: string, file: () => string, sentence: RegExp][] = [
  [
    'a file without solutions',
    () => put('none.jsonl', '{"problem":"p","gold":"1"}'),
    /no field for the solution .*map it by hand \(its fields are problem, gold\)/,
  ],
  ['an empty file', () => put('empty.jsonl', ''), /holds no rows/],
  ['a missing file', () => join(folder, 'gone.jsonl'), /does not exist any more/],
  ['a Markdown file', () => put('text.md', '# hello'), /no file of recorded traces/],
  [
    'a file whose model is another on every row',
    () => put('ids2.jsonl', Array.from({ length: 250 }, (_, at) => row({ model: `m${at}` })).join('\n')),
    /more than 200 systems by "model"/,
  ],
];
for (const [what, file, sentence] of refused) {
  test(`${what} is refused in one sentence`, async () => {
    await assert.rejects(previewTraces(file()), (error) => error instanceof UserError && sentence.test(error.message));
  });
}

const sizes: [name: string, billions: number | null][] = [
  ['GPT-3 6B', 6],
  ['GPT-3 175B verification', 175],
  ['Qwen2.5-Math-1.5B-Instruct', 1.5],
  ['SmolLM-360M', 0.36],
  ['Mixtral-8x7B', 56],
  ['Qwen3-30B-A3B', 3],
  ['gemma-2-9b-it', 9],
  ['gpt-4o-mini', null],
  ['claude 3b4', null],
];
for (const [name, billions] of sizes) {
  test(`${name} has ${billions ?? 'unknown'} billion active parameters`, () =>
    assert.equal(parametersB(name), billions));
}

test('of several systems the smaller half is weak, and equal sizes go together', () => {
  const arms = (...names: string[]) =>
    suggestArms(names.map((name) => ({ name, traces: 1 }))).map(({ suggestedArm }) => suggestedArm);
  assert.deepEqual(arms('a 70B', 'b 7B'), ['strong', 'weak']);
  assert.deepEqual(arms('a 7B x', 'a 7B y', 'b 70B'), ['weak', 'weak', 'strong']);
  assert.deepEqual(arms('flash-mini', 'pro'), ['weak', 'strong']);
  assert.deepEqual(arms('only'), ['weak']);
  assert.deepEqual(arms('x', 'y'), ['weak', 'strong']);
});

test('any rows give traces with ids of their own, the same every time', async () => {
  const texts = fc.constantFrom('What is 1?', 'What is 2?', 'What is  2?', '');
  const anyRow = fc.record(
    {
      problem: texts,
      gold: fc.constantFrom('1', 2, null),
      solution: fc.constantFrom('1', 'two', ''),
      model: fc.constantFrom('m 1B', 'm 9B'),
      id: fc.nat(2),
    },
    { requiredKeys: ['problem', 'gold', 'solution'] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(anyRow, fc.jsonValue()), { maxLength: 12 }), async (rows) => {
      const file = put('any.jsonl', [row({}), ...rows.map((value) => JSON.stringify(value))].join('\n'));
      const [first, second] = [await readAll(file), await readAll(file)];
      assert.deepEqual(first.traces, second.traces);
      assert.equal(new Set(first.traces.map(({ id }) => id)).size, first.traces.length);
      const known = new Set(first.problems.map(({ id }) => id));
      assert.ok(first.traces.every(({ problem }) => known.has(problem)));
      assert.equal(first.report.traces + first.report.badRows.length, rows.length + 1);
    }),
    { numRuns: 100 },
  );
});

test('the tokens of a row with several samples are their sum, so each sample’s are estimated', async () => {
  const file = put('several.jsonl', row({ solution: ['It is 2.', 'Surely it is 3.'], completion_tokens: 90 }));
  const { traces } = await readAll(file);
  assert.deepEqual(
    traces.map(({ usage }) => [usage.completionTokens, usage.estimated]),
    [
      [2, true],
      [4, true],
    ],
  );
});
