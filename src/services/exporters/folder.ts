import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { UserError } from '../../core/userError.ts';
import { errorCode, onDisk } from '../store/diskError.ts';
import type { HashedFile } from './manifest.ts';
import { manifestFile, manifestSchema } from './manifest.ts';

/**
 * Makes the folder, or finds in it nothing but an earlier export of the same run, unchanged. Resolves with that export's files,
 * which the new one replaces. Hidden files (`.git`) may stand there and are left alone.
 *
 * @throws UserError where the folder holds anything else: an export never overwrites what it did not write.
 */
export async function claimFolder(folder: string, run: string): Promise<string[]> {
  return onDisk(`export to ${folder}`, async () => {
    await makeFolder(folder);
    const present = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
    if (present.length === 0) return [];
    const earlier = await readManifest(folder);
    if (earlier === null) throw foreign(folder, present[0] ?? '');
    if (earlier.run.id !== run)
      throw new UserError(`${folder} holds the export of run ${earlier.run.id}: choose another folder.`);
    await checkUnchanged(folder, present, earlier);
    return present;
  });
}

/** Where a file stands until it is whole; hidden, so that an export that was cut off leaves the folder its own. */
export function partialPath(folder: string, name: string): string {
  return join(folder, `.${name}.partial`);
}

/** Writes a small file under its partial name. */
export async function writePartial(folder: string, name: string, text: string): Promise<void> {
  await onDisk(`export to ${folder}`, () => writeFile(partialPath(folder, name), text));
}

/** Gives the partial files their names, the last one last, after the earlier export's files that have no successor are gone. */
export async function publish(folder: string, names: readonly string[], earlier: readonly string[]): Promise<void> {
  await onDisk(`export to ${folder}`, async () => {
    for (const name of earlier) if (!names.includes(name)) await rm(join(folder, name), { force: true });
    for (const name of names) await rename(partialPath(folder, name), join(folder, name));
  });
}

/** Takes away what a failed export has begun. */
export async function dropPartials(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(partialPath(folder, name), { force: true });
}

/** SHA-256 of a file's bytes, in hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    throw new UserError(`${folder} is a file: choose a folder to export to.`);
  }
}

async function readManifest(folder: string): Promise<v.InferOutput<typeof manifestSchema> | null> {
  try {
    const read = v.safeParse(manifestSchema, JSON.parse(await readFile(join(folder, manifestFile), 'utf8')));
    return read.success ? read.output : null;
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function checkUnchanged(
  folder: string,
  present: readonly string[],
  earlier: { outputs: readonly HashedFile[] },
): Promise<void> {
  const hashes = new Map(earlier.outputs.map((output) => [output.file, output.sha256]));
  for (const name of present.filter((file) => file !== manifestFile)) {
    const known = hashes.get(name);
    if (known === undefined) throw foreign(folder, name);
    if ((await hashFile(join(folder, name))) !== known)
      throw new UserError(
        `${join(folder, name)} was changed after it was exported: move it away, or choose another folder.`,
      );
  }
}

function foreign(folder: string, name: string): UserError {
  return new UserError(`${folder} holds "${name}", which is no part of an export of this run: choose an empty folder.`);
}
