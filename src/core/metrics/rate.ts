import type { ProblemId } from '../problem/problem.ts';
import type { Cluster, Sums } from './interval.ts';
import { clusteredShare } from './interval.ts';
import type { Estimate } from './report.ts';

/** What is known of one problem's traces with a correct verdict, all of one arm. */
export interface StudiedProblem {
  problem: ProblemId;
  /** How many there are. */
  correct: number;
  /** Those of them that a person called sound or unsound. */
  labelled: readonly LabelledTrace[];
  /** The helper's signals on all those of them that it read, the labelled ones too. */
  judged: Sums;
}

export interface LabelledTrace {
  unsound: boolean;
  /**
   * What the helper says of it, 0 to 1, the higher the more likely unsound: a judge's verdict (0 sound, 1 unsound) or the score.
   * Null where it did not read the trace.
   */
  signal: number | null;
}

/** A share of an arm's traces, with what its difference from another arm's share needs. */
export interface Rate {
  /** `n`: labels that it rests on. */
  estimate: Estimate;
  /** How far each problem pulls the estimate from its truth, to first order; they sum to about 0. Problems that have no pull may be absent. */
  influence: ReadonlyMap<ProblemId, number>;
}

/** The share of unsound traces from people's labels alone; they must be a random sample of the arm's correct traces. */
export function labelledRate(problems: readonly StudiedProblem[]): Rate {
  const counted = problems.filter(({ labelled }) => labelled.length > 0);
  const clusters = counted.map(clusterOf);
  const estimate = clusteredShare(clusters);
  const share = estimate.value ?? 0;
  const influence = counted.map(
    ({ problem }, i) => [problem, pull(clusters[i] ?? { hits: 0, n: 0 }, share, estimate.n)] as const,
  );
  return { estimate, influence: new Map(influence) };
}

/**
 * first − second, of two arms on the same problems, on different ones, or on some that they share. `n`: labels of both together.
 *
 * The interval joins those of the two rates; what they have in common is the correlation of the problems' influences, 0 where no
 * problem is in both. Source: Zou and Donner 2008, "Construction of confidence limits about effect measures: a general approach",
 * Statistics in Medicine 27:1693.
 */
export function rateDifference(first: Rate, second: Rate): Estimate {
  return joinedDifference(first.estimate, second.estimate, commonInfluence(first.influence, second.influence));
}

/** The difference of two estimates whose errors have the correlation `common`; without an interval where one has none. */
export function joinedDifference(first: Estimate, second: Estimate, common: number): Estimate {
  if (first.value === null || second.value === null) return { value: null, n: 0 };
  const value = first.value - second.value;
  const n = first.n + second.n;
  if (first.low === undefined || first.high === undefined || second.low === undefined || second.high === undefined)
    return { value, n };
  const low = value - joined(first.value - first.low, second.high - second.value, common);
  const high = value + joined(first.high - first.value, second.value - second.low, common);
  return { value, n, low, high };
}

function clusterOf({ labelled }: StudiedProblem): Cluster {
  return { hits: labelled.filter(({ unsound }) => unsound).length, n: labelled.length };
}

function pull({ hits, n }: Cluster, share: number, labels: number): number {
  return (hits - share * n) / labels;
}

/** Two half-widths of intervals as one, for a difference of what is correlated. */
function joined(a: number, b: number, common: number): number {
  return Math.sqrt(Math.max(0, a ** 2 - 2 * common * a * b + b ** 2));
}

function commonInfluence(first: Rate['influence'], second: Rate['influence']): number {
  let product = 0;
  for (const [problem, pulled] of first) product += pulled * (second.get(problem) ?? 0);
  const scale = Math.sqrt(squares(first) * squares(second));
  return scale > 0 ? Math.max(-1, Math.min(1, product / scale)) : 0;
}

function squares(influence: Rate['influence']): number {
  let sum = 0;
  for (const pulled of influence.values()) sum += pulled ** 2;
  return sum;
}
