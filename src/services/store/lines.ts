import { type FileHandle, open } from 'node:fs/promises';
import { errorCode, onDisk } from './diskError.ts';

/** One line of a log, without its newline. */
export interface LogLine {
  /** Byte offsets in the file; `end` exclusive, before the newline. */
  start: number;
  end: number;
  /** Offset at which the next line begins. */
  next: number;
  /** 0-based number among the lines read, blank ones counted. */
  number: number;
  /** Null: longer than `maxLineBytes`, so it was skipped. */
  bytes: Buffer | null;
  /** The file ends without a newline: the line may be torn, or still being written. */
  unfinished: boolean;
}

/** A longer line is no record of ours. */
export const maxLineBytes = 16 * 1024 * 1024;

const chunkBytes = 1024 * 1024;

/**
 * The lines of a file from a byte offset that begins one, in bounded memory. A missing file has none. Blank lines are left out.
 *
 * `bytes` are only good until the next line is asked for. Offsets are exact for any bytes, so that a record can be read
 * again by its offset.
 */
export async function* readLines(path: string, from = 0, limit = maxLineBytes): AsyncGenerator<LogLine> {
  const file = await openIfThere(path);
  if (!file) return;
  try {
    yield* splitLines(file, from, limit);
  } finally {
    await file.close();
  }
}

async function* splitLines(file: FileHandle, from: number, limit: number): AsyncGenerator<LogLine> {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let number = 0;
  let start = from;
  let held: Buffer[] = [];
  let heldBytes = 0;
  const line = (end: number, rest: Buffer, unfinished: boolean): LogLine => {
    const tooLong = heldBytes + rest.length > limit;
    const bytes = tooLong ? null : held.length === 0 ? rest : Buffer.concat([...held, rest]);
    held = [];
    heldBytes = 0;
    return { start, end, next: unfinished ? end : end + 1, number: number++, bytes, unfinished };
  };
  for (let position = from; ; ) {
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, position);
    if (bytesRead === 0) break;
    let at = 0;
    for (let newline = find(chunk, at, bytesRead); newline >= 0; newline = find(chunk, at, bytesRead)) {
      const found = line(position + newline, chunk.subarray(at, newline), false);
      if (!isBlank(found)) yield found;
      at = newline + 1;
      start = position + at;
    }
    // What is too long to be kept is only counted.
    if (heldBytes + bytesRead - at <= limit) held.push(Buffer.from(chunk.subarray(at, bytesRead)));
    else held = [];
    heldBytes += bytesRead - at;
    position += bytesRead;
  }
  if (heldBytes > 0) {
    const last = line(start + heldBytes, Buffer.alloc(0), true);
    if (!isBlank(last)) yield last;
  }
}

function find(chunk: Buffer, from: number, to: number): number {
  const at = chunk.indexOf(0x0a, from);
  return at < to ? at : -1;
}

function isBlank({ start, end, bytes }: LogLine): boolean {
  return start === end || (bytes !== null && bytes.length < 64 && bytes.toString('latin1').trim() === '');
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  return onDisk(`read ${path}`, async () => {
    try {
      return await open(path, 'r');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  });
}
