import { createHash } from 'node:crypto';
import { basename, isAbsolute, relative } from 'node:path';
import { type FieldContent, nameKey, noteFields, recogniseFields, valueAt } from '../../core/problem/fields.ts';
import type { BadRow, FieldMapping, Problem } from '../../core/problem/problem.ts';
import { UserError } from '../../core/userError.ts';
import type { ProblemFileRequest, ProblemFileSummary } from '../../protocol/engine.ts';
import { BadRows } from './badRows.ts';
import type { Row } from './lines.ts';
import { NotProblemsError } from './notProblems.ts';
import { findOptionBase, type RowReading, readProblemRow } from './problemRow.ts';
import { openRows, type RowFile } from './rows.ts';
import { UniqueIds } from './uniqueIds.ts';

export interface ProblemFile {
  summary: ProblemFileSummary;
  problems: Problem[];
  /** Of the file's bytes; empty where it could not be read to its end. */
  sha256: string;
}

/**
 * Reads a problem file of any known format. Never rejects for what a file holds or lacks: a row that can't be read is a bad row, a
 * file that can't be read is a summary with `error`. `workspace` makes the shown name relative where the request gives none. Rejects only when `signal` aborts.
 *
 * Which field is what is decided by the first 1,000 rows.
 */
export async function readProblemFile(
  request: ProblemFileRequest,
  workspace: string | null,
  signal?: AbortSignal,
): Promise<ProblemFile> {
  const file = request.name ?? shownName(request.path, workspace);
  const hash = createHash('sha256');
  const reader = new ProblemReader(file, fileStem(request.path), request.mapping);
  let error: ProblemFileSummary['error'];
  let opened: RowFile | null = null;
  try {
    opened = await openRows({
      path: request.path,
      onBytes: (bytes) => hash.update(bytes),
      signal,
      mapped: reader.mappedByHand,
    });
    for await (const rows of opened.rows) {
      for (const row of rows) reader.add(row);
      if (reader.hopeless) break;
    }
    reader.finish();
  } catch (thrown) {
    signal?.throwIfAborted();
    error = reader.stoppedBy(thrown);
  }
  error ??= reader.nothingRead();
  const { problems, fields, firstValues, mapping } = reader;
  const summary: ProblemFileSummary = {
    path: request.path,
    file,
    format: opened?.format ?? null,
    problems: error === undefined ? problems.length : 0,
    badRows: reader.badRows(),
    fields: [...fields.keys()],
    firstValues,
    mapping,
    ...(error && { error }),
  };
  return {
    summary,
    problems: error === undefined ? problems : [],
    sha256: error === undefined ? hash.digest('hex') : '',
  };
}

export function shownName(path: string, workspace: string | null): string {
  if (workspace === null) return path;
  const inside = relative(workspace, path);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : inside.replaceAll('\\', '/');
}

/** `math` out of `math.jsonl`, `math.jsonl.gz`. */
export function fileStem(path: string): string {
  return (
    basename(path)
      .replace(/\.gz$/i, '')
      .replace(/\.[^.]{1,8}$/, '') || 'problems'
  );
}

/** Gathers rows until their fields can be recognised, then turns every row into a problem or a bad row. */
class ProblemReader {
  readonly problems: Problem[] = [];
  /** Every field seen among the first rows. */
  readonly fields = new Map<string, FieldContent>();
  firstValues: Record<string, string> = {};
  mapping: FieldMapping;
  readonly mappedByHand: boolean;
  readonly #file: string;
  readonly #ids: UniqueIds;
  readonly #bad: BadRows;
  #first: { line: number; value: unknown }[] = [];
  #reading: RowReading | null = null;

  constructor(file: string, stem: string, byHand: FieldMapping = {}) {
    this.#file = file;
    this.mapping = byHand;
    this.mappedByHand = Object.keys(byHand).length > 0;
    this.#ids = new UniqueIds(stem);
    this.#bad = new BadRows(file);
  }

  /** So many rows were bad and none good that the rest is not worth reading. */
  get hopeless(): boolean {
    return this.problems.length === 0 && this.#first.length === 0 && this.#bad.count >= mostHopelessRows;
  }

