import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../core/userError.ts';
import type { Call } from './command.ts';

/** The problem files of a call as absolute paths; `-` becomes a temporary JSON Lines file. */
export async function problemPaths(call: Call): Promise<string[]> {
  if (!call.files.length) throw new UserError('Name a problem file, or - for standard input (JSON lines).');
  return Promise.all(call.files.map((file) => (file === '-' ? fromInput(call) : resolve(file))));
}

async function fromInput(call: Call): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of call.terminal.input) chunks.push(Buffer.from(chunk));
  const path = join(await mkdtemp(join(tmpdir(), 'trace-loupe-')), 'stdin.jsonl');
  await writeFile(path, Buffer.concat(chunks));
  return path;
}
