import type { ProblemId } from '../problem/problem.ts';
import type { Arm } from '../trace/trace.ts';
import type { Cluster } from './interval.ts';
import { wilsonInterval } from './interval.ts';
import type { LabelledTrace, Rate, StudiedProblem } from './rate.ts';
import type { Estimate } from './report.ts';

/** All that is known of one arm's correct traces. */
export interface ArmStudy<A extends Arm> {
  arm: A;
  problems: readonly StudiedProblem[];
}

/**
 * What a judge's verdicts are worth on one arm. It serves that arm and no other: a judge that misses more of one model's errors than
 * of the other's would make a difference where there is none, or turn its sign (arXiv:2605.06939). Only `calibrate` makes one, the
 * compiler refuses it for the other arm (also where it knows the arm as `weak | strong` only), and so does `roganGladenRate`.
 */
export interface Calibration<A extends Arm> {
  readonly arm: A;
  /** Share of the unsound traces that the judge calls unsound; `n`: labels. */
  readonly sensitivity: Estimate;
  /** Share of the sound traces that the judge calls sound. */
  readonly specificity: Estimate;
  /** Sensitivity + specificity − 1 (Youden's J): 0 for a judge that tosses coins. */
  readonly informedness: Estimate;
  readonly [made]: (arm: A) => Calibrating;
}

declare const made: unique symbol;

/** By problem, in the order of the study; and what the counts are worth in independent draws. */
interface Calibrating {
  caught: ReadonlyMap<ProblemId, Cluster>;
  passed: ReadonlyMap<ProblemId, Cluster>;
  sensitivityDraws: number;
  specificityDraws: number;
}

/** From the arm's own labelled traces that the judge read. Signals are verdicts: 0 or 1. */
export function calibrate<A extends Arm>({ arm, problems }: ArmStudy<A>): Calibration<A> {
  const caught = clustersOf(problems, true, 1);
  const passed = clustersOf(problems, false, 0);
  const sensitivity = drawsOf([...caught.values()]);
  const specificity = drawsOf([...passed.values()]);
  const counts: Calibrating = {
    caught,
    passed,
    sensitivityDraws: sensitivity.draws,
    specificityDraws: specificity.draws,
  };
  const shares = { sensitivity: estimateOf(sensitivity), specificity: estimateOf(specificity) };
  const calibration = { arm, ...shares, informedness: informednessOf(shares.sensitivity, shares.specificity) };
  countsOf.set(calibration, counts);
  // The mark exists for the compiler alone.
  return calibration as Calibration<A>;
}

/** A calibration's counts; only what `calibrate` made has any. */
const countsOf = new WeakMap<object, Calibrating>();

/**
 * The share of unsound traces from a judge's verdicts on all of them, corrected by what it gets wrong:
 * `(q + specificity − 1) / (sensitivity + specificity − 1)` for a share q that it calls unsound, within 0 and 1.
 *
 * For labels that are no random sample of the arm's correct traces but were picked, say, for being suspicious: it needs only that
 * they are like the others *given* their soundness. Where they are a random sample, `poweredRate` is sharper.
 * Sources: Rogan and Gladen 1978, "Estimating prevalence from the results of a screening test", American Journal of Epidemiology
 * 107:71; the interval is Lang and Reiczigel's 2014, "Confidence limits for prevalence of disease adjusted for estimated
 * sensitivity and specificity", Preventive Veterinary Medicine 113:13, with counts deflated to what they are worth in independent
 * draws where traces of a problem go together. It takes calibration and q as independent; that labelled traces are among those
 * judged makes it a little wide. `n`: labels.
 *
 * Null value where either kind of label is missing or the judge is no better than chance. Throws on another arm's calibration.
 */
export function roganGladenRate<A extends Arm>(study: ArmStudy<A>, calibration: Calibration<NoInfer<A>>): Rate {
  const counts = countsOf.get(calibration);
  if (calibration.arm !== study.arm || counts === undefined)
    throw new Error(`A calibration of the ${calibration.arm} arm was handed to the ${study.arm} arm.`);
  const n = calibration.sensitivity.n + calibration.specificity.n;
  const sensitivity = calibration.sensitivity.value;
  const specificity = calibration.specificity.value;
  const called = drawsOf(study.problems.map(({ judged }) => ({ hits: judged.sum, n: judged.n })));
  if (sensitivity === null || specificity === null || called.n === 0 || sensitivity + specificity <= 1)
    return { estimate: { value: null, n }, influence: new Map() };
  const informedness = sensitivity + specificity - 1;
  const value = clamp((called.share + specificity - 1) / informedness);
  const parts = [
    { clusters: judgedClusters(study), share: called.share, n: called.n, slope: 1 / informedness },
    { clusters: counts.caught, share: sensitivity, n: calibration.sensitivity.n, slope: -value / informedness },
    { clusters: counts.passed, share: specificity, n: calibration.specificity.n, slope: (1 - value) / informedness },
  ];
  const limits = langReiczigel(
    { share: called.share, n: called.draws },
    { share: sensitivity, n: counts.sensitivityDraws },
    { share: specificity, n: counts.specificityDraws },
  );
  const estimate = { value, n, low: Math.min(value, limits.low), high: Math.max(value, limits.high) };
  return { estimate, influence: influenceOf(parts) };
}

