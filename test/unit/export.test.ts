import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
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
import { parse } from 'yaml';
import type { SelectionPolicy } from '../../src/core/curate/policy.ts';
import { defaultPolicy } from '../../src/core/curate/policy.ts';
import type { Candidate } from '../../src/core/curate/select.ts';
import type { Problem } from '../../src/core/problem/problem.ts';
import type { RunFile, RunModel } from '../../src/core/trace/run.ts';
import type { Trace } from '../../src/core/trace/trace.ts';
import { UserError } from '../../src/core/userError.ts';
import type { ExportInput } from '../../src/services/exporters/export.ts';
import { exportSelection } from '../../src/services/exporters/export.ts';
import { readPolicy } from '../../src/services/exporters/policy.ts';

const root = mkdtempSync(join(tmpdir(), 'trace-loupe-export-'));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(root, `out${folders++}`);

const model = (name: string): RunModel => ({
  name,
  baseUrl: 'http://user:secret@10.0.0.7:8000/v1',
  apiKeyEnv: 'MY_KEY',
  model: `${name}-it`,
  activeParamsB: 2,
  sampling: { temperature: 0.7, maxTokens: 512 },
  prompt: { system: `You are ${name}.`, fewShot: 'Q: 1+1? A: 2', template: 'Solve: {problem}' },
});

const run: RunFile = {
  format: 'trace-loupe/run@1',
  id: '20260101T000000Z-orchard',
  name: 'orchard | *apples*',
  createdAt: '2026-01-01T00:00:00Z',
  origin: 'sampled',
  version: '0.1.0',
  problemFiles: [
    { file: 'problems/orchard.jsonl', sha256: 'ab', problems: 1 },
    { file: '/home/ada/secret/more.csv', sha256: 'cd', problems: 1 },
  ],
  problemCount: 2,
  models: { weak: model('small'), strong: { ...model('large'), prompt: { ...model('large').prompt, system: '' } } },
  match: 'flops',
  grid: [{ weak: 3, strong: 1 }],
  expected: {
    weak: { promptTokens: 10, completionTokens: 100 },
    strong: { promptTokens: 10, completionTokens: 100 },
  },
  seed: 0,
};

const problems: Problem[] = ['apples', 'pears'].map((fruit, i) => ({
  id: `orchard/${i}`,
  text: `How many ${fruit} are 2 + ${i}?`,
  answer: String(2 + i),
  kind: 'free',
  source: { file: 'problems/orchard.jsonl', line: i + 1 },
}));

interface Row extends Candidate {
  text: string;
  thinking?: string;
}

function row(problem: number, name: string, change: Partial<Row> = {}): Row {
  const arm = name.startsWith('w') ? 'weak' : 'strong';
  const base = { problem: `orchard/${problem}`, sample: Number(name.slice(1)), verdict: 'correct' } as const;
  const facts = { flagged: false, truncated: false, soundness: null, badProblem: false };
  return {
    id: `orchard/${problem}/${name}`,
    arm,
    path: name,
    text: `${name} of ${problem}`,
    ...base,
    ...facts,
    ...change,
  };
}

const rows: Row[] = [
  row(0, 'w0', { text: 'Two lines\nand "quotes" \u2028 \ud83c\udf4e', thinking: 'hm' }),
  row(0, 'w1', { soundness: 'unsound' }),
  row(0, 's0'),
  row(1, 'w0', { verdict: 'incorrect' }),
  row(1, 'w1', { flagged: true }),
  row(1, 's0', { soundness: 'sound' }),
];

function traceOf({ id, problem, arm, sample, text, thinking }: Row): Trace {
  const drawn = { seed: 1, finish: 'stop', startedAt: '2026-01-01T00:00:00Z', durationMs: 1, attempt: 1 } as const;
  const usage = { promptTokens: 1, completionTokens: 1 };
  return { id, problem, arm, sample, text, model: 'x', usage, ...drawn, ...(thinking && { thinking }) };
}

function found<T extends { id: string }>(items: readonly T[], id: string): T {
  const item = items.find((one) => one.id === id);
  assert.ok(item, id);
  return item;
}

const traces = join(root, 'traces.jsonl');
writeFileSync(traces, 'what was drawn\n');

