import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'valibot';
import type { Problem } from '../core/problem/problem.ts';
import type { RunFile } from '../core/trace/run.ts';
import { UserError } from '../core/userError.ts';
import { type OpenRun, openRun } from '../services/engine/openRun.ts';
import { openReference } from '../services/grading/reference.ts';
import { type Annotations, openAnnotations } from '../services/store/annotations.ts';
import { listRunFolders, type RunFolder, readProblems, readRunFolder } from '../services/store/runFolder.ts';
import { runFileSchema } from '../services/store/schemas.ts';
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
    reference: openReference(call.media, call.terminal.note),
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

/** What a call plans: two calls with the same plan are one run. */
export interface Planned {
  run: RunFile;
  problems: readonly Problem[];
}

/** The run of this plan in a folder of runs, if there is one: what the same call resumes. */
export async function findRun(runs: string, plan: Planned): Promise<RunFolder | undefined> {
  const { runs: folders } = await listRunFolders(runs);
  for (const folder of folders) if (await isOf(plan, folder)) return folder;
  return undefined;
}

/** The run at `path`; undefined where there is none yet. Refuses one of another plan. */
export async function runAt(path: string, plan: Planned): Promise<RunFolder | undefined> {
  if (!existsSync(join(path, 'run.json'))) return undefined;
  const folder = await readRunFolder(path);
  if (await isOf(plan, folder)) return folder;
  throw new UserError(
    `${path} holds a run of another plan: name another folder with --out, or repeat the call that made it.`,
  );
}

async function isOf({ run, problems }: Planned, folder: RunFolder): Promise<boolean> {
  if (!isDeepStrictEqual(essence(run), essence(folder.run))) return false;
  const asked = ({ id, text, options }: Problem) => JSON.stringify([id, text, options ?? null]);
  return isDeepStrictEqual(problems.map(asked), (await readProblems(folder.path)).map(asked));
}

/** Everything that decides which samples are drawn; names, times, caps, prices and where the models are served do not. */
function essence(run: RunFile) {
  // As it would be read again from its file: without what is undefined or unknown.
  const { origin, models, grid, seed } = parse(runFileSchema, JSON.parse(JSON.stringify(run)));
  const model = ({ weak, strong }: RunFile['models']) =>
    [weak, strong].map((arm) => arm && [arm.model, arm.api, arm.sampling, arm.prompt]);
  return { origin, models: model(models), grid, seed };
}
