import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunReport } from '../../src/core/metrics/report.ts';
import { createHttpBodies } from '../../src/host/httpBodies.ts';
import type { Engine } from '../../src/protocol/engine.ts';
import { createEngine } from '../../src/services/engine/createEngine.ts';
import { buildCommandLine } from './commandLine.ts';

/* Reference soundness from the keys of the embedded problems to what engine and command line tell. */

const keysFile = join(import.meta.dirname, '../fixtures/embedded/handmade-keys.jsonl');
const root = await mkdtemp(join(tmpdir(), 'trace-loupe-reference-'));
after(() => rm(root, { recursive: true, force: true }));

const embedded = 'Amy has 4 bags of 6 apples. Ben has 6 boxes of 4 apples. How many apples do they have together?';
const sound = 'Amy has 4 * 6 = 24 apples.\nBen has 6 * 4 = 24 apples.\nThe total is 24 + 24 = 48.\n#### 48';
/** Right by an operation that the problem does not hold; no flag sees that. */
const unsound = 'Amy has 4 * 6 = 24 apples.\nBen has 6 * 4 = 24 apples.\nThe total is 6 * 8 = 48.\n#### 48';
/** The same, with a false equation that a flag sees. */
const flagged = 'Amy has 4 * 6 = 26 apples.\nBen has 6 * 4 = 24 apples.\nThe total is 24 + 24 = 48.\n#### 48';
const wrong = 'Amy has 4 * 6 = 24 apples.\n#### 24';

const traces = [
  { model: 'small-1b', solution: sound },
  { model: 'small-1b', solution: unsound },
  { model: 'small-1b', solution: flagged },
  { model: 'small-1b', solution: wrong },
  { model: 'large-9b', solution: sound },
].map((trace) => ({ problem: `${embedded}\n`, gold_answer: '48', ...trace }));
const ordinary = [
  { model: 'small-1b', solution: 'It is 1 + 1 = 2.\n#### 2' },
  { model: 'large-9b', solution: 'It is 1 + 1 = 2.\n#### 2' },
].map((trace) => ({ problem: 'What is 1 + 1?', gold_answer: '2', ...trace }));
const jsonLines = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

async function setUp(folder: string, media: string | undefined) {
  await mkdir(folder, { recursive: true });
  const log: string[] = [];
  const host = {
    ...createHttpBodies(fetch),
    apiKey: async () => undefined,
    runProgress: async () => {},
    runsChanged: async () => {},
    annotationsChanged: async () => {},
    log: async (level: string, message: string) => void log.push(`${level}: ${message}`),
  };
  const engine = createEngine(host, media === undefined ? {} : { media });
  await engine.open({ workspace: folder, storage: join(folder, 'storage'), annotator: 'ada', version: '1' });
  return { engine, log };
}

let places = 0;

/** An engine with a run of these traces. */
async function imported(lines: readonly object[], media: string | undefined) {
  const folder = join(root, `workspace ${++places}`);
  const { engine, log } = await setUp(folder, media);
  const file = join(folder, 'recorded.jsonl');
  await writeFile(file, jsonLines(lines));
  const { mapping } = await engine.previewImport(file);
  const { run } = await engine.importTraces(file, mapping, { 'small-1b': 'weak', 'large-9b': 'strong' });
  await whole(engine, run);
  return { engine, log, run, folder };
}

async function whole(engine: Engine, run: string): Promise<void> {
  while ((await engine.runSummary(run)).state === 'indexing') await sleep(10);
}

/** A media folder with the keys, and nothing else. */
async function mediaWithKeys(): Promise<string> {
  const media = join(root, `media ${++places}`);
  await mkdir(join(media, 'models'), { recursive: true });
  await copyFile(keysFile, join(media, 'models/keys.jsonl'));
  return media;
}

test('traces of an embedded problem have reference figures, filters, rows and steps', async () => {
  const { engine, log, run } = await imported([...traces, ...ordinary], await mediaWithKeys());
  const { arms, notes, table } = await engine.report(run, 'count');
  const { fpr, flagPrecision, flagRecall } = arms.weak?.reference ?? {};
  assert.deepEqual([fpr?.n, flagRecall?.n, flagRecall?.value], [3, 2, 0.5]);
  assert.ok(Math.abs((fpr?.value ?? 0) - 2 / 3) < 1e-12);
  assert.deepEqual([flagPrecision?.value, flagPrecision?.n], [1, 1]);
  assert.deepEqual([arms.strong?.reference?.fpr.value, arms.strong?.reference?.flagRecall.n], [0, 0]);
  assert.deepEqual([arms.weak?.fpr.value, arms.weak?.outcomes.correct.unsound], [null, 0], 'people’s are untouched');
  assert.ok(table.some(({ weak }) => weak?.coverageByReference?.n === 1));
  assert.match(notes.join('\n'), /by reference rest on 1 of 2 problems/);

  const count = async (filter: string) => (await engine.problemRows(run, { filter }, 0, 9)).traces;
  assert.deepEqual(
    [await count('reference:sound'), await count('reference:unsound verdict:correct'), await count('reference:none')],
    [2, 2, 2],
  );
  const [id = ''] = await engine.queue(run, { filter: 'reference:unsound verdict:correct flag:none' }, 9);
  const detail = await engine.traceDetail(run, id);
  assert.equal(detail.trace.text, unsound);
  assert.deepEqual([detail.reference?.soundness, detail.decision], ['unsound', null]);
  const found = detail.reference?.steps.filter((step) => step.wrong !== null) ?? [];
  assert.equal(detail.trace.text.slice(found[0]?.start, found[0]?.end), 'The total is 6 * 8 = 48.');
  assert.match(found[0]?.why ?? '', /\.$/);
  const classes = await engine.answerClasses(run, detail.problem.id, { filter: 'arm:weak verdict:correct' });
  const rows = classes.flatMap(({ paths }) => paths.flatMap((path) => path.traces));
  assert.deepEqual(rows.map(({ sample, reference }) => [sample, reference]).sort(), [
    [0, 'sound'],
    [1, 'unsound'],
    [2, 'unsound'],
  ]);

  await engine.annotate(run, id, { soundness: 'sound' });
  assert.equal((await engine.traceDetail(run, id)).reference?.soundness, 'unsound', 'whatever a person says');
  assert.equal(await count('reference:unsound soundness:sound'), 1);
  assert.equal((await engine.report(run, 'count')).arms.weak?.reference?.flagRecall.n, 2);
  assert.deepEqual(log, []);
  await engine.shutdown();
});

