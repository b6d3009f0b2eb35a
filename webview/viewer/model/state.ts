import type { Decision } from '../../../src/core/annotation/annotation.ts';
import type { ProblemId } from '../../../src/core/problem/problem.ts';
import type { TraceId } from '../../../src/core/trace/trace.ts';
import type {
  AnswerClass,
  Comparison,
  ProblemRow,
  Quadrants,
  TraceDetail,
  TraceQuery,
} from '../../../src/protocol/engine.ts';
import type { ViewerState } from '../../../src/protocol/views.ts';
import type { BarText } from './filterTerms.ts';

/** All that the Viewer shows. Actions replace parts of it; drawing reads it and changes nothing. */
export interface State {
  /** Null until the extension has answered. */
  viewer: ViewerState | null;
  /** One sentence: why nothing can be shown. */
  failure: string | null;
  bar: BarText;
  sort: NonNullable<TraceQuery['sort']>;
  /** One sentence: why the filter could not be read. The list still shows the one before. */
  filterError: string | null;
  list: ProblemList;
  problem: ProblemId | null;
  /** Null while they are fetched. */
  classes: AnswerClass[] | null;
  /** Keys of the tree's open branches. */
  open: ReadonlySet<string>;
  /** Key of the row that Tab reaches. */
  focused: string | null;
  detail: TraceDetail | null;
  /** The trace that is being fetched or shown. */
  trace: TraceId | null;
  /** One sentence: why the trace could not be read. */
  traceError: string | null;
  /** Characters of the trace to draw. */
  shownLength: number;
  folds: ReadonlySet<Fold>;
  /** Decisions on their way to the disk, or kept because writing failed. */
  unsaved: ReadonlyMap<TraceId, Unsaved>;
  savedAt: Date | null;
  /** What a key did or could not do, in one sentence. */
  message: string | null;
  /** Ids in the order of review; null until it is known. */
  queue: TraceId[] | null;
  comparison: ComparisonState | null;
  layout: Layout;
  /** The open drop-down. */
  menu: Menu | null;
  keysShown: boolean;
}

export type Fold = 'request' | 'thinking' | 'raw' | 'extra';
export type Menu = 'step' | 'error' | 'effect' | 'sort' | 'left' | 'right';

export interface ProblemList {
  /** Null until the first page is here. */
  total: number | null;
  traces: number;
  matrix: Quadrants | null;
  /** By index; the rows near those on screen. */
  rows: ReadonlyMap<number, ProblemRow>;
  /** Index of the open problem; -1 where the list does not hold it. */
  current: number;
  /** Something changed, and the list waits until one moves on: the row under the reader's eyes would have gone. */
  stale: boolean;
}

export interface Unsaved {
  decision: Decision;
  /** null: it is being written. */
  failure: string | null;
}

export interface ComparisonState {
  /** All the problem's traces, whatever the filter: what either side may be exchanged for. */
  classes: AnswerClass[];
  /** The answer to it; null while it is fetched. */
  shown: Comparison | null;
  /** Index of the row that next and previous divergence count from. */
  at: number;
  /** The side that the judging keys speak of. */
  side: 'left' | 'right';
  failure: string | null;
}

export interface Layout {
  /** Widths in pixels. */
  problems: number;
  answers: number;
  problemsHidden: boolean;
  answersHidden: boolean;
  /** The one that is shown where there is room for one. */
  panel: Panel;
}

export type Panel = 'problems' | 'answers' | 'trace';

export const firstLayout: Layout = {
  problems: 308,
  answers: 380,
  problemsHidden: false,
  answersHidden: false,
  panel: 'trace',
};

/** The decision as it stands for the reader: what was said last, on disk or not. */
export function decisionOn(state: State, detail: TraceDetail): Decision | null {
  return state.unsaved.get(detail.trace.id)?.decision ?? detail.decision;
}

export function firstState(): State {
  return {
    viewer: null,
    failure: null,
    bar: { chips: [], draft: '' },
    sort: 'file',
    filterError: null,
    list: { total: null, traces: 0, matrix: null, rows: new Map(), current: -1, stale: false },
    problem: null,
    classes: null,
    open: new Set(),
    focused: null,
    detail: null,
    trace: null,
    traceError: null,
    shownLength: 0,
    folds: new Set(),
    unsaved: new Map(),
    savedAt: null,
    message: null,
    queue: null,
    comparison: null,
    layout: firstLayout,
    menu: null,
    keysShown: false,
  };
}
