import type { Soundness } from '../../core/annotation/annotation.ts';
import type { Verdict } from '../../core/answer/verdict.ts';
import type { Filter } from '../../core/curate/filter.ts';
import type { RuleName } from '../../core/flags/flag.ts';
import type { Problem, ProblemId } from '../../core/problem/problem.ts';
import type { ReferenceCheck } from '../../core/soundness/keys.ts';
import type { Arm, FinishReason, TraceId } from '../../core/trace/trace.ts';
import type { ProblemRow, Quadrants, TraceQuery } from '../../protocol/engine.ts';

/**
 * What is worked out from a run's files, ready to be filtered: facts of every trace and where its body stands in the log.
 * A cache: it may vanish at any time and is built again from the files.
 */
export interface TraceIndex {
  readonly kind: 'sqlite' | 'memory';
  /** How far each file of the run is indexed, by its name. */
  reached(): Map<string, Reached>;
  /**
   * Takes up a stretch of a file, as a whole or not at all. A trace whose id is known is left out (the first one stays);
   * the ids left out are returned. Null: the stretch does not begin where the index ends (another process was quicker).
   */
  add(batch: IndexBatch): TraceId[] | null;
  /** Forgets everything, also where its file is broken. */
  clear(): void;

  /** Sets what people say of traces; those not named are said nothing of. */
  setJudgements(judgements: Iterable<[TraceId, Judgement]>): void;
  setJudgement(trace: TraceId, judgement: Judgement): void;

  totals(): IndexTotals;
  /** Numbers of the problems with a passing trace, in order, and how many traces pass. Rejects filters it can't apply with a `UserError`. */
  passing(filter: Filter, sort: TraceQuery['sort']): Passing;
  /** Counts of passing traces by answer and reasoning; `unsure` counts as not judged, ungradable traces are left out. */
  matrix(filter: Filter): Quadrants;
  /** The problems with all their samples, whether or not they pass a filter; at most `maxCells` per arm. */
  problemRows(numbers: readonly number[]): ProblemRow[];
  /** Passing traces of one problem, weak first, then by sample. */
  tracesOf(problem: ProblemId, filter: Filter): TraceFacts[];
  /** Flagged correct traces first, then the others; the most suspicious first; ties by problem, arm and sample. */
  queue(filter: Filter, limit: number): TraceId[];
  facts(trace: TraceId): TraceFacts | null;
  /** Where the trace's line stands. */
  place(trace: TraceId): Place | null;
  problemPlace(problem: ProblemId): Place | null;
  /** The number that `passing` knows a problem by; null where it is unknown. */
  problemNumber(problem: ProblemId): number | null;
  /** Up to `limit` traces after one (null: from the beginning), by problem, arm and sample. Fewer than `limit`: that was the end. */
  scan(after: TraceId | null, limit: number): TraceFacts[];
  /** Closing twice is safe. */
  close(): void;
}

/** Most samples of one problem and arm that a row shows. */
export const maxCells = 1_000;

export interface Reached {
  /** Bytes of the file that are indexed; the next line begins there. */
  bytes: number;
  lines: number;
  /** Tells a file that was rewritten from one that only grew (see `fingerprint`). */
  fingerprint: string;
  /** Sentences: lines left out so far, at most 20. */
  warnings: string[];
}

export interface IndexBatch {
  file: string;
  /** The byte at which the stretch begins. */
  from: number;
  reached: Reached;
  problems: IndexedProblem[];
  traces: IndexedTrace[];
}

/** A line in one of the run's files. */
export interface Place {
  file: string;
  /** In bytes. */
  offset: number;
  length: number;
}

export interface IndexedProblem {
  problem: Pick<Problem, 'id' | 'text'>;
  place: Place;
}

export interface IndexedTrace {
  facts: Omit<TraceFacts, 'soundness' | 'badProblem'>;
  /** For the full-text search. */
  text: string;
  place: Place;
}

/** What is known of a trace without its text. */
export interface TraceFacts extends Judgement {
  id: TraceId;
  problem: ProblemId;
  arm: Arm;
  sample: number;
  model: string;
  verdict: Verdict;
  /** As written, at most 200 characters; null: none was found. */
  answer: string | null;
  /** `shortKey(answerKey(answer))`. */
  answerKey: string | null;
  /** `shortKey` of the path's key. */
  path: string;
  flags: RuleName[];
  steps: number;
  promptTokens: number;
  completionTokens: number;
  finish: FinishReason;
  /** 0..1: how likely the reasoning is unsound, given a correct answer. */
  unsound: number;
  /** What the exact check says; null where the problem is no embedded one. */
  reference: ReferenceCheck['soundness'] | null;
}

/** What a person says, as far as it can be filtered by. */
export interface Judgement {
  soundness: Soundness | null;
  badProblem: boolean;
}

export interface IndexTotals {
  problems: number;
  arms: Record<Arm, ArmTotals>;
  /** Traces with a soundness. */
  judged: number;
}

export interface ArmTotals {
  traces: number;
  correct: number;
  flaggedCorrect: number;
  promptTokens: number;
  completionTokens: number;
}

export interface Passing {
  problems: number[];
  traces: number;
}

/** A problem's first words, for lists. */
export function titleOf(text: string): string {
  return text.slice(0, 200).replace(/\s+/g, ' ').trim().slice(0, 100);
}

/** The state of a cell in a problem's strip. */
export function cellState({ verdict, flags }: Pick<TraceFacts, 'verdict' | 'flags'>) {
  return verdict === 'correct' && flags.length > 0 ? 'flagged' : verdict;
}

/** The parts of an id that `traceId` made; null for any other text. */
export function splitTraceId(id: TraceId): { problem: ProblemId; arm: Arm; sample: number } | null {
  const slash = id.lastIndexOf('/');
  const [, letter, digits] = /^([ws])(0|[1-9]\d{0,8})$/.exec(id.slice(slash + 1)) ?? [];
  if (slash < 0 || !letter) return null;
  return { problem: id.slice(0, slash), arm: letter === 'w' ? 'weak' : 'strong', sample: Number(digits) };
}

export function emptyMatrix(): Quadrants {
  return { correct: { sound: 0, unsound: 0, none: 0 }, incorrect: { sound: 0, unsound: 0, none: 0 } };
}

export function countInto(matrix: Quadrants, verdict: Verdict, soundness: Soundness | null, count = 1): void {
  if (verdict !== 'ungradable')
    matrix[verdict][soundness === 'sound' || soundness === 'unsound' ? soundness : 'none'] += count;
}

/** Most sentences that are kept per file. */
const maxWarnings = 20;

/** Adds a sentence about the file, unless there are many. */
export function note({ warnings }: Reached, sentence: string): void {
  if (warnings.length < maxWarnings) warnings.push(sentence);
  else warnings[maxWarnings] = 'More lines are like these.';
}
