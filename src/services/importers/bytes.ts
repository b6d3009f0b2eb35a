import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UserError } from '../../core/userError.ts';

/** Where a file's bytes come from; `onBytes` sees them as they lie on disk, for the hash. */
export interface ByteSource {
  path: string;
  /** Most bytes of text, after unpacking. */
  maxBytes: number;
  onBytes?(bytes: Uint8Array): void;
  signal?: AbortSignal | undefined;
}

/**
 * A file's text as UTF-8 bytes, in pieces: unpacked where it is gzip, recoded where a byte-order mark says UTF-16, without the mark.
 * Throws a `UserError` for a file that is missing, unreadable, a directory, binary, damaged or too large.
 */
export async function* readTextBytes(source: ByteSource): AsyncGenerator<Uint8Array> {
  const name = basename(source.path);
  try {
    if ((await stat(source.path)).isDirectory()) throw new UserError(`${name} is a folder: choose a file in it.`);
    let size = 0;
    for await (const bytes of recode(gunzip(fromDisk(source)), name)) {
      size += bytes.length;
      if (size > source.maxBytes) throw new UserError(tooLarge(name, source.maxBytes));
      if (bytes.length > 0) yield bytes;
    }
  } catch (error) {
    throw explain(error, name);
  }
}

/** All of a text. `damaged`: it held bytes that are not UTF-8, which stand as U+FFFD now. Throws a `UserError` over `maxBytes`. */
export async function joinText(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  maxBytes: number,
): Promise<{ text: string; damaged: boolean }> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of chunks) {
    size += bytes.length;
    if (size > maxBytes) throw new UserError(tooLarge(name, maxBytes));
    pieces.push(bytes);
  }
  const all = Buffer.concat(pieces);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(all), damaged: false };
  } catch {
    return { text: all.toString('utf8'), damaged: true };
  }
}

/** JSONL and CSV are read in a stream. */
export const mostStreamedBytes = 4 * 1024 ** 3;
/** JSON must stand in memory as a whole. */
export const mostWholeBytes = 128 * 1024 ** 2;
/** YAML, Markdown and text: written by hand, and their parsers are slow. */
export const mostHandwrittenBytes = 16 * 1024 ** 2;

async function* fromDisk(source: ByteSource): AsyncGenerator<Uint8Array> {
  const options = { highWaterMark: 1 << 18, ...(source.signal && { signal: source.signal }) };
  for await (const chunk of createReadStream(source.path, options)) {
    const bytes = chunk as Uint8Array;
    source.onBytes?.(bytes);
    yield bytes;
  }
}

async function* gunzip(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { head, rest } = await peek(chunks, 2);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return yield* rest;
  const unpacked = createGunzip();
  // The callback keeps a broken source from becoming an uncaught error; the loop below receives it from `unpacked`.
  pipeline(Readable.from(rest), unpacked, () => {});
  yield* unpacked;
}

async function* recode(chunks: AsyncGenerator<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const { head, rest } = await peek(chunks, 4);
  const utf16 =
    head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : null;
  if (utf16 !== null) {
    const decoder = new TextDecoder(utf16);
    for await (const bytes of rest) yield Buffer.from(decoder.decode(bytes, { stream: true }));
    return yield Buffer.from(decoder.decode());
  }
  let skip = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  let first = true;
  for await (const bytes of rest) {
    if (first && bytes.subarray(0, 1 << 16).includes(0)) throw new UserError(binary(name));
    first = false;
    yield bytes.subarray(skip);
    skip = 0;
  }
}

/** The first bytes (fewer at the end of the file), and everything again from the start. */
async function peek(
  chunks: AsyncGenerator<Uint8Array>,
  count: number,
): Promise<{ head: Uint8Array; rest: AsyncGenerator<Uint8Array> }> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < count) {
    const next = await chunks.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  async function* again() {
    if (head.length > 0) yield head;
    yield* chunks;
  }
  return { head, rest: again() };
}

function binary(name: string): string {
  return `${name} is not a text file: choose a JSONL, JSON, CSV, YAML, Markdown or text file (UTF-16 needs a byte-order mark).`;
}

function tooLarge(name: string, maxBytes: number): string {
  return `${name} holds more than ${Math.round(maxBytes / 1024 ** 2)} MB of text: split it, or save it as JSONL, which is read in a stream.`;
}

function explain(error: unknown, name: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return new UserError(`${name} ends before its gzip data does: copy or pack it again.`);
  if (code.startsWith('Z_')) return new UserError(`${name} is damaged gzip data: copy or pack it again.`);
  const told = sentences[code];
  return told === undefined ? error : new UserError(told(name));
}

const sentences: Record<string, (name: string) => string> = {
  ENOENT: (name) => `${name} does not exist any more: choose the file again.`,
  ENOTDIR: (name) => `${name} does not exist any more: choose the file again.`,
  EACCES: (name) => `${name} may not be read: give yourself the right to read it.`,
  EPERM: (name) => `${name} may not be read: give yourself the right to read it.`,
  EISDIR: (name) => `${name} is a folder: choose a file in it.`,
  EMFILE: (name) => `${name} could not be opened because too many files are open: close some and try again.`,
  EIO: (name) => `${name} could not be read from its disk: copy it elsewhere and try again.`,
  ENAMETOOLONG: (name) => `${name.slice(0, 40)}… is too long a file name: rename the file.`,
  ELOOP: (name) => `${name} is a link that leads to itself: choose the file it should lead to.`,
  ENXIO: (name) => `${name} is not an ordinary file: choose a file on disk.`,
  ERR_INVALID_ARG_VALUE: () => 'The name of the file holds a character that no file name may hold: rename the file.',
};
