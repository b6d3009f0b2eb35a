import type { Interval } from '../../src/core/metrics/report.ts';
import type { Comparison, Figure } from './compare.ts';
import type { Figures, PointFigures } from './figures.ts';
import { type Experiment, type Measure, measures, measureWords, reasonWords } from './result.ts';
import { counted, countText, differenceText, figureText, ratioText } from './words.ts';

/** What was done, in one sentence. */
export function setupSentence({ samples, temperature, pair }: Experiment): string {
  const { figures } = pair;
  const size = (arm: 'weak' | 'strong') => `${countText(figures.arms[arm].activeParamsB * 1e9)} parameters`;
  return (
    `${counted(figures.problems, 'test problem')}, ${counted(figures.seeds.length, 'training seed')} of each model; per problem and training ` +
    `${samples.weak} samples of \`embedded:weak\` (${size('weak')}) and ${samples.strong} of \`embedded:strong\` (${size('strong')}) ` +
    `at temperature ${temperature}.`
  );
}

/** What the figures say, and no more: a difference whose interval holds 0 is not called one. */
export function findings(figures: Figures): string[] {
  const matched = figures.points.filter((point) => point.matched === 'compute');
  const lines = measures.map((measure) => measureFinding(measure, matched));
  lines.push(
    `**pass@1**: weak ${figureText(figures.passAt1.weak, true)}, strong ${figureText(figures.passAt1.strong, true)}.`,
  );
  if (figures.fpr) lines.push(fprFinding(figures.fpr, figures));
  return lines;
}

function measureFinding(measure: Measure, points: readonly PointFigures[]): string {
  const { title, share } = measureWords[measure];
  const each = points.map((point) => {
    const { difference } = point[measure];
    return `${differenceText(difference, share)} at ${point.grid.weak} for ${point.grid.strong} (${verdict(difference)})`;
  });
  return `**${title}**, weak − strong at matched compute${share ? ', in points' : ''}: ${each.join('; ')}.`;
}

function fprFinding({ weak, strong, difference }: Comparison, { kinds }: Figures): string {
  const [largest] = kinds;
  const kind = largest
    ? ` The most frequent first error is ${reasonWords[largest.reason]} (${portion(largest.share.weak, weak)} of the weak model's false positives, ${portion(largest.share.strong, strong)} of the strong model's).`
    : '';
  return `**False positives**: ${figureText(weak, true)} of the weak model's right answers rest on wrong reasoning, ${figureText(strong, true)} of the strong model's; ${differenceText(difference, true)} points (${verdict(difference)}).${kind}`;
}

/** What the intervals allow to be said: of any trainings, of just these, or nothing. */
function verdict({ low, high, overall }: Figure): string {
  const forThese = side({ low, high });
  if (!overall) return forThese ?? 'not told apart';
  return side(overall) ?? (forThese ? `${forThese} for these trainings` : 'not told apart');
}

function side({ low, high }: Partial<Interval>): string | null {
  if (low === undefined || high === undefined) return null;
  return low > 0 ? 'weak above strong' : high < 0 ? 'weak below strong' : null;
}

/** `45 %` of a whole. */
export function portion(part: Pick<Figure, 'value'>, whole: Pick<Figure, 'value'>): string {
  return part.value === null || !whole.value ? '–' : `${Math.round((part.value / whole.value) * 100)} %`;
}

/** What the weak model spends at matched compute, planned and in truth. */
export function spendSentence({ points }: Figures): string {
  const matched = points.filter((point) => point.matched === 'compute');
  const list = (ratio: (point: PointFigures) => number | null) =>
    matched.map((point) => ratioText(ratio(point))).join(', ');
  return (
    `The weak model gets about as many times the samples as the strong one has its parameters: ${matched.map(({ grid }) => `${grid.weak} for ${grid.strong}`).join(', ')}. ` +
    `Its compute over the strong model's is ${list(({ ratio }) => ratio.planned)} by samples × parameters (the paper's formula), ` +
    `and ${list(({ ratio }) => ratio.realised)} by the tokens really generated (column *spent*).${lopsided(matched)}`
  );
}

/** A match is never exact in whole samples; beyond that the reader must know whom it favours. */
function lopsided(matched: readonly PointFigures[]): string {
  const ratios = matched.map(({ ratio }) => ratio.realised ?? ratio.planned);
  if (ratios.some((ratio) => ratio > 1.1))
    return ' **The weak model spends more than the strong one here, which favours it.**';
  if (ratios.some((ratio) => ratio < 0.8))
    return ' **The weak model spends less than the strong one here, which favours the strong one.**';
  return '';
}
