import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type FakeServer, startServer } from '../fakes/openaiServer.ts';
import type { ReplayTrace } from '../fakes/openaiServerReplay.ts';
import { buildCommandLine, type Finished, parseLines } from './commandLine.ts';

/* What `trace-loupe` promises to scripts: statuses, streams, formats. What it draws and resumes is in `cliSampling.test.ts`. */

const { call, file, folder, remove } = await buildCommandLine();
after(remove);

const fixture = (name: string) => readFile(join(import.meta.dirname, '../fixtures/cli', name), 'utf8');
const commands = ['problems', 'plan', 'sample', 'import', 'grade', 'flag', 'report', 'export'];

/** Nothing on standard output, one sentence on standard error that matches. */
function assertRefused({ status, stdout, stderr }: Finished, sentence: RegExp): void {
  assert.deepEqual([status, stdout], [2, '']);
  assert.match(stderr, sentence);
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  assert.doesNotMatch(stderr, /this is a bug/);
}

test('without a command the overview goes to standard error; asked for, to standard output', async () => {
  const bare = await call([]);
  assert.deepEqual([bare.status, bare.stdout], [2, '']);
  for (const command of commands) assert.match(bare.stderr, new RegExp(`^  ${command} `, 'm'));
  for (const asked of ['--help', '-h', 'help'])
    assert.deepEqual(await call([asked]), { status: 0, stdout: bare.stderr, stderr: '' });
  const { version } = JSON.parse(await readFile(join(folder, '../package.json'), 'utf8')) as { version: string };
  assert.deepEqual(await call(['--version']), { status: 0, stdout: `${version}\n`, stderr: '' });
});

test('every command has help that fits a terminal, names its options and ends with an example', async () => {
  for (const command of commands) {
    const { status, stdout, stderr } = await call([command, '--help']);
    assert.deepEqual([status, stderr], [0, ''], command);
    assert.match(stdout, new RegExp(`^trace-loupe ${command} `));
    assert.match(stdout, new RegExp(`\nExample: trace-loupe ${command} `));
    const longest = Math.max(...stdout.split('\n').map((line) => line.length));
    assert.ok(longest <= 120, `${command}: a line of ${longest} characters`);
    assert.deepEqual(await call(['help', command]), { status, stdout, stderr });
  }
});

test('the examples of the help are calls that work, one after the other', async (t) => {
  const traces = parseLines<ReplayTrace>(await fixture('traces.jsonl'));
  const server = await startServer({ traces });
  t.after(() => server.close());
  await file('shop/gsm8k.jsonl', await fixture('problems.jsonl'));
  await file('shop/traces.jsonl.gz', gzipSync(await fixture('traces.jsonl')));
  await file('shop/answers.jsonl', '{"gold":"1/2","prediction":"0.5"}\n');
  await file('shop/.vscode/settings.json', await settingsFor(server));
  for (const command of commands) {
    const { stdout } = await call([command, '--help']);
    const example = /\nExample: trace-loupe ([\s\S]*)$/.exec(stdout)?.[1] ?? '';
    const args = example
      .replaceAll('\\\n', ' ')
      .replace(/ > \S+/, '')
      .trim()
      .split(/\s+/);
    const { status, stderr } = await call(args, { cwd: join(folder, 'shop') });
    assert.equal(status, 0, `${example}\n${stderr}`);
  }
});

/** Settings as people write them: with comments and a comma too many. */
async function settingsFor({ url }: Pick<FakeServer, 'url'>): Promise<string> {
  return (await fixture('settings.jsonc')).replaceAll('http://localhost:8000/v1', url);
}

