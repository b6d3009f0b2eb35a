import { randomUUID } from 'node:crypto';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'valibot';
import type { AnnotationLine, Decision } from '../../core/annotation/annotation.ts';
import {
  type AnnotationHistory,
  addLine,
  currentDecision,
  currentDecisions,
  emptyHistory,
  nextRedo,
  nextUndo,
} from '../../core/annotation/fold.ts';
import type { RunId } from '../../core/trace/run.ts';
import type { TraceId } from '../../core/trace/trace.ts';
import { onDisk } from './diskError.ts';
import { readLines } from './lines.ts';
import { type AppendLog, openLog } from './log.ts';
import { parseLine } from './record.ts';
import { annotationLineSchema } from './schemas.ts';

/**
 * What people said of traces: one file per person, which only grows. The own file is written; those of others (who share
 * the workspace through version control) are read, and stand where the own one says nothing.
 */
export interface Annotations {
  /** The decision shown for a trace: one's own, else the one of the first other person by name. */
  decision(run: RunId, trace: TraceId): Decision | null;
  /** All decisions shown for a run. */
  decisions(run: RunId): Map<TraceId, Decision>;
  /** On disk before it resolves; so are undo and redo. */
  annotate(run: RunId, trace: TraceId, decision: Decision): Promise<void>;
  /** The trace whose decision was taken back; null where there is none. */
  undo(run: RunId): Promise<TraceId | null>;
  redo(run: RunId): Promise<TraceId | null>;
  /** Reads what was appended by other windows and people. Resolves with the runs that changed. */
  reload(): Promise<RunId[]>;
  /** The files that say something of the run; `name` as in `annotations/ada.jsonl`. */
  files(run: RunId): { name: string; path: string }[];
  /** Sentences: lines that could not be read. */
  warnings(): string[];
  close(): Promise<void>;
}

interface PersonFile {
  path: string;
  /** Where to go on reading. */
  next: number;
  lines: number;
  runs: Map<RunId, AnnotationHistory>;
  /** The run of every line by its id: an undo names a line, not a run, and no line counts twice. */
  runOf: Map<string, RunId>;
  warnings: string[];
  /** The file ends in the middle of a line. */
  torn?: string;
}

/** `folder` is `.trace-loupe/annotations`; it is made when the first decision is kept. `now` gives milliseconds since 1970. */
export async function openAnnotations(folder: string, annotator: string, now: () => number): Promise<Annotations> {
  const ownPath = join(folder, `${annotatorFileName(annotator)}.jsonl`);
  const own = newPersonFile(ownPath);
  const name = annotator.trim() || 'me';
  const others = new Map<string, PersonFile>();
  const window = randomUUID().slice(0, 6);
  let counter = 0;
  let log: Promise<AppendLog> | undefined;
  /** Decisions are kept one after the other, so that an undo sees the one before it. */
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
    const result = turn.then(action);
    turn = result.catch(() => {});
    return result;
  };

  const keep = async (line: AnnotationLine): Promise<TraceId | null> => {
    // What is kept must be readable again, whatever a view sent.
    parse(annotationLineSchema, line);
    log ??= openOwnLog(ownPath, folder).catch((error: unknown) => {
      log = undefined;
      throw error;
    });
    await (await log).append(line);
    return addToPerson(own, line)?.trace ?? null;
  };
  const stamp = () => ({ id: `${window}-${++counter}`, at: new Date(now()).toISOString(), annotator: name });

  const reload = async () => {
    for (const path of await personPaths(folder)) {
      if (path !== ownPath && !others.has(path)) others.set(path, newPersonFile(path));
    }
    const changed = new Set<RunId>();
    for (const person of [own, ...others.values()]) await readOn(person, changed);
    return [...changed];
  };

  const people = () => [own, ...[...others.values()].sort((a, b) => (a.path < b.path ? -1 : 1))];

  await reload();
  return {
    decision: (run, trace) => {
      for (const { runs } of people()) {
        const history = runs.get(run);
        const decision = history && currentDecision(history, trace);
        if (decision) return decision;
      }
      return null;
    },
    decisions: (run) => {
      const merged = new Map<TraceId, Decision>();
      for (const { runs } of people().reverse()) {
        const history = runs.get(run);
        if (history) for (const [trace, decision] of currentDecisions(history)) merged.set(trace, decision);
      }
      return merged;
    },
    annotate: (run, trace, decision) =>
      inTurn(async () => {
        await keep({ ...stamp(), kind: 'decision', run, trace, decision });
      }),
    undo: (run) =>
      inTurn(async () => {
        const last = nextUndo(historyOf(own, run));
        return last && (await keep({ ...stamp(), kind: 'undo', of: last.id }));
      }),
    redo: (run) =>
      inTurn(async () => {
        const last = nextRedo(historyOf(own, run));
        return last && (await keep({ ...stamp(), kind: 'redo', of: last.id }));
      }),
    reload: () => inTurn(reload),
    files: (run) =>
      people().flatMap(({ path, runs }) => (runs.has(run) ? [{ name: `annotations/${basename(path)}`, path }] : [])),
    warnings: () => people().flatMap(({ warnings, torn }) => (torn ? [...warnings, torn] : warnings)),
    close: () =>
      inTurn(async () => {
        await (await log)?.close();
      }),
  };
}

