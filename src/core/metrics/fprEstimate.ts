import type { Arm } from '../trace/trace.ts';
import { poweredRate } from './ppi.ts';
import type { Rate, StudiedProblem } from './rate.ts';
import { labelledRate, rateDifference } from './rate.ts';
import type { Estimate } from './report.ts';
import type { ArmStudy, Calibration } from './roganGladen.ts';
import { calibrate, roganGladenRate } from './roganGladen.ts';

/** An arm's correct traces, and how they came to be labelled. */
export interface FprStudy<A extends Arm> extends ArmStudy<A> {
  /** Labelled traces are a random sample of the arm's correct ones, or were picked in another way (the review queue's order). */
  sample: 'random' | 'picked';
  /** What the signals are: a judge's verdicts (0 or 1), a score, or nothing. */
  helper: 'verdict' | 'score' | null;
}

export type FprEstimate = ReportedFpr | RefusedFpr;

export interface ReportedFpr {
  kind: 'reported';
  /** From labels alone, sharpened by a helper (PPI++), or from verdicts corrected for the judge's errors (Rogan and Gladen). */
  method: 'labels' | 'powered' | 'corrected';
  /** With a 95 % interval; `n`: labels. */
  estimate: Estimate;
  /** Correlation of the helper's signal with people's labels, where it was used. */
  correlation: number | null;
  /** Sentences: what limits the figure. */
  notes: string[];
}

export interface RefusedFpr {
  kind: 'refused';
  /** One sentence. */
  reason: string;
}

/**
 * The share of unsound traces among an arm's correct ones; the one place that decides how to estimate it, or not to.
 *
 * A random sample gives the labels' own share, sharpened by a helper that read every correct trace. Labels that were picked give
 * nothing by themselves; a judge's verdicts on every correct trace can be corrected by them, unless they can't tell it from one that
 * tosses coins.
 */
export function fprEstimate<A extends Arm>(study: FprStudy<A>): FprEstimate {
  const found = fprOf(study);
  return 'rate' in found ? reported(found) : found;
}

export type FprDifference = ReportedDifference | RefusedFpr;

export interface ReportedDifference {
  kind: 'reported';
  methods: Record<Arm, ReportedFpr['method']>;
  /** weak − strong, with a 95 % interval; `n`: labels of both arms. */
  estimate: Estimate;
  /** Sentences: what limits the figure. */
  notes: string[];
}

/**
 * The weak arm's FPR less the strong arm's, each estimated on its own labels (and its own calibration); refused where either is.
 * The arms may share problems: all, some or none.
 */
export function fprDifference(weak: FprStudy<'weak'>, strong: FprStudy<'strong'>): FprDifference {
  const ofWeak = fprOf(weak);
  if (!('rate' in ofWeak)) return ofWeak;
  const ofStrong = fprOf(strong);
  if (!('rate' in ofStrong)) return ofStrong;
  return {
    kind: 'reported',
    methods: { weak: ofWeak.method, strong: ofStrong.method },
    estimate: rateDifference(ofWeak.rate, ofStrong.rate),
    notes: [...ofWeak.notes, ...ofStrong.notes],
  };
}

/**
 * Fewest labels and labelled problems that a figure rests on. In simulated studies intervals from fewer labels still held the truth,
 * but 10 span more than half of the range; differences from 2 to 4 problems held it in 91 to 97 %.
 */
export const fewestLabels = 10;
export const fewestProblems = 5;
/** Fewest sound and unsound labels each that a judge is calibrated on: no question of the level (2 hold it), but two or three are hardly like the others. */
export const fewestOfAKind = 5;
/**
 * Sensitivity + specificity − 1 must be above this at the lower end of its 95 % interval: the correction divides by it, so that a
 * judge at the bound multiplies every error by ten.
 */
export const leastInformedness = 0.1;

interface Found {
  rate: Rate;
  method: ReportedFpr['method'];
  correlation: number | null;
  notes: string[];
}

function reported({ rate, method, correlation, notes }: Found): ReportedFpr {
  return { kind: 'reported', method, estimate: rate.estimate, correlation, notes };
}

