import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startServer } from '../fakes/openaiServer.ts';
import { readReplayFile } from '../fakes/openaiServerReplay.ts';
import { openWorkbench, type Theme } from './workbench.ts';

/*
 * Takes the README's pictures from the real editor: `npm run build`, then run this file with Node; `--light` takes them in the
 * light theme into the folder named after it, for a look.
 */

const samples = resolve(import.meta.dirname, '../../media/samples');
const [option, folder] = process.argv.slice(2);
const light = option === '--light';
const out = light ? resolve(folder ?? '.') : resolve(import.meta.dirname, '../../media/readme');
const theme: Theme = light ? 'Light Modern' : 'Dark Modern';

await firstMinute();
const server = await startServer({ latencyMs: 15, traces: readReplayFile(join(samples, 'recorded-traces.jsonl')) });
const bench = await openWorkbench({
  size: { width: 1440, height: 900 },
  files: {
    'gsm-hard.jsonl': readFileSync(join(samples, 'sample-problems.jsonl'), 'utf8').split('\n').slice(0, 12).join('\n'),
    'choices.csv': readFileSync(join(samples, 'sample-choices.csv'), 'utf8'),
    'rates.yaml': readFileSync(join(samples, 'sample-rates.yaml'), 'utf8'),
  },
  settings: {
    'workbench.colorTheme': theme,
    'traceLoupe.models': [
      {
        name: 'small-2b',
        baseUrl: server.url,
        model: 'sample-weak-2b',
        activeParamsB: 3,
        inputPrice: 0,
        outputPrice: 0.06,
      },
      {
        name: 'large-9b',
        baseUrl: server.url,
        model: 'sample-strong-9b',
        activeParamsB: 9,
        inputPrice: 0,
        outputPrice: 0.18,
      },
    ],
    'traceLoupe.strongSamples': [1, 3, 9],
    'traceLoupe.annotator': 'ada',
  },
});
try {
  const sidebar = await bench.openSidebar();
  await sidebar.getByRole('checkbox', { name: 'gsm-hard.jsonl', exact: true }).click();
  await sidebar.getByRole('button', { name: 'Sample 12 problems' }).click();
  // What costs money is asked for once more.
  await bench.page
    .locator('.monaco-dialog-box .monaco-button')
    .filter({ hasText: /^Sample$/ })
    .click();
  await sidebar.getByRole('button', { name: 'Read traces' }).waitFor({ timeout: 90_000 });
  await sidebar.getByRole('button', { name: 'Read traces' }).click();
  const view = await bench.view('.trace-loupe-viewer .steps');
  await bench.command('Notifications: Clear All Notifications');
  await view.locator('#trace').click();
  for (const key of [
    'u',
    '1',
    'Enter',
    's',
    'Enter',
    'u',
    'Enter',
    's',
    'Enter',
    's',
    'Enter',
    'u',
    'Enter',
    'u',
    '1',
  ]) {
    await bench.page.keyboard.press(key);
    await bench.page.waitForTimeout(500);
  }
  await bench.picture(join(out, 'sidebar-and-viewer.png'));
  await bench.page.keyboard.press('Control+b');
  await bench.page.waitForTimeout(800);
  await bench.picture(join(out, 'viewer.png'));
  await bench.command('Trace Loupe: Compare Traces');
  await view.locator('.pair.row').first().waitFor();
  await bench.page.waitForTimeout(800);
  await bench.picture(join(out, 'compare.png'));
  await bench.command('Trace Loupe: Open Dashboard');
  await bench.view('.trace-loupe-dashboard table');
  await bench.page.waitForTimeout(1500);
  await bench.picture(join(out, 'dashboard.png'));
} finally {
  await bench.close();
  await server.close();
}
process.exit(0);

/** A fresh profile in an empty window: before the one click, and after it. */
async function firstMinute(): Promise<void> {
  const settings = { 'workbench.colorTheme': theme };
  const fresh = await openWorkbench({ size: { width: 1440, height: 900 }, noFolder: true, settings });
  try {
    const sidebar = await fresh.openSidebar();
    const sample = sidebar.getByRole('button', { name: /^Sample \d+ problems$/ });
    await sample.hover();
    await fresh.page.waitForTimeout(800);
    await fresh.picture(join(out, 'first-screen.png'));
    await sample.click();
    await sidebar.getByRole('button', { name: 'Read traces' }).click({ timeout: 120_000 });
    const view = await fresh.view('.trace-loupe-viewer .steps');
    await fresh.command('Notifications: Clear All Notifications');
    await view.locator('#trace').click();
    await fresh.page.waitForTimeout(1500);
    await fresh.picture(join(out, 'first-run.png'));
  } finally {
    await fresh.close();
  }
}
