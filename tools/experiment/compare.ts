import { type Pair, pairedDifference, shareDifference } from '../../src/core/metrics/difference.ts';
import { addTo, meanOver, noSums, shareOver, tQuantile } from '../../src/core/metrics/interval.ts';
import type { Estimate, Interval } from '../../src/core/metrics/report.ts';

/** One figure of one arm: a number for each training seed (row) and problem (column), whose mean is the figure. */
export interface Values {
  rows: readonly (readonly number[])[];
  /** A share in 0..1 resting on so many traces in all; null: a mean of any numbers ≥ 0. */
  draws: number | null;
}

/** The mean over training seeds, with the 95 % interval by problem for just these seeds. `n`: problems. */
export interface Figure extends Estimate {
  /** Of each training seed, in their order. */
  seeds: number[];
  /** The 95 % interval for other problems *and* other training seeds; absent with one seed. */
  overall?: Interval;
}

export interface Comparison {
  weak: Figure;
  strong: Figure;
  /** Weak − strong, paired by problem and training seed. */
  difference: Figure;
}

/** Both arms' figure and the difference of the two. The rows are the same training seeds, the columns the same problems. */
export function compare(weak: Values, strong: Values): Comparison {
  const others = columnMeans(strong.rows);
  const pairs = columnMeans(weak.rows).map((value, i): Pair<number> => [value, others[i] ?? Number.NaN]);
  const difference =
    weak.draws === null || strong.draws === null
      ? pairedDifference(pairs)
      : shareDifference(pairs, [weak.draws, strong.draws]);
  const seeds = weak.rows.map((row, i) => mean(row) - mean(strong.rows[i] ?? []));
  return { weak: figureOf(weak), strong: figureOf(strong), difference: overSeeds(difference, seeds) };
}

function figureOf({ rows, draws }: Values): Figure {
  const sums = noSums();
  for (const value of columnMeans(rows)) addTo(sums, value);
  return overSeeds(draws === null ? meanOver(sums) : shareOver(sums, draws), rows.map(mean));
}

/**
 * Adds what the training seeds say. Student's interval of the mean over seeds tells how far other trainings may lie; its half-width
 * and that of the interval by problem are joined in quadrature. That errs on the wide side: what differs by seed and problem at
 * once is in both, and so few seeds have a large quantile (4.3 for three).
 */
export function overSeeds(byProblem: Estimate, seeds: number[]): Figure {
  const { value, low, high } = byProblem;
  if (seeds.length < 2 || value === null || low === undefined || high === undefined) return { ...byProblem, seeds };
  const centre = mean(seeds);
  const variance = seeds.reduce((sum, seed) => sum + (seed - centre) ** 2, 0) / (seeds.length - 1);
  const half = tQuantile(seeds.length - 1) * Math.sqrt(variance / seeds.length);
  const overall = { low: value - Math.hypot(value - low, half), high: value + Math.hypot(high - value, half) };
  return { ...byProblem, seeds, overall };
}

function columnMeans(rows: Values['rows']): number[] {
  return (rows[0] ?? []).map((_, column) => mean(rows.map((row) => row[column] ?? Number.NaN)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
