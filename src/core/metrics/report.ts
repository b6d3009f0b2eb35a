import type { GridPoint, MatchRatio, Spend } from '../budget/budget.ts';
import type { Arm } from '../trace/trace.ts';

/** A 95 % interval. */
export interface Interval {
  low: number;
  high: number;
}

/** An estimate in its own unit (shares are 0..1), with a 95 % interval by problem; `n` is what it rests on. */
export interface Estimate extends Partial<Interval> {
  value: number | null;
  n: number;
}

/** What one arm reached with `k` samples per problem. */
export interface ArmPoint {
  k: number;
  /** Spend per problem at k, in the unit of the match (FLOPs, US dollars, samples). */
  cost: number | null;
  /** Share of problems with a correct trace (unbiased pass@k). */
  coverage: Estimate;
  /** The same, counting only traces that no person called unsound and no rule flagged as unsound unless a person called them sound. */
  coverageBySound: Estimate;
  /** The same, counting only traces that the exact check finds sound, over the problems that have one; null where none has. */
  coverageByReference: Estimate | null;
  /** Mean number of distinct correct paths per problem (rarefaction). */
  diversity: Estimate;
}

/** One row of the report's table: both arms at one point of the budget grid. */
export interface GridRow {
  grid: GridPoint;
  match: MatchRatio;
  weak: ArmPoint | null;
  strong: ArmPoint | null;
}

/** Traces by answer × reasoning, from people's annotations alone. */
export interface OutcomeTable {
  correct: { sound: number; unsound: number };
  incorrect: { sound: number; unsound: number };
  /** Left out: unsure, and bad problems. */
  unsure: number;
  badProblem: number;
}

/**
 * What the exact check of embedded problems tells of an arm's correct traces, and how well flags agree with it. People's
 * judgements play no part.
 */
export interface ReferenceReport {
  /** Share of the correct traces that the check finds unsound; `n`: correct traces that could be checked. */
  fpr: Estimate;
  /** Share of the flagged ones among them that are unsound. */
  flagPrecision: Estimate;
  /** Share of the unsound ones among them that are flagged. */
  flagRecall: Estimate;
}

export interface ArmReport {
  model: string;
  activeParamsB: number | null;
  traces: number;
  correct: number;
  incorrect: number;
  ungradable: number;
  /** Correct traces with a flag. */
  flaggedCorrect: number;
  truncated: number;
  spend: Spend;
  /** Points for the curves, k = 1 to the samples drawn (thinned to at most 32). */
  curve: ArmPoint[];
  /** Share of the judged correct traces that a person called unsound. */
  fpr: Estimate;
  outcomes: OutcomeTable;
  /** Null where none of the arm's traces is of an embedded problem. */
  reference: ReferenceReport | null;
}

/** One model as it stands in the traces: an arm of imported traces may hold several. */
export interface SystemReport {
  name: string;
  arm: Arm;
  traces: number;
  correct: number;
  incorrect: number;
  ungradable: number;
}

/** What `report` prints and the Dashboard draws. */
export interface RunReport {
  run: string;
  name: string;
  problems: number;
  arms: Record<Arm, ArmReport | null>;
  systems: SystemReport[];
  /** Realised, over the whole run. */
  match: MatchRatio;
  table: GridRow[];
  /** Sentences: what limits the figures, e.g. `The run was stopped early.` */
  notes: string[];
}
