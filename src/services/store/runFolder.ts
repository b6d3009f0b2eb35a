import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Problem } from '../../core/problem/problem.ts';
import type { RunFile, RunId } from '../../core/trace/run.ts';
import { UserError } from '../../core/userError.ts';
import { diskError, errorCode, onDisk } from './diskError.ts';
import { readLines } from './lines.ts';
import { parseLine, parseRecord } from './record.ts';
import { problemSchema, runFileSchema } from './schemas.ts';

/** A run on disk: `run.json`, `problems.jsonl`, `traces.jsonl` (or `traces.*.jsonl`), `attempts.jsonl`. */
export interface RunFolder {
  /** Absolute. */
  path: string;
  run: RunFile;
}

/** Where a workspace keeps its runs. */
export function runsFolder(workspace: string): string {
  return join(workspace, '.trace-loupe', 'runs');
}

/** `20261121T184000Z-gsm-hard`: sorts by time, and is a file name on every system. */
export function runIdOf(createdAt: string, name: string): RunId {
  const time = createdAt.replace(/[-:]|\.\d+/g, '');
  const tail = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  return `${time}-${tail || 'run'}`;
}

/** The id, or with `-2`, `-3` … behind it where a run of that name was made in the same second. */
export async function freeRunFolder(folder: string, id: RunId): Promise<{ id: RunId; path: string }> {
  const names = new Set(await readdir(folder).catch(noneIfMissing));
  let free = id;
  for (let number = 2; names.has(free); number++) free = `${id}-${number}`;
  return { id: free, path: join(folder, free) };
}

/**
 * Makes a run's folder as a whole or not at all: `fill` writes into a folder beside it, which is then renamed.
 * @throws UserError where `path` already holds something, or the disk refuses.
 */
export async function createRunFolder(path: string, fill: (draft: string) => Promise<void>): Promise<void> {
  await onDisk(`make the folder ${path}`, () => mkdir(dirname(path), { recursive: true }));
  const draft = await onDisk(`write into ${dirname(path)}`, () => mkdtemp(join(dirname(path), '.draft-')));
  try {
    await fill(draft);
    await syncFolder(draft);
    await moveInto(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw diskError(error, `write the run into ${path}`);
  }
}

/** `run.json` and `problems.jsonl`, on disk when it resolves. */
export async function writeRunFiles(folder: string, run: RunFile, problems: Iterable<Problem>): Promise<void> {
  await writeSynced(join(folder, 'run.json'), [`${JSON.stringify(run, null, 2)}\n`]);
  await writeSynced(join(folder, 'problems.jsonl'), jsonLines(problems));
}

/** Its `run.json`. The id is the folder's name, whatever the file says: a copied folder is a run of its own. */
export async function readRunFolder(path: string): Promise<RunFolder> {
  const file = join(path, 'run.json');
  const bytes = await readFile(file).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') {
      throw new UserError(`${path} is not a run: it holds no run.json. Name a folder below .trace-loupe/runs.`);
    }
    throw diskError(error, `read ${file}`);
  });
  const parsed = parseRecord(runFileSchema, bytes);
  if (parsed.ok) return { path, run: { ...(parsed.value as RunFile), id: basename(path) } };
  throw new UserError(`${file} ${parsed.problem}; restore it from version control, or move its folder away.`);
}

/** Every run below the folder, newest first. What is no run is left out and named in `warnings`. */
export async function listRunFolders(folder: string): Promise<{ runs: RunFolder[]; warnings: string[] }> {
  const entries = await onDisk(`read ${folder}`, () => readdir(folder, { withFileTypes: true }).catch(noneIfMissing));
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  const read = await Promise.allSettled(names.map((name) => readRunFolder(join(folder, name))));
  const runs = read.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failures = read.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  const bug = failures.find((failure) => !(failure instanceof UserError));
  if (bug) throw bug;
  runs.sort((a, b) => compareText(b.run.createdAt, a.run.createdAt) || compareText(b.run.id, a.run.id));
  return { runs, warnings: failures.map((failure: UserError) => failure.message) };
}

/** The names of the run's trace files: `traces.jsonl` first, then the shards by name. */
export async function traceFiles(folder: string): Promise<string[]> {
  const names = await onDisk(`read ${folder}`, () => readdir(folder));
  const shards = names.filter((name) => /^traces\..+\.jsonl$/.test(name)).sort(compareText);
  return names.includes('traces.jsonl') ? ['traces.jsonl', ...shards] : shards;
}

/** The problems of a run, in order, as they stood when it was planned. */
export async function readProblems(folder: string): Promise<Problem[]> {
  const problems: Problem[] = [];
  for await (const line of readLines(join(folder, 'problems.jsonl'))) {
    const parsed = parseLine(problemSchema, line);
    if (!parsed.ok) {
      throw new UserError(
        `${join(folder, 'problems.jsonl')}:${line.number + 1} ${parsed.problem}; restore the file from version control.`,
      );
    }
    problems.push(parsed.value as Problem);
  }
  return problems;
}

/** Writes the file and syncs it. */
export async function writeSynced(path: string, pieces: Iterable<string>): Promise<void> {
  await onDisk(`write ${path}`, async () => {
    const file = await open(path, 'w');
    try {
      for (const piece of pieces) await file.write(piece);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

function* jsonLines(records: Iterable<object>): Generator<string> {
  let lines: string[] = [];
  for (const record of records) {
    lines.push(`${JSON.stringify(record)}\n`);
    if (lines.length === 500) {
      yield lines.join('');
      lines = [];
    }
  }
  yield lines.join('');
}

async function moveInto(draft: string, path: string): Promise<void> {
  try {
    // An empty folder may have been made for us; one that holds anything stays as it is.
    await rmdir(path).catch(noneIfMissing);
    await rename(draft, path);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
    throw new UserError(`${path} already holds files; choose another folder, or move them away.`);
  }
}

/** Makes a rename or a new file last. Not every system can sync a folder; those that can't don't need it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

function noneIfMissing(error: unknown): [] {
  if (errorCode(error) === 'ENOENT') return [];
  throw error;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
