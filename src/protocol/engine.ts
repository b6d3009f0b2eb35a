import type { Decision, Soundness } from '../core/annotation/annotation.ts';
import type { ExtractedAnswer, Verdict } from '../core/answer/verdict.ts';
import type { GridPoint, Match, MatchRatio, MeanTokens, Spend } from '../core/budget/budget.ts';
import type { ModelSettings } from '../core/budget/model.ts';
import type { ExportFormat, SelectionCounts, SelectionPolicy } from '../core/curate/policy.ts';
import type { Flag, RuleName } from '../core/flags/flag.ts';
import type { RunReport } from '../core/metrics/report.ts';
import type { BadRow, FieldMapping, Problem, ProblemId } from '../core/problem/problem.ts';
import type { ReferenceCheck } from '../core/soundness/keys.ts';
import type { RunFile, RunId } from '../core/trace/run.ts';
import type { Arm, Step, Trace, TraceId } from '../core/trace/trace.ts';

/**
 * What the worker engine does for the extension host and, through it, for the views. It owns the log, the index, the sampler and
 * all heavy work. Every function rejects with a `UserError` where the user can mend the cause.
 */
export interface Engine {
  /** Opens the workspace's store. Called once, first. */
  open(config: EngineConfig): Promise<EngineInfo>;

  /** Reads problem files; one summary per file, in order. A file that can't be read is a summary with `error`, not a rejection. */
  readProblemFiles(files: ProblemFileRequest[]): Promise<ProblemFileSummary[]>;
  /** What a plan would cost. Spends nothing. */
  previewPlan(spec: PlanSpec): Promise<PlanPreview>;
  /** Writes the run's folder and starts to sample. Resolves once the run exists; progress goes to `EngineHost.runProgress`. */
  startRun(spec: PlanSpec, name: string): Promise<RunId>;
  /** Draws exactly what is missing. Resolves once it has begun. */
  resumeRun(run: RunId): Promise<void>;
  /** Stops at once and keeps what arrived. Resolves when nothing is in flight and the log is on disk. */
  stopRun(run: RunId): Promise<void>;
  /** Lists the server's models and probes `n`, seeds, usage and logprobs; a few tokens. */
  testConnection(model: ModelSettings, signal?: AbortSignal): Promise<ConnectionReport>;

  /** Newest first. */
  listRuns(): Promise<RunSummary[]>;
  runSummary(run: RunId): Promise<RunSummary>;
  /** Rows `from` (0-based) to `to` (exclusive) of the problems that have a trace passing the filter. */
  problemRows(run: RunId, query: TraceQuery, from: number, to: number): Promise<ProblemPage>;
  /** The problem's traces that pass the filter, folded into classes of equal answers: the gold class first, then by size. */
  answerClasses(run: RunId, problem: ProblemId, query: TraceQuery): Promise<AnswerClass[]>;
  traceDetail(run: RunId, trace: TraceId): Promise<TraceDetail>;
  compare(run: RunId, left: TraceId, right: TraceId): Promise<Comparison>;
  /** Ids that pass the filter, in the queue's order (most suspicious first), at most `limit`. */
  queue(run: RunId, query: TraceQuery, limit: number): Promise<TraceId[]>;
  report(run: RunId, match: Match): Promise<RunReport>;

  /** On disk before it resolves. */
  annotate(run: RunId, trace: TraceId, decision: Decision): Promise<void>;
  /** Resolves with the trace whose decision changed, or null where there is nothing to undo. */
  undo(run: RunId): Promise<TraceId | null>;
  redo(run: RunId): Promise<TraceId | null>;

  /** The mapping that would be used, and the first rows as they would be read. */
  previewImport(file: string, mapping?: TraceMapping): Promise<ImportPreview>;
  importTraces(file: string, mapping: TraceMapping, arms: Record<string, Arm>): Promise<ImportResult>;
  previewSelection(run: RunId, policy: SelectionPolicy): Promise<SelectionCounts>;
  exportRun(run: RunId, formats: ExportFormat[], policy: SelectionPolicy, folder: string): Promise<ExportResult>;

  /** Files of the store changed outside (git pull, another window): read them again. */
  refresh(): Promise<void>;
  /** Brings everything to disk. The worker may be ended afterwards. */
  shutdown(): Promise<void>;
}

