import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { type FakeServer, startServer } from '../fakes/openaiServer.ts';
import { eventually, openWorkbench, pictureOnFailure, type Workbench } from './workbench.ts';

/* Bad input and bad luck: one clear sentence with the remedy, and nothing lost. And the first minute, without any model. */

const samples = resolve(import.meta.dirname, '../../media/samples');
const problems = readFileSync(join(samples, 'sample-problems.jsonl'), 'utf8');
const key = 'sk-the-right-key-0123456789';

let server: FakeServer;
let bench: Workbench;

before(async () => {
  server = await startServer({ latencyMs: 40, apiKey: key });
  bench = await openWorkbench({
    files: { 'problems.jsonl': problems, 'few-shot.md': fewShot(), 'empty.jsonl': '' },
    settings: { 'traceLoupe.strongSamples': [2], 'traceLoupe.annotator': 'ada' },
  });
});
after(async () => {
  await bench?.close();
  await server?.close();
});
afterEach(async (context) => {
  await pictureOnFailure(bench, context);
});

test('recorded traces show the whole loop without any model', async () => {
  await bench.openSidebar();
  await bench.command('Trace Loupe: Try It on Recorded Traces');
  const view = await bench.view('.trace-loupe-viewer .reading[aria-label="Trace"] .steps');
  assert.ok((await view.locator('.problems [role="option"]').count()) > 5, 'the recorded problems are listed');
});

test('the pair in the box says which word it can’t read, and is not sampled', async () => {
  const sidebar = await bench.openSidebar();
  await sidebar.getByRole('checkbox', { name: 'problems.jsonl', exact: true }).click();
  await sidebar.getByText(/embedded:weak can't read these problems: “[^”]+” \(problems\.jsonl:1\)/).waitFor();
  assert.ok(await sidebar.getByRole('button', { name: 'Sample', exact: true }).isDisabled());
  await sidebar.getByRole('checkbox', { name: 'problems.jsonl', exact: true }).click();
});

test('a few-shot prompt and an empty file are told apart from problem files', async () => {
  const sidebar = await bench.openSidebar();
  for (const name of ['few-shot.md', 'empty.jsonl']) {
    await bench.command('Trace Loupe: Add Problem Files');
    await bench.answer(join(bench.folder, name));
    await sidebar.getByRole('checkbox', { name, exact: true }).waitFor();
  }
  const text = await sidebar.locator('.files').innerText();
  assert.match(text, /few-shot\.md[\s\S]*not a problem file/);
  assert.match(text, /few-shot prompt/, 'it says what the file is and where it belongs');
  assert.match(text, /empty\.jsonl[\s\S]*(is empty|no problem)/i);
  assert.match(text, /problems\.jsonl[\s\S]*40/);
});

test('an unreachable server is named with the remedy, and no sample is invented', async () => {
  const gone = await startServer();
  await gone.close();
  await setModels(gone.url);
  const sidebar = await bench.openSidebar();
  await sidebar.getByRole('checkbox', { name: 'problems.jsonl', exact: true }).click();
  await sidebar.getByRole('button', { name: 'Test both connections' }).click();
  await sidebar
    .getByText(/can.t be reached \(connection refused\): start the server or correct the base URL/)
    .first()
    .waitFor({ timeout: 20_000 });
});

test('a key is asked for where the server wants one, kept out of every file, and sampling goes on', async () => {
  await setModels(server.url);
  const sidebar = await bench.openSidebar();
  await sidebar.getByRole('button', { name: /^Sample \d+ problems/ }).click();
  const refused = await bench.notification(/key/);
  await refused.getByRole('button', { name: 'Set API Key' }).click();
  await bench.answer(key);
  await eventually('a trace', async () => ((await drawn()) > 20 ? true : undefined));
  const files = await bench.texts();
  assert.ok(files.size > 3, 'the files of the workspace were read');
  for (const [name, text] of files) assert.ok(!text.includes(key), `${name} holds the key`);
});

test('stopping keeps what arrived, and resuming draws exactly the rest', async () => {
  await bench.command('Trace Loupe: Stop Sampling');
  await bench.notification(/stopped/i);
  const kept = await drawn();
  assert.ok(kept > 0 && kept < total, `${kept} of ${total} samples arrived before the stop`);
  await bench.command('Trace Loupe: Resume Run');
  await eventually('the whole run', async () => ((await drawn()) === total ? true : undefined), 90_000);
  assert.equal(new Set(await ids()).size, total, 'no sample twice');
});

/** 40 problems, two strong samples and eight weak ones each. */
const total = 40 * 10;

const ids = async () => {
  const files = [...(await bench.texts())].filter(([name]) => /-problems\/traces\.jsonl$/.test(name));
  const lines = files.flatMap(([, text]) => text.split('\n').slice(0, -1));
  return lines.map((line) => JSON.parse(line).id as string);
};
const drawn = async () => (await ids()).length;

async function setModels(url: string) {
  await bench.setSetting('traceLoupe.models', [
    { name: 'small', baseUrl: url, model: 'weak', activeParamsB: 2, concurrency: 4 },
    { name: 'large', baseUrl: url, model: 'strong', activeParamsB: 8, concurrency: 4 },
  ]);
}

function fewShot(): string {
  const example = (n: number) =>
    `Question: What is ${n} + ${n}?\nAnswer: ${n} + ${n} = ${2 * n}. The answer is ${2 * n}.\n`;
  return [1, 2, 3, 4].map(example).join('\n');
}
