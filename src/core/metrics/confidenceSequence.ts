import type { Cluster } from './interval.ts';
import type { Estimate } from './report.ts';

/*
 * Intervals for looking at a run while it grows. An ordinary 95 % interval misses in 5 % of the runs at one look that was fixed
 * beforehand; whoever looks again and again, and stops when it pleases, sees it miss far more often. These hold at all looks at once
 * in 95 % of the runs, and are wider for it.
 *
 * They ask that the draws come in an order that has nothing to do with their values, and that a value, once counted, stays: a problem
 * counts when its k samples are complete, not before.
 *
 * Source: the hedged capital process of Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by betting",
 * Journal of the Royal Statistical Society B 86:1 (arXiv:2010.09686), §4; without replacement as in their §5. In short: for each
 * candidate mean, two gamblers bet that the values lie above it and below it. Where the candidate is the truth the bets are fair, so
 * that a gambler ever multiplies the stake by 2/α with chance α/2 at most (Ville's inequality); candidates that made one of them
 * that rich are ruled out.
 */

export interface SequenceOptions {
  /** Bounds of the values; 0 and 1 unless told. */
  least?: number;
  most?: number;
  /**
   * Where the values are drawn without replacement out of so many, whose own mean is wanted: the correct traces of a finished run,
   * labelled in random order. Then it needs no model of how traces of a problem go together, and closes in on the truth at the end.
   */
  population?: number;
}

/**
 * The mean of values in [least, most] in the order in which they came, with an interval that holds at every look. `n`: values.
 * For shares of problems (coverage), one value per problem; for the paired difference of two arms, one difference per problem, from
 * −1 to 1.
 */
export function meanSequence(values: readonly number[], options: SequenceOptions = {}): Estimate {
  const { least = 0, most = 1, population } = options;
  const width = most - least;
  const steps = values.map((value) => ({ hits: (value - least) / width, n: 1 }));
  const { value, low, high } = betting(steps, 1, population);
  if (value === null) return { value, n: 0 };
  const back = (share: number) => least + width * share;
  return { value: back(value), n: values.length, low: back(low), high: back(high) };
}

/**
 * The share of traces with a property, problem by problem in the order in which they came, each with all its traces at once, with
 * an interval that holds at every look. `mostTraces`: more than any problem can have is safe, but widens the interval. `n`: traces.
 *
 * The truth is E[hits] / E[n] over problems, as of `clusteredShare`: the gamblers bet on `hits − share · n`.
 */
export function shareSequence(clusters: readonly Cluster[], mostTraces: number): Estimate {
  const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
  const { value, low, high } = betting(clusters, mostTraces);
  return value === null ? { value, n: 0 } : { value, n, low, high };
}

type Sequence = { value: null; low?: undefined; high?: undefined } | { value: number; low: number; high: number };

function betting(steps: readonly Cluster[], most: number, population?: number): Sequence {
  const size = steps.reduce((sum, step) => sum + step.n, 0);
  if (size === 0) return { value: null };
  const value = steps.reduce((sum, step) => sum + step.hits, 0) / size;
  const game = { steps, most, population, bets: betsFor(steps, most) };
  const low = lastRuledOut(value, 0, (share) => isRuledOut(game, share, 1));
  const high = lastRuledOut(value, 1, (share) => isRuledOut(game, share, -1));
  return { value, low, high };
}

interface Game {
  steps: readonly Cluster[];
  /** Most traces of a step. */
  most: number;
  population: number | undefined;
  /** Predictable: each follows from the steps before it. */
  bets: readonly number[];
}

/** √(2 ln(2/α) / (variance so far · t ln(t + 1))): the predictable plug-in bets of Waudby-Smith and Ramdas. */
function betsFor(steps: readonly Cluster[], most: number): number[] {
  let sum = most / 2;
  let size = most;
  let squares = 1 / 4;
  return steps.map(({ hits, n }, i) => {
    // `squares` is t times the variance of what came before, with one half draw of either end to start from.
    const bet = Math.sqrt((2 * Math.log(2 / alpha)) / (squares * Math.log(i + 2)));
    sum += hits;
    size += n;
    squares += ((hits - (sum / size) * n) / most) ** 2;
    return bet;
  });
}

const alpha = 0.05;
/** Share of the stake that a gambler may lose at most in a step. */
const boldest = 0.75;

/**
 * Did a gambler who bets on higher (1) or lower (−1) values than `share` get too rich for `share` to be the truth? Looks at the end
 * of the sequence only: that it holds at all looks is what the wide threshold is for.
 */
function isRuledOut({ steps, most, population, bets }: Game, share: number, side: 1 | -1): boolean {
  let capital = 0;
  let seen = 0;
  for (let i = 0; i < steps.length; i++) {
    const { hits, n } = steps[i] ?? nothing;
    const expected = population === undefined ? share : remainingMean(share, population, seen, i);
    if (expected < -rounding || expected > 1 + rounding) return side === 1 ? expected < 0 : expected > 1;
    const worst = side === 1 ? expected : 1 - expected;
    const bet = Math.min(bets[i] ?? 0, boldest / Math.max(worst, rounding));
    capital += Math.log1p((side * bet * (hits - expected * n)) / most);
    seen += hits;
  }
  return capital >= Math.log(2 / alpha);
}

/** The mean of what is left of the population, if `share` is the mean of all of it. */
function remainingMean(share: number, population: number, seen: number, drawn: number): number {
  return drawn >= population ? share : (population * share - seen) / (population - drawn);
}

const rounding = 1e-9;
const nothing: Cluster = { hits: 0, n: 0 };

/** Between the value, which is not ruled out, and an end of the range: where ruling out begins. It is monotone on either side. */
function lastRuledOut(value: number, end: number, ruledOut: (share: number) => boolean): number {
  if (!ruledOut(end)) return end;
  let out = end;
  let kept = value;
  for (let i = 0; i < 30; i++) {
    const middle = (out + kept) / 2;
    if (ruledOut(middle)) out = middle;
    else kept = middle;
  }
  return out;
}
