import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunFile } from '../../src/core/trace/run.ts';
import type { Trace } from '../../src/core/trace/trace.ts';
import { UserError } from '../../src/core/userError.ts';
import type { EngineHost, PlanSpec, RunProgress } from '../../src/protocol/engine.ts';
import { createEngine } from '../../src/services/engine/createEngine.ts';
import { embeddedModels } from '../../src/services/models/embedded/settings.ts';
import { parseLines } from './commandLine.ts';

/* The pair in the box through the engine, as the editor uses it: from the sample problems to a finished run. */

const media = resolve(import.meta.dirname, '../../media');
const root = await mkdtemp(join(tmpdir(), 'trace-loupe-embedded-'));
after(() => rm(root, { recursive: true, force: true }));
const [weak, strong] = embeddedModels;
assert.ok(weak && strong);
const sample = { path: join(media, 'samples/word-problems.jsonl'), name: 'sample:word-problems.jsonl' };
const spec: PlanSpec = {
  problemFiles: [sample],
  weak,
  strong,
  match: 'flops',
  strongSamples: [1, 2],
  limit: 6,
  seed: 1,
};
let places = 0;

async function openEngine(t: { after(end: () => Promise<void>): void }, from = media) {
  const folder = join(root, `${++places}`);
  const progress: RunProgress[] = [];
  const refuse = async () => assert.fail('nothing is sent, and no key is asked for');
  const host: EngineHost = {
    fetch: refuse,
    readBody: refuse,
    dropBody: refuse,
    apiKey: refuse,
    runProgress: async (told) => void progress.push(told),
    runsChanged: async () => {},
    annotationsChanged: async () => {},
    log: async () => {},
  };
  const engine = createEngine(host, { media: from });
  t.after(() => engine.shutdown());
  await engine.open({ workspace: folder, storage: join(folder, 'storage'), annotator: 'ada', version: '0' });
  const end = async () => {
    for (;;) {
      const last = progress.findLast(({ state }) => state === 'complete' || state === 'stopped');
      if (last) return last;
      await sleep(20);
    }
  };
  return { engine, end };
}

test('a run of the pair in the box ends complete, sends nothing, and is named by its file', async (t) => {
  const { engine, end } = await openEngine(t);
  const { requests, match } = await engine.previewPlan(spec);
  assert.ok(requests.strong === 12 && requests.weak > 12 && match.matched, JSON.stringify(requests));
  const run = await engine.startRun(spec, 'word-problems');
  const { state, drawn, failed, problem } = await end();
  assert.deepEqual([state, drawn, failed, problem], ['complete', requests, { weak: 0, strong: 0 }, undefined]);
  const { folder } = await engine.runSummary(run);
  const traces = parseLines<Trace>(await readFile(join(folder, 'traces.jsonl'), 'utf8'));
  assert.equal(new Set(traces.map(({ id }) => id)).size, requests.weak + requests.strong);
  assert.ok(traces.every(({ text, usage }) => text.trim() !== '' && usage.completionTokens > 0));
  const { problemFiles } = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunFile;
  assert.deepEqual(
    problemFiles.map(({ file }) => file),
    [sample.name],
  );
  const [trace] = traces;
  const detail = await engine.traceDetail(run, trace?.id ?? '');
  assert.equal(detail.problem.source.file, sample.name);
  assert.match(detail.problem.id, /^word-problems\/t\d+$/);
  assert.match(detail.request ?? '', /nothing was sent/);
});

test('the models in the box answer a test of the connection without one', async (t) => {
  const { engine } = await openEngine(t);
  for (const model of embeddedModels) {
    const { ok, message } = await engine.testConnection(model);
    assert.deepEqual([ok, /nothing is sent/.test(message)], [true, true], message);
  }
});

test('altered weights are told in one sentence, and the other model goes on', async (t) => {
  const altered = join(root, 'altered');
  await mkdir(join(altered, 'samples'), { recursive: true });
  await cp(join(media, 'models'), join(altered, 'models'), { recursive: true });
  const weights = await open(join(altered, 'models/strong.tlm'), 'r+');
  const { size } = await weights.stat();
  await weights.write(Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]), 0, 8, size - 8);
  await weights.close();
  const { engine, end } = await openEngine(t, altered);
  const reports = [await engine.testConnection(weak), await engine.testConnection(strong)];
  assert.deepEqual(
    reports.map(({ ok }) => ok),
    [true, false],
  );
  await engine.startRun(spec, 'word-problems');
  const { drawn, problem } = await end();
  assert.ok(drawn.weak > 0 && drawn.strong === 0);
  assert.equal(problem, reports[1]?.message);
});

test('missing weights are one sentence before a run is begun', async (t) => {
  const { engine } = await openEngine(t, join(root, 'nowhere'));
  const isTold = (error: unknown) =>
    error instanceof UserError && /weights of embedded:weak are missing: install/.test(error.message);
  await assert.rejects(engine.previewPlan(spec), isTold);
  await assert.rejects(engine.startRun(spec, 'word-problems'), isTold);
  assert.equal((await engine.testConnection(weak)).ok, false);
});