/** What the engine asks of the extension host. Notifications carry whole snapshots; a lost one does no harm. */
export interface EngineHost {
  /**
   * Sends a request from the extension host's own thread, whose `fetch` the editor patches for proxies and certificates.
   * Resolves at the response's head; the body follows through `EngineHost.readBody`.
   */
  fetch(request: FetchRequest, signal?: AbortSignal): Promise<FetchHead>;
  /** The body's next bytes; null at its end. Rejects when the connection breaks. */
  readBody(body: number, signal?: AbortSignal): Promise<Uint8Array | null>;
  /** Gives up a body that is not wanted any more. */
  dropBody(body: number): Promise<void>;
  /** The key bound to the URL's origin, if there is one. */
  apiKey(baseUrl: string): Promise<string | undefined>;
  runProgress(progress: RunProgress): Promise<void>;
  /** Runs appeared, vanished or ended, or an index was built. */
  runsChanged(): Promise<void>;
  /** A decision changed (here, by undo, or in another window). */
  annotationsChanged(run: RunId): Promise<void>;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): Promise<void>;
}

export interface EngineConfig {
  /** The workspace folder; null where none is open: then nothing can be kept and only reading works. */
  workspace: string | null;
  /** The extension's own folder for caches. */
  storage: string;
  annotator: string;
  version: string;
}

export interface EngineInfo {
  index: 'sqlite' | 'memory';
  /** Sentences: what the index in use can't do. */
  limits: string[];
  /** Sentences: torn lines and foreign files found while opening. */
  warnings: string[];
}

export interface FetchRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
}

export interface FetchHead {
  status: number;
  headers: [string, string][];
  /** Handle for `readBody`. */
  body: number;
}

export interface ProblemFileRequest {
  /** Absolute. */
  path: string;
  /** What it is called in runs and messages; absent: its path, relative to the workspace where it lies inside. */
  name?: string;
  mapping?: FieldMapping;
}

export interface ProblemFileSummary {
  /** As asked for. */
  path: string;
  /** The name of the request, else the path, relative to the workspace where it lies inside. */
  file: string;
  format: 'JSONL' | 'JSON' | 'CSV' | 'YAML' | 'MD' | 'TXT' | null;
  problems: number;
  badRows: BadRow[];
  /** Fields in the order of the file, and the roles that were recognised or mapped by hand. */
  fields: string[];
  /** The first row's values by field, cut to a few words: what a person sees while mapping. */
  firstValues?: Record<string, string>;
  mapping: FieldMapping;
  /** One sentence: why nothing could be read. `notProblems`: the file is something else, e.g. a few-shot prompt. */
  error?: { kind: 'notProblems' | 'unreadable'; message: string };
}

export interface PlanSpec {
  problemFiles: ProblemFileRequest[];
  weak: ModelSettings;
  strong: ModelSettings;
  match: Match;
  /** Strong samples per problem, ascending, e.g. [1, 3, 9]. */
  strongSamples: number[];
  /** Weak samples set by hand instead of by the match; same length. */
  weakSamples?: number[];
  /** Measured means of a pilot or an earlier run instead of the paper's assumption of equal length. */
  expected?: Record<Arm, MeanTokens>;
  maxUsd?: number;
  seed?: number;
  /** Only the first so many problems. */
  limit?: number;
}

export interface PlanPreview {
  problems: number;
  grid: GridPoint[];
  /** Planned. */
  match: MatchRatio;
  requests: Record<Arm, number>;
  spend: Record<Arm, Spend>;
  /** Null where no time can be foreseen. */
  durationMs: number | null;
  /** Sentences: assumptions and remainders, e.g. `Assumes both models write equally long solutions.` */
  notes: string[];
}

export interface ConnectionReport {
  ok: boolean;
  /** One sentence, e.g. `Connected to localhost:8000 in 41 ms.` or what is wrong and how to mend it. */
  message: string;
  /** Where `ok` is false: the server wants a key, or another one. */
  wantsKey?: true;
  latencyMs: number | null;
  models: string[];
  /** null: not found out. */
  honours: { n: boolean | null; seed: boolean | null; usage: boolean | null; logprobs: boolean | null };
}

export type RunState = 'running' | 'stopping' | 'stopped' | 'complete' | 'imported' | 'indexing';

export interface RunSummary {
  run: RunFile;
  /** Absolute path of the run's folder. */
  folder: string;
  state: RunState;
  drawn: Record<Arm, number>;
  planned: Record<Arm, number>;
  failed: Record<Arm, number>;
  correct: Record<Arm, number>;
  flaggedCorrect: Record<Arm, number>;
  /** Traces with a person's soundness. */
  judged: number;
  spend: Record<Arm, Spend>;
  /** Realised so far. */
  match: MatchRatio;
  /** Sentences, e.g. `traces.jsonl:1204 is torn and was left out.` */
  warnings: string[];
}

