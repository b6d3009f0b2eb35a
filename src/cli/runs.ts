import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { RunFile } from '../core/trace/run.ts';
import { UserError } from '../core/userError.ts';
import { type OpenRun, openRun } from '../services/engine/openRun.ts';
import { type Annotations, openAnnotations } from '../services/store/annotations.ts';
import { listRunFolders, type RunFolder, readRunFolder } from '../services/store/runFolder.ts';
import type { Call } from './command.ts';

/** A run read whole, with what people said of it. */
export interface ReadRun extends AsyncDisposable {
  run: OpenRun;
  annotations: Annotations;
}

/** Opens the run folder that the call names, and grades and flags its traces. */
export async function readRun(call: Call): Promise<ReadRun> {
  const [folder, ...more] = call.files;
  if (folder === undefined || more.length)
    throw new UserError('Name one run folder, e.g. .trace-loupe/runs/20261121T184000Z-gsm8k.');
  const runFolder = await readRunFolder(resolve(folder));
  // A workspace keeps runs and annotations side by side.
  const annotations = await openAnnotations(join(dirname(dirname(runFolder.path)), 'annotations'), 'nobody', Date.now);
  const decisions = annotations.decisions(runFolder.run.id);
  const run = await openRun(runFolder, {
    indexPath: null,
    version: call.version,
    decisions,
    onProgress: (share) => call.terminal.progress(`Reading ${basename(folder)}: ${Math.round(share * 100)} %`),
  });
  await run.catchUp();
  for (const warning of [...run.warnings(), ...annotations.warnings()]) call.terminal.note(warning);
  const close = async () => {
    await run.close();
    await annotations.close();
  };
  return { run, annotations, [Symbol.asyncDispose]: close };
}

/** The run of the same plan in a folder of runs, if there is one: what the same call resumes. */
export async function findRun(runs: string, plan: RunFile): Promise<RunFolder | undefined> {
  const found = await listRunFolders(runs);
  return found.runs.find(({ run }) => samePlan(run, plan));
}

/** The run at `path`; undefined where there is none yet. Refuses one of another plan. */
export async function runAt(path: string, plan: RunFile): Promise<RunFolder | undefined> {
  if (!existsSync(join(path, 'run.json'))) return undefined;
  const found = await readRunFolder(path);
  if (samePlan(found.run, plan)) return found;
  throw new UserError(
    `${path} holds a run of another plan: name another folder with --out, or repeat the call that made it.`,
  );
}

/** Everything that decides which samples are drawn; names, times and caps do not. */
function samePlan(left: RunFile, right: RunFile): boolean {
  const essence = ({ origin, problemFiles, models, grid, seed }: RunFile) =>
    JSON.stringify([origin, problemFiles.map(({ sha256, problems }) => [sha256, problems]), models, grid, seed]);
  return essence(left) === essence(right);
}
