import type { Decision } from '../core/annotation/annotation.ts';
import type { Match } from '../core/budget/budget.ts';
import type { RunReport } from '../core/metrics/report.ts';
import type { ProblemId } from '../core/problem/problem.ts';
import type { RunId } from '../core/trace/run.ts';
import type { Arm, TraceId } from '../core/trace/trace.ts';
import type {
  AnswerClass,
  Comparison,
  PlanPreview,
  ProblemFileSummary,
  ProblemPage,
  RunProgress,
  RunSummary,
  TraceDetail,
  TraceQuery,
} from './engine.ts';

/*
 * What each view may ask of the extension (`…Host`) and what the extension may tell a view (`…View`).
 * A view calls `ready` first; nothing is sent to a view that has not. Notifications carry whole snapshots: a hidden view loses them.
 */

export interface SidebarHost {
  ready(): Promise<SidebarState>;
  setFileChosen(path: string, chosen: boolean): Promise<void>;
  addFiles(): Promise<void>;
  /** Opens the file with its bad rows in the Problems panel. */
  showBadRows(path: string): Promise<void>;
  mapFields(path: string): Promise<void>;
  chooseModel(arm: Arm): Promise<void>;
  testConnections(): Promise<void>;
  setMatch(match: Match): Promise<void>;
  /** Strong samples per problem: a grid, ascending. */
  setStrongSamples(samples: number[]): Promise<void>;
  /** Null: follow the match again. */
  setWeakSamples(samples: number | null): Promise<void>;
  setCap(): Promise<void>;
  sample(): Promise<void>;
  stop(): Promise<void>;
  resume(run: RunId): Promise<void>;
  openViewer(run: RunId): Promise<void>;
  openDashboard(run: RunId): Promise<void>;
  /** Any palette command of ours, by its id without the prefix: `importTraces`, `openSettings`, `openWalkthrough` … */
  command(name: string): Promise<void>;
}

export interface SidebarView {
  show(state: SidebarState): Promise<void>;
}

export interface SidebarState {
  /** A folder is open; without one runs are kept in the extension's own storage. */
  folder: boolean;
  /** `sample`: it is in the box. */
  files: (ProblemFileSummary & { chosen: boolean; sample: boolean })[];
  models: Record<Arm, ModelState | null>;
  match: Match;
  strongSamples: number[];
  weakSamples: number | null;
  maxUsd: number | null;
  preview: { kind: 'ready'; plan: PlanPreview } | { kind: 'working' } | { kind: 'impossible'; message: string };
  running: RunProgress | null;
  /** The newest run that is not running. */
  last: { summary: RunSummary; report: RunReport | null } | null;
}

export interface ModelState {
  name: string;
  /** Host of its URL; empty for an embedded model. */
  host: string;
  /** It runs in the extension itself: there is no server, no key and no price. */
  embedded: boolean;
  activeParamsB: number | null;
  connection:
    | { kind: 'untested' }
    | { kind: 'testing' }
    | { kind: 'connected'; latencyMs: number }
    | { kind: 'failed'; message: string };
}

/** An action that a key, a palette command or a menu sends to the Viewer. */
export type ViewerAction =
  | 'sound'
  | 'unsound'
  | 'unsure'
  | 'badProblem'
  | 'clear'
  | 'errorType'
  | 'effect'
  | 'note'
  | 'firstWrongStep'
  | 'undo'
  | 'redo'
  | 'nextTrace'
  | 'previousTrace'
  | 'nextProblem'
  | 'previousProblem'
  | 'nextInQueue'
  | 'previousInQueue'
  | 'raw'
  | 'compare'
  | 'filter'
  | 'keys'
  | 'nextDivergence'
  | 'previousDivergence'
  | 'swap'
  | 'back';

export interface ViewerHost {
  ready(): Promise<ViewerState>;
  problemRows(query: TraceQuery, from: number, to: number): Promise<ProblemPage>;
  answerClasses(problem: ProblemId, query: TraceQuery): Promise<AnswerClass[]>;
  traceDetail(trace: TraceId): Promise<TraceDetail>;
  compare(left: TraceId, right: TraceId): Promise<Comparison>;
  queue(query: TraceQuery, limit: number): Promise<TraceId[]>;
  /** On disk before it resolves. */
  annotate(trace: TraceId, decision: Decision): Promise<void>;
  undo(): Promise<TraceId | null>;
  redo(): Promise<TraceId | null>;
  /** Opens VS Code's own diff editor. */
  openDiff(left: TraceId, right: TraceId): Promise<void>;
  /** Opens the trace's raw text as a read-only document. */
  openText(trace: TraceId): Promise<void>;
  openSource(problem: ProblemId): Promise<void>;
  openDashboard(): Promise<void>;
  exportRun(): Promise<void>;
  /** The view has the keyboard (so that its keys apply), and whether a text field in it has. */
  setFocus(view: boolean, textField: boolean): Promise<void>;
  /** What is open, so that palette commands and a reload find it again. */
  setPlace(place: ViewerPlace): Promise<void>;
}

export interface ViewerView {
  act(action: ViewerAction, argument?: number): Promise<void>;
  /** The run grew, ended, or a decision changed elsewhere: ask again for what is on screen. */
  changed(state: ViewerState): Promise<void>;
  show(place: ViewerPlace): Promise<void>;
}

export interface ViewerState {
  summary: RunSummary;
  report: RunReport | null;
  place: ViewerPlace;
  /** Keys as the user has them bound is the editor's business; these are the shipped ones, for the `?` sheet. */
  keys: { action: ViewerAction; key: string; title: string }[];
}

export interface ViewerPlace {
  filter: string;
  problem?: ProblemId;
  trace?: TraceId;
  /** The other side of a comparison. */
  compareWith?: TraceId;
}

export interface DashboardHost {
  ready(): Promise<DashboardState>;
  setMatch(match: Match): Promise<DashboardState>;
  openTraces(filter: string): Promise<void>;
  exportRun(): Promise<void>;
  /** Asks where to, and writes the picture. */
  savePicture(name: string, svg: string): Promise<void>;
}

export interface DashboardView {
  show(state: DashboardState): Promise<void>;
}

export interface DashboardState {
  summary: RunSummary;
  report: RunReport;
  match: Match;
}
