import type { TraceId } from '../../../src/core/trace/trace.ts';
import type { AnswerClass, AnswerPath, TraceRow } from '../../../src/protocol/engine.ts';

/** A visible row of the tree of answers: a class of equal answers, a path, or a trace. */
export type TreeRow = TreePlace &
  (
    | { kind: 'class'; answer: AnswerClass; open: boolean }
    | { kind: 'path'; path: AnswerPath; open: boolean }
    | { kind: 'trace'; trace: TraceRow }
  );

interface TreePlace {
  /** Unique in the tree, the same as long as the tree holds the same: `0`, `0.2`, or the trace's id. */
  key: string;
  parent: string | null;
  /** 1-based, among its siblings. */
  position: number;
  siblings: number;
}

/** The rows that are in view when the branches named in `open` are open. */
export function treeRows(classes: readonly AnswerClass[], open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  classes.forEach((answer, index) => {
    const key = String(index);
    const isOpen = open.has(key);
    rows.push({
      kind: 'class',
      answer,
      open: isOpen,
      key,
      parent: null,
      position: index + 1,
      siblings: classes.length,
    });
    if (!isOpen) return;
    for (const [at, path] of answer.paths.entries()) pushPath(rows, open, path, key, at, answer.paths.length);
  });
  return rows;
}

function pushPath(
  rows: TreeRow[],
  open: ReadonlySet<string>,
  path: AnswerPath,
  parent: string,
  index: number,
  siblings: number,
): void {
  const key = `${parent}.${index}`;
  const isOpen = open.has(key);
  rows.push({ kind: 'path', path, open: isOpen, key, parent, position: index + 1, siblings });
  if (!isOpen) return;
  path.traces.forEach((trace, at) => {
    rows.push({ kind: 'trace', trace, key: trace.id, parent: key, position: at + 1, siblings: path.traces.length });
  });
}

/** Every trace in the tree's order. */
export function tracesInOrder(classes: readonly AnswerClass[]): TraceRow[] {
  return classes.flatMap((answer) => answer.paths.flatMap((path) => path.traces));
}

/** The branches that lead to a trace; empty where the tree does not hold it. */
export function branchesTo(classes: readonly AnswerClass[], trace: TraceId | null): string[] {
  for (const [index, answer] of classes.entries()) {
    const at = answer.paths.findIndex((path) => path.traces.some((row) => row.id === trace));
    if (at >= 0) return [String(index), `${index}.${at}`];
  }
  return [];
}

/**
 * What stands open when a problem is entered: the gold class and the largest other one, in them the paths with a flag, and what
 * leads to the open trace.
 */
export function firstOpen(classes: readonly AnswerClass[], trace: TraceId | null): Set<string> {
  const open = new Set(branchesTo(classes, trace));
  const first = classes.findIndex((answer) => answer.gold);
  const other = classes.findIndex((answer) => !answer.gold && answer.answer !== null);
  for (const index of [first, other]) {
    const answer = classes[index];
    if (!answer) continue;
    open.add(String(index));
    answer.paths.forEach((path, at) => {
      if (answer.gold && isFlagged(path) && path.traces.length <= 12) open.add(`${index}.${at}`);
    });
  }
  return open;
}

/** The trace to read first: a correct one with a flag that nobody judged, else with a flag, else the first. */
export function firstToRead(classes: readonly AnswerClass[]): TraceRow | undefined {
  const traces = tracesInOrder(classes);
  const flagged = traces.filter((trace) => trace.verdict === 'correct' && trace.flags.length > 0);
  return flagged.find((trace) => trace.decision === null) ?? flagged[0] ?? traces[0];
}

/**
 * The most telling counterpart of a trace: a correct trace by another path, without flags, of the other arm if there is one; else any
 * trace by another path; else any other trace.
 */
export function counterpart(classes: readonly AnswerClass[], trace: TraceId): TraceRow | undefined {
  const own = classes.flatMap((answer) => answer.paths).find((path) => path.traces.some((row) => row.id === trace));
  const ownRow = own?.traces.find((row) => row.id === trace);
  const others = tracesInOrder(classes).filter((row) => row.id !== trace);
  const elsewhere = others.filter((row) => !own?.traces.includes(row));
  const good = elsewhere.filter((row) => row.verdict === 'correct' && row.flags.length === 0);
  return good.find((row) => row.arm !== ownRow?.arm) ?? good[0] ?? elsewhere[0] ?? others[0];
}

/** E.g. `28 correct · 4 distinct paths · 24 duplicates · 3 flagged`, of what passes the filter. */
export function treeSummary(classes: readonly AnswerClass[]): string {
  const gold = classes.filter((answer) => answer.verdict === 'correct');
  const correct = tracesInOrder(gold).length;
  const paths = gold.reduce((sum, answer) => sum + answer.paths.length, 0);
  const flagged = tracesInOrder(gold).filter((trace) => trace.flags.length > 0).length;
  return [
    `${correct} correct`,
    `${paths} distinct ${paths === 1 ? 'path' : 'paths'}`,
    `${correct - paths} ${correct - paths === 1 ? 'duplicate' : 'duplicates'}`,
    `${flagged} flagged`,
  ].join(' · ');
}

export function isFlagged(path: AnswerPath): boolean {
  return path.traces.some((trace) => trace.flags.length > 0);
}
