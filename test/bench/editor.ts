import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { seededRandom } from '../../src/services/models/embedded/server/faults.ts';
import { buildCommandLine } from '../contract/commandLine.ts';
import { eventually, openWorkbench, type Workbench } from '../workbench/workbench.ts';

const problems = 10_000;
const traces = 200_000;
/** A slow machine grades and flags some 2,000 traces a second. */
const longestIndexingMs = 10 * 60_000;

/**
 * The extension in a real editor, with a run of 200,000 imported traces: what activation costs, how long the extension host's main
 * thread is held by what the user does, and how long the user waits.
 */
export async function measure(): Promise<string[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'tl-bench-'));
  const lines: string[] = [];
  let bench: Workbench | undefined;
  try {
    const out = join(scratch, 'probe.json');
    const env = { PROBE_OUT: out, ...(process.env.PROBE_PROFILE ? { PROBE_PROFILE: process.env.PROBE_PROFILE } : {}) };
    const files = { 'notes.md': `# Notes\n\n${'A paragraph of text to scroll.\n\n'.repeat(500)}` };
    bench = await openWorkbench({
      files,
      env,
      prepare: async (folder, profile) => {
        lines.push(await importBig(scratch, folder));
        await symlink(join(import.meta.dirname, 'probe'), join(profile, 'extensions/trace-loupe-bench.probe-0.0.1'));
      },
    });
    await bench.page.context().addInitScript(noteFirstRow);
    const probe = createProbe(out);
    for await (const line of measureIn(bench, probe)) {
      lines.push(line);
      // It takes minutes: whoever waits sees that it goes on.
      process.stderr.write(`${line}\n`);
    }
    return lines;
  } catch (error) {
    // What was measured before is worth having.
    return [...lines, `stopped: ${(error as Error).message}`];
  } finally {
    await bench?.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function* measureIn(bench: Workbench, probe: Probe): AsyncGenerator<string> {
  const started = await eventually('the probe', probe.read, 90_000);
  const { activateMs, loadMs } = started;
  yield `activate() in the editor: ${activateMs?.toFixed(1) ?? '?'} ms (budget 10 ms), after loading the entry in ${loadMs?.toFixed(1) ?? '?'} ms`;
  // The editor itself is busy for some seconds after its start.
  await sleep(15_000);

  yield await probe.holds('without us: nothing happens, 10 s', 'idle', () => sleep(10_000));
  yield await probe.holds('without us: a Markdown preview opens', 'preview', async () => {
    await bench.page.keyboard.press('Control+P');
    await bench.page.locator('.quick-input-widget:visible input').first().fill('notes.md');
    await bench.pick('notes.md');
    await bench.page.locator('.monaco-editor .view-lines').first().waitFor();
    await bench.command('Markdown: Open Preview');
    await sleep(4_000);
  });

  let seen = '';
  const building = await probe.holds('(a) the Viewer opens, the index is built', 'index', async () => {
    const start = performance.now();
    const view = await openViewer(bench);
    const rowsMs = performance.now() - start;
    const first = await firstRowMs(view);
    await eventually('the whole index', () => wholeIndex(view), longestIndexingMs);
    const seconds = (performance.now() - start) / 1000;
    seen = `first rows ${(rowsMs / 1000).toFixed(1)} s after the command, ${first.toFixed(0)} ms after the view began to load; index of ${traces.toLocaleString('en')} traces after ${seconds.toFixed(0)} s`;
  });
  yield building;
  yield `  ${seen}`;

  let times: { scroll: number[]; filter: number[] } = { scroll: [], filter: [] };
  yield await probe.holds('(b) the Viewer scrolls and filters', 'viewer', async () => {
    const view = await bench.view('.trace-loupe-viewer #problems');
    times = await scrollAndFilter(view);
  });
  yield `  until the rows are there, median / longest: scroll ${middle(times.scroll)} ms, filter ${middle(times.filter)} ms (budget 100 ms)`;

  let again = 0;
  yield await probe.holds('(b) the Viewer closes and opens again', 'reopen', async () => {
    await bench.command('View: Close Editor');
    await sleep(500);
    again = await firstRowMs(await openViewer(bench));
  });
  yield `  first rows ${again.toFixed(0)} ms after the view began to load (budget 300 ms)`;

  let drawnMs = 0;
  yield await probe.holds('(c) the Dashboard opens', 'dashboard', async () => {
    const start = performance.now();
    await bench.command('Trace Loupe: Open Dashboard');
    const view = await bench.view('.trace-loupe-dashboard table');
    await view.locator('svg[role="img"]').first().waitFor({ timeout: 60_000 });
    drawnMs = performance.now() - start;
    await sleep(2_000);
  });
  yield `  drawn ${(drawnMs / 1000).toFixed(1)} s after the command`;
  const { rssMB } = (await probe.read()) ?? {};
  yield `extension host with the engine in it: ${rssMB?.toFixed(0)} MB resident`;
}

/** A file of recorded traces of about 1 kB each, imported by the command line into the workspace. */
async function importBig(scratch: string, workspace: string): Promise<string> {
  const file = join(scratch, 'recorded.jsonl');
  await writeRecorded(file);
  const cli = await buildCommandLine();
  try {
    const start = performance.now();
    const run = join(workspace, '.trace-loupe/runs/20260101T000000Z-large');
    const { status, stderr } = await cli.call(['import', file, '--out', run, '--name', 'large']);
    if (status !== 0) throw new Error(stderr);
    const seconds = (performance.now() - start) / 1000;
    const { size } = await stat(join(run, 'traces.jsonl'));
    return `import by the command line: ${traces.toLocaleString('en')} traces of ${problems.toLocaleString('en')} problems, ${(size / 1e6).toFixed(0)} MB, in ${seconds.toFixed(1)} s`;
  } finally {
    await cli.remove();
  }
}

async function writeRecorded(path: string): Promise<void> {
  const stream = createWriteStream(path, { highWaterMark: 1 << 20 });
  const random = seededRandom(7);
  const per = traces / problems;
  for (let problem = 0; problem < problems; problem++) {
    const [rows, seats] = [3 + (problem % 40), 5 + (problem % 97)];
    const lines = Array.from({ length: per }, (_, index) =>
      recordedTrace(problem, rows, seats, index < per / 4, random),
    );
    if (!stream.write(lines.join(''))) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
}

function recordedTrace(problem: number, rows: number, seats: number, strong: boolean, random: () => number): string {
  const wrong = random() < (strong ? 0.2 : 0.4) ? 1 + Math.floor(random() * 9) : 0;
  const repaired = wrong > 0 && random() < 0.3;
  const total = rows * seats;
  const answer = repaired ? total - 12 : total + wrong - 12;
  const chat = 'We write down what is known, name what is asked, and go on step by step so that nothing is left out. ';
  const solution = [
    `Hall ${problem} has ${rows} rows of ${seats} seats. ${chat.repeat(1 + Math.floor(random() * 4))}`,
    `The number of seats is ${rows} * ${seats} = ${total + wrong}.`,
    `${chat.repeat(1 + Math.floor(random() * 3))}Twelve of them are broken and can't be sold.`,
    `So ${total} - 12 = ${answer} seats can be sold.`,
    `The answer is \\boxed{${answer}}.`,
  ].join('\n');
  return `${JSON.stringify({
    problem_id: `hall-${problem}`,
    problem: `A hall (number ${problem}) has ${rows} rows of ${seats} seats, twelve of which are broken. How many seats can be sold?`,
    gold_answer: String(total - 12),
    model: strong ? 'bench-9b' : 'bench-2b',
    solution,
    completion_tokens: Math.ceil(solution.length / 4),
  })}\n`;
}

async function openViewer(bench: Workbench): Promise<Frame> {
  await bench.command('Trace Loupe: Open Viewer');
  const view = await bench.view('.trace-loupe-viewer');
  await view.locator('#problems .problem .text').first().waitFor({ timeout: 60_000 });
  return view;
}

/** Runs in every frame before its own scripts. Plain text: the runner's helpers do not exist in a page. */
const noteFirstRow = `(() => {
  const look = () => {
    if (window.firstRowMs === undefined && document.querySelector('#problems .problem .text')) {
      window.firstRowMs = performance.now();
      clearInterval(timer);
    }
  };
  // Not an observer: the view's document is written anew into the frame.
  const timer = setInterval(look, 2);
})()`;

async function firstRowMs(view: Frame): Promise<number> {
  return Number(await view.evaluate('window.firstRowMs'));
}

async function wholeIndex(view: Frame): Promise<true | undefined> {
  const counts = await view.locator('.counts').innerText();
  return counts.replace(/\D/g, '').includes(String(traces)) ? true : undefined;
}

/** Milliseconds until what is asked for is on screen, for jumps through the list and for filters. */
async function scrollAndFilter(view: Frame): Promise<{ scroll: number[]; filter: number[] }> {
  const scroll = (await view.evaluate(`(async () => {
    const list = document.getElementById('problems');
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const times = [];
    for (let jump = 1; jump <= 20; jump++) {
      const start = performance.now();
      list.scrollTop = (list.scrollHeight * ((jump * 0.618) % 1));
      do await frame(); while ((!list.querySelector('.problem') || list.querySelector('.pending')) && performance.now() - start < 5000);
      times.push(performance.now() - start);
    }
    return times;
  })()`)) as number[];
  const filter: number[] = [];
  for (const text of ['verdict:correct', 'flag:any', 'arm:strong', 'verdict:incorrect arm:weak', '4321', '']) {
    filter.push(
      (await view.evaluate(`(async () => {
      const clear = document.querySelector('[role=search] [aria-label="Clear the filter"]');
      const counts = () => document.querySelector('.counts').textContent;
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const changed = async (act) => {
        const before = counts();
        const start = performance.now();
        act();
        while (counts() === before && performance.now() - start < 10000) await frame();
        return performance.now() - start;
      };
      if (clear) await changed(() => clear.click());
      const text = ${JSON.stringify(text)};
      if (text === '') return NaN;
      const input = document.getElementById('filter');
      input.value = text;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      await frame();
      // Enter asks at once; what is typed waits for the typing to pause.
      return changed(() => input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })));
    })()`)) as number,
    );
  }
  return { scroll, filter: filter.filter((ms) => !Number.isNaN(ms)) };
}

function middle(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${sorted[Math.floor(sorted.length / 2)]?.toFixed(0)} / ${sorted.at(-1)?.toFixed(0)}`;
}

interface Hold {
  /** How long the thread did not come back to its event loop. */
  ms: number;
  /** The processor time in it: on a shared machine the thread also waits for its turn. */
  ranMs: number;
}

interface ProbeState {
  reset: string;
  activateMs: number | null;
  loadMs: number | null;
  rssMB: number;
  seconds: number;
  longest: Hold;
  longestRan: Hold;
  over16: number;
  over16Ran: number;
}

interface Probe {
  read(): Promise<ProbeState | undefined>;
  /** Does something and tells how long the main thread was held meanwhile. */
  holds(title: string, name: string, act: () => Promise<void>): Promise<string>;
}

function createProbe(out: string): Probe {
  const read = async () => JSON.parse(await readFile(out, 'utf8')) as ProbeState;
  /** Whole or not at all: the probe looks for the file. */
  const send = async (order: 'reset' | 'stop', text: string) => {
    await writeFile(`${out}.${order}.part`, text);
    await rename(`${out}.${order}.part`, `${out}.${order}`);
  };
  const since = (id: string) => async () => {
    const state = await read();
    return state.reset === id ? state : undefined;
  };
  return {
    read,
    async holds(title, name, act) {
      await send('reset', name);
      await eventually('the probe to begin anew', since(name));
      await act();
      await sleep(500);
      const { longest, longestRan, over16, over16Ran, seconds } = await eventually('the probe', since(name));
      if (process.env.PROBE_PROFILE) await send('stop', join(process.env.PROBE_PROFILE, `${name}.cpuprofile`));
      return `${title} (${seconds.toFixed(0)} s): longest hold ${longestRan.ranMs.toFixed(1)} ms of processor time, ${over16Ran} over 16 ms (budget 16 ms); by the clock ${longest.ms.toFixed(0)} ms, ${over16} over 16 ms`;
    },
  };
}