/** A share of so many independent draws. */
interface DrawnShare {
  share: number;
  n: number;
}

/**
 * Lang and Reiczigel's 95 % limits of a prevalence, from the share that tests positive, the sensitivity and the specificity, each
 * estimated on its own sample. Within 0 and 1; as wide as that where the adjusted test is no better than chance.
 */
export function langReiczigel(positive: DrawnShare, sensitivity: DrawnShare, specificity: DrawnShare): LowHigh {
  const q = padded(positive, z ** 2);
  const s = padded(sensitivity, 2);
  const t = padded(specificity, 2);
  const informedness = s.share + t.share - 1;
  if (informedness <= 0) return { low: 0, high: 1 };
  const prevalence = (q.share + t.share - 1) / informedness;
  const [ofQ, ofS, ofT] = [q, s, t].map(({ share, n }) => (share * (1 - share)) / n) as [number, number, number];
  const error = Math.sqrt(ofQ + ofS * prevalence ** 2 + ofT * (1 - prevalence) ** 2) / informedness;
  const centre = prevalence + 2 * z ** 2 * (prevalence * ofS - (1 - prevalence) * ofT);
  return { low: clamp(centre - z * error), high: clamp(centre + z * error) };
}

interface LowHigh {
  low: number;
  high: number;
}

const z = 1.959963984540054;

/** With `more` draws added, half of them hits. */
function padded({ share, n }: DrawnShare, more: number): DrawnShare {
  return { share: (share * n + more / 2) / (n + more), n: n + more };
}

function clustersOf(problems: readonly StudiedProblem[], unsound: boolean, called: number): Map<ProblemId, Cluster> {
  const clusters = new Map<ProblemId, Cluster>();
  for (const { problem, labelled } of problems) {
    const of = labelled.filter((trace: LabelledTrace) => trace.unsound === unsound && trace.signal !== null);
    if (of.length > 0)
      clusters.set(problem, { hits: of.filter(({ signal }) => signal === called).length, n: of.length });
  }
  return clusters;
}

function judgedClusters({ problems }: ArmStudy<Arm>): Map<ProblemId, Cluster> {
  return new Map(problems.map(({ problem, judged }) => [problem, { hits: judged.sum, n: judged.n }]));
}

interface Drawn extends DrawnShare {
  /** Independent draws that the n traces are worth: Kish's effective sample size, at the ends one a problem. */
  draws: number;
}

function drawsOf(clusters: readonly Cluster[]): Drawn {
  const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
  const counted = clusters.filter((cluster) => cluster.n > 0).length;
  if (n === 0) return { share: 0, n, draws: 0 };
  const share = clusters.reduce((sum, cluster) => sum + cluster.hits, 0) / n;
  if (share === 0 || share === 1 || counted < 2) return { share, n, draws: counted };
  const residuals = clusters.reduce((sum, { hits, n: size }) => sum + (hits - share * size) ** 2, 0);
  const variance = (counted / (counted - 1)) * (residuals / n ** 2);
  return { share, n, draws: Math.min(n, (share * (1 - share)) / variance) };
}

function estimateOf({ share, n, draws }: Drawn): Estimate {
  return n === 0 ? { value: null, n } : { value: share, n, ...wilsonInterval(share, draws) };
}

/** The two shares rest on different traces. Source of the interval: Zou and Donner 2008, as in `rateDifference`. */
function informednessOf(sensitivity: Estimate, specificity: Estimate): Estimate {
  const n = sensitivity.n + specificity.n;
  if (sensitivity.value === null || specificity.value === null) return { value: null, n };
  const value = sensitivity.value + specificity.value - 1;
  const half = (of: 'low' | 'high') =>
    Math.hypot((sensitivity.value ?? 0) - (sensitivity[of] ?? 0), (specificity.value ?? 0) - (specificity[of] ?? 0));
  return { value, n, low: value - half('low'), high: value + half('high') };
}

interface Part {
  clusters: ReadonlyMap<ProblemId, Cluster>;
  share: number;
  n: number;
  /** Of the rate, as this share grows. */
  slope: number;
}

function influenceOf(parts: readonly Part[]): Map<ProblemId, number> {
  const influence = new Map<ProblemId, number>();
  for (const { clusters, share, n, slope } of parts)
    for (const [problem, cluster] of clusters) {
      const pulled = (slope * (cluster.hits - share * cluster.n)) / n;
      influence.set(problem, (influence.get(problem) ?? 0) + pulled);
    }
  return influence;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
