import type { Match, MatchRatio, Spend } from './budget.ts';
import { spendIn } from './cost.ts';

/**
 * The most weak samples that cost no more than `strongSamples` strong ones, from each arm's cost per sample (same unit, > 0).
 *
 * Rounded down, so the weak model never gets the larger budget; 0 when even one sample exceeds it.
 * Source: Bansal et al. 2024, arXiv:2408.16737; there the ratio of costs is the ratio of parameters.
 */
export function matchedSamples(strongCost: number, weakCost: number, strongSamples: number): number {
  return Math.floor(((strongSamples * strongCost) / weakCost) * (1 + rounding));
}

/** Lets an exact ratio land on its integer: 4.1 / 0.1 is 40.99999999999999 in floating point. Exact for decimals up to 12 digits in all. */
const rounding = 1e-12;

/** Spends that differ by no more than this share count as equal: real lengths are never the same to the token. */
const tolerance = 0.02;

/**
 * Did both arms get the same over `problems` problems (1 for spends per problem)? Planned or realised, according to the spends.
 *
 * `matched`: within 2 %, or the weak arm got less but one more weak sample per problem would exceed the strong arm's spend.
 * The ratio is null, and the arms unmatched, where a spend is unknown or an arm has drawn nothing.
 */
export function matchRatio(match: Match, weak: Spend, strong: Spend, problems: number): MatchRatio {
  const weakSpend = spendIn(match, weak);
  const strongSpend = spendIn(match, strong);
  const comparable = weakSpend !== null && strongSpend !== null && weak.samples > 0 && strongSpend > 0;
  if (!comparable) return { match, ratio: null, matched: false };
  const ratio = weakSpend / strongSpend;
  // Of a run that has only begun, no more problems than samples can have been reached.
  const reached = Math.min(problems, weak.samples, strong.samples);
  const oneMore = ratio * (1 + reached / weak.samples);
  const matched = Math.abs(ratio - 1) <= tolerance + rounding || (ratio < 1 && oneMore > 1 + rounding);
  return { match, ratio, matched };
}
