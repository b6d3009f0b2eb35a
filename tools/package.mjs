// `npm run package`: builds and packs what a user installs. `--out FILE`; `--built` takes dist/ as it is.
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';
import { run } from './editor.mjs';

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string' }, built: { type: 'boolean' } } });
if (!values.built) await run(process.execPath, ['esbuild.mjs'], root);
const packagePath = resolve(values.out ?? join(root, 'trace-loupe.vsix'));
await createVSIX({
  cwd: root,
  packagePath,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
console.log(`${packagePath}: ${((await stat(packagePath)).size / 1e6).toFixed(2)} MB`);