function input(change: Partial<ExportInput> = {}): ExportInput {
  return {
    run,
    folder: newFolder(),
    formats: ['openai-chat'],
    policy: defaultPolicy,
    candidates: rows,
    problem: async (id) => found(problems, id),
    trace: async (id) => traceOf(found(rows, id)),
    inputs: [{ name: 'traces.jsonl', path: traces }],
    ...change,
  };
}

const policy = (change: Partial<SelectionPolicy>): SelectionPolicy => ({ ...defaultPolicy, ...change });
const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');
const lines = (folder: string, file: string) =>
  read(folder, file)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const refused = (change: Partial<ExportInput>, sentence: RegExp) =>
  assert.rejects(exportSelection(input(change)), (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, sentence);
    return true;
  });

test('chat lines hold the system text, the filled template without few-shot examples, and the trace as it is', async () => {
  const { folder, files } = await exportSelection(input());
  assert.deepEqual(files, ['openai-chat.jsonl', 'README.md', 'manifest.json']);
  assert.deepEqual(readdirSync(folder).sort(), [...files].sort());
  assert.deepEqual(lines(folder, 'openai-chat.jsonl'), [
    {
      messages: [
        { role: 'system', content: 'You are small.' },
        { role: 'user', content: 'Solve: How many apples are 2 + 0?' },
        { role: 'assistant', content: 'Two lines\nand "quotes" \u2028 \ud83c\udf4e' },
      ],
    },
    {
      messages: [
        { role: 'user', content: 'Solve: How many apples are 2 + 0?' },
        { role: 'assistant', content: 's0 of 0' },
      ],
    },
    {
      messages: [
        { role: 'user', content: 'Solve: How many pears are 2 + 1?' },
        { role: 'assistant', content: 's0 of 1' },
      ],
    },
  ]);
});

test('prompt and completion join to one text, with the system text before the question', async () => {
  const { folder } = await exportSelection(
    input({ formats: ['prompt-completion'], policy: policy({ arms: ['weak'] }) }),
  );
  const prompt = 'You are small.\n\nSolve: How many apples are 2 + 0?\n';
  assert.deepEqual(lines(folder, 'prompt-completion.jsonl'), [{ prompt, completion: rows[0]?.text }]);
});

test('preference pairs set the better trace over the worse under the chosen trace’s prompt', async () => {
  const { folder, counts } = await exportSelection(input({ formats: ['dpo'] }));
  assert.equal(counts.pairs, 2);
  const [first, second] = lines(folder, 'dpo.jsonl');
  assert.deepEqual(first.rejected, [{ role: 'assistant', content: 'w1 of 0' }]);
  assert.deepEqual(second, {
    prompt: [{ role: 'user', content: 'Solve: How many pears are 2 + 1?' }],
    chosen: [{ role: 'assistant', content: 's0 of 1' }],
    rejected: [{ role: 'assistant', content: 'w1 of 1' }],
  });
});

test('an imported trace without a known prompt is asked its problem alone, with its options', async () => {
  const choice: Problem = { ...(problems[0] as Problem), kind: 'choice', options: ['one', 'two'], answer: 'B' };
  const { folder } = await exportSelection(
    input({
      run: { ...run, origin: 'imported', models: { weak: null, strong: null } },
      candidates: rows.filter(({ id }) => id === 'orchard/0/s0'),
      problem: async () => choice,
    }),
  );
  const [{ messages }] = lines(folder, 'openai-chat.jsonl');
  assert.deepEqual(messages[0], { role: 'user', content: 'How many apples are 2 + 0?\n\nA) one\nB) two' });
});

test('every format and split gets its file, and the manifest has the hash and the records of each', async () => {
  const many = Array.from({ length: 40 }, (_, i) => row(i, 's0'));
  const { folder, files } = await exportSelection(
    input({
      formats: ['prompt-completion', 'openai-chat'],
      policy: policy({ split: { train: 1, test: 1 } }),
      candidates: many,
      problem: async (id) => ({ ...(problems[0] as Problem), id }),
      trace: async (id) => traceOf(found(many, id)),
    }),
  );
  const data = ['openai-chat.test', 'openai-chat.train', 'prompt-completion.test', 'prompt-completion.train'];
  assert.deepEqual(files, [...data.map((name) => `${name}.jsonl`), 'README.md', 'manifest.json']);
  const manifest = JSON.parse(read(folder, 'manifest.json'));
  for (const output of manifest.outputs) {
    const text = read(folder, output.file);
    assert.equal(output.sha256, sha256(text), output.file);
    if (output.format) assert.equal(output.records, text.trimEnd().split('\n').length);
  }
  assert.deepEqual(manifest.inputs, [{ file: 'traces.jsonl', sha256: sha256('what was drawn\n') }]);
  const records = manifest.outputs.map((output: { records?: number }) => output.records ?? 0);
  assert.equal(records[0] + records[1], 40);
});

