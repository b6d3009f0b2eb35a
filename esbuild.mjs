// Builds everything that ships into dist/. `--watch` builds again on every change, `--dev` keeps names and source maps.
import { rm, writeFile } from 'node:fs/promises';
import { build, context } from 'esbuild';

const watch = process.argv.includes('--watch');
const dev = watch || process.argv.includes('--dev');

const common = {
  bundle: true,
  outdir: 'dist',
  minify: !dev,
  sourcemap: dev ? 'linked' : false,
  target: 'es2023',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  // Modules before CommonJS: smaller, and some packages' CommonJS can't be bundled.
  mainFields: ['module', 'main'],
};

/** The extension host loads CommonJS. `extension` is all that activation pays for; it requires `host` on first use. */
const host = {
  ...common,
  entryPoints: { extension: 'src/extension.ts', host: 'src/host/host.ts' },
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  platform: 'node',
  external: ['vscode', './host.cjs'],
  target: 'node22',
};

/** The workers and the command line share their chunks, so each module ships once. */
const engine = {
  ...common,
  entryPoints: { engine: 'src/engine.ts', embedded: 'src/embedded.ts', cli: 'src/cli.ts' },
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  splitting: true,
  platform: 'node',
  target: 'node22',
  // Libraries written as CommonJS ask for Node's own modules by `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

const views = {
  ...common,
  outdir: 'dist/webview',
  entryPoints: Object.fromEntries(['sidebar', 'viewer', 'dashboard'].map((name) => [name, `webview/${name}/main.ts`])),
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  splitting: true,
  platform: 'browser',
  loader: { '.svg': 'dataurl' },
};

await rm('dist', { recursive: true, force: true });
if (watch) {
  for (const options of [host, engine, views]) await (await context(options)).watch();
} else {
  const results = await Promise.all([host, engine, views].map((options) => build(options)));
  const inputs = Object.assign({}, ...results.map((result) => result.metafile.inputs));
  const outputs = Object.assign({}, ...results.map((result) => result.metafile.outputs));
  await writeFile('dist/meta.json', JSON.stringify({ inputs, outputs }));
}
