import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { BadRow, Problem, ProblemId } from '../../core/problem/problem.ts';
import type { Arm, Trace } from '../../core/trace/trace.ts';
import { traceId } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';
import type { ImportPreview, TraceMapping } from '../../protocol/engine.ts';
import { BadRows } from './badRows.ts';
import { findOptionBase, type ProblemRow } from './problemRow.ts';
import { ProblemShelf } from './problemShelf.ts';
import { fileStem, shownName } from './problems.ts';
import { openRows } from './rows.ts';
import { suggestArms } from './systems.ts';
import { recogniseTraceFields, seenFields } from './traceFields.ts';
import { readTraceRow, systemOf, type TraceReading } from './traceRow.ts';

/**
 * What a file of recorded traces holds: its fields, the mapping that would be used (`byHand` wins), the first rows and all systems
 * with their traces. Rejects with a `UserError` where it is not such a file.
 *
 * `mapping.system` is kept only where some model comes with several methods: else the model's name alone tells systems apart.
 */
export async function previewTraces(
  file: string,
  byHand: TraceMapping = {},
  signal?: AbortSignal,
): Promise<ImportPreview> {
  const { format, rows } = await openTraces({ path: file, signal });
  const first: unknown[] = [];
  const pairs = new Map<string, { model: string; full: string; traces: number }>();
  let reading: TraceReading | null = null;
  const look = (row: unknown, by: TraceReading) => {
    const read = readTraceRow(row, by);
    if (typeof read === 'string') return;
    const model = systemOf(row as object, { ...by, traces: { ...by.traces, system: undefined } as TraceMapping });
    const pair = pairs.get(read.system) ?? { model, full: read.system, traces: 0 };
    pair.traces += read.traces.length;
    pairs.set(read.system, pair);
    if (pairs.size > mostSystems) throw new UserError(tooManySystems(file, by.traces));
  };
  const begin = () => {
    reading = readingOf(first, (filled) => recogniseTraceFields(filled, byHand), file);
    for (const row of first) look(row, reading);
    return reading;
  };
  for await (const batch of rows) {
    for (const row of batch) {
      if ('message' in row) continue;
      if (reading !== null) look(row.value, reading);
      else if (first.push(row.value) >= rowsToJudgeBy) begin();
    }
  }
  const by = reading ?? begin();
  const found = [...pairs.values()];
  const several = byHand.system !== undefined || new Set(found.map(({ model }) => model)).size < found.length;
  const { system, ...withoutSystem } = by.traces;
  const mapping = several && system !== undefined ? by.traces : withoutSystem;
  const systems = found.map(({ model, full, traces }) => ({ name: several ? full : model, traces }));
  return {
    format,
    fields: [...seenFields(first).keys()],
    mapping,
    rows: first.flatMap((row) => previewRow(row, { ...by, traces: mapping })).slice(0, 5),
    systems: suggestArms(systems),
  };
}

export interface TraceRequest {
  file: string;
  /** Used as it is; `previewTraces` gives one. */
  mapping: TraceMapping;
  /** The arm of each system that is wanted, by its name in the preview; traces of other systems are skipped. */
  arms: Record<string, Arm>;
  workspace: string | null;
  /** ISO 8601, UTC: stands in for the unknown times of the requests. */
  importedAt: string;
  signal?: AbortSignal;
}

/** Where problems and traces go as they are read. A problem comes before its first trace; awaiting holds back the reading. */
export interface TraceTarget {
  problem(problem: Problem): void | Promise<void>;
  trace(trace: Trace): void | Promise<void>;
}

export interface TraceReport {
  problems: number;
  traces: number;
  /** Traces of systems that no arm was named for. */
  skipped: number;
  badRows: BadRow[];
  /** Of the file's bytes. */
  sha256: string;
  /** Sentences: what was odd and not an error. */
  notes: string[];
}

/**
 * Reads a file of recorded traces in one pass; memory grows with the problems, not with the traces. Rows with the same
 * id and text are one problem. The n-th trace of a problem and arm is its sample n − 1, in the file's order over all systems of the
 * arm, so the same call gives the same ids. Rejects with a `UserError` where the file can't be read.
 */
