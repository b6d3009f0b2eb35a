import { type GenericSchema, type InferOutput, safeParse } from 'valibot';
import type { LogLine } from './lines.ts';

/** A line read as a record, or one clause that says why it is none. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string };

/** Reads a line of one of our files: JSON that fits the schema. Never throws. */
export function parseRecord<S extends GenericSchema>(schema: S, bytes: Buffer): Parsed<InferOutput<S>> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { ok: false, problem: 'is torn or is not JSON' };
  }
  const result = safeParse(schema, value, { abortEarly: true, abortPipeEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const [issue] = result.issues;
  const place = issue.path?.map((item) => String(item.key)).join('.');
  return { ok: false, problem: `is not one of ours (${place ? `${place}: ` : ''}${issue.message.slice(0, 200)})` };
}

/** The same for a whole line, which may be too long to hold. */
export function parseLine<S extends GenericSchema>(schema: S, line: LogLine): Parsed<InferOutput<S>> {
  return line.bytes ? parseRecord(schema, line.bytes) : { ok: false, problem: 'is longer than 16 MB' };
}
