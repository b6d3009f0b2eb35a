import { open } from 'node:fs/promises';
import { onDisk } from './diskError.ts';

/** Writes a new file of JSON lines in large pieces; nothing counts as kept until `finish`. */
export interface BulkWriter {
  /** Await it: it holds the caller back while the disk is behind. */
  write(record: object): Promise<void>;
  /** Everything is on disk when it resolves. */
  finish(): Promise<void>;
  /** Gives up; safe after `finish`. */
  close(): Promise<void>;
}

const pieceBytes = 1024 * 1024;

export async function openBulkWriter(path: string): Promise<BulkWriter> {
  const file = await onDisk(`write ${path}`, () => open(path, 'wx'));
  let lines: string[] = [];
  let size = 0;
  let open_ = true;
  const flush = async () => {
    const piece = lines.join('');
    lines = [];
    size = 0;
    if (piece) await onDisk(`write ${path}`, () => file.appendFile(piece));
  };
  const close = async () => {
    if (open_) await file.close();
    open_ = false;
  };
  return {
    write: async (record) => {
      const line = `${JSON.stringify(record)}\n`;
      lines.push(line);
      size += line.length;
      if (size >= pieceBytes) await flush();
    },
    finish: async () => {
      await flush();
      await onDisk(`write ${path}`, () => file.sync());
      await close();
    },
    close,
  };
}
