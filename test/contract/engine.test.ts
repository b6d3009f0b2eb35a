import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { defaultPolicy } from '../../src/core/curate/policy.ts';
import { traceId } from '../../src/core/trace/trace.ts';
import { UserError } from '../../src/core/userError.ts';
import { createHttpBodies } from '../../src/host/httpBodies.ts';
import { connect } from '../../src/protocol/channel.ts';
import type { Engine, EngineConfig, EngineHost, PlanSpec, RunProgress, RunSummary } from '../../src/protocol/engine.ts';
import { createEngine } from '../../src/services/engine/createEngine.ts';
import { type FakeServer, type FakeServerOptions, startServer } from '../fakes/openaiServer.ts';

const root = await mkdtemp(join(tmpdir(), 'trace-loupe-engine-'));
after(() => rm(root, { recursive: true, force: true }));
let places = 0;

/** An engine over a workspace of its own, and what it told its host. */
async function setUp(options: { folder?: string; annotator?: string; storage?: string; version?: string } = {}) {
  const folder = options.folder ?? join(root, `${++places}`);
  await mkdir(folder, { recursive: true });
  const told = { progress: [] as RunProgress[], annotations: [] as string[], runs: 0, log: [] as string[] };
  const engine = createEngine(hostOf(told), { random: () => 0.5 });
  const config: EngineConfig = {
    workspace: folder,
    storage: options.storage ?? join(folder, 'storage'),
    annotator: options.annotator ?? 'ada',
    version: options.version ?? '0.1.0',
  };
  const info = await engine.open(config);
  return { engine, folder, told, info, runs: join(folder, '.trace-loupe', 'runs') };
}

interface Told {
  progress: RunProgress[];
  annotations: string[];
  runs: number;
  log: string[];
}

function hostOf(told: Told): EngineHost {
  return {
    ...createHttpBodies(fetch),
    apiKey: async () => 'key',
    runProgress: async (progress) => void told.progress.push(progress),
    runsChanged: async () => void told.runs++,
    annotationsChanged: async (run) => void told.annotations.push(run),
    log: async (level, message) => void told.log.push(`${level}: ${message}`),
  };
}

