import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
import { type FakeServer, startServer } from '../fakes/openaiServer.ts';
import { readReplayFile } from '../fakes/openaiServerReplay.ts';
import { eventually, openWorkbench, pictureOnFailure, type Workbench } from './workbench.ts';

/*
 * What a person does, in a real editor with the packaged extension, from a problem file to exported data. The models are a
 * server that replays recorded solutions; everything else is real.
 */

const samples = resolve(import.meta.dirname, '../../media/samples');
const problems = readFileSync(join(samples, 'sample-problems.jsonl'), 'utf8').split('\n').slice(0, 6).join('\n');

let server: FakeServer;
let bench: Workbench;

before(async () => {
  server = await startServer({ latencyMs: 20, traces: readReplayFile(join(samples, 'recorded-traces.jsonl')) });
  bench = await openWorkbench({
    files: {
      'problems.jsonl': problems,
      'broken.jsonl': `${problems.split('\n')[0]}\n{"question": "No answer here."}\n`,
    },
    settings: {
      'traceLoupe.models': [
        { name: 'small', baseUrl: server.url, model: 'sample-weak-2b', activeParamsB: 2 },
        { name: 'large', baseUrl: server.url, model: 'sample-strong-9b', activeParamsB: 8 },
      ],
      'traceLoupe.strongSamples': [2],
      'traceLoupe.annotator': 'ada',
    },
  });
});
after(async () => {
  await bench?.close();
  await server?.close();
});

afterEach(async (context) => {
  await pictureOnFailure(bench, context);
});

const viewer = () => bench.view('.trace-loupe-viewer .reading[aria-label="Trace"]');
const decisions = async () =>
  (await bench.file('.trace-loupe/annotations/ada.jsonl'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('by mouse: choose a file, see the cost, sample, and watch the run end matched', async () => {
  const sidebar = await bench.openSidebar();
  await sidebar.getByRole('checkbox', { name: 'problems.jsonl', exact: true }).click();
  const sample = sidebar.getByRole('button', { name: 'Sample 6 problems' });
  await sample.waitFor();
  const cost = await sidebar.getByRole('table', { name: 'Cost before anything is spent' }).innerText();
  assert.match(cost, /Requests\s+48\s+12/, 'four weak samples for one of a model four times as large');
  assert.equal(server.requests.filter(({ body }) => 'messages' in body).length, 0, 'a preview spends nothing');
  await sample.click();
  await sidebar.getByRole('button', { name: 'Read traces' }).waitFor({ timeout: 60_000 });
  const traces = await bench.file(/runs\/[^/]+\/traces\.jsonl$/, (text) => text.trim().split('\n').length === 60);
  const ids = traces
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id);
  assert.equal(new Set(ids).size, 60, 'every sample once');
  assert.match(await sidebar.locator('body').innerText(), /matched [\d.]+×|unmatched [\d.]+×/);
});

test('a bad row is a squiggle in the Problems panel, and the good rows load', async () => {
  const sidebar = await bench.openSidebar();
  await sidebar.getByRole('checkbox', { name: 'broken.jsonl', exact: true }).click();
  await sidebar.getByRole('button', { name: '1 bad row' }).or(sidebar.getByText('1 bad row')).first().click();
  await bench.page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
  await bench.page.locator('.markers-panel, .marker-hover, .monaco-editor').first().waitFor();
  await sidebar.getByRole('checkbox', { name: 'broken.jsonl', exact: true }).click();
});

test('by mouse: open a flagged trace, see the flag in place, judge it, undo', async () => {
  const sidebar = await bench.openSidebar();
  await sidebar.getByRole('button', { name: 'Read traces' }).click();
  const view = await viewer();
  await filter(view, 'verdict:correct flag:any');
  await eventually('a flagged trace', async () =>
    (await view.locator('.steps .note').count()) > 0 ? true : undefined,
  );
  assert.match(await view.locator('.steps .note').first().innerText(), /is false/);
  assert.ok((await view.locator('.squiggle').count()) > 0, 'the false equation itself is marked');
  await view.getByRole('radio', { name: /^Unsound/ }).click();
  await view.getByText(/^saved \d/).waitFor();
  const [first] = await decisions();
  assert.equal(first.decision.soundness, 'unsound');
  await view.getByRole('button', { name: /^Undo/ }).click();
  await eventually('the undo on disk', async () => ((await decisions()).at(-1)?.kind === 'undo' ? true : undefined));
});

test('by keys: judge, first wrong step, undo and redo', async () => {
  const view = await viewer();
  await view.locator('#trace').click();
  await bench.page.keyboard.press('u');
  await eventually('the decision', async () =>
    (await decisions()).at(-1)?.decision?.soundness === 'unsound' ? true : undefined,
  );
  await bench.page.keyboard.press('1');
  await eventually('the step', async () =>
    (await decisions()).at(-1)?.decision?.firstWrongStep === 0 ? true : undefined,
  );
  await bench.page.keyboard.press('Control+z');
  await eventually('the undo', async () => ((await decisions()).at(-1)?.kind === 'undo' ? true : undefined));
  await bench.page.keyboard.press('Control+y');
  await eventually('the redo', async () => ((await decisions()).at(-1)?.kind === 'redo' ? true : undefined));
});

test('by palette: judge the trace on screen, and find the decision after a reload', async () => {
  await bench.command('Trace Loupe Viewer: Judge Sound');
  await eventually('the decision', async () =>
    (await decisions()).at(-1)?.decision?.soundness === 'sound' ? true : undefined,
  );
  await bench.reload();
  const view = await viewer();
  await eventually('the choice shown again', async () =>
    (await view.getByRole('radio', { name: /^Sound/ }).getAttribute('aria-checked')) === 'true' ? true : undefined,
  );
});

test('by palette: compare two traces, aligned by step', async () => {
  await bench.command('Trace Loupe: Compare Traces');
  const view = await bench.view('.trace-loupe-viewer .compare .pair.row');
  assert.ok((await view.locator('.pair.row').count()) > 2, 'steps stand side by side');
  await view.locator('body').press('Escape');
});

test('by palette: the Dashboard draws both arms with intervals', async () => {
  await bench.command('Trace Loupe: Open Dashboard');
  const view = await bench.view('.trace-loupe-dashboard table');
  assert.equal((await view.locator('svg[role="img"]').count()) >= 2, true, 'coverage and diversity are drawn');
  assert.match(await view.locator('body').innerText(), /Coverage[\s\S]*Diversity[\s\S]*False positives/);
});

test('by palette: export, and find chat and preference files with their manifest', async () => {
  await bench.command('Trace Loupe: Export Run');
  await bench.pick('Preference pairs');
  await bench.page.keyboard.press('Enter');
  await bench.pick('Correct, unless judged unsound');
  await bench.pick('Choose the folder');
  await bench.answer(bench.folder);
  const manifest = JSON.parse(await bench.file(/-export\/manifest\.json$/));
  assert.ok(manifest.policy, 'the manifest tells the policy');
  const chat = (await bench.file(/-export\/openai-chat\.jsonl$/))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(chat.length > 0 && chat.every(({ messages }) => messages.at(-1).role === 'assistant'));
});

test('nothing was requested from elsewhere, and no policy was broken', () => {
  assert.deepEqual(bench.incidents, []);
});

async function filter(view: Frame, text: string) {
  const field = view
    .getByRole('textbox', { name: /filter/i })
    .or(view.locator('.top vscode-text-field input, .top input'))
    .first();
  await field.fill(text);
  await field.press('Enter');
}