test('the manifest tells every setting and neither the server, the key nor the machine’s paths', async () => {
  const { folder } = await exportSelection(input());
  const text = read(folder, 'manifest.json');
  const manifest = JSON.parse(text);
  assert.deepEqual(manifest.policy, defaultPolicy);
  assert.equal(manifest.models.weak.sampling.temperature, 0.7);
  assert.equal(manifest.models.weak.prompt.fewShot, 'Q: 1+1? A: 2');
  assert.deepEqual(manifest.budget.grid, run.grid);
  assert.equal(manifest.counts.kept, 3);
  assert.equal(manifest.problemFiles[1].file, 'more.csv');
  for (const told of [text, read(folder, 'README.md')])
    for (const secret of ['10.0.0.7', 'secret', 'MY_KEY', '/home', root]) assert.ok(!told.includes(secret), secret);
});

test('the same inputs give the same bytes, in any order of candidates and of the settings’ fields', async () => {
  const formats = ['openai-chat', 'dpo'] as const;
  const turned = JSON.parse(JSON.stringify(run), (_, value) =>
    value?.constructor === Object ? Object.fromEntries(Object.entries(value).reverse()) : value,
  );
  assert.notEqual(JSON.stringify(turned.models.weak.sampling), JSON.stringify(run.models.weak?.sampling));
  const a = await exportSelection(input({ formats }));
  const b = await exportSelection(input({ formats: formats.toReversed(), candidates: rows.toReversed(), run: turned }));
  assert.deepEqual(a.files, b.files);
  for (const file of a.files) assert.equal(read(a.folder, file), read(b.folder, file), file);
});

test('the dataset card’s front matter is YAML that names the files, and the user’s words stay words', async () => {
  const { folder } = await exportSelection(
    input({ formats: ['openai-chat', 'dpo'], policy: policy({ split: { train: 1 } }) }),
  );
  const card = read(folder, 'README.md');
  const front = parse(card.split('---\n')[1] ?? '');
  assert.equal(front.pretty_name, run.name);
  assert.deepEqual(
    front.configs.map((config: { config_name: string; data_files: unknown }) => [
      config.config_name,
      config.data_files,
    ]),
    [
      ['openai-chat', [{ split: 'train', path: 'openai-chat.train.jsonl' }]],
      ['dpo', [{ split: 'train', path: 'dpo.train.jsonl' }]],
    ],
  );
  assert.match(card, /^# orchard &#124; &#42;apples&#42;$/m);
  assert.match(card, /3 worked solutions .* to 2 problems/);
  assert.match(card, /1 of the traces came with hidden reasoning/);
  assert.match(card, /\| its reasoning was called unsound or was flagged \| 2 \|/);
});

test('an export replaces an earlier one of the same run, and takes away the files it no longer has', async () => {
  const folder = newFolder();
  await exportSelection(input({ folder, formats: ['openai-chat', 'dpo'] }));
  const { files } = await exportSelection(input({ folder, policy: policy({ arms: ['strong'] }) }));
  assert.deepEqual(readdirSync(folder).sort(), [...files].sort());
  assert.equal(lines(folder, 'openai-chat.jsonl').length, 2);
});

test('a folder that holds anything else is refused and left as it is', async () => {
  const holding = (name: string, text: string) => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, name), text);
    return folder;
  };
  await refused({ folder: holding('thesis.tex', 'x') }, /holds "thesis\.tex".*choose an empty folder/);
  await refused({ folder: holding('manifest.json', '{"name":"app"}') }, /holds "manifest\.json"/);
  await refused({ folder: holding('manifest.json', 'no json') }, /holds "manifest\.json"/);
  const file = join(holding('a', ''), 'a');
  await refused({ folder: file }, /is a file: choose a folder/);

  const { folder } = await exportSelection(input());
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  await refused({ folder }, /holds "notes\.txt"/);
  rmSync(join(folder, 'notes.txt'));
  await refused({ folder, run: { ...run, id: 'another' } }, /holds the export of run 20260101T000000Z-orchard/);
  writeFileSync(join(folder, 'README.md'), 'my own words');
  await refused({ folder }, /README\.md was changed after it was exported/);
  assert.equal(read(folder, 'README.md'), 'my own words');
});

