import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const entry = join(root, 'dist/extension.cjs');

/**
 * Loads the built entry in a fresh process with an editor that accepts everything, and calls `activate`.
 * What the editor itself adds is measured in the real one by `editor.ts`.
 */
const script = `
  const { performance } = require('node:perf_hooks');
  const Module = require('node:module');
  const anything = new Proxy(function () {}, {
    get: (_, key) => key === Symbol.toPrimitive ? () => '' : key === 'then' ? undefined : anything,
    apply: () => anything, construct: () => anything,
  });
  // Bundled code copies a module's own properties, so the stand-in needs them.
  const names = ['commands', 'window', 'workspace', 'languages', 'env', 'l10n', 'Uri', 'EventEmitter', 'Disposable', 'ThemeIcon'];
  const vscode = Object.fromEntries(names.map((name) => [name, anything]));
  const load = Module._load;
  Module._load = (name, ...rest) => name === 'vscode' ? vscode : load(name, ...rest);
  const start = performance.now();
  const extension = require(${JSON.stringify(entry)});
  const loaded = performance.now();
  extension.activate({ subscriptions: [], extensionPath: ${JSON.stringify(root)}, extensionUri: anything, extension: { packageJSON: {} } });
  console.log(JSON.stringify([loaded - start, performance.now() - loaded]));
`;

/** Time to load the entry and to activate, over 40 fresh processes; the entry's size. */
export async function measure(): Promise<string[]> {
  if (!existsSync(entry)) return ['dist/ is missing: run `npm run build` first'];
  const runs = Array.from({ length: 40 }, () => {
    const output = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    return JSON.parse(output) as [number, number];
  });
  const p95 = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN;
  const load = p95(runs.map(([ms]) => ms));
  const activate = p95(runs.map(([, ms]) => ms));
  const kB = statSync(entry).size / 1000;
  return [
    `activate(), p95 of ${runs.length} processes: ${activate.toFixed(2)} ms (budget 10 ms)`,
    `loading the entry before it, p95: ${load.toFixed(2)} ms`,
    `entry file: ${kB.toFixed(1)} kB (budget 50 kB)`,
  ];
}
