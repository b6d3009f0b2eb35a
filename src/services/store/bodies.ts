import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { GenericSchema, InferOutput } from 'valibot';
import { onDisk } from './diskError.ts';
import { parseRecord } from './record.ts';
import type { Place } from './traceIndex.ts';

/** Reads single lines of a run's files by their place. */
export interface Bodies {
  /** Null where no such record stands there (any more). */
  read<S extends GenericSchema>(schema: S, place: Place): Promise<InferOutput<S> | null>;
  /** Closes the files; the next read opens them again. */
  close(): Promise<void>;
}

export function openBodies(folder: string): Bodies {
  const files = new Map<string, Promise<FileHandle>>();
  const fileOf = (name: string) => {
    const path = join(folder, name);
    const file = files.get(name) ?? onDisk(`read ${path}`, () => open(path, 'r'));
    files.set(name, file);
    // A failure is not kept: the file may be back the next time.
    file.catch(() => files.delete(name));
    return file;
  };
  const close = async () => {
    const opened = await Promise.allSettled(files.values());
    files.clear();
    for (const file of opened) if (file.status === 'fulfilled') await file.value.close();
  };
  const readOnce = async <S extends GenericSchema>(schema: S, { file, offset, length }: Place) => {
    const buffer = Buffer.allocUnsafe(length);
    const { bytesRead } = await (await fileOf(file)).read(buffer, 0, length, offset);
    const parsed = bytesRead === length ? parseRecord(schema, buffer) : null;
    return parsed?.ok ? parsed.value : null;
  };
  return {
    read: async (schema, place) => {
      const found = await readOnce(schema, place);
      if (found !== null) return found;
      // The file may have been replaced as a whole (git), and we still hold the old one.
      await close();
      return readOnce(schema, place);
    },
    close,
  };
}
