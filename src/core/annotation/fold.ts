import type { TraceId } from '../trace/trace.ts';
import type { AnnotationLine, Decision, DecisionLine } from './annotation.ts';

/** One person's decisions on one run after all lines so far, with what can be undone and done again. Grown by `addLine`. */
export interface AnnotationHistory {
  /** By the decision line's id. */
  known: Map<string, Known>;
  /** Decisions in force by trace, oldest first; entries that no longer hold are skipped. */
  byTrace: Map<TraceId, Entry[]>;
  undoable: Entry[];
  redoable: Entry[];
}

interface Known {
  line: DecisionLine;
  done: boolean;
  /** The one entry of the stacks that holds; older ones are left in place and skipped, so that no line costs a search. */
  entry: Entry;
}

interface Entry {
  id: string;
}

export function emptyHistory(): AnnotationHistory {
  return { known: new Map(), byTrace: new Map(), undoable: [], redoable: [] };
}

/** All lines of one annotator and one run, in the order of the file. */
export function fold(lines: Iterable<AnnotationLine>): AnnotationHistory {
  const history = emptyHistory();
  for (const line of lines) addLine(history, line);
  return history;
}

/** Changes `history`. Returns the trace whose decision changed; null where the line says nothing new (an id seen before, an undo of nothing). */
export function addLine(history: AnnotationHistory, line: AnnotationLine): TraceId | null {
  if (line.kind !== 'decision') return setDone(history, line.of, line.kind === 'redo');
  if (history.known.has(line.id)) return null;
  history.known.set(line.id, { line, done: false, entry: { id: line.id } });
  history.redoable.length = 0;
  return setDone(history, line.id, true);
}

/** What the person says of the trace now; null: nothing, or cleared. */
export function currentDecision(history: AnnotationHistory, trace: TraceId): Decision | null {
  const entries = history.byTrace.get(trace);
  const line = entries && newest(history, entries, true);
  return line && Object.keys(line.decision).length > 0 ? line.decision : null;
}

/** The decision that undo would take back. */
export function nextUndo(history: AnnotationHistory): DecisionLine | null {
  return newest(history, history.undoable, true);
}

/** The decision that redo would bring back. */
export function nextRedo(history: AnnotationHistory): DecisionLine | null {
  return newest(history, history.redoable, false);
}

/** Every trace with a decision that says something. */
export function* currentDecisions(history: AnnotationHistory): Generator<[TraceId, Decision]> {
  for (const trace of history.byTrace.keys()) {
    const decision = currentDecision(history, trace);
    if (decision) yield [trace, decision];
  }
}

function setDone(history: AnnotationHistory, id: string, done: boolean): TraceId | null {
  const known = history.known.get(id);
  if (!known || known.done === done) return null;
  known.done = done;
  known.entry = { id };
  const { trace } = known.line;
  if (done) {
    const entries = history.byTrace.get(trace) ?? [];
    entries.push(known.entry);
    history.byTrace.set(trace, entries);
    history.undoable.push(known.entry);
  } else history.redoable.push(known.entry);
  return trace;
}

/** Drops entries from the stack's end that no longer hold, then looks at the last. */
function newest(history: AnnotationHistory, entries: Entry[], done: boolean): DecisionLine | null {
  for (let last = entries.at(-1); last; last = entries.at(-1)) {
    const known = history.known.get(last.id);
    if (known?.entry === last && known.done === done) return known.line;
    entries.pop();
  }
  return null;
}
