import { table } from '../../src/cli/table.ts';
import type { Arm } from '../../src/core/trace/trace.ts';
import type { Comparison, Figure } from './compare.ts';
import type { Figures, PointFigures } from './figures.ts';
import { type Experiment, type MeasureWords, measures, measureWords, reasonWords, type TrainedPair } from './result.ts';
import { portion, setupSentence } from './sentences.ts';
import { countText, differenceText, figureText, gainText, rangeText, ratioText, valueText } from './words.ts';

/** Rows for the terminal and for the page alike. */
export interface Table {
  head: string[];
  rows: string[][];
}

/** Every measure at every point that is matched so. The FPR is the same at all points and stands in one table only. */
export function pointsTable({ points, fpr, seeds }: Figures, matched: PointFigures['matched']): Table {
  const chosen = points.filter((point) => point.matched === matched);
  const rows = measures.flatMap((measure) =>
    chosen.map((point, i) => [
      i === 0 ? measureWords[measure].title : '',
      `${point.grid.strong} : ${point.grid.weak}`,
      ratioText(point.ratio.realised),
      ...comparisonCells(point[measure], measureWords[measure], seeds),
    ]),
  );
  if (fpr && matched === 'compute')
    rows.push([measureWords.fpr.title, 'all', '', ...comparisonCells(fpr, measureWords.fpr, seeds)]);
  return { head: ['', 'strong : weak', 'spent', ...comparisonHead(seeds)], rows };
}

/** What was drawn. */
export function armsTable({ arms, passAt1, tokens }: Figures): Table {
  const row = (arm: Arm) => {
    const { activeParamsB, traces, correct, unsound, truncated } = arms[arm];
    const counts = [activeParamsB * 1e9, traces].map(countText);
    const judged = [correct, unsound, truncated].map(countText);
    return [arm, ...counts, figureText(tokens[arm], false), ...judged, figureText(passAt1[arm], true)];
  };
  const head = ['arm', 'parameters', 'samples', 'tokens a sample', 'right', 'right and unsound', 'cut off', 'pass@1'];
  return { head, rows: [row('weak'), row('strong')] };
}

/** Why right answers are unsound: the share of right answers, and of the false positives. */
export function kindsTable({ fpr, kinds, seeds }: Figures): Table {
  const rows = kinds.map(({ reason, share }) => [
    reasonWords[reason],
    ...comparisonCells(share, measureWords.fpr, seeds),
    ...(fpr ? [portion(share.weak, fpr.weak), portion(share.strong, fpr.strong)] : ['–', '–']),
  ]);
  return { head: ['first error', ...comparisonHead(seeds), 'of weak’s false positives', 'of strong’s'], rows };
}

/** One column per training seed, the mean, and Student's interval of the mean over seeds. */
export function seedsTable({ seeds, passAt1, fpr, points }: Figures): Table {
  const levels = (name: string, comparison: Comparison, words: MeasureWords) => [
    seedRow(`${name}, weak`, comparison.weak, words, valueText),
    seedRow(`${name}, strong`, comparison.strong, words, valueText),
  ];
  const differences = points
    .filter((point) => point.matched === 'compute')
    .flatMap((point) =>
      measures.map((measure) => {
        const { title } = measureWords[measure];
        const name = `${title}, weak − strong at ${point.grid.strong} : ${point.grid.weak}`;
        return seedRow(name, point[measure].difference, measureWords[measure], gainText);
      }),
    );
  const rows = [
    ...levels('pass@1', passAt1, measureWords.passAt1),
    ...(fpr ? levels('False positives', fpr, measureWords.fpr) : []),
    ...differences,
  ];
  return { head: ['', ...seeds.map((seed) => `seed ${seed}`), 'mean', 'problems and seeds'], rows };
}

export function weightsTable({ weights }: TrainedPair): Table {
  const rows = weights.map(({ seed, shipped, weak, strong }) => [
    `${seed}${shipped ? ', the shipped pair' : ''}`,
    ...[weak, strong].flatMap(({ steps, sha256 }) => [steps.toLocaleString('en-US'), sha256.slice(0, 12)]),
  ]);
  return { head: ['training seed', 'weak: steps', 'sha256', 'strong: steps', 'sha256'], rows };
}

/** Everything for a terminal. */
export function terminalTables(experiment: Experiment): string[] {
  const { pair, longer } = experiment;
  const parts: [title: string, tables: Table[]][] = [
    [setupSentence(experiment).replaceAll('`', ''), [armsTable(pair.figures), weightsTable(pair)]],
    ['At matched compute', [pointsTable(pair.figures, 'compute')]],
    ['At equal numbers of samples', [pointsTable(pair.figures, 'number')]],
    ['Wrong reasoning among right answers', [kindsTable(pair.figures)]],
  ];
  if (pair.weights.length > 1) parts.push(['Each training', [seedsTable(pair.figures)]]);
  if (longer)
    parts.push([
      'With a weak model trained for longer',
      [armsTable, pointsTable, kindsTable].map((of) => of(longer.figures, 'compute')),
    ]);
  return parts.flatMap(([title, tables]) => [
    '',
    title,
    ...tables.flatMap(({ head, rows }) => ['', ...table(head, rows)]),
  ]);
}

/** The last column tells of other trainings, of which one alone says nothing. */
function comparisonHead(seeds: readonly number[]): string[] {
  return ['weak', 'strong', 'weak − strong', ...(seeds.length > 1 ? ['by problem and seed'] : [])];
}

function comparisonCells(
  { weak, strong, difference }: Comparison,
  words: MeasureWords,
  seeds: readonly number[],
): string[] {
  const cells = [
    figureText(weak, words.share),
    figureText(strong, words.share),
    differenceText(difference, words.share),
  ];
  return seeds.length > 1 ? [...cells, rangeText(difference.overall ?? {}, words.share) || '–'] : cells;
}

function seedRow(
  name: string,
  figure: Figure,
  { share }: MeasureWords,
  text: (value: Pick<Figure, 'value'>, share: boolean) => string,
): string[] {
  const seeds = figure.seeds.map((value) => text({ value }, share));
  return [name, ...seeds, text(figure, share), rangeText(figure.overall ?? {}, share) || '–'];
}
