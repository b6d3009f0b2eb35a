import type { Match, Spend } from '../budget/budget.ts';
import { spendIn } from '../budget/cost.ts';
import { passTable } from './coverage.ts';
import { distinctAtK } from './diversity.ts';
import { addTo, meanOver, noSums, shareOver } from './interval.ts';
import type { ArmPoint } from './report.ts';
import type { ArmTally, ProblemTally } from './tally.ts';

/**
 * What the arm reached with `k` samples per problem, at its true mean spend per sample.
 *
 * It rests on the problems with at least k samples; the others are left out, not counted as unsolved (no unbiased estimate can be
 * made of them). Each estimate's `n` says how many stayed. Null where no problem has k samples.
 */
export function pointAt(arm: ArmTally, spend: Spend, match: Match, k: number): ArmPoint | null {
  const pass = passTable(k);
  const coverage = noSums();
  const bySound = noSums();
  const byReference = noSums();
  const diversity = noSums();
  let samples = 0;
  let checkedSamples = 0;
  for (const problem of arm.problems) {
    if (problem.samples < k) continue;
    samples += problem.samples;
    addTo(coverage, pass(problem.samples, problem.correct));
    addTo(bySound, pass(problem.samples, problem.correctBySound));
    if (problem.reference) {
      checkedSamples += problem.samples;
      addTo(byReference, pass(problem.samples, problem.reference.sound));
    }
    addTo(diversity, distinctAtK(problem.multiplicities, problem.samples, k, pass));
  }
  if (coverage.n === 0) return null;
  return {
    k,
    cost: costAt(spend, match, k),
    coverage: shareOver(coverage, samples),
    coverageBySound: shareOver(bySound, samples),
    coverageByReference: byReference.n === 0 ? null : shareOver(byReference, checkedSamples),
    diversity: meanOver(diversity),
  };
}

/** The arm's curve over k, from 1 to the most samples that at least half of its problems have. */
export function curveOf(arm: ArmTally, spend: Spend, match: Match, wanted: readonly number[]): ArmPoint[] {
  const points = curveSteps(typicalSamples(arm.problems), wanted).map((k) => pointAt(arm, spend, match, k));
  return points.filter((point) => point !== null);
}

/** The spend of k samples at the arm's mean. */
export function spendAtK(spend: Spend, k: number): Spend {
  const share = spend.samples === 0 ? 0 : k / spend.samples;
  return {
    samples: k,
    promptTokens: spend.promptTokens * share,
    completionTokens: spend.completionTokens * share,
    flops: spend.flops === null ? null : spend.flops * share,
    usd: spend.usd === null ? null : spend.usd * share,
  };
}

/** At most `mostPoints` values of k from 1 to `most`: the wanted ones, and the rest spread evenly over the logarithm of k. */
export function curveSteps(most: number, wanted: readonly number[]): number[] {
  if (most < 1) return [];
  if (most <= mostPoints) return Array.from({ length: most }, (_, i) => i + 1);
  const steps = new Set([1, most]);
  for (const k of wanted) if (k >= 1 && k <= most && steps.size < mostPoints) steps.add(k);
  const spare = mostPoints - steps.size;
  for (let i = 1; i <= spare; i++) steps.add(Math.round(most ** (i / (spare + 1))));
  return [...steps].sort((a, b) => a - b);
}

const mostPoints = 32;

function costAt(spend: Spend, match: Match, k: number): number | null {
  return spendIn(match, spendAtK(spend, k));
}

function typicalSamples(problems: readonly ProblemTally[]): number {
  const descending = problems.map((problem) => problem.samples).sort((a, b) => b - a);
  return descending[Math.ceil(descending.length / 2) - 1] ?? 0;
}