  add(row: Row): void {
    if ('message' in row) {
      this.addBad(row.line, row.column, row.message);
      return;
    }
    const { line, value } = row;
    if (this.#reading !== null) {
      this.#read(line, value, this.#reading);
      return;
    }
    this.#first.push({ line, value });
    noteFields(value, this.fields);
    if (this.#first.length >= rowsToJudgeBy) this.finish();
  }

  /** No more rows will be looked at before the fields are recognised. */
  finish(): void {
    if (this.#reading !== null || this.#first.length === 0) return;
    const rows = this.#first.map(({ value }) => value);
    this.firstValues = Object.fromEntries(
      [...this.fields.keys()].map((field) => [field, shortText(valueAt(rows[0], field))]),
    );
    this.mapping = recognise(this.fields, rows, this.mapping);
    this.#refuse();
    this.#reading = { mapping: this.mapping, optionBase: findOptionBase(rows, this.mapping) };
    for (const { line, value } of this.#first) this.#read(line, value, this.#reading);
    this.#first = [];
  }

  #read(line: number, value: unknown, reading: RowReading): void {
    const read = readProblemRow(value, reading);
    if (typeof read === 'string') {
      this.addBad(line, 1, read);
      return;
    }
    const { ownId, ...problem } = read;
    this.problems.push({ id: this.#ids.take(ownId ?? String(line)), ...problem, source: { file: this.#file, line } });
  }

  addBad(line: number, column: number, message: string): void {
    this.#bad.add(line, column, message);
  }

  badRows(): BadRow[] {
    return this.#bad.list();
  }

  /** What a thrown error means for the file: after good rows it ends the file early, which is a bad row and no more. */
  stoppedBy(thrown: unknown): ProblemFileSummary['error'] {
    if (!(thrown instanceof UserError)) throw thrown;
    if (thrown instanceof NotProblemsError) return { kind: 'notProblems', message: thrown.message };
    if (this.#first.length > 0) {
      try {
        this.finish();
      } catch (error) {
        return this.stoppedBy(error);
      }
    }
    const last = this.problems.at(-1);
    if (last === undefined) return { kind: 'unreadable', message: thrown.message };
    this.addBad(last.source.line, 1, `Nothing after this row was read: ${thrown.message}`);
    return undefined;
  }

  nothingRead(): ProblemFileSummary['error'] {
    if (this.problems.length > 0) return undefined;
    const name = basename(this.#file);
    const first = this.#bad.first;
    if (first !== undefined) {
      return { kind: 'unreadable', message: `No row of ${name} could be read; line ${first.line}: ${first.message}` };
    }
    return { kind: 'unreadable', message: `${name} holds no problems: ${howToWrite(name)}` };
  }

  /** Refuses rows that are readable and no problems. Roles set by hand are the user's own word. */
  #refuse(): void {
    const name = basename(this.#file);
    const names = [...this.fields.keys()];
    const { text, answer, solution } = this.mapping;
    if (names.length === 0) return;
    if (!this.mappedByHand && looksLikeTraces(names)) {
      throw new NotProblemsError(
        `${name} holds recorded traces (it has a model and its solutions): use "Import Recorded Traces" instead, or map its fields by hand.`,
      );
    }
    const gold = answer ?? solution;
    if (text !== undefined && gold !== undefined) return;
    const known = `its fields are ${names
      .slice(0, 12)
      .map((field) => field.slice(0, 40))
      .join(', ')}`;
    if (gold !== undefined) {
      throw new NotProblemsError(
        `${name} has answers ("${gold}") but no problems: add a field "question", or map the field that holds them by hand (${known}).`,
      );
    }
    if (text !== undefined) {
      throw new NotProblemsError(
        `${name} has problems ("${text}") but no gold answers: add a field "answer", or map the field that holds them by hand (${known}).`,
      );
    }
    throw new NotProblemsError(
      `${name} has neither a field for the problem nor one for its gold answer: name them "question" and "answer", or map them by hand (${known}).`,
    );
  }
}

const rowsToJudgeBy = 1000;
const mostHopelessRows = 10_000;

/** What is recognised by name; in chats without an answer field the assistant's reply stands in as the solution. */
function recognise(
  fields: ReadonlyMap<string, FieldContent>,
  rows: readonly unknown[],
  byHand: FieldMapping,
): FieldMapping {
  const mapping = recogniseFields(fields, byHand);
  const isChat = (row: unknown) => mapping.text !== undefined && Array.isArray(valueAt(row, mapping.text));
  if (
    mapping.text !== undefined &&
    mapping.answer === undefined &&
    mapping.solution === undefined &&
    rows.some(isChat)
  ) {
    mapping.solution = mapping.text;
  }
  return mapping;
}

function looksLikeTraces(fields: readonly string[]): boolean {
  const keys = new Set(fields.map(nameKey));
  const generated = [
    'response',
    'completion',
    'generation',
    'generatedsolution',
    'modeloutput',
    'solution',
    'output',
    'prediction',
  ];
  return (keys.has('model') || keys.has('modelname')) && generated.some((name) => keys.has(name));
}

function howToWrite(name: string): string {
  if (/\.(md|markdown|txt)$/i.test(name)) {
    return 'begin each with a heading such as "## Problem 1" or with "Question:", and give its gold answer after "Answer:".';
  }
  return 'write one per line, e.g. {"question": "…", "answer": "…"}.';
}

/** A value's first words, on one line. */
function shortText(value: unknown): string {
  // YAML's whole numbers are bigints, which JSON does not know.
  const plain = (_: string, part: unknown) => (typeof part === 'bigint' ? String(part) : part);
  const text = typeof value === 'object' ? JSON.stringify(value, plain) : String(value ?? '');
  const line = text.slice(0, 200).replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
