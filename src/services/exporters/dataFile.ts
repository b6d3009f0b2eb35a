import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import * as v from 'valibot';
import type { ExportFormat } from '../../core/curate/policy.ts';
import { UserError } from '../../core/userError.ts';
import { onDisk } from '../store/diskError.ts';
import { readLines } from '../store/lines.ts';
import { exporters } from './exporters.ts';
import { hashFile, partialPath } from './folder.ts';
import type { OutputFile } from './manifest.ts';

/** One JSONL file of an export, written under its partial name. */
export interface DataFile {
  name: string;
  append(record: unknown): Promise<void>;
  /** Brings it to disk, reads it back against the format's schema, and tells what it holds. */
  finish(): Promise<OutputFile>;
  /** Safe at any time, and twice. */
  close(): Promise<void>;
}

export async function openDataFile(folder: string, format: ExportFormat, split: string | null): Promise<DataFile> {
  const name = `${format}${split === null ? '' : `.${split}`}.jsonl`;
  const path = partialPath(folder, name);
  const doing = `write ${name} to ${folder}`;
  const file = await onDisk(doing, () => open(path, 'w'));
  const hash = createHash('sha256');
  let records = 0;
  let pending = '';
  let isOpen = true;

  const flush = async () => {
    const bytes = Buffer.from(pending);
    pending = '';
    hash.update(bytes);
    await onDisk(doing, () => writeAll(file, bytes));
  };
  const close = async () => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  return {
    name,
    close,
    append: async (record) => {
      records++;
      pending += `${JSON.stringify(record)}\n`;
      if (pending.length > flushChars) await flush();
    },
    finish: async () => {
      await flush();
      await onDisk(doing, () => file.sync());
      await close();
      const sha256 = hash.digest('hex');
      if ((await onDisk(`read ${path}`, () => hashFile(path))) !== sha256)
        throw damaged(name, 'its bytes have changed');
      await checkLines(path, name, format, records);
      return { file: name, sha256, format, ...(split !== null && { split }), records };
    },
  };
}

const flushChars = 1 << 20;

/** `write` may write less than it was given, e.g. as the disk fills. */
async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

async function checkLines(path: string, name: string, format: ExportFormat, records: number): Promise<void> {
  let read = 0;
  for await (const line of readLines(path, 0, Number.POSITIVE_INFINITY)) {
    read++;
    if (!v.is(exporters[format].schema, parsed(line.bytes)))
      throw damaged(name, `line ${read} is not what was written`);
  }
  if (read !== records) throw damaged(name, `it holds ${read} of ${records} lines`);
}

function parsed(bytes: Buffer | null): unknown {
  try {
    return JSON.parse(bytes?.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
}

function damaged(name: string, what: string): UserError {
  return new UserError(`${name} was read back and ${what}: check the disk, then export again.`);
}
