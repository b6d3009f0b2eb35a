import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { test } from 'node:test';

/*
 * The dependency rule of ARCHITECTURE.md. Data flows one way, and so do imports: each place may import only what is listed.
 */

const root = resolve(import.meta.dirname, '../..');

/** Place of a file → the places whose modules it may import. Packages and Node's own modules are ruled below. */
const mayImport: Record<string, string[]> = {
  'src/core': ['src/core'],
  'src/protocol': ['src/core', 'src/protocol'],
  'src/services': ['src/core', 'src/protocol', 'src/services'],
  'src/host': ['src/core', 'src/protocol', 'src/services', 'src/host'],
  'src/extension.ts': ['src/host'],
  'src/engine.ts': ['src/core', 'src/protocol', 'src/services'],
  'src/embedded.ts': ['src/core', 'src/protocol', 'src/services'],
  'src/cli': ['src/core', 'src/protocol', 'src/services', 'src/cli'],
  'src/cli.ts': ['src/core', 'src/protocol', 'src/services', 'src/cli'],
  webview: ['src/core', 'src/protocol', 'webview'],
};

/** The stations of the data's way; each imports values only from itself and from what stands before it. */
const stations = ['problem', 'budget', 'trace', 'answer', 'flags', 'soundness', 'annotation', 'metrics', 'curate'];

interface Import {
  file: string;
  specifier: string;
  typeOnly: boolean;
}

const files = globSync('{src,webview}/**/*.ts', { cwd: root }).map((file) => file.replaceAll('\\', '/'));
const imports = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(
    /^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\b(?:import|require)\(\s*'([^']+)'/gm,
  );
  return [...statements].map(([, type, from, dynamic]) => ({
    file,
    specifier: from ?? dynamic ?? '',
    typeOnly: type !== undefined,
  }));
}

/** The entry requires the rest of the host as it is built, on first use. */
const builtHost = './host.cjs';
const isRelative = (specifier: string) => specifier.startsWith('.');
const target = ({ file, specifier }: Import) => posix.join(posix.dirname(file), specifier);
const placeOf = (path: string) =>
  Object.keys(mayImport).find((place) => path === place || path.startsWith(`${place}/`));
const offending = (rule: (found: Import) => boolean) =>
  imports.filter(rule).map(({ file, specifier }) => `${file} imports ${specifier}`);

test('every source file stands in a place that the rule knows', () => {
  assert.ok(files.length > 20, 'the sources were found');
  assert.deepEqual(
    files.filter((file) => !placeOf(file) && !file.endsWith('.d.ts')),
    [],
  );
});

test('imports follow the arrows of the design', () => {
  const breaks = offending((found) => {
    if (!isRelative(found.specifier) || found.specifier === builtHost) return false;
    const allowed = mayImport[placeOf(found.file) ?? ''] ?? [];
    return !allowed.some((place) => target(found).startsWith(`${place}/`));
  });
  assert.deepEqual(
    breaks,
    ['src/extension.ts imports ./host.cjs'].filter((line) => breaks.includes(line)),
  );
});

test('the core imports nothing from outside but pure text tools', () => {
  const breaks = offending(
    ({ file, specifier }) => file.startsWith('src/core/') && !isRelative(specifier) && specifier !== 'diff',
  );
  assert.deepEqual(breaks, []);
});

test('the stations of the core import only from their left', () => {
  const station = (path: string) => stations.indexOf(path.split('/')[2] ?? '');
  const breaks = offending((found) => {
    if (found.typeOnly || !found.file.startsWith('src/core/') || !isRelative(found.specifier)) return false;
    const [from, to] = [station(found.file), station(target(found))];
    return from >= 0 && to > from;
  });
  assert.deepEqual(breaks, []);
});

test('only the host and the extension know the editor', () => {
  const breaks = offending(
    ({ file, specifier }) => specifier === 'vscode' && !/^src\/(host\/|extension\.ts)/.test(file),
  );
  assert.deepEqual(breaks, []);
});

test('views know neither Node nor the editor, and only webview/ui knows the toolkit', () => {
  const breaks = offending(({ file, specifier }) => {
    if (!file.startsWith('webview/')) return false;
    if (specifier.startsWith('@vscode/webview-ui-toolkit')) return !file.startsWith('webview/ui/');
    return specifier.startsWith('node:') || specifier === 'vscode' || specifier === 'openai';
  });
  assert.deepEqual(breaks, []);
});

test('nobody imports a composition root', () => {
  const roots = ['src/extension.ts', 'src/engine.ts', 'src/embedded.ts', 'src/cli.ts'];
  assert.deepEqual(
    offending((found) => isRelative(found.specifier) && roots.includes(target(found))),
    [],
  );
});

test('the core has no clock and no chance of its own', () => {
  const breaks = files
    .filter((file) => file.startsWith('src/core/'))
    .filter((file) =>
      /\bMath\.random\(|\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/.test(readFileSync(join(root, file), 'utf8')),
    );
  assert.deepEqual(breaks, []);
});