/** A person's name as a file name on any system; different names stay different in all but odd cases. */
export function annotatorFileName(annotator: string): string {
  const name = annotator
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}@._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  // Windows keeps these names for devices.
  return /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(name) ? `${name}-` : name || 'me';
}

function newPersonFile(path: string): PersonFile {
  return { path, next: 0, lines: 0, runs: new Map(), runOf: new Map(), warnings: [] };
}

function historyOf(person: PersonFile, run: RunId): AnnotationHistory {
  const history = person.runs.get(run) ?? emptyHistory();
  person.runs.set(run, history);
  return history;
}

function addToPerson(person: PersonFile, line: AnnotationLine): { run: RunId; trace: TraceId } | null {
  const run = line.kind === 'decision' ? line.run : person.runOf.get(line.of);
  if (run === undefined || person.runOf.has(line.id)) return null;
  person.runOf.set(line.id, run);
  const trace = addLine(historyOf(person, run), line);
  return trace === null ? null : { run, trace };
}

/** Reads what was appended since; a file that became shorter was replaced (git) and is read again from its beginning. */
async function readOn(person: PersonFile, changed: Set<RunId>): Promise<void> {
  const size = await stat(person.path).then(
    (file) => file.size,
    () => 0,
  );
  if (size < person.next) {
    for (const run of person.runs.keys()) changed.add(run);
    Object.assign(person, newPersonFile(person.path), { torn: undefined });
  }
  const firstLine = person.lines;
  person.torn = undefined;
  for await (const line of readLines(person.path, person.next)) {
    const place = `${basename(person.path)}:${firstLine + line.number + 1}`;
    const parsed = parseLine(annotationLineSchema, line);
    if (!parsed.ok && line.unfinished) {
      person.torn = `${place} is torn and was left out.`;
      return;
    }
    person.next = line.next;
    person.lines = firstLine + line.number + 1;
    if (parsed.ok) {
      const change = addToPerson(person, parsed.value as AnnotationLine);
      if (change) changed.add(change.run);
    } else if (person.warnings.length < maxWarnings)
      person.warnings.push(`${place} ${parsed.problem} and was left out.`);
  }
}

/** A file that is broken throughout is no news after so many lines. */
const maxWarnings = 20;

async function personPaths(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(folder, name));
}

function openOwnLog(path: string, folder: string): Promise<AppendLog> {
  return onDisk(`keep the annotation in ${folder}`, async () => {
    await mkdir(folder, { recursive: true });
    return openLog(path, { shared: true });
  });
}
