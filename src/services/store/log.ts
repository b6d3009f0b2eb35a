import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { diskError, onDisk } from './diskError.ts';

/** A file of JSON lines that only grows. */
export interface AppendLog {
  /** Resolves once the record is on disk (written and synced); a `UserError` where the disk refuses, and then the log can be used again. */
  append(record: object): Promise<void>;
  /** Waits for everything appended so far, then closes the file. Closing twice is safe. */
  close(): Promise<void>;
  /** The file ended in a torn line when it was opened; the next record begins on a line of its own. */
  readonly tornTail: boolean;
}

export interface LogOptions {
  /** Several processes append to the file: it is then never shortened, even to take back half a record. */
  shared?: boolean;
}

/** Records of one group: as many as arrived while the group before was written, so 16 samples in flight cost one sync, not 16. */
interface Group {
  lines: string[];
  bytes: number;
  done: PromiseWithResolvers<void>;
}

/** A group is closed at this size, so that memory stays bounded when a disk is slow. */
const maxGroupBytes = 8 * 1024 * 1024;

/** Opens the file for appending, made if it isn't there (its folder must be). */
export async function openLog(path: string, { shared = false }: LogOptions = {}): Promise<AppendLog> {
  const doing = `write ${basename(path)}`;
  const file = await onDisk(doing, () => open(path, 'a+'));
  const tornTail = await endsTorn(file);
  let startOnNewLine = tornTail;
  let waiting: Group[] = [];
  let writing: Promise<void> | undefined;
  let closed: Promise<void> | undefined;

  const write = async (group: Group) => {
    const { size } = await file.stat();
    try {
      await writeAll(file, Buffer.from(`${startOnNewLine ? '\n' : ''}${group.lines.join('\n')}\n`));
      await file.datasync();
      startOnNewLine = false;
    } catch (error) {
      startOnNewLine = !(await takeBack(file, size, shared));
      throw diskError(error, doing);
    }
  };

  const writeWaiting = async () => {
    // Lets everything of the same turn of the event loop join the group.
    await new Promise(setImmediate);
    for (let group = waiting.shift(); group; group = waiting.shift()) {
      await write(group).then(group.done.resolve, group.done.reject);
    }
    writing = undefined;
  };

  const append = async (record: object) => {
    if (closed) throw new Error(`${basename(path)} is closed.`);
    const line = JSON.stringify(record);
    const last = waiting.at(-1);
    const group = last && last.bytes + line.length <= maxGroupBytes ? last : newGroup();
    if (group !== last) waiting.push(group);
    group.lines.push(line);
    group.bytes += line.length;
    writing ??= writeWaiting();
    return group.done.promise;
  };

  const close = () => {
    closed ??= (async () => {
      await writing;
      waiting = [];
      await file.close();
    })();
    return closed;
  };
  return { append, close, tornTail };
}

function newGroup(): Group {
  return { lines: [], bytes: 0, done: Promise.withResolvers<void>() };
}

async function endsTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  await file.read(last, 0, 1, size - 1);
  return last[0] !== 0x0a;
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let from = 0; from < bytes.length; ) from += (await file.write(bytes, from)).bytesWritten;
}

/** After a failed write: leaves no half record behind where that is safe. False: the next record needs a new line. */
async function takeBack(file: FileHandle, size: number, shared: boolean): Promise<boolean> {
  if (shared) return false;
  return file.truncate(size).then(
    () => true,
    () => false,
  );
}