function fprOf<A extends Arm>(study: FprStudy<A>): Found | RefusedFpr {
  const short = tooFew(study);
  if (short !== null) return refused(short);
  const unread = unreadBy(study);
  if (study.sample === 'picked') return correctedFpr(study, unread);
  if (study.helper === null || unread > 0) return labelsFpr(study, unread);
  return poweredFpr(study);
}

function labelsFpr({ arm, problems, helper }: FprStudy<Arm>, unread: number): Found {
  const notes =
    helper !== null && unread > 0
      ? [`${the(helper)} has not read ${unread} of the ${arm} arm’s correct traces, so its FPR rests on labels alone.`]
      : [];
  return { rate: labelledRate(problems), method: 'labels', correlation: null, notes };
}

function poweredFpr({ arm, problems, helper }: FprStudy<Arm>): Found {
  const { lambda, correlation, ...rate } = poweredRate(problems);
  if (lambda > 0) return { rate, method: 'powered', correlation, notes: [] };
  const useless = `${the(helper)} tells nothing of the ${arm} arm’s labelled traces, so its FPR rests on labels alone.`;
  return { rate, method: 'labels', correlation, notes: [useless] };
}

function correctedFpr<A extends Arm>(study: FprStudy<A>, unread: number): Found | RefusedFpr {
  const { arm, helper } = study;
  if (helper !== 'verdict')
    return refused(
      `The ${arm} arm’s labelled traces were picked, not drawn at random, so their share of unsound ones says nothing of the others; label a random sample or let a judge read all.`,
    );
  if (unread > 0)
    return refused(`The judge has not read ${unread} of the ${arm} arm’s correct traces; let it read them all.`);
  const calibration = calibrate(study);
  const untrusted = untrustworthy(calibration);
  if (untrusted !== null) return refused(untrusted);
  const notes = [
    `The ${arm} arm’s labelled traces were picked: its FPR is that of the judge’s verdicts, corrected by its errors on them, and holds only if they were not picked by those verdicts.`,
  ];
  return { rate: roganGladenRate(study, calibration), method: 'corrected', correlation: null, notes };
}

function untrustworthy({ arm, sensitivity, specificity, informedness }: Measured): string | null {
  const [unsound, sound] = [sensitivity.n, specificity.n];
  if (unsound < fewestOfAKind || sound < fewestOfAKind)
    return `The ${arm} arm has ${unsound} unsound and ${sound} sound labels; to correct the judge’s errors takes ${fewestOfAKind} of each.`;
  if ((informedness.low ?? 0) > leastInformedness) return null;
  const value = (informedness.value ?? 0).toFixed(2);
  return `On the ${arm} arm the judge’s sensitivity + specificity − 1 is ${value} and may be as low as ${(informedness.low ?? 0).toFixed(2)}: too near to tossing coins to be corrected; add labels or take a better judge.`;
}

/** A calibration of either arm: to be looked at, of no use to correct by. */
type Measured = Pick<Calibration<Arm>, 'arm' | 'sensitivity' | 'specificity' | 'informedness'>;

function tooFew({ arm, problems }: FprStudy<Arm>): string | null {
  const labels = problems.reduce((sum, { labelled }) => sum + labelled.length, 0);
  const labelledProblems = problems.filter(({ labelled }) => labelled.length > 0).length;
  if (labels >= fewestLabels && labelledProblems >= fewestProblems) return null;
  return `The ${arm} arm has ${count(labels, 'labelled correct trace')} of ${count(labelledProblems, 'problem')}; an FPR takes at least ${fewestLabels} of ${fewestProblems}.`;
}

/** Correct traces without a signal. */
function unreadBy({ problems }: FprStudy<Arm>): number {
  return problems.reduce((sum, problem) => sum + unreadOf(problem), 0);
}

function unreadOf({ correct, judged, labelled }: StudiedProblem): number {
  return Math.max(correct - judged.n, labelled.filter(({ signal }) => signal === null).length);
}

function refused(reason: string): RefusedFpr {
  return { kind: 'refused', reason };
}

function the(helper: FprStudy<Arm>['helper']): string {
  return helper === 'score' ? 'The score' : 'The judge';
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