/** Lines of a file of recorded traces: the weak system is right on even problems, the strong one always. */
async function recorded(folder: string, problems = 4): Promise<string> {
  const path = join(folder, 'recorded.jsonl');
  const lines = Array.from({ length: problems }, (_, n) => [
    { model: 'small-1b', solution: `First we add.\n${n} + 1 = ${n + 1}.\nThe answer is ${n % 2 ? 99 : n + 1}.` },
    { model: 'small-1b', solution: `${n} + 1 = ${n + 5}.\nThe answer is ${n + 1}.` },
    { model: 'large-9b', solution: `Adding one orchard, ${n} + 1 = ${n + 1}.\nThe answer is ${n + 1}.` },
  ]).flatMap((traces, n) =>
    traces.map((trace) => ({ problem: `What is ${n} + 1?`, gold_answer: `${n + 1}`, ...trace })),
  );
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

async function imported(options: { problems?: number } = {}) {
  const made = await setUp();
  const file = await recorded(made.folder, options.problems);
  const { mapping } = await made.engine.previewImport(file);
  const { run } = await made.engine.importTraces(file, mapping, { 'small-1b': 'weak', 'large-9b': 'strong' });
  await whole(made.engine, run);
  return { ...made, run };
}

/** The summary once the index holds everything. */
async function whole(engine: Engine, run: string): Promise<RunSummary> {
  for (;;) {
    const summary = await engine.runSummary(run);
    if (summary.state !== 'indexing') return summary;
    await sleep(20);
  }
}

async function problemFile(folder: string, count: number): Promise<string> {
  const path = join(folder, 'sums.jsonl');
  const lines = Array.from({ length: count }, (_, n) =>
    JSON.stringify({ question: `What is ${n} plus 1?`, answer: `${n + 1}` }),
  );
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

/** A workspace with a problem file, a plan (2 weak and 1 strong samples per problem) and a server. */
async function planned(options: FakeServerOptions & { problems?: number } = {}) {
  const server = await startServer(options);
  const made = await setUp();
  const file = await problemFile(made.folder, options.problems ?? 5);
  return { ...made, server, spec: specOf(file, server) };
}

function specOf(file: string, server: FakeServer): PlanSpec {
  const model = { baseUrl: server.url, inputPrice: 1, outputPrice: 1, concurrency: 4 };
  return {
    problemFiles: [{ path: file }],
    weak: { ...model, name: 'Weak', model: 'weak', activeParamsB: 1 },
    strong: { ...model, name: 'Strong', model: 'strong', activeParamsB: 2 },
    match: 'flops',
    strongSamples: [1],
  };
}

const end = async (told: Told, from = 0): Promise<RunProgress> => {
  for (;;) {
    const last = told.progress.slice(from).findLast(({ state }) => state === 'complete' || state === 'stopped');
    if (last) return last;
    await sleep(10);
  }
};

async function drawnIds(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'traces.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).id);
}

const isSentence = (pattern: RegExp) => (error: unknown) => error instanceof UserError && pattern.test(error.message);

test('without a folder nothing can be kept, and the engine says so', async () => {
  const engine = createEngine(hostOf({ progress: [], annotations: [], runs: 0, log: [] }));
  await assert.rejects(engine.runSummary('x'), /not opened/);
  await engine.open({ workspace: null, storage: join(root, 'none'), annotator: 'ada', version: '0' });
  assert.deepEqual(await engine.listRuns(), []);
  await assert.rejects(engine.runSummary('x'), isSentence(/Open one first/));
  const file = await recorded(root);
  assert.equal((await engine.previewImport(file)).systems.length, 2);
  await assert.rejects(engine.importTraces(file, {}, {}), isSentence(/Open one first/));
  await engine.shutdown();
});

test('imported traces are graded, flagged and counted', async () => {
  const { engine, run } = await imported();
  const summary = await engine.runSummary(run);
  assert.equal(summary.state, 'imported');
  assert.deepEqual(summary.drawn, { weak: 8, strong: 4 });
  assert.deepEqual(summary.correct, { weak: 6, strong: 4 });
  assert.deepEqual(summary.flaggedCorrect, { weak: 4, strong: 0 });
  assert.equal(summary.run.models.weak?.activeParamsB, 1);
  assert.equal((await engine.listRuns())[0]?.run.id, run);
  const report = await engine.report(run, 'count');
  assert.deepEqual([report.arms.weak?.correct, report.arms.strong?.correct], [6, 4]);
  assert.equal(await engine.report(run, 'count'), report, 'told once until something changes');
  await engine.shutdown();
});

test('an import that holds nothing wanted leaves no run', async () => {
  const { engine, folder, runs } = await setUp();
  const file = await recorded(folder);
  const { mapping } = await engine.previewImport(file);
  await assert.rejects(engine.importTraces(file, mapping, { other: 'weak' }), isSentence(/None of the 12 traces/));
  assert.deepEqual(await readdir(runs), []);
  await engine.shutdown();
});

test('problems, answers, paths and steps of an imported run can be browsed', async () => {
  const { engine, run } = await imported();
  const page = await engine.problemRows(run, { filter: 'verdict:correct flag:any' }, 1, 3);
  assert.deepEqual([page.total, page.traces, page.rows.length], [4, 4, 2]);
  assert.equal(page.matrix.correct.none, 4);
  const [row] = page.rows;
  assert.ok(row);
  assert.equal(row.title, 'What is 1 + 1?');
  assert.deepEqual(
    row.samples.weak.map(({ state }) => state),
    ['flagged', 'incorrect'],
  );

  const classes = await engine.answerClasses(run, row.id, { filter: '' });
  assert.deepEqual(
    classes.map(({ answer, gold, verdict, counts }) => [answer, gold, verdict, counts.weak, counts.strong]),
    [
      ['2', true, 'correct', 1, 1],
      ['99', false, 'incorrect', 1, 0],
    ],
  );
  const flagged = classes[0]?.paths.find(({ flaggedEquations }) => flaggedEquations.length > 0);
  assert.deepEqual([flagged?.equations, flagged?.flaggedEquations], [['1+1=6'], [0]]);
  assert.equal((await engine.answerClasses(run, row.id, { filter: 'arm:strong' })).length, 1);

  const [suspect] = await engine.queue(run, { filter: 'flag:any' }, 1);
  const detail = await engine.traceDetail(run, suspect ?? '');
  assert.equal(detail.flags[0]?.rule, 'wrongArithmetic');
  assert.equal(
    detail.steps.map(({ start, end: to }) => detail.trace.text.slice(start, to)).join(''),
    detail.trace.text,
  );
  assert.equal(detail.request, null);

  const [left, right] = [row.samples.weak[0]?.trace ?? '', row.samples.strong[0]?.trace ?? ''];
  assert.equal((await engine.compare(run, left, right)).summary, 'Equal final answers, different paths');
  await assert.rejects(engine.compare(run, left, left), isSentence(/itself/));
  assert.equal((await engine.problemRows(run, { filter: 'orchard' }, 0, 9)).traces, 4);
  await engine.shutdown();
});

test('wrong names, filters and places are sentences', async () => {
  const { engine, run } = await imported();
  await assert.rejects(engine.problemRows(run, { filter: 'colour:red' }, 0, 1), isSentence(/colour:red/));
  await assert.rejects(engine.traceDetail(run, 'nobody/w0'), isSentence(/no trace nobody\/w0/));
  await assert.rejects(engine.answerClasses(run, 'nobody', { filter: '' }), isSentence(/no problem nobody/));
  await assert.rejects(engine.annotate(run, 'nobody/w0', { soundness: 'sound' }), isSentence(/no trace/));
  await assert.rejects(engine.runSummary('20200101T000000Z-gone'), isSentence(/is not a run/));
  for (const hostile of ['..', '../..', '/etc', 'a/b', '', 'a\\b', '.']) {
    await assert.rejects(engine.runSummary(hostile), isSentence(/not the name of a run/));
  }
  await assert.rejects(engine.resumeRun(run), isSentence(/was imported/));
  assert.deepEqual((await engine.problemRows(run, { filter: '' }, -5, 1e9)).rows.length, 4);
  await engine.shutdown();
});

test('a decision is on disk, counted, told, undone and done again, also by the next window', async () => {
  const { engine, run, folder, told } = await imported();
  const [suspect = ''] = await engine.queue(run, { filter: 'flag:any' }, 1);
  await engine.annotate(run, suspect, { soundness: 'unsound', firstWrongStep: 0 });
  assert.match(await readFile(join(folder, '.trace-loupe', 'annotations', 'ada.jsonl'), 'utf8'), /"unsound"/);
  assert.equal((await engine.problemRows(run, { filter: 'soundness:unsound' }, 0, 9)).traces, 1);
  assert.equal((await engine.runSummary(run)).judged, 1);
  assert.equal((await engine.report(run, 'count')).arms.weak?.fpr.value, 1);
  assert.deepEqual((await engine.traceDetail(run, suspect)).decision, { soundness: 'unsound', firstWrongStep: 0 });
  await sleep(0);
  assert.deepEqual(told.annotations, [run]);
  await engine.shutdown();

  const next = await setUp({ folder });
  assert.equal((await next.engine.problemRows(run, { filter: 'soundness:unsound' }, 0, 9)).traces, 1);
  assert.equal(await next.engine.undo(run), suspect);
  assert.equal((await next.engine.problemRows(run, { filter: 'soundness:none' }, 0, 9)).traces, 12);
  assert.equal(await next.engine.undo(run), null);
  assert.equal(await next.engine.redo(run), suspect);
  assert.equal((await next.engine.runSummary(run)).judged, 1);
  await next.engine.shutdown();
});

test('what another window or person annotates is seen after a refresh', async () => {
  const { engine, run, folder, told } = await imported();
  const other = await setUp({ folder, annotator: 'ben', storage: join(folder, 'other storage') });
  const [suspect = ''] = await engine.queue(run, { filter: 'flag:any' }, 1);
  await other.engine.annotate(run, suspect, { soundness: 'sound' });
  assert.equal((await engine.runSummary(run)).judged, 0);
  await engine.refresh();
  assert.equal((await engine.runSummary(run)).judged, 1);
  assert.deepEqual(told.annotations, [run]);
  await other.engine.shutdown();
  await engine.shutdown();
});

test('the index can be deleted, and broken, and comes back from the files', async () => {
  const { engine, run, folder } = await imported();
  const [suspect = ''] = await engine.queue(run, { filter: 'flag:any' }, 1);
  await engine.annotate(run, suspect, { soundness: 'sound' });
  await engine.shutdown();
  const indexFolder = join(folder, 'storage', 'index');
  const [file = ''] = (await readdir(indexFolder)).filter((name) => name.endsWith('.sqlite'));
  for (const spoil of [
    () => rm(indexFolder, { recursive: true }),
    () => writeFile(join(indexFolder, file), 'no database'),
  ]) {
    await spoil();
    const again = await setUp({ folder });
    await whole(again.engine, run);
    const page = await again.engine.problemRows(run, { filter: '' }, 0, 9);
    assert.deepEqual([page.total, page.traces, page.matrix.correct.sound], [4, 12, 1]);
    await again.engine.shutdown();
  }
});

test('a file that breaks while it is in use is made anew', async () => {
  const { engine, run, folder } = await imported({ problems: 200 });
  const indexFolder = join(folder, 'storage', 'index');
  const [file = ''] = (await readdir(indexFolder)).filter((name) => name.endsWith('.sqlite'));
  const { size } = await readFile(join(indexFolder, file)).then(({ length }) => ({ size: length }));
  await writeFile(join(indexFolder, file), Buffer.alloc(size, 0x5a));
  await rm(join(indexFolder, `${file}-wal`), { force: true });
  const page = await engine.problemRows(run, { filter: 'steps>=1' }, 0, 9);
  assert.ok(page.traces >= 0);
  await whole(engine, run);
  assert.equal((await engine.problemRows(run, { filter: 'steps>=1 ' }, 0, 9)).traces, 600);
  await engine.shutdown();
});

test('another version judges the traces anew', async () => {
  const { engine, run, folder } = await imported();
  await engine.shutdown();
  const next = await setUp({ folder, version: '0.2.0' });
  assert.equal((await whole(next.engine, run)).correct.weak, 6);
  await next.engine.shutdown();
});

test('a log that grew, by whole and by torn lines, and shards, are taken up and named', async () => {
  const { engine, run, runs } = await imported();
  const log = join(runs, run, 'traces.jsonl');
  const first = JSON.parse((await readFile(log, 'utf8')).split('\n')[0] ?? '');
  const line = (sample: number) =>
    JSON.stringify({ ...first, id: traceId(first.problem, 'strong', sample), arm: 'strong', sample });
  const foreign = JSON.stringify({ ...first, problem: 'nobody', id: 'nobody/w0' });
  await appendFile(log, `${line(7)}\nnonsense\n${foreign}\n${line(8).slice(0, 40)}`);
  await writeFile(join(runs, run, 'traces.2-of-2.jsonl'), `${line(7)}\n${line(9)}\n`);
  await engine.refresh();
  await sleep(100);
  const summary = await whole(engine, run);
  assert.equal(summary.drawn.strong, 4 + 2);
  const warnings = summary.warnings.join('\n');
  for (const words of [
    /traces\.jsonl:14 is torn or is not JSON/,
    /traces\.jsonl:15 belongs to the problem nobody/,
    /traces\.jsonl:16 is torn and was left out/,
    /traces\.2-of-2\.jsonl holds .*s7 a second time/,
  ]) {
    assert.match(warnings, words);
  }
  await engine.shutdown();
});

test('files that were replaced (git) are read anew', async () => {
  const { engine, run, runs } = await imported();
  const log = join(runs, run, 'traces.jsonl');
  const lines = (await readFile(log, 'utf8')).trim().split('\n');
  await rm(log);
  await writeFile(log, `${lines.slice(6).concat(lines.slice(0, 3)).join('\n')}\n`);
  await engine.refresh();
  let drawn = 0;
  for (let tries = 0; drawn !== 9 && tries < 100; tries++) {
    await sleep(50);
    const summary = await whole(engine, run);
    drawn = summary.drawn.weak + summary.drawn.strong;
  }
  assert.equal(drawn, 9);
  for (const line of lines.slice(0, 3)) {
    const { id, text } = JSON.parse(line);
    assert.equal((await engine.traceDetail(run, id)).trace.text, text);
  }
  await engine.shutdown();
});

test('a run whose folder vanished is gone after a refresh', async () => {
  const { engine, run, runs } = await imported();
  await rm(join(runs, run), { recursive: true });
  await engine.refresh();
  assert.deepEqual(await engine.listRuns(), []);
  await engine.shutdown();
});

test('the selection is previewed and exported', async () => {
  const { engine, run, folder } = await imported();
  const counts = await engine.previewSelection(run, defaultPolicy);
  assert.deepEqual([counts.traces, counts.dropped.verdict, counts.dropped.soundness], [12, 2, 4]);
  const result = await engine.exportRun(run, ['openai-chat'], defaultPolicy, join(folder, 'out'));
  assert.deepEqual(result.counts, counts);
  const lines = (await readFile(join(folder, 'out', 'openai-chat.jsonl'), 'utf8')).trim().split('\n');
  assert.equal(lines.length, counts.kept);
  const manifest = await readFile(join(folder, 'out', 'manifest.json'), 'utf8');
  assert.match(manifest, /traces\.jsonl/);
  await engine.shutdown();
});

test('a plan is previewed, sampled to its end and graded, and every request went through the host', async () => {
  const { engine, server, spec, told, runs } = await planned({ apiKey: 'key' });
  const preview = await engine.previewPlan(spec);
  assert.deepEqual([preview.problems, preview.requests], [5, { weak: 10, strong: 5 }]);
  const run = await engine.startRun(spec, 'sums');
  const last = await end(told);
  assert.deepEqual(
    [last.state, last.drawn, last.planned],
    ['complete', { weak: 10, strong: 5 }, { weak: 10, strong: 5 }],
  );
  const summary = await engine.runSummary(run);
  assert.equal(summary.state, 'complete');
  assert.equal(summary.run.seed, 2 ** 30);
  assert.deepEqual(summary.drawn, { weak: 10, strong: 5 });
  const ids = await drawnIds(join(runs, run));
  assert.equal(new Set(ids).size, 15);
  assert.equal(server.requests.length, 15);
  const detail = await engine.traceDetail(run, ids[0] ?? '');
  assert.match(detail.request ?? '', /^POST http.*"seed"/s);
  assert.doesNotMatch(JSON.stringify(await readFile(join(runs, run, 'run.json'), 'utf8')), /"key"/);
  await engine.resumeRun(run);
  await end(told, told.progress.length);
  assert.equal(server.requests.length, 15, 'nothing is drawn twice');
  await engine.shutdown();
  await server.close();
});

test('a stopped run keeps what arrived, and resumes exactly', async () => {
  const { engine, server, spec, told, runs } = await planned({ latencyMs: 40, problems: 12 });
  const run = await engine.startRun(spec, 'sums');
  assert.equal((await engine.runSummary(run)).state, 'running');
  await assert.rejects(engine.resumeRun(run), isSentence(/being sampled already/));
  await sleep(150);
  await engine.stopRun(run);
  assert.equal(server.inFlight(), 0);
  const some = await drawnIds(join(runs, run));
  assert.ok(some.length > 0 && some.length < 36);
  const stopped = await engine.runSummary(run);
  assert.equal(stopped.state, 'stopped');
  assert.equal(stopped.drawn.weak + stopped.drawn.strong, some.length);
  const from = told.progress.length;
  await engine.resumeRun(run);
  assert.equal((await end(told, from)).state, 'complete');
  const all = await drawnIds(join(runs, run));
  assert.equal(all.length, 36);
  assert.equal(new Set(all).size, 36);
  await engine.shutdown();
  await server.close();
});

test('two windows can not sample one run at once', async () => {
  const { engine, server, spec, folder } = await planned({ latencyMs: 400, problems: 40 });
  const run = await engine.startRun(spec, 'sums');
  const other = await setUp({ folder, storage: join(folder, 'other storage') });
  await assert.rejects(other.engine.resumeRun(run), isSentence(/is being sampled by process/));
  const seen = await other.engine.runSummary(run);
  assert.equal(seen.state, 'running');
  assert.match(seen.warnings.join(), /Another window or program/);
  await engine.stopRun(run);
  assert.equal((await other.engine.runSummary(run)).state, 'stopped');
  await other.engine.shutdown();
  await engine.shutdown();
  await server.close();
});

test('a wrong key pauses the run with a sentence, and nothing is lost', async () => {
  const { engine, server, spec, told } = await planned({ apiKey: 'another key' });
  const run = await engine.startRun(spec, 'sums');
  const last = await end(told);
  assert.equal(last.state, 'stopped');
  assert.match(last.problem ?? '', /key/i);
  assert.equal((await engine.runSummary(run)).state, 'stopped');
  await engine.shutdown();
  await server.close();
});

test('shutting down stops what runs and leaves the run to be resumed', async () => {
  const { engine, server, spec, folder, runs } = await planned({ latencyMs: 100, problems: 200 });
  const run = await engine.startRun(spec, 'sums');
  while ((await drawnIds(join(runs, run))).length === 0) await sleep(20);
  await engine.shutdown();
  assert.equal(server.inFlight(), 0);
  const drawn = (await drawnIds(join(runs, run))).length;
  const next = await setUp({ folder });
  const summary = await next.engine.runSummary(run);
  assert.equal(summary.state, 'stopped');
  assert.equal(summary.drawn.weak + summary.drawn.strong, drawn);
  await next.engine.shutdown();
  await server.close();
});

test('plans that can not be are refused in a sentence, and leave no run', async () => {
  const { engine, server, spec, folder, runs } = await planned();
  const twin = join(folder, 'twin');
  await mkdir(twin);
  const same = { path: await problemFile(twin, 2) };
  await assert.rejects(engine.startRun({ ...spec, problemFiles: [] }, 'x'), isSentence(/No problem file/));
  await assert.rejects(
    engine.startRun({ ...spec, problemFiles: [...spec.problemFiles, same] }, 'x'),
    isSentence(/both hold a problem/),
  );
  await assert.rejects(
    engine.startRun({ ...spec, problemFiles: [{ path: join(folder, 'none.jsonl') }] }, 'x'),
    UserError,
  );
  const { activeParamsB: _, ...unknown } = spec.weak;
  await assert.rejects(engine.startRun({ ...spec, weak: unknown }, 'x'), UserError);
  assert.deepEqual(await readdir(runs).catch(() => []), []);
  assert.equal(server.requests.length, 0);
  await engine.shutdown();
  await server.close();
});

test('calls are answered while a large index is built', async () => {
  const { engine, folder, told } = await setUp();
  const file = await recorded(folder, 5_000);
  const { mapping } = await engine.previewImport(file);
  const { run } = await engine.importTraces(file, mapping, { 'small-1b': 'weak', 'large-9b': 'strong' });
  let early = await engine.problemRows(run, { filter: '' }, 0, 20);
  while (early.rows.length === 0) {
    await sleep(1);
    early = await engine.problemRows(run, { filter: '' }, 0, 20);
  }
  assert.ok(early.traces < 15_000, 'the index is not whole yet');
  assert.equal((await engine.runSummary(run)).state, 'indexing');
  await whole(engine, run);
  assert.equal((await engine.problemRows(run, { filter: '' }, 0, 20)).traces, 15_000);
  await sleep(0);
  assert.ok(told.runs >= 2, 'the host hears when the index is whole');
  await engine.shutdown();
});

test('an engine that is closed while it indexes goes on where it was', async () => {
  const { engine, folder } = await setUp();
  const file = await recorded(folder, 1_500);
  const { mapping } = await engine.previewImport(file);
  const { run } = await engine.importTraces(file, mapping, { 'small-1b': 'weak', 'large-9b': 'strong' });
  await engine.problemRows(run, { filter: '' }, 0, 20);
  await engine.shutdown();
  const next = await setUp({ folder });
  const summary = await whole(next.engine, run);
  assert.deepEqual(summary.drawn, { weak: 3_000, strong: 1_500 });
  assert.deepEqual(summary.warnings, []);
  assert.deepEqual(next.told.log, []);
  await next.engine.shutdown();
});

test('the worker thread speaks the channel', async () => {
  const folder = join(root, `${++places}`);
  await mkdir(folder);
  const worker = new Worker(new URL('../../src/engine.ts', import.meta.url));
  const told: Told = { progress: [], annotations: [], runs: 0, log: [] };
  const { remote, close } = connect<Engine, EngineHost>(
    {
      post: (message) => worker.postMessage(message),
      onMessage: (listener) => void worker.on('message', listener),
    },
    hostOf(told),
  );
  await remote.open({ workspace: folder, storage: join(folder, 'storage'), annotator: 'ada', version: '0' });
  await assert.rejects(remote.runSummary('..'), isSentence(/not the name of a run/));
  const file = await recorded(folder);
  const { mapping } = await remote.previewImport(file);
  const { run } = await remote.importTraces(file, mapping, { 'small-1b': 'weak' });
  assert.equal((await whole(remote, run)).drawn.weak, 8);
  assert.ok(told.runs > 0);
  await remote.shutdown();
  close();
  await worker.terminate();
});