const wrongCalls: [string, string[], RegExp][] = [
  ['an unknown command', ['draw'], /There is no command "draw": .*--help/],
  ['an unknown option', ['grade', 'x', '--fast'], /Unknown option '--fast': `trace-loupe grade --help`/],
  ['an option without its value', ['report', 'x', '--at'], /'--at <value>' argument missing: .*--help/],
  ['no file', ['grade'], /Name one file, or - for standard input/],
  ['two files where one is read', ['flag', 'a', 'b'], /Name one file/],
  ['a file that is not there', ['grade', 'nowhere.jsonl'], /There is no file nowhere\.jsonl: /],
  ['a problem file that is not there', ['problems', 'nowhere.csv'], /There is no file nowhere\.csv: /],
  ['a folder that is no run', ['report', '.'], /is not a run: it holds no run\.json/],
  ['no model', ['plan', 'p.jsonl', '--strong', 'm'], /--weak is missing: give embedded:weak, the name of a model/],
  ['no settings file', ['plan', 'p.jsonl', '--weak', 'm', '--strong', 'm'], /\.vscode\/settings\.json can't be read: /],
  ['a URL without a model', ['plan', 'p.jsonl', '--weak', 'http://h/v1#'], /not of the form URL#MODEL, e\.g\. http/],
  ['a password in a URL', ['plan', 'p.jsonl', '--weak', 'http://u:pw@h/v1#m'], /password in it would be kept/],
  [
    'an embedded model that is not there',
    ['plan', 'p.jsonl', '--weak', 'embedded:middle'],
    /no embedded model "embedded:middle": there are embedded:weak and embedded:strong\./,
  ],
  [
    'problems that an embedded model can’t read',
    ['plan', 'p.jsonl', '--weak', 'embedded:weak', '--strong', 'embedded:strong'],
    /embedded:weak can't read these problems: “\w+” \(p\.jsonl:1\) is not among its words\. .*choose the sample problems/,
  ],
  [
    'problems that the one embedded model can’t read',
    ['sample', 'p.jsonl', '--weak', 'http://h#m', '--weak-params-b', '1e-5', '--strong', 'embedded:strong'],
    /embedded:strong can't read these problems/,
  ],
  [
    'a price of one number',
    ['plan', 'p.jsonl', '--weak', 'http://h#m', '--weak-price', '3'],
    /--weak-price 3 is not of the form IN\/OUT/,
  ],
  [
    'no parameters',
    ['plan', 'p.jsonl', '--weak', 'http://h#m', '--weak-params-b', '0'],
    /--weak-params-b 0 is no number of/,
  ],
  ['a shard beyond the last', ['sample', 'p.jsonl', '--shard', '3/2'], /--shard 3\/2 is not of the form I\/N/],
  [
    'a concurrency of none',
    ['sample', 'p.jsonl', '--concurrency', '0'],
    /--concurrency 0 is not a whole number of at least 1/,
  ],
  ['a point without a slash', ['report', 'recorded', '--at', '3'], /--at 3: "3" is not of the form WEAK\/STRONG/],
  ['an unknown match', ['report', 'recorded', '--match', 'time'], /--match time is unknown: use flops, price or count/],
  [
    'an unknown format',
    ['export', 'recorded', '--format', 'parquet', '--out', 'x'],
    /no format "parquet": use openai-chat/,
  ],
  ['no format', ['export', 'recorded', '--out', 'x'], /--format is missing: use openai-chat/],
  ['no folder to write', ['export', 'recorded', '--format', 'dpo'], /--out is missing: give the folder/],
  [
    'a policy with a misspelt field',
    ['export', 'recorded', '--format', 'dpo', '--out', 'x', '--policy', 'p.json'],
    /p\.json.*"arm".*A policy is a JSON object of/,
  ],
  [
    'an unknown role',
    ['import', 't.jsonl', '--as', 'text=x'],
    /--as text=x: "text=x" is not ROLE=FIELD with one of the roles problem, /,
  ],
  [
    'a system that is not there',
    ['import', 't.jsonl', '--weak', 'gpt'],
    /has no system "gpt": there are tiny-1b, big-9b/,
  ],
];

test('a wrong call is refused with status 2 and one sentence with the remedy', async (t) => {
  await file('p.jsonl', await fixture('problems.jsonl'));
  await file('p.json', '{"arm": ["weak"]}');
  const traces = await file('t.jsonl', await fixture('traces.jsonl'));
  await call(['import', traces, '--out', 'recorded']);
  for (const [name, args, sentence] of wrongCalls)
    await t.test(name, async () => assertRefused(await call(args), sentence));
});

test('a settings entry that can’t be used is named with its place', async () => {
  const plan = async (settings: string) => {
    await file('models.json', settings);
    return call(['plan', 'p.jsonl', '--settings', 'models.json', '--weak', 'm', '--strong', 'm']);
  };
  assertRefused(await plan('{ "traceLoupe.models": [ }'), /models\.json:1:26: not valid JSON \(value expected\)\./);
  assertRefused(await plan('{}'), /models\.json has no model "m" under traceLoupe\.models: there is none/);
  assertRefused(await plan('{"traceLoupe.models":[{"name":"other"}]}'), /no model "m".*: there are other\./);
  assertRefused(await plan('{"traceLoupe.models":[{"name":"m"}]}'), /traceLoupe\.models\[0\]\.baseUrl is missing/);
  const negative = { name: 'm', baseUrl: 'http://h/v1', model: 'm', sampling: { maxTokens: 0 } };
  assertRefused(
    await plan(JSON.stringify({ 'traceLoupe.models': [negative] })),
    /\[0\]\.sampling\.maxTokens: it must be at least 1/,
  );
});

test('problems: each one as a line, bad rows by place, the same from a file, from gzip and from standard input', async () => {
  const text = `${await fixture('problems.jsonl')}{"question": "3 + 4?", "answer\n{"question": "No answer?"}\n`;
  const names = [await file('mixed/math.jsonl', text), await file('mixed/packed/math.jsonl.gz', gzipSync(text))];
  for (const name of names) {
    const { status, stdout, stderr } = await call(['problems', name], { cwd: join(folder, 'mixed') });
    const [first, ...others] = parseLines<{ id: string; source: object }>(stdout);
    const shown = name.endsWith('.gz') ? 'packed/math.jsonl.gz' : 'math.jsonl';
    assert.deepEqual(first, {
      id: 'math/apples',
      text: 'Ann has 3 apples and buys 4 more. How many has she?',
      answer: '7',
      kind: 'free',
      source: { file: shown, line: 1 },
    });
    assert.deepEqual([status, others.length], [1, 3]);
    const [torn = '', lacking = '', ...rest] = stderr.trimEnd().split('\n');
    assert.ok(torn.startsWith(`${shown}:5:24: Not valid JSON: `), torn);
    assert.ok(lacking.startsWith(`${shown}:6:1: `), lacking);
    assert.deepEqual(rest, []);
  }
  for (const input of [text, gzipSync(text)]) {
    const { status, stdout, stderr } = await call(['problems', '-'], { input });
    assert.deepEqual([status, parseLines(stdout).length], [1, 4]);
    assert.match(stderr, /^stdin\.jsonl:5:24: /);
    assert.equal(parseLines(stdout)[0]?.id, 'stdin/apples');
  }
});

test('problems: a file of another kind is told with status 2, and the others are printed all the same', async () => {
  const traces = await file('other/recorded.jsonl', await fixture('traces.jsonl'));
  const { status, stdout, stderr } = await call(['problems', traces, 'p.jsonl']);
  assert.deepEqual([status, parseLines(stdout).length], [2, 4]);
  assert.match(stderr, /^trace-loupe: recorded\.jsonl holds recorded traces/);
});

test('problems: fields are mapped by hand, and a choice keeps its options', async () => {
  const row = { riddle: 'Which is even?', truth: 'B', choices: { A: '3', B: '4' } };
  await file('riddles.jsonl', `${JSON.stringify(row)}\n`);
  assertRefused(
    await call(['problems', 'riddles.jsonl']),
    /neither a field for the problem nor one for its gold answer|has .* but no problems/,
  );
  const { status, stdout } = await call(['problems', 'riddles.jsonl', '--map', 'text=riddle,answer=truth']);
  const [problem] = parseLines(stdout);
  assert.deepEqual([status, problem?.answer, problem?.kind, problem?.options], [0, 'B', 'choice', ['3', '4']]);
});

test('plan: what would be drawn, as a table or JSON; known prices and sizes give money and FLOPs', async () => {
  const models = ['--weak', 'http://localhost:1/v1#tiny', '--strong', 'http://localhost:2/v1#big'];
  const sizes = ['--weak-params-b', '1', '--strong-params-b', '9'];
  const prices = ['--weak-price', '0.1/.3', '--strong-price', '1/3'];
  const args = ['plan', 'p.jsonl', ...models, ...sizes, ...prices, '--strong-samples', '1,2', '--limit', '3'];
  const { status, stdout, stderr } = await call([...args, '--json']);
  const plan = JSON.parse(stdout) as Record<string, Record<string, unknown>>;
  assert.deepEqual([status, stderr], [0, '']);
  assert.deepEqual([plan.problems, plan.requests], [3, { weak: 54, strong: 6 }]);
  assert.deepEqual(plan.grid, [
    { weak: 9, strong: 1 },
    { weak: 18, strong: 2 },
  ]);
  const table = (await call(args)).stdout;
  assert.match(table, /^requests +54 +6$/m);
  assert.match(table, /^price +\$0\.\d+ +\$0\.\d+$/m);
  assert.match(table, /^planned matched by flops: weak over strong 1\.00×$/m);
  const byPrice = await call([...args, '--match', 'price', '--json']);
  assert.match(byPrice.stdout, /"match":"price"/);
  const unsized = await call(['plan', 'p.jsonl', ...models]);
  assertRefused(unsized, /size of "tiny" is unknown: give --weak-params-b .*, or another --match/);
});

test('plan: the pair in the box on problems that it can read, and beside a model of one’s own', async () => {
  await file('words.jsonl', await readFile(join(import.meta.dirname, '../../media/samples/word-problems.jsonl')));
  const args = [
    'plan',
    'words.jsonl',
    '--strong-samples',
    '1,3',
    '--limit',
    '5',
    '--json',
    '--strong',
    'embedded:strong',
  ];
  const pair = await call([...args, '--weak', 'embedded:weak']);
  assert.deepEqual([pair.status, pair.stderr], [0, '']);
  const { requests } = JSON.parse(pair.stdout) as { requests: Record<string, number> };
  assert.ok(requests.strong === 15 && (requests.weak ?? 0) > 3 * 15, pair.stdout);
  const mixed = await call([...args, '--weak', 'http://localhost:1/v1#own', '--match', 'count']);
  assert.deepEqual([mixed.status, mixed.stderr], [0, '']);
});

test('grade: equal, different or undecided, from bare answers and whole texts, in any packing', async () => {
  const lines = [
    { id: 'a', gold: '1/2', prediction: '0.5' },
    { id: 'b', gold: '7', prediction: 'She has 3 + 5 = 8 apples in all.\nThe answer is 8.' },
    { gold: 'We add 3 and 4.\n#### 7', prediction: 'so \\boxed{7}' },
    { id: 4, gold: 7, prediction: 7 },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const expected = [
    { id: 'a', equal: true },
    { id: 'b', equal: false },
    { id: undefined, equal: true },
    { id: 4, equal: true },
  ];
  await file('answers.jsonl', `\uFEFF${text.replaceAll('\n', '\r\n')}`);
  await file('answers.jsonl.gz', gzipSync(text));
  const calls = [
    call(['grade', 'answers.jsonl']),
    call(['grade', 'answers.jsonl.gz']),
    call(['grade', '-'], { input: `\uFEFF${text}` }),
    call(['grade', '-'], { input: gzipSync(text) }),
  ];
  for (const { status, stdout, stderr } of await Promise.all(calls)) {
    assert.deepEqual([status, stderr], [0, '']);
    const results = parseLines(stdout);
    assert.deepEqual(
      results.map(({ id, equal }) => ({ id, equal })),
      expected,
    );
    for (const { how } of results) assert.equal(typeof how, 'string');
  }
});

test('grade: what can’t be decided is null, not false', async () => {
  const pair = { gold: 'x^2 + 1', prediction: '\\sum_{k=0}^{n} a_k' };
  const input = `${JSON.stringify(pair)}\n`;
  const { status, stdout } = await call(['grade', '-'], { input });
  assert.deepEqual([status, parseLines(stdout)[0]?.equal], [0, null]);
});

test('grade and flag: a bad line is named by file, line and column, the others are answered, the status is 1', async () => {
  await file(
    'bad.jsonl',
    '{"gold":"1","prediction":"1"}\n\n{"gold":"1","predic\n[1]\n{"gold":"1"}\n{"gold":"2","prediction":"2"}',
  );
  const { status, stdout, stderr } = await call(['grade', 'bad.jsonl']);
  assert.deepEqual([status, parseLines(stdout).length], [1, 2]);
  const places = stderr
    .trimEnd()
    .split('\n')
    .map((line) => /^(bad\.jsonl:\d+:\d+): ./.exec(line)?.[1]);
  assert.deepEqual(places, ['bad.jsonl:3:13', 'bad.jsonl:4:1', 'bad.jsonl:5:1']);
  const flags = await call(['flag', '-'], { input: '{"problem":"1+1?","gold_answer":"2"}\n' });
  assert.deepEqual(flags, { status: 1, stdout: '', stderr: '-:1:1: The line has no text in "solution".\n' });
});

test('grade: an empty file has no lines; a file that can’t be read is one sentence', async () => {
  await file('empty.jsonl', '');
  assert.deepEqual(await call(['grade', 'empty.jsonl']), { status: 0, stdout: '', stderr: '' });
  assert.deepEqual(await call(['grade', '-']), { status: 0, stdout: '', stderr: '' });
  await file('cut.jsonl.gz', gzipSync('{"gold":"1","prediction":"1"}\n'.repeat(1000)).subarray(0, 60));
  const { status, stderr } = await call(['grade', 'cut.jsonl.gz']);
  assert.equal(status, 2);
  assert.match(stderr, /cut\.jsonl\.gz ends before its gzip data does/);
  assertRefused(await call(['grade', '.']), /is a folder: choose a file in it/);
});

test('flag: verdict, answer, a score in 0..1, flags and steps that cut the solution', async () => {
  const solution = 'Émile 🍎 has 3 apples.\nHe buys 4 more: 3 + 4 = 8.\nThe answer is 7.';
  const line = { uid: 'x-1', problem: 'Apples?', gold_answer: '7', solution };
  const { status, stdout } = await call(['flag', '-'], { input: JSON.stringify(line) });
  const [result] = parseLines<{
    uid: string;
    verdict: string;
    answer: string;
    score: number;
    flags: { rule: string; step: number; start: number; end: number; reason: string }[];
    steps: { start: number; end: number }[];
  }>(stdout);
  assert.ok(result);
  assert.deepEqual(Object.keys(result), ['uid', 'verdict', 'answer', 'score', 'flags', 'steps']);
  assert.deepEqual([status, result.uid, result.verdict, result.answer], [0, 'x-1', 'correct', '7']);
  assert.ok(result.score > 0 && result.score < 1);
  // Together the steps are the text, and each flag lies in the step it names, 0-based.
  assert.equal(result.steps.map(({ start, end }) => solution.slice(start, end)).join(''), solution);
  const flag = result.flags.find(({ rule }) => rule === 'wrongArithmetic');
  assert.ok(flag, 'the wrong sum is flagged');
  assert.match(solution.slice(flag.start, flag.end), /3 \+ 4 = 8/);
  const step = result.steps[flag.step];
  assert.ok(step && step.start <= flag.start && flag.end <= step.end);
  assert.notEqual(flag.reason, '');
  const sound = await call(['flag', '-'], {
    input: JSON.stringify({ ...line, solution: solution.replace('= 8', '= 7') }),
  });
  const [better] = parseLines<{ flags: unknown[]; score: number }>(sound.stdout);
  assert.deepEqual(better?.flags, []);
  assert.ok((better?.score ?? 1) < result.score);
});

test('flag: options as a text, a list or an object make a multiple choice', async () => {
  const options = ['A) 3 B) 4 C) 5', ['3', '4', '5'], ['A) 3', 'B) 4', 'C) 5'], { A: '3', B: '4', C: '5' }];
  for (const form of options) {
    const line = {
      problem: 'Which is even?',
      gold_answer: 'B',
      solution: 'Only 4 is even. The answer is (B).',
      options: form,
    };
    const { stdout } = await call(['flag', '-'], { input: JSON.stringify(line) });
    const [result] = parseLines(stdout);
    assert.deepEqual([result?.verdict, result?.answer], ['correct', 'B'], JSON.stringify(form));
  }
});

test('import: the same run from a file, from gzip and from standard input; bad rows are named', async () => {
  const text = `${await fixture('traces.jsonl')}{"problem": "torn\n`;
  await file('in/traces.jsonl', text);
  await file('in/traces.jsonl.gz', gzipSync(text));
  const calls: [string, Uint8Array | string][] = [
    ['in/traces.jsonl', ''],
    ['in/traces.jsonl.gz', ''],
    ['-', gzipSync(text)],
  ];
  for (const [index, [name, input]] of calls.entries()) {
    const { status, stdout, stderr } = await call(['import', name, '--out', `made/${index}`, '--json'], { input });
    const { folder: made, ...counts } = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(made, join(folder, `made/${index}`));
    assert.deepEqual([status, counts], [1, { traces: 6, problems: 2, skipped: 0, badRows: 1 }]);
    assert.match(stderr, new RegExp(`^${name === '-' ? 'stdin.jsonl' : name}:7:13: Not valid JSON`, 'm'));
    assert.match(stderr, /^tiny-1b: 4 traces, weak$/m);
    assert.equal(parseLines(await readFile(join(folder, `made/${index}/traces.jsonl`), 'utf8')).length, 6);
  }
  assertRefused2(await call(['import', 'in/traces.jsonl', '--out', 'made/0']), /already holds files/);
  assert.deepEqual((await readdir(join(folder, 'made'))).sort(), ['0', '1', '2']);
});

/** As `assertRefused`, after notes on what the file holds. */
function assertRefused2({ status, stdout, stderr }: Finished, sentence: RegExp): void {
  assert.deepEqual([status, stdout], [2, '']);
  assert.match(stderr.trimEnd().split('\n').at(-1) ?? '', sentence);
}

test('import: systems take the arms they are given; without --out the run goes into the workspace', async () => {
  const cwd = join(folder, 'fresh');
  await file('fresh/traces.jsonl', await fixture('traces.jsonl'));
  const { status, stdout, stderr } = await call(
    ['import', 'traces.jsonl', '--strong', 'tiny-1b', '--name', 'swapped'],
    { cwd },
  );
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^big-9b: 2 traces, left out$/m);
  const [run = ''] = await readdir(join(cwd, '.trace-loupe/runs'));
  assert.match(run, /^\d{8}T\d{6}Z-swapped$/);
  assert.equal(stdout, `${join(cwd, '.trace-loupe/runs', run)}: 4 traces of 2 problems\n`);
  const traces = parseLines(await readFile(join(cwd, '.trace-loupe/runs', run, 'traces.jsonl'), 'utf8'));
  assert.deepEqual(new Set(traces.map(({ arm }) => arm)), new Set(['strong']));
});

test('report: figures of both arms as a table that fits a terminal, and as JSON', async () => {
  const { status, stdout, stderr } = await call(['report', 'recorded', '--at', '1/1,2/1', '--json']);
  assert.deepEqual([status, stderr], [0, '']);
  const report = JSON.parse(stdout) as { arms: Record<string, { correct: number }>; table: { grid: object }[] };
  assert.deepEqual([report.arms.weak?.correct, report.arms.strong?.correct], [3, 2]);
  assert.deepEqual(
    report.table.map(({ grid }) => grid),
    [
      { weak: 1, strong: 1 },
      { weak: 2, strong: 1 },
    ],
  );
  const table = (await call(['report', 'recorded'])).stdout;
  assert.match(table, /^correct +3 +2$/m);
  assert.match(table, /^tiny-1b +weak +4 +3 +1 +0$/m);
  assert.match(table, /^2\/1 +(un)?matched [\d.]+× +weak +100\.0 % /m);
  assert.ok(Math.max(...table.split('\n').map((line) => line.length)) <= 110);
});

test('report: people’s annotations beside the runs count', async () => {
  await file('team/t.jsonl', await fixture('traces.jsonl'));
  await call(['import', 't.jsonl', '--out', '.trace-loupe/runs/one'], { cwd: join(folder, 'team') });
  const decision = {
    id: '1',
    kind: 'decision',
    at: '2026-01-01T00:00:00Z',
    annotator: 'ada',
    run: 'one',
    trace: 't/apples/w1',
    decision: { soundness: 'unsound' },
  };
  await file('team/.trace-loupe/annotations/ada.jsonl', `${JSON.stringify(decision)}\n`);
  const { stdout } = await call(['report', '.trace-loupe/runs/one', '--json'], { cwd: join(folder, 'team') });
  const { arms } = JSON.parse(stdout) as { arms: { weak: { fpr: { value: number; n: number } } } };
  assert.deepEqual([arms.weak.fpr.value, arms.weak.fpr.n], [1, 1]);
});

test('report: a torn last line is told and not fatal', async () => {
  const path = await file('torn/traces.jsonl', await fixture('traces.jsonl'));
  await call(['import', path, '--out', 'torn/run']);
  const log = await readFile(join(folder, 'torn/run/traces.jsonl'));
  await file('torn/run/traces.jsonl', log.subarray(0, log.length - 20));
  const { status, stdout, stderr } = await call(['report', 'torn/run']);
  assert.equal(status, 0);
  assert.match(stderr, /^traces\.jsonl:6 is torn and was left out\.$/m);
  assert.match(stdout, /^traces +4 +1$/m);
});

test('export: the same inputs give the same bytes, into a fresh folder and over an earlier export', async () => {
  await file('policy.json', '{"soundness":"any","split":{"train":0.5,"test":0.5}}');
  const args = [
    'export',
    'recorded',
    '--format',
    'openai-chat',
    'prompt-completion',
    'dpo',
    '--policy',
    'policy.json',
    '--out',
  ];
  const first = await call([...args, 'out/a']);
  assert.equal(first.status, 0, first.stderr);
  assert.match(first.stderr, /\d of 6 traces kept, \d pairs?\./);
  const bytes = await contents('out/a');
  assert.ok(['README.md', 'manifest.json'].every((name) => name in bytes));
  assert.deepEqual(
    first.stdout.trimEnd().split('\n').sort(),
    Object.keys(bytes)
      .map((name) => join(folder, 'out/a', name))
      .sort(),
  );
  await call([...args, 'out/b']);
  await call([...args, 'out/a']);
  assert.deepEqual(await contents('out/b'), bytes);
  assert.deepEqual(await contents('out/a'), bytes);
  await call(['export', 'recorded', '--format', 'dpo', '--policy', 'policy.json', '--out', 'out/b']);
  assert.ok(!Object.keys(await contents('out/b')).some((name) => name.startsWith('openai-chat')));
  await file('out/mine/notes.txt', 'mine');
  assertRefused(await call([...args, 'out/mine']), /holds "notes\.txt".*choose an empty folder/);
});

async function contents(name: string): Promise<Record<string, string>> {
  const path = join(folder, name);
  const names = (await readdir(path)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (entry) => [entry, await readFile(join(path, entry), 'utf8')])),
  );
}
