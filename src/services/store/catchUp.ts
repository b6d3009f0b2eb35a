import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem, ProblemId } from '../../core/problem/problem.ts';
import { type Trace, type TraceId, traceId } from '../../core/trace/trace.ts';
import { type LogLine, readLines } from './lines.ts';
import { parseLine } from './record.ts';
import { traceFiles } from './runFolder.ts';
import { problemSchema, traceSchema } from './schemas.ts';
import { type IndexBatch, type IndexedTrace, note, type Place, type Reached, type TraceIndex } from './traceIndex.ts';

export interface CatchUpOptions {
  folder: string;
  index: TraceIndex;
  /** Works a trace's facts out. */
  facts(problem: Problem, trace: Trace): Promise<IndexedTrace['facts']>;
  problem(id: ProblemId): Promise<Problem | null>;
  /** After each batch: the traces taken up, and the share of the trace files' bytes done, 0..1. */
  onBatch(traces: TraceId[], share: number): void;
  /** A file was replaced: what was read of it before no longer holds. */
  onRewritten(): Promise<void>;
  signal: AbortSignal;
}

/**
 * Indexes what the run's files hold beyond the index, in batches of some milliseconds between which others get their turn.
 * What is indexed stays, so a stop costs nothing. A file that was rewritten makes the index begin anew.
 *
 * Resolves with sentences about torn ends, which may be whole the next time. Rejects with the signal's reason.
 */
export async function catchUp(options: CatchUpOptions): Promise<string[]> {
  const { folder, index } = options;
  if (await wasRewritten(folder, index.reached())) {
    index.clear();
    await options.onRewritten();
  }
  const problems = await indexFile('problems.jsonl', options, () => 0);
  const torn = problems ? [problems] : [];
  const files = await traceFiles(folder);
  const sizes = await Promise.all(files.map((file) => sizeOf(join(folder, file))));
  for (const [number, file] of files.entries()) {
    const before = sum(sizes.slice(0, number));
    const share = (bytes: number) => Math.min(1, (before + bytes) / Math.max(1, sum(sizes)));
    const tail = await indexFile(file, options, share);
    if (tail) torn.push(tail);
  }
  return torn;
}

/** Long enough to be worth a transaction, short enough that a call from a view is not kept waiting. */
const batchMs = 20;
const maxBatchBytes = 4 * 1024 * 1024;

async function indexFile(
  file: string,
  options: CatchUpOptions,
  share: (bytes: number) => number,
): Promise<string | null> {
  const { folder, index, signal } = options;
  const path = join(folder, file);
  let torn: string | null = null;
  let batch = newBatch(file, index.reached().get(file));
  const firstLine = batch.reached.lines;
  let startedAt = performance.now();

  const flush = async () => {
    if (batch.reached.bytes === batch.from) return true;
    batch.reached.fingerprint = await fingerprint(path, batch.reached.bytes);
    const twice = index.add(batch);
    if (twice === null) return false;
    const added = batch.traces.map(({ facts }) => facts.id).filter((id) => !twice.includes(id));
    options.onBatch(added, share(batch.reached.bytes));
    batch = newBatch(file, batch.reached);
    await new Promise(setImmediate);
    signal.throwIfAborted();
    startedAt = performance.now();
    return true;
  };

  for await (const line of readLines(path, batch.from)) {
    signal.throwIfAborted();
    const place = `${file}:${firstLine + line.number + 1}`;
    const problem = await readInto(batch, line, options);
    if (problem && line.unfinished) {
      torn = `${place} is torn and was left out.`;
      break;
    }
    if (problem) note(batch.reached, `${place} ${problem} and was left out.`);
    batch.reached.bytes = line.next;
    batch.reached.lines = firstLine + line.number + 1;
    const full = batch.reached.bytes - batch.from > maxBatchBytes || performance.now() - startedAt > batchMs;
    // Another window indexes the same run: what it has done need not be done again.
    if (full && !(await flush())) return indexFile(file, options, share);
  }
  return (await flush()) ? torn : indexFile(file, options, share);
}

/** Adds the line's record to the batch; else returns what is wrong with it. */
async function readInto(batch: IndexBatch, line: LogLine, options: CatchUpOptions): Promise<string | null> {
  const place: Place = { file: batch.file, offset: line.start, length: line.end - line.start };
  if (batch.file === 'problems.jsonl') {
    const parsed = parseLine(problemSchema, line);
    if (!parsed.ok) return parsed.problem;
    batch.problems.push({ problem: parsed.value, place });
    return null;
  }
  const parsed = parseLine(traceSchema, line);
  if (!parsed.ok) return parsed.problem;
  const trace = parsed.value;
  if (trace.id !== traceId(trace.problem, trace.arm, trace.sample)) return 'has an id that does not fit its problem';
  const problem = await options.problem(trace.problem);
  if (!problem) return `belongs to the problem ${trace.problem.slice(0, 100)}, which problems.jsonl does not hold,`;
  batch.traces.push({ facts: await options.facts(problem, trace), text: trace.text, place });
  return null;
}

function newBatch(file: string, reached: Reached | undefined): IndexBatch {
  const start = reached ?? { bytes: 0, lines: 0, fingerprint: '', warnings: [] };
  return { file, from: start.bytes, reached: { ...start, warnings: [...start.warnings] }, problems: [], traces: [] };
}

async function wasRewritten(folder: string, reached: Map<string, Reached>): Promise<boolean> {
  for (const [file, { bytes, fingerprint: known }] of reached) {
    if (bytes > 0 && known !== (await fingerprint(join(folder, file), bytes))) return true;
  }
  return false;
}

const sampleBytes = 4096;

/** Of the first and the last bytes of what is indexed: a file that was replaced or cut differs, one that only grew does not. */
async function fingerprint(path: string, bytes: number): Promise<string> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return 'missing';
  try {
    const head = await readAt(file, 0, Math.min(sampleBytes, bytes));
    const tail = await readAt(file, Math.max(0, bytes - sampleBytes), Math.min(sampleBytes, bytes));
    return createHash('sha256').update(head).update(tail).digest('hex').slice(0, 32);
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

async function sizeOf(path: string): Promise<number> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return 0;
  const { size } = await file.stat();
  await file.close();
  return size;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
