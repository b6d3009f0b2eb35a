import type { Decision } from '../../../src/core/annotation/annotation.ts';
import type { TraceId } from '../../../src/core/trace/trace.ts';
import type { ViewerHost } from '../../../src/protocol/views.ts';
import { decide, type Say } from '../model/decide.ts';
import { decisionOn, type State, type Unsaved } from '../model/state.ts';
import { type Store, sentence } from './store.ts';

/** What a person says of the open trace, brought to disk. What could not be written is kept, shown as unsaved, and tried again on demand. */
export interface Annotator {
  /** Says it of the open trace, or of the side of a comparison that is judged. */
  say(said: Say): void;
  /** The note as it is typed: written after a pause, or by `flush`. */
  typeNote(text: string): void;
  /** Writes what was typed. */
  flush(): void;
  /** Writes again what could not be written. */
  retry(): void;
  undo(): Promise<void>;
  redo(): Promise<void>;
}

const notePauseMs = 1200;

export function createAnnotator(
  store: Store,
  host: ViewerHost,
  now: () => Date,
  reopen: (trace: TraceId) => Promise<void>,
): Annotator {
  // One after the other: each thing said is a line of the log, the last one the last.
  let writing: Promise<void> = Promise.resolve();
  let typed: { trace: TraceId; text: string; timer: ReturnType<typeof setTimeout> } | null = null;

  const setUnsaved = (trace: TraceId, unsaved: Unsaved | null) => {
    const all = new Map(store.state.unsaved);
    if (unsaved) all.set(trace, unsaved);
    else all.delete(trace);
    store.update({ unsaved: all });
  };

  const write = (trace: TraceId, decision: Decision) => {
    setUnsaved(trace, { decision, failure: null });
    writing = writing.then(async () => {
      const superseded = () => store.state.unsaved.get(trace)?.decision !== decision;
      try {
        await host.annotate(trace, decision);
        store.update({ ...withDecision(store.state, trace, decision), savedAt: now(), message: null });
        if (!superseded()) setUnsaved(trace, null);
      } catch (error) {
        if (!superseded()) setUnsaved(trace, { decision, failure: sentence(error) });
      }
    });
  };

  const sayOf = (trace: TraceId, before: Decision | null, said: Say) => {
    const decision = decide(before, said);
    if (JSON.stringify(decision) !== JSON.stringify(before ?? {})) write(trace, decision);
  };

  const flush = () => {
    if (!typed) return;
    const { trace, text, timer } = typed;
    clearTimeout(timer);
    typed = null;
    const before = knownDecision(store.state, trace);
    if (before !== undefined) sayOf(trace, before, { say: 'note', value: text });
  };

  /** The trace that keys speak of. */
  const spokenOf = () => {
    const { comparison, detail } = store.state;
    return comparison ? comparison.shown?.[comparison.side] : detail;
  };

  const move = async (what: 'undo' | 'redo') => {
    flush();
    await writing;
    try {
      const trace = await host[what]();
      if (trace === null) store.update({ message: `There is nothing to ${what}.` });
      else await reopen(trace);
    } catch (error) {
      store.update({ message: sentence(error) });
    }
  };

  return {
    flush,
    say(said) {
      flush();
      const detail = spokenOf();
      if (detail) sayOf(detail.trace.id, decisionOn(store.state, detail), said);
      else store.update({ message: 'Open a trace first.' });
    },
    typeNote(text) {
      const trace = store.state.detail?.trace.id;
      if (trace === undefined) return;
      if (typed) clearTimeout(typed.timer);
      typed = { trace, text, timer: setTimeout(flush, notePauseMs) };
    },
    retry() {
      for (const [trace, { decision, failure }] of store.state.unsaved)
        if (failure !== null) write(trace, { ...decision });
    },
    undo: () => move('undo'),
    redo: () => move('redo'),
  };
}

/** The decision on a trace that is on screen; undefined where it is not. */
function knownDecision(state: State, trace: TraceId): Decision | null | undefined {
  const shown = state.comparison?.shown;
  const detail = [state.detail, shown?.left, shown?.right].find((one) => one?.trace.id === trace);
  return detail ? decisionOn(state, detail) : undefined;
}

/** The decision wherever the trace is shown: pane, comparison, tree, and strip. */
function withDecision(state: State, trace: TraceId, said: Decision): Partial<State> {
  const decision = Object.keys(said).length === 0 ? null : said;
  const { detail, comparison, classes, list } = state;
  const shown = comparison?.shown;
  const patch = <T extends { trace: { id: TraceId } }>(one: T): T =>
    one.trace.id === trace ? { ...one, decision } : one;
  const rows = new Map(list.rows);
  for (const [index, row] of rows) {
    if (!trace.startsWith(`${row.id}/`)) continue;
    const mark = (cells: typeof row.samples.weak) =>
      cells.map((cell) => (cell.trace === trace ? { ...cell, soundness: decision?.soundness ?? null } : cell));
    rows.set(index, { ...row, samples: { weak: mark(row.samples.weak), strong: mark(row.samples.strong) } });
  }
  return {
    detail: detail && patch(detail),
    comparison:
      comparison && shown
        ? { ...comparison, shown: { ...shown, left: patch(shown.left), right: patch(shown.right) } }
        : comparison,
    classes:
      classes?.map((answer) => ({
        ...answer,
        paths: answer.paths.map((path) => ({
          ...path,
          traces: path.traces.map((row) => (row.id === trace ? { ...row, decision } : row)),
        })),
      })) ?? null,
    list: { ...list, rows },
  };
}