test('hidden files such as a git folder may stand beside an export', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, '.git'), { recursive: true });
  const { files } = await exportSelection(input({ folder }));
  assert.deepEqual(readdirSync(folder).sort(), ['.git', ...files].sort());
});

test('a policy that keeps nothing says what dropped the traces, and makes no folder', async () => {
  const folder = newFolder();
  await refused({ folder, policy: policy({ arms: [] }) }, /Nothing to export: of 6 traces .* \(dropped: 6 by arm\)/);
  await refused({ folder, formats: [] }, /Choose at least one format/);
  assert.ok(!existsSync(folder));
});

test('a failure or a cancel in the middle leaves an earlier export whole and nothing half-written', async () => {
  const folder = newFolder();
  await exportSelection(input({ folder }));
  const before = readdirSync(folder).map((name) => [name, read(folder, name)]);
  const lost = new Error('the log is gone');
  const trace = async (id: string) => (id.endsWith('1/s0') ? Promise.reject(lost) : traceOf(found(rows, id)));
  await assert.rejects(exportSelection(input({ folder, trace, formats: ['openai-chat', 'dpo'] })), lost);
  const stop = new AbortController();
  const cancelled = input({ folder, signal: stop.signal, onProgress: () => stop.abort() });
  await assert.rejects(exportSelection(cancelled), { name: 'AbortError' });
  assert.deepEqual(
    readdirSync(folder).map((name) => [name, read(folder, name)]),
    before,
  );
});

test('a read-only folder gives one sentence', {
  skip: process.getuid?.() === 0 && 'root may write anywhere',
}, async () => {
  const folder = newFolder();
  mkdirSync(folder, { mode: 0o500 });
  await refused({ folder }, /may not be written to/);
  chmodSync(folder, 0o700);
});

test('a place where no folder can be made gives one sentence', async () => {
  await refused({ folder: join(traces, 'export') }, /Can't export to .*traces\.jsonl\/export: .*is a file/);
});

test('a full disk gives one sentence and leaves no file behind', { skip: !existsSync('/dev/full') }, async () => {
  const folder = newFolder();
  mkdirSync(folder);
  symlinkSync('/dev/full', join(folder, '.openai-chat.jsonl.partial'));
  await refused({ folder }, /the disk is full/);
  assert.deepEqual(readdirSync(folder), []);
});

test('what was written is read back: a record that is none ends the export', async () => {
  const folder = newFolder();
  const trace = async (id: string) => ({ ...traceOf(found(rows, id)), text: 5 as unknown as string });
  await refused({ folder, trace }, /openai-chat\.jsonl was read back and line 1 is not what was written/);
  assert.deepEqual(readdirSync(folder), []);
});

test('progress counts every record of every format', async () => {
  const seen: string[] = [];
  const onProgress = (done: number, total: number) => seen.push(`${done}/${total}`);
  await exportSelection(input({ formats: ['openai-chat', 'dpo'], onProgress }));
  assert.deepEqual(seen, ['1/5', '2/5', '3/5', '4/5', '5/5']);
});

test('a policy file takes defaults for what it leaves out and is refused where a field is misspelt or wrong', () => {
  assert.deepEqual(readPolicy({}, 'p.json'), defaultPolicy);
  assert.deepEqual(
    readPolicy({ capPerProblem: 4, split: { train: 1 } }, 'p.json'),
    policy({ capPerProblem: 4, split: { train: 1 } }),
  );
  const bad: [value: unknown, sentence: RegExp][] = [
    [{ capPerProblm: 4 }, /^p\.json.*"capPerProblm"/],
    [{ capPerProblem: 0 }, /"capPerProblem"/],
    [{ arms: ['middle'] }, /"arms\.0"/],
    [{ split: { train: -1 } }, /"split\.train"/],
    [{ seed: 0.5 }, /"seed"/],
    ['soundOnly', /^p\.json/],
    [null, /^p\.json/],
  ];
  for (const [value, sentence] of bad)
    assert.throws(
      () => readPolicy(value, 'p.json'),
      (error) => error instanceof UserError && sentence.test(error.message),
      JSON.stringify(value),
    );
});
