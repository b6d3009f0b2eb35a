import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UserError } from '../core/userError.ts';
import type { Call } from './command.ts';

/** A line of a JSON Lines file with its 1-based number, or the sentence that says why it can't be read. */
export type JsonLine = { line: number; value: Record<string, unknown> } | { line: number; error: string };

/** The one file that a command reads line by line; `-` is standard input. */
export function onlyFile(call: Call): string {
  const [file, ...more] = call.files;
  if (file === undefined || more.length) throw new UserError('Name one file, or - for standard input.');
  return file;
}

/** Objects of a JSON Lines file, one after another in bounded memory; empty lines are passed over. */
export async function* jsonLines(file: string, call: Call): AsyncGenerator<JsonLine> {
  let line = 0;
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of bytes(file, call)) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) yield* parsed(piece, ++line);
  }
  yield* parsed(rest + decoder.decode(), ++line);
}

function* parsed(source: string, line: number): Generator<JsonLine> {
  const text = line === 1 ? source.replace(/^\uFEFF/, '') : source;
  if (text.trim() === '') return;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      yield { line, value: value as Record<string, unknown> };
    else yield { line, error: 'is not a JSON object' };
  } catch (error) {
    yield { line, error: `is not valid JSON (${(error as Error).message})` };
  }
}

async function* bytes(file: string, call: Call): AsyncGenerator<Uint8Array> {
  const source: Readable = file === '-' ? call.terminal.input : createReadStream(file);
  // `compose` carries an error of the source on to whoever reads.
  const stream: AsyncIterable<Uint8Array | string> = file.endsWith('.gz') ? source.compose(createGunzip()) : source;
  try {
    for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  } catch (error) {
    throw new UserError(`${file} can't be read: ${(error as Error).message}.`);
  }
}