export interface RunProgress {
  run: RunId;
  name: string;
  state: RunState;
  drawn: Record<Arm, number>;
  planned: Record<Arm, number>;
  /** Samples given up in this session. */
  failed: Record<Arm, number>;
  spend: Record<Arm, Spend>;
  match: MatchRatio;
  remainingMs: number | null;
  /** The latest failure, one sentence. */
  problem?: string;
}

/** The filter's text (see `core/curate/filter.ts`) and the problems' order. */
export interface TraceQuery {
  /** E.g. `arm:weak verdict:correct flag:any soundness:none steps>8 orchard`. Empty: everything. */
  filter: string;
  sort?: 'file' | 'coverage' | 'flagged';
  /** A problem to look for; `problemRows` answers its index in `found`. */
  find?: ProblemId;
}

export interface ProblemPage {
  /** Problems that pass, in all. */
  total: number;
  /** Traces that pass, in all. */
  traces: number;
  rows: ProblemRow[];
  /** Traces of the current filter (its soundness and verdict terms aside) by answer × reasoning. */
  matrix: Quadrants;
  /** Index of the query's `find` among the problems that pass; -1 where it is not among them, absent where it was not looked for. */
  found?: number;
}

/** Counts by answer and reasoning; `unsure` counts as not judged. */
export type Quadrants = Record<'correct' | 'incorrect', Record<'sound' | 'unsound' | 'none', number>>;

export interface ProblemRow {
  id: ProblemId;
  /** Its first words. */
  title: string;
  samples: Record<Arm, SampleCell[]>;
}

/** One cell of a problem's strip. */
export interface SampleCell {
  trace: TraceId;
  state: 'correct' | 'flagged' | 'incorrect' | 'ungradable';
  soundness: Soundness | null;
}

export interface AnswerClass {
  /** The answer as most of its traces write it; null: no answer found. */
  answer: string | null;
  gold: boolean;
  verdict: Verdict;
  counts: Record<Arm, number>;
  paths: AnswerPath[];
}

export interface AnswerPath {
  /** The equations in order; empty: `no equations`. */
  equations: string[];
  /** Indices of the equations that a flag lies on. */
  flaggedEquations: number[];
  counts: Record<Arm, number>;
  traces: TraceRow[];
}

export interface TraceRow {
  id: TraceId;
  arm: Arm;
  sample: number;
  completionTokens: number;
  verdict: Verdict;
  flags: RuleName[];
  /** What the exact check says; null where the problem is no embedded one. */
  reference: ReferenceCheck['soundness'] | null;
  decision: Decision | null;
}

export interface TraceDetail {
  trace: Trace;
  problem: Problem;
  steps: Step[];
  flags: Flag[];
  verdict: Verdict;
  answer: ExtractedAnswer | null;
  /** How the answer was graded, for people. */
  how: string;
  /** Null where the problem is no embedded one. Its steps are its own; they need not be those above. */
  reference: ReferenceCheck | null;
  decision: Decision | null;
  /** The exact messages and body of the request; null for imported traces. */
  request: string | null;
}

/** Two traces aligned by step. */
export interface Comparison {
  left: TraceDetail;
  right: TraceDetail;
  rows: ComparisonRow[];
  /** Index of the first row whose sides part ways in substance; -1 if none does. */
  firstDivergence: number;
  /** E.g. `Equal final answers, different paths`. */
  summary: string;
}

export interface ComparisonRow {
  /** `=` the same, `≈` the same equations in other words, `≠` different, `+` right only, `−` left only. */
  sign: '=' | '≈' | '≠' | '+' | '−';
  left: ComparedStep | null;
  right: ComparedStep | null;
}

export interface ComparedStep {
  step: number;
  /** The step's text in pieces; `changed` pieces stand on this side only. */
  parts: { text: string; changed: boolean }[];
}

/** Which field of an imported line plays which role, as dotted paths. */
export interface TraceMapping {
  problem?: string;
  problemId?: string;
  gold?: string;
  solution?: string;
  model?: string;
  /** Further fields that tell systems apart, e.g. `method`. */
  system?: string;
  seed?: string;
  promptTokens?: string;
  completionTokens?: string;
  options?: string;
}

export interface ImportPreview {
  format: 'JSONL' | 'JSON' | 'CSV';
  fields: string[];
  mapping: TraceMapping;
  rows: { problem: string; gold: string; solution: string; system: string }[];
  /** The systems found (model, or model and method) with their traces; an arm must be named for each that is wanted. */
  systems: { name: string; traces: number; suggestedArm: Arm }[];
}

export interface ImportResult {
  run: RunId;
  traces: number;
  badRows: BadRow[];
}

export interface ExportResult {
  folder: string;
  /** Names of the files written. */
  files: string[];
  counts: SelectionCounts;
}