export async function readTraces(request: TraceRequest, target: TraceTarget): Promise<TraceReport> {
  const hash = createHash('sha256');
  const shown = shownName(request.file, request.workspace);
  const bad = new BadRows(shown);
  const shelf = new ProblemShelf(fileStem(request.file), shown);
  const counts = { problems: 0, traces: 0, skipped: 0 };
  const first: { line: number; value: unknown }[] = [];
  let reading: TraceReading | null = null;

  const take = async (line: number, value: unknown, by: TraceReading) => {
    const row = readTraceRow(value, by);
    if (typeof row === 'string') {
      bad.add(line, 1, row);
      return;
    }
    const place = shelf.place(row.problem, line);
    const arm = Object.hasOwn(request.arms, row.system) ? request.arms[row.system] : undefined;
    if (arm === undefined) {
      counts.skipped += row.traces.length;
      return;
    }
    if (!place.emitted) {
      place.emitted = true;
      counts.problems++;
      await target.problem(problemAt(row.problem, place.id, shown, line));
    }
    for (const trace of row.traces) {
      const sample = place.samples[arm]++;
      counts.traces++;
      const id = traceId(place.id, arm, sample);
      const { importedAt: startedAt } = request;
      await target.trace({
        id,
        problem: place.id,
        arm,
        sample,
        model: row.system,
        ...trace,
        startedAt,
        durationMs: 0,
        attempt: 1,
      });
    }
  };
  const begin = async () => {
    reading = readingOf(
      first.map(({ value }) => value),
      () => request.mapping,
      request.file,
    );
    for (const { line, value } of first.splice(0)) await take(line, value, reading);
  };

  const { rows } = await openTraces({
    path: request.file,
    signal: request.signal,
    onBytes: (bytes) => hash.update(bytes),
  });
  for await (const batch of rows) {
    for (const row of batch) {
      if ('message' in row) bad.add(row.line, row.column, row.message);
      else if (reading !== null) await take(row.line, row.value, reading);
      else if (first.push(row) >= rowsToJudgeBy) await begin();
    }
  }
  if (reading === null) await begin();
  return { ...counts, badRows: bad.list(), sha256: hash.digest('hex'), notes: shelf.notes() };
}

const rowsToJudgeBy = 1000;
const mostSystems = 200;

async function openTraces(request: Parameters<typeof openRows>[0]) {
  const { format, rows } = await openRows(request);
  if (format !== 'JSONL' && format !== 'JSON' && format !== 'CSV') {
    throw new UserError(
      `${basename(request.path)} is no file of recorded traces: choose a JSONL, JSON or CSV file (also as .gz).`,
    );
  }
  return { format, rows };
}

/** The reading that the first rows ask for; throws a `UserError` where a role is missing that nothing works without. */
function readingOf(
  rows: readonly unknown[],
  mappingOf: (filled: string[]) => TraceMapping,
  file: string,
): TraceReading {
  const fields = seenFields(rows);
  const filled = [...fields.keys()].filter((field) => fields.get(field) === 'value' || /option|choice/i.test(field));
  const traces = mappingOf(filled);
  const name = basename(file);
  if (rows.length === 0) throw new UserError(`${name} holds no rows: choose a file with one trace per line.`);
  const absent = (['problem', 'gold', 'solution'] as const).filter((role) => traces[role] === undefined);
  if (absent.length > 0) {
    const has =
      [...fields.keys()]
        .slice(0, 12)
        .map((field) => field.slice(0, 40))
        .join(', ') || 'none';
    throw new UserError(
      `${name} has no field for the ${absent.map((role) => roleNames[role]).join(' and the ')}: map ${absent.length > 1 ? 'them' : 'it'} by hand (its fields are ${has}).`,
    );
  }
  const mapping = {
    ...(traces.problem && { text: traces.problem }),
    ...(traces.gold && { answer: traces.gold }),
    ...(traces.problemId && { id: traces.problemId }),
    ...(traces.options && { options: traces.options }),
  };
  return { mapping, optionBase: findOptionBase(rows, mapping), traces, unnamed: fileStem(file) };
}

const roleNames = {
  problem: 'problem (e.g. "problem")',
  gold: 'gold answer (e.g. "gold_answer")',
  solution: 'solution (e.g. "solution")',
};

function previewRow(row: unknown, reading: TraceReading): ImportPreview['rows'] {
  const read = readTraceRow(row, reading);
  if (typeof read === 'string') return [];
  const cut = (text: string) => (text.length > 500 ? `${text.slice(0, 500)}…` : text);
  const { problem, system, traces } = read;
  return [{ problem: cut(problem.text), gold: cut(problem.answer), solution: cut(traces[0]?.text ?? ''), system }];
}

function tooManySystems(file: string, mapping: TraceMapping): string {
  const fields = [mapping.model, mapping.system].filter((field) => field !== undefined).map((field) => `"${field}"`);
  return `${basename(file)} has more than ${mostSystems} systems by ${fields.join(' and ')}: map a field that holds the model’s name.`;
}

function problemAt({ ownId: _, ...problem }: ProblemRow, id: ProblemId, file: string, line: number): Problem {
  return { id, ...problem, source: { file, line } };
}