for (const [name, lines, keys] of [
  ['an ordinary problem', ordinary, true],
  ['an embedded problem without its keys', traces, false],
] as const) {
  test(`${name} has no reference anywhere`, async () => {
    const { engine, run } = await imported(lines, keys ? await mediaWithKeys() : undefined);
    const { arms, notes, table } = await engine.report(run, 'count');
    assert.deepEqual([arms.weak?.reference, arms.strong?.reference], [null, null]);
    assert.ok(table.every(({ weak, strong }) => !weak?.coverageByReference && !strong?.coverageByReference));
    assert.doesNotMatch(notes.join(), /reference/);
    const [id = ''] = await engine.queue(run, { filter: 'reference:none' }, 99);
    assert.equal((await engine.traceDetail(run, id)).reference, null);
    assert.equal((await engine.problemRows(run, { filter: 'reference:sound' }, 0, 9)).traces, 0);
    await engine.shutdown();
  });
}

test('keys that are missing are told once and cost nothing else; where they come back, the index is made anew', async () => {
  const media = join(root, 'media that comes');
  const { engine, log, run, folder } = await imported(traces, media);
  assert.equal((await engine.report(run, 'count')).arms.weak?.reference, null);
  assert.equal((await engine.runSummary(run)).correct.weak, 3);
  assert.equal(log.length, 1, log.join());
  assert.match(log[0] ?? '', /^warn: .*keys\.jsonl.*reference soundness/);
  await engine.shutdown();

  const reopened = await setUp(folder, media);
  assert.equal((await reopened.engine.problemRows(run, { filter: '' }, 0, 9)).traces, traces.length);
  await whole(reopened.engine, run);
  assert.deepEqual(reopened.log, [], 'a run that is indexed is opened without asking for keys');
  await reopened.engine.shutdown();

  await mkdir(join(media, 'models'), { recursive: true });
  await copyFile(keysFile, join(media, 'models/keys.jsonl'));
  const again = await setUp(folder, media);
  await whole(again.engine, run);
  assert.equal((await again.engine.report(run, 'count')).arms.weak?.reference?.fpr.n, 3);
  await again.engine.shutdown();
});

test('report tells figures by reference of such runs, in the table and as JSON, and of no others', async (t) => {
  const { call, file, remove } = await buildCommandLine();
  t.after(remove);
  for (const [name, lines] of Object.entries({ embedded: traces, ordinary })) {
    await file(`${name}.jsonl`, jsonLines(lines));
    const made = await call(['import', `${name}.jsonl`, '--out', name, '--weak', 'small-1b', '--strong', 'large-9b']);
    assert.equal(made.status, 0, made.stderr);
  }
  const { stdout, stderr } = await call(['report', 'embedded']);
  assert.equal(stderr, '');
  assert.match(stdout, /^FPR +not judged yet +not judged yet$/m);
  assert.match(stdout, /^FPR by reference +66\.7 % of 3 correct +0\.0 % of 1 correct$/m);
  assert.match(stdout, /^flags: precision +100\.0 % of 1 flagged +none flagged$/m);
  assert.match(stdout, /^flags: recall +50\.0 % of 2 unsound +none unsound$/m);
  assert.match(stdout, /^weak\/strong +match +arm +coverage +by sound traces +by reference +distinct paths$/m);
  const { arms } = JSON.parse((await call(['report', 'embedded', '--json'])).stdout) as RunReport;
  assert.equal(arms.weak?.reference?.fpr.n, 3);
  assert.equal(arms.weak?.curve[0]?.coverageByReference?.value, 0.25);

  const other = await call(['report', 'ordinary']);
  assert.doesNotMatch(other.stdout, /by reference|precision/);
  const { arms: none } = JSON.parse((await call(['report', 'ordinary', '--json'])).stdout) as RunReport;
  assert.equal(none.weak?.reference, null);
});
