import type { Pair } from './difference.ts';
import { shareDifference } from './difference.ts';
import type { Estimate } from './report.ts';
import { normalFrom, seededUniform } from './seeded.ts';

/** One point of a cost grid. */
export interface BandColumn {
  /** Of each problem, in the same order at every point: the arms' figures at this cost, e.g. coverage at the k that it buys. */
  pairs: readonly Pair<number>[];
  /** Traces that either arm's figures rest on. */
  draws: Pair<number>;
}

/** First − second at one point of the grid. */
export interface BandPoint extends Estimate {
  /** The point's share of a band that holds the whole curve in 95 % of runs, −1 to 1; absent where the point has no interval. */
  bandLow?: number;
  bandHigh?: number;
}

/**
 * The difference of two arms over a cost grid: at each point with its own 95 % interval (`shareDifference`), and as a band that holds
 * at all points together, for whoever reads off the curve where one arm overtakes the other.
 *
 * The band is the intervals stretched by one factor: the 95 % quantile of the largest of the points' deviations, which go together as
 * the problems' differences do, over that of one deviation. Source: the sup-t band of Montiel Olea and Plagborg-Møller 2019,
 * "Simultaneous confidence bands: theory, implementation, and an application to SVARs", Journal of Applied Econometrics 34:1.
 * The quantile is simulated from `seed`.
 */
export function differenceBand(columns: readonly BandColumn[], seed: number): BandPoint[] {
  const stretch = supQuantile(correlations(columns), seed) / oneQuantile;
  return columns.map(({ pairs, draws }) => {
    const estimate = shareDifference(pairs, draws);
    const { value, low, high } = estimate;
    if (value === null || low === undefined || high === undefined) return estimate;
    const bandLow = Math.max(-1, value - stretch * (value - low));
    return { ...estimate, bandLow, bandHigh: Math.min(1, value + stretch * (high - value)) };
  });
}

const oneQuantile = 1.959963984540054;
const rounds = 4000;

/** Of the columns whose differences vary. */
function correlations(columns: readonly BandColumn[]): number[][] {
  const scaled = columns.flatMap(({ pairs }) => {
    const differences = pairs.map(([first, second]) => first - second);
    const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
    const residuals = differences.map((difference) => difference - mean);
    const length = Math.sqrt(residuals.reduce((sum, residual) => sum + residual ** 2, 0));
    return length > 1e-9 ? [residuals.map((residual) => residual / length)] : [];
  });
  return scaled.map((a) => scaled.map((b) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)));
}

/** The 95 % quantile of the largest |deviation| of normal variables with these correlations; never below that of one. */
function supQuantile(matrix: readonly (readonly number[])[], seed: number): number {
  const root = choleskyRoot(matrix);
  const normal = normalFrom(seededUniform(seed));
  const largest = Array.from({ length: rounds }, () => {
    const draws = root.map(normal);
    return root.reduce((most, row) => Math.max(most, Math.abs(dot(row, draws))), 0);
  });
  largest.sort((a, b) => a - b);
  return Math.max(oneQuantile, largest[Math.ceil(0.95 * rounds) - 1] ?? 0);
}

/** Lower triangular; a column that follows from those before it (neighbouring points may move as one) adds nothing of its own. */
function choleskyRoot(matrix: readonly (readonly number[])[]): number[][] {
  const root: number[][] = [];
  for (const [i, line] of matrix.entries()) {
    const row: number[] = [];
    for (let j = 0; j < i; j++) {
      const above = root[j] ?? [];
      const pivot = above[j] ?? 0;
      row.push(pivot > 1e-6 ? ((line[j] ?? 0) - dot(row, above)) / pivot : 0);
    }
    row.push(Math.sqrt(Math.max(0, (line[i] ?? 0) - dot(row, row))));
    root.push(row);
  }
  return root;
}

function dot(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
