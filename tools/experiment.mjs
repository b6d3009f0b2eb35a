// `npm run experiment [-- OPTIONS]`: the paper's first experiment on the embedded pair. Tables to standard output, experiment.md and
// experiment.svg to media/readme (`--out`), experiment.png with `--png`. `--help` tells the rest; the parts are in tools/experiment/.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../src/core/userError.ts';
import { findBrowser } from './browser.mjs';
import { markdownPage } from './experiment/markdown.ts';
import { readOptions, usage } from './experiment/options.ts';
import { experimentPicture, pictureSize } from './experiment/picture.ts';
import { progressOn } from './experiment/progress.ts';
import { terminalTables } from './experiment/tables.ts';

const root = resolve(import.meta.dirname, '..');
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new UserError('Stopped: nothing was written.')));

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UserError) && error?.name !== 'ModelFailure') throw error;
  console.error(error.message);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}

async function main(options) {
  if (options.help) return console.log(usage);
  const experiment = options.from ? await readExperiment(options.from) : await sample(options);
  console.log(options.json ? JSON.stringify(experiment) : terminalTables(experiment).join('\n'));
  await write(experiment, options);
}

async function sample(options) {
  const progress = progressOn(process.stderr);
  // Only here: drawing a picture anew needs no models.
  const { runExperiment } = await import('./experiment/run.ts');
  try {
    return await runExperiment(root, options, progress, stop.signal);
  } finally {
    progress.end();
  }
}

/** Own output read again, so its shape is not checked any further. */
async function readExperiment(file) {
  try {
    const experiment = JSON.parse(await readFile(file, 'utf8'));
    if (experiment?.pair?.figures?.points) return experiment;
  } catch (error) {
    throw new UserError(`--from ${file} can't be read: ${error.message}`);
  }
  throw new UserError(`--from ${file}: this is not what --json prints; make it anew with --json.`);
}

async function write(experiment, options) {
  const folder = resolve(root, options.out);
  await mkdir(folder, { recursive: true });
  const picture = experimentPicture(experiment);
  await writeFile(join(folder, 'experiment.svg'), picture);
  const shown = options.png ? 'experiment.png' : 'experiment.svg';
  await writeFile(join(folder, 'experiment.md'), markdownPage(experiment, shown));
  const { drawPng } = options.png ? await import('./experiment/png.ts') : {};
  await drawPng?.(picture, pictureSize, await findBrowser(), join(folder, 'experiment.png'));
  console.error(`Written to ${folder}: experiment.md, experiment.svg${options.png ? ', experiment.png' : ''}`);
}
