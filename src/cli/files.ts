import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../core/userError.ts';
import type { Call } from './command.ts';

/** The one file that a command reads; `-` is standard input. */
export function onlyFile(call: Call): string {
  const [file, ...more] = call.files;
  if (file === undefined || more.length) throw new UserError('Name one file, or - for standard input.');
  return existing(file);
}

/** The files of a call as paths that can be read twice: `-` becomes a temporary file. */
export async function pathsOf(call: Call, files: readonly string[]): Promise<string[]> {
  if (files.filter((file) => file === '-').length > 1) throw new UserError('Name - once: it is read to its end.');
  files.forEach(existing);
  return Promise.all(files.map((file) => (file === '-' ? inputFile(call) : resolve(file))));
}

/** The folder that a file's name is shown relative to. */
export function nameBase(path: string): string {
  return isInput(path) ? dirname(path) : process.cwd();
}

export const isInput = (path: string): boolean => dirname(path).startsWith(join(tmpdir(), inputFolder));

function existing(file: string): string {
  if (file === '-' || existsSync(file)) return file;
  throw new UserError(`There is no file ${file}: check its name, or the folder you call from.`);
}

/** Standard input (JSON lines or JSON, plain or gzip) as a file, gone with the process. */
async function inputFile(call: Call): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of call.terminal.input) chunks.push(Buffer.from(chunk));
  const folder = await mkdtemp(join(tmpdir(), inputFolder));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'stdin.jsonl');
  await writeFile(path, Buffer.concat(chunks));
  return path;
}

const inputFolder = 'trace-loupe-stdin-';
