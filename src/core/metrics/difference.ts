import type { Cluster } from './interval.ts';
import { addTo, noSums, shareOver, tQuantile, varianceOfMean } from './interval.ts';
import type { Estimate } from './report.ts';

/** Of one problem: the first arm's figure, the second arm's. */
export type Pair<T> = readonly [first: T, second: T];

/**
 * The mean over problems of first − second, with Student's interval over the problems' differences: what makes a problem hard for
 * both arms cancels out. No interval where the differences do not differ or there is only one. `n`: problems.
 */
export function pairedDifference(pairs: Iterable<Pair<number>>): Estimate {
  const sums = noSums();
  for (const [first, second] of pairs) addTo(sums, first - second);
  if (sums.n === 0) return { value: null, n: 0 };
  const value = sums.sum / sums.n;
  const half = tQuantile(sums.n - 1) * Math.sqrt(varianceOfMean(sums));
  return half > 0 ? { value, n: sums.n, low: value - half, high: value + half } : { value, n: sums.n };
}

/**
 * The difference of two shares (first − second), each the mean over problems of one number per problem: a coverage as it stands, an
 * FPR or any other share of traces by `linearisedShare`. `draws`: traces that each share rests on. `n`: problems.
 *
 * The interval joins those of the two shares (`shareOver`), taking off what the arms have in common problem by problem. Unlike
 * Student's it keeps its level near 0 and 100 %: with 2 % of 70 traces that one held the truth in 85 % of simulated studies, this
 * in 97 %; with hundreds of problems the two agree.
 *
 * Source: Newcombe 1998, "Improved confidence intervals for the difference between binomial proportions based on paired data"
 * (method 10), in the general form of Zou and Donner 2008, "Construction of confidence limits about effect measures".
 */
export function shareDifference(pairs: readonly Pair<number>[], draws: Pair<number>): Estimate {
  const first = shareAt(0, pairs, draws);
  const second = shareAt(1, pairs, draws);
  if (first.value === null || second.value === null) return { value: null, n: 0 };
  const value = first.value - second.value;
  if (first.low === undefined || first.high === undefined || second.low === undefined || second.high === undefined)
    return { value, n: pairs.length };
  const common = correlation(pairs);
  const low = value - joined(first.value - first.low, second.high - second.value, common);
  const high = value + joined(first.high - first.value, second.value - second.low, common);
  return { value, n: pairs.length, low, high };
}

/**
 * One number per problem whose mean is the share of all traces (Σ hits / Σ n) and whose spread over problems is, to first order,
 * that share's: `share + m · (hits − share · n) / Σ n` for m problems. Null where there are no traces.
 *
 * With it a ratio over clusters can be paired, averaged and compared like a mean over problems. Source: Woodruff 1971, "A simple
 * method for approximating the variance of a complicated estimate" (linearisation, also called the delta method).
 */
export function linearisedShare(clusters: readonly Cluster[]): number[] | null {
  const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
  if (n === 0) return null;
  const share = clusters.reduce((sum, cluster) => sum + cluster.hits, 0) / n;
  return clusters.map((cluster) => share + (clusters.length / n) * (cluster.hits - share * cluster.n));
}

function shareAt(arm: 0 | 1, pairs: readonly Pair<number>[], draws: Pair<number>): Estimate {
  const sums = noSums();
  for (const pair of pairs) addTo(sums, pair[arm]);
  return shareOver(sums, draws[arm]);
}

/** Two half-widths of intervals as one, for a difference of what is correlated. */
function joined(a: number, b: number, common: number): number {
  return Math.sqrt(Math.max(0, a ** 2 - 2 * common * a * b + b ** 2));
}

/** Pearson's; 0 where one of the two does not vary. */
function correlation(pairs: readonly Pair<number>[]): number {
  const mean = (arm: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[arm], 0) / pairs.length;
  const means: Pair<number> = [mean(0), mean(1)];
  const moment = (a: 0 | 1, b: 0 | 1) =>
    pairs.reduce((sum, pair) => sum + (pair[a] - means[a]) * (pair[b] - means[b]), 0);
  const scale = Math.sqrt(moment(0, 0) * moment(1, 1));
  return scale > 1e-12 ? Math.max(-1, Math.min(1, moment(0, 1) / scale)) : 0;
}
