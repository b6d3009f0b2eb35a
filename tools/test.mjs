// `npm test`: types, lint, architecture, unit, contract and real-editor tests, in this order. Last line: `N passed, N failed`.
// `npm test -- unit` (or types, lint, contract, workbench) runs one stage; `npm test -- workbench hostile` one file of it.
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run as runTests } from 'node:test';
import { spec } from 'node:test/reporters';
import { findBrowser } from './browser.mjs';
import { installEditor, run } from './editor.mjs';

const root = resolve(import.meta.dirname, '..');
const [only, name = ''] = process.argv.slice(2);
const bin = (program) => join(root, 'node_modules/.bin', program);
const total = { passed: 0, failed: 0 };

const stages = {
  types: async () => {
    for (const project of ['.', 'src/core', 'webview']) await check(`types of ${project}`, bin('tsc'), ['-p', project]);
  },
  lint: () => check('lint', bin('biome'), ['check', '--error-on-warnings', '.']),
  unit: () => testFiles('test/unit', '.test.ts'),
  contract: () => testFiles('test/contract', '.test.ts'),
  workbench: testWorkbench,
};

if (only && !(only in stages)) {
  console.error(`There is no stage "${only}": choose one of ${Object.keys(stages).join(', ')}.`);
  process.exit(2);
}
const installing = !only || only === 'workbench' ? installEditor() : undefined;
installing?.catch(() => {}); // reported where it is awaited
for (const [stage, execute] of Object.entries(stages)) {
  if (only && stage !== only) continue;
  console.log(`\n— ${stage}`);
  await execute().catch((error) => failed(stage, error));
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed ? 1 : 0);

async function check(title, program, args) {
  await run(program, args, root).then(
    () => passed(title),
    (error) => failed(title, error),
  );
}

async function testFiles(folder, suffix, { concurrency = 2, env = process.env, timeout = 180_000 } = {}) {
  const files = globSync(`${folder}/**/*${name}*${suffix}`, { cwd: root })
    .sort()
    .map((file) => join(root, file));
  if (!files.length) throw new Error(`No test file in ${folder}${name && ` with "${name}" in its name`}.`);
  const execArgv = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
  Object.assign(process.env, env);
  const stream = runTests({ files, concurrency, execArgv, timeout });
  let counted = false;
  stream.on('test:summary', ({ file, counts }) => {
    if (file) return;
    counted = true;
    total.passed += counts.passed;
    total.failed += counts.failed + counts.cancelled;
  });
  await new Promise((done, broken) =>
    stream.compose(spec).on('error', broken).on('end', done).pipe(process.stdout, { end: false }),
  );
  if (!counted) throw new Error(`The tests in ${folder} ended without a result.`);
}

async function testWorkbench() {
  const browser = await findBrowser();
  await installing;
  await check('build', process.execPath, ['esbuild.mjs']);
  const scratch = await mkdtemp(join(tmpdir(), 'trace-loupe-'));
  const vsix = join(scratch, 'trace-loupe.vsix');
  await check('package', process.execPath, ['tools/package.mjs', '--built', '--out', vsix]);
  if (!existsSync(vsix)) throw new Error('Without a package there is nothing to test in the editor.');
  const env = { TRACE_LOUPE_VSIX: vsix, TRACE_LOUPE_BROWSER: browser };
  await testFiles('test/workbench', '.workbench.ts', { concurrency: 1, env, timeout: 300_000 });
  await rm(scratch, { recursive: true, force: true });
}

function passed(title) {
  total.passed++;
  console.log(`✔ ${title}`);
}

function failed(title, error) {
  total.failed++;
  console.error(`✖ ${title}\n${error.message ?? error}`);
}
