import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { eventually, openWorkbench, pictureOnFailure, type Workbench } from './workbench.ts';

/*
 * The first minute. A person has installed the extension into a fresh editor and opens it in an empty window: no folder, no setting,
 * no key, no network. They click the loupe, see sample problems and the pair in the box chosen, and press Sample. Seconds later they
 * read both models' traces, with flags, judge one, and export. Nothing asked them anything on the way.
 */

let bench: Workbench;
let storage = '';

before(async () => {
  bench = await openWorkbench({
    noFolder: true,
    prepare: async (_, profile) => {
      storage = join(profile, 'data/User/globalStorage/trace-loupe.trace-loupe');
    },
  });
});
after(() => bench?.close());
afterEach(async (context) => {
  await pictureOnFailure(bench, context);
});

/** The lines of a file of the only run, wherever the extension keeps it. */
async function lines(name: string): Promise<Record<string, unknown>[]> {
  const paths = await readdir(join(storage, 'scratch'), { recursive: true });
  const path = paths.find((candidate) => candidate.endsWith(name)) ?? name;
  const text = await readFile(join(storage, 'scratch', path), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a fresh profile in an empty window has all it takes for a first run, and says what it is', async () => {
  const sidebar = await bench.openSidebar();
  await sidebar.getByRole('button', { name: /^Sample \d+ problems$/ }).waitFor();
  const text = await sidebar.locator('main').innerText();
  assert.match(text, /No folder is open: runs are kept in the extension's own storage\./);
  assert.match(text, /word-problems\.jsonl\s+sample\s+120/);
  for (const arm of ['weak', 'strong'])
    assert.match(text, new RegExp(`embedded:${arm}[\\s\\S]*?tiny model in the box: no key, no network`));
  assert.match(text, /Models in the box know only the sample problems' templates/);
  assert.match(text, /Free: it runs on this machine\./);
  assert.ok(await sidebar.getByRole('checkbox', { name: 'word-problems.jsonl', exact: true }).isChecked());
  assert.doesNotMatch(text, /recorded sample|API key|not tested/i);
});

test('one click on Sample: no question on the way, a complete run, and flags are counted', async () => {
  const sidebar = await bench.openSidebar();
  await sidebar.getByRole('button', { name: 'Sample 120 problems' }).click();
  const asked = () => bench.page.locator('.quick-input-widget:visible, .monaco-dialog-box:visible').count();
  await eventually(
    'the end of the run',
    async () => {
      assert.equal(await asked(), 0, 'nothing is asked');
      return (await sidebar.getByRole('button', { name: 'Read traces' }).count()) > 0 ? true : undefined;
    },
    240_000,
  );
  const drawn = await lines('traces.jsonl');
  const strong = drawn.filter(({ arm }) => arm === 'strong').length;
  assert.equal(strong, 3 * 120);
  assert.ok(drawn.length - strong >= 4 * strong, `${drawn.length - strong} weak samples`);
  assert.equal(new Set(drawn.map(({ id }) => id)).size, drawn.length, 'every sample once');
  const results = sidebar.getByRole('table', { name: 'Results of the last run' });
  await results.waitFor();
  const flagged = /Right, flagged\s+([\d\u2009\u202f]+)/.exec(await results.innerText())?.[1] ?? '0';
  assert.ok(Number(flagged.replace(/\D/g, '')) > 0, await results.innerText());
});

test('the run names its problems by what they are called, not by where this version is installed', async () => {
  const [problem] = await lines('problems.jsonl');
  assert.deepEqual(problem?.source, { file: 'sample:word-problems.jsonl', line: 1 });
});

test('the Viewer shows traces of both arms, and a judgement is kept', async () => {
  const sidebar = await bench.openSidebar();
  await sidebar.getByRole('button', { name: 'Read traces' }).click();
  const view = await bench.view('.trace-loupe-viewer .reading[aria-label="Trace"] .steps');
  assert.ok((await view.locator('.problems [role="option"]').count()) > 5, 'problems are listed');
  for (const arm of ['weak', 'strong']) assert.ok((await view.locator(`.arm[aria-label="${arm}"]`).count()) > 0, arm);
  await view.getByRole('radio', { name: /^Unsound/ }).click();
  await eventually('the judgement on disk', async () => {
    return (await annotations()).includes('unsound') ? true : undefined;
  });
});

test('the trace on screen has a reference soundness, said to be no judgement', async () => {
  const view = await bench.view('.trace-loupe-viewer .reading[aria-label="Trace"] .steps');
  assert.match(await view.locator('.reading').innerText(), /Reference:\s*(sound|unsound)[\s\S]*Not a judgement/);
});

test('a click on the problem’s place opens its file', async () => {
  const view = await bench.view('.trace-loupe-viewer .reading[aria-label="Trace"] .steps');
  await view.getByRole('button', { name: /^sample:word-problems\.jsonl:\d+$/ }).click();
  await bench.page.locator('.tab').filter({ hasText: 'word-problems.jsonl' }).waitFor();
  await bench.page.locator('.monaco-editor .view-line').filter({ hasText: 'question' }).first().waitFor();
});

test('the run is listed in an empty window, and is still there after a reload', async () => {
  await bench.reload();
  const sidebar = await bench.openSidebar();
  await sidebar.getByRole('button', { name: 'Read traces' }).waitFor();
  await bench.page.locator('.pane-body .monaco-list-row').filter({ hasText: 'word-problems' }).first().waitFor();
});

test('the Dashboard and the export work without a folder', async () => {
  await bench.command('Trace Loupe: Open Dashboard');
  await bench.view('.trace-loupe-dashboard table');
  await bench.command('Trace Loupe: Export Run');
  await bench.pick('Prompt and completion');
  await bench.page.keyboard.press('Enter');
  await bench.pick('Correct, unless judged unsound');
  await bench.pick('Choose the folder');
  await bench.answer(bench.folder);
  const manifest = await bench.file(/-export\/manifest\.json$/);
  assert.ok(JSON.parse(manifest).policy, 'the manifest tells the policy');
});

test('nothing was requested from elsewhere, and no policy was broken', () => {
  assert.deepEqual(bench.incidents, []);
});

async function annotations(): Promise<string> {
  const folder = join(storage, 'scratch/.trace-loupe/annotations');
  const names = await readdir(folder);
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('');
}
