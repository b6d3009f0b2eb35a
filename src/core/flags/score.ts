import type { Step } from '../trace/trace.ts';
import type { Flag } from './flag.ts';

/**
 * The probability (0..1) that a trace whose final answer is right is unsound: a logistic regression on its flags, its length and its
 * hedging words. Length alone is a strong baseline, so this is never shown without its flags.
 */
export function unsoundProbability(text: string, _steps: readonly Step[], flags: readonly Flag[]): number {
  if (text.trim() === '') return baseRate;
  const logit =
    weights.intercept +
    weights.falseStatement * flagged(flags, (rule) => rule === 'wrongArithmetic' || rule === 'falseInequality') +
    weights.guess * flagged(flags, (rule) => rule === 'guessedAnswer') +
    weights.length * Math.log(clamp(text.length, 100, 10_000) / 1000) +
    weights.hedging * Math.min(3, Math.log2(1 + countHedges(text)));
  return 1 / (1 + Math.exp(-logit));
}

/**
 * Fitted by gradient descent on the log loss (L2 0.0005) to 1,259 right-answer traces, 250 of them unsound: ProcessBench gsm8k and
 * math, MR-Ben math and physics. In 5-fold cross-validation grouped by problem: AUC 0.67 (length alone 0.60), calibration error
 * 0.03 in deciles. The base rate of other data differs: the order carries over, the level need not.
 */
const weights = { intercept: -1.7, falseStatement: 2.94, guess: 1.6, length: 0.57, hedging: 0.5 };
const baseRate = 0.2;

function flagged(flags: readonly Flag[], wanted: (rule: string) => boolean): 0 | 1 {
  return flags.some((flag) => wanted(flag.rule)) ? 1 : 0;
}

const hedges =
  /\b(?:actually|wait|seems?|instead|assum\w*|re-?evaluat\w*|re-?examin\w*|mistake|error|likely|incorrect|contradict\w*|however)\b/gi;
/** Eight count as much as a hundred. */
const enoughHedges = 8;

function countHedges(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(hedges)) if (++count >= enoughHedges) break;
  return count;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
