// `npm run bench [-- NAME …]`: measures what DESIGN §9 promises and prints it beside the budget. Never part of the tests.
// Every file of test/bench exports `measure(dataFolder): Promise<string[]>`; real data is read from TRACE_LOUPE_DATA where it is there.
import { globSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
/** The published data that some measure on; they say so where it is absent. */
const data = resolve(root, process.env.TRACE_LOUPE_DATA ?? '../shared/data');
const names = process.argv.slice(2);
for (const file of globSync('test/bench/*.ts', { cwd: root }).sort()) {
  const name = basename(file, '.ts');
  if (names.length && !names.includes(name)) continue;
  const { measure } = await import(join(root, file));
  if (!measure) continue;
  console.log(`\n— ${name}`);
  for (const line of await measure(data)) console.log(line);
}
