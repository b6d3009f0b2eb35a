import { createGunzip } from 'node:zlib';
import { UserError } from '../core/userError.ts';
import { readTextBytes } from '../services/importers/bytes.ts';
import { readJsonLines } from '../services/importers/json.ts';
import type { Call } from './command.ts';
import { onlyFile } from './files.ts';

/**
 * Answers each object of a JSON Lines file (plain or gzip) with a line of JSON, in bounded memory. `answer` gives the result, or what is
 * wrong with the line, which is then named on standard error. Resolves with the exit status.
 */
export async function answerLines(
  call: Call,
  answer: (line: Record<string, unknown>) => object | string,
): Promise<0 | 1> {
  const file = onlyFile(call);
  let failed = false;
  const fail = (line: number, column: number, message: string) => {
    call.terminal.note(`${file}:${line}:${column}: ${message}`);
    failed = true;
  };
  for await (const rows of readJsonLines(bytesOf(file, call))) {
    for (const row of rows) {
      if ('message' in row) {
        fail(row.line, row.column, row.message);
        continue;
      }
      const result = isObject(row.value) ? answer(row.value) : 'The line is not a JSON object.';
      if (typeof result === 'string') fail(row.line, 1, result);
      else await call.terminal.result(JSON.stringify(result));
    }
  }
  return failed ? 1 : 0;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function bytesOf(file: string, call: Call): AsyncIterable<Uint8Array> {
  return file === '-' ? inputBytes(call) : readTextBytes({ path: file, maxBytes: Number.POSITIVE_INFINITY });
}

/** Standard input as text: unpacked where it is gzip, without a byte-order mark. */
async function* inputBytes(call: Call): AsyncGenerator<Uint8Array> {
  const { input } = call.terminal;
  const first = await new Promise<Buffer | null>((resolve, reject) => {
    input.once('readable', () => resolve(input.read()));
    input.once('error', reject);
  });
  if (first === null) return;
  input.unshift(first);
  const packed = first[0] === 0x1f && first[1] === 0x8b;
  const source: AsyncIterable<Uint8Array> = packed ? input.compose(createGunzip()) : input;
  let start = true;
  try {
    for await (const chunk of source) {
      yield start && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
      start = false;
    }
  } catch (error) {
    throw new UserError(`Standard input can't be read: ${(error as Error).message}.`);
  }
}
