import { scaleLinear } from 'd3-scale';
import { type Arm, arms } from '../../src/core/trace/trace.ts';
import type { Comparison, Figure } from './compare.ts';
import { type Box, headings, mark } from './curves.ts';
import type { Figures } from './figures.ts';
import { measureWords, reasonWords } from './result.ts';
import { colours, element, letters, text, title } from './svg.ts';
import { differenceText, figureText, valueText } from './words.ts';

/**
 * False positives in all and by first error, a row each. The samples have no axis here: a share of right answers is the same for
 * any number of them.
 */
export function kindsPanel({ fpr, kinds }: Figures, box: Box): string {
  const rows = fpr
    ? [
        { name: 'all', share: fpr },
        ...kinds.slice(0, mostKinds).map(({ reason, share }) => ({ name: reasonWords[reason], share })),
      ]
    : [];
  const area = { left: 132, right: box.width - 128, top: 56, bottom: box.height - 66 };
  const x = scaleLinear([0, highest(rows.map(({ share }) => share))], [area.left + 8, area.right - 8]).nice(5);
  // The first row is half as high again: it has labels and single trainings.
  const step = (area.bottom - area.top) / (Math.max(rows.length, 5) + 0.5);
  return element(
    'g',
    { transform: `translate(${box.left} ${box.top})` },
    ...headings(measureWords.fpr.title, '% of right answers, by their first wrong step'),
    text(area.right + 12, 32, 'weak − strong', { 'font-size': letters.small, fill: colours.dim }),
    ...x.ticks(5).map((tick) => gridLine(x(tick), area, `${Math.round(tick * 100)}`)),
    ...rows.map(({ name, share }, i) =>
      drawRow(name, share, area.top + (i === 0 ? 0.75 : i + 1) * step, x, area, i === 0),
    ),
    ...(fpr ? [] : [text(area.left, area.top + 24, 'One arm has no right answer.', { 'font-size': letters.text })]),
  );
}

/** As many as there are reasons. */
const mostKinds = 6;

function drawRow(name: string, share: Comparison, y: number, x: Scale, area: Span, all: boolean): string {
  const weight = all ? 600 : undefined;
  return element(
    'g',
    {},
    text(0, y + 4, name, { 'font-size': letters.text, 'font-weight': weight }),
    ...arms.map((arm) =>
      armMark(arm, name, share[arm], y + (arm === 'weak' ? -1 : 1) * (all ? 12 : 6), x, all ? area : null),
    ),
    text(area.right + 12, y + 4, differenceText(share.difference, true), {
      'font-size': letters.small,
      'font-weight': weight,
    }),
  );
}

function armMark(arm: Arm, name: string, figure: Figure, y: number, x: Scale, labelled: Span | null): string {
  if (figure.value === null) return '';
  const { low = figure.value, high = figure.value } = figure;
  const seeds = labelled && figure.seeds.length > 1 ? figure.seeds : [];
  const colour = colours[arm];
  return element(
    'g',
    {},
    title(`${arm}, ${name}: ${figureText(figure, true)}`),
    element('path', {
      d: `M${x(low).toFixed(1)} ${y.toFixed(1)}H${x(high).toFixed(1)}`,
      stroke: colour,
      'stroke-width': 1.5,
    }),
    ...seeds.map((seed) =>
      element('circle', { cx: x(seed), cy: y + (arm === 'weak' ? -7 : 7), r: 1.75, fill: colour, opacity: 0.6 }),
    ),
    mark(arm, x(figure.value), y),
    ...(labelled ? [label(`${arm} ${valueText(figure, true)}`, [low, high, ...seeds].map(x), y, labelled)] : []),
  );
}

/** Beside a mark and its interval, on the side that has room. */
function label(content: string, occupied: readonly number[], y: number, { right }: Span): string {
  const look = { 'font-size': letters.small, fill: colours.dim };
  const after = Math.max(...occupied) + 10;
  if (after + labelWidth <= right) return text(after, y + 4, content, look);
  return text(Math.min(...occupied) - 10, y + 4, content, { ...look, 'text-anchor': 'end' });
}

/** Of `strong 12.3 %` in the widest of the fonts. */
const labelWidth = 84;

function gridLine(x: number, area: { top: number; bottom: number }, label: string): string {
  return (
    element('path', { d: `M${x.toFixed(1)} ${area.top}V${area.bottom}`, stroke: colours.line }) +
    text(x, area.bottom + 18, label, { 'text-anchor': 'middle', 'font-size': letters.small, fill: colours.dim })
  );
}

type Scale = (value: number) => number;
type Span = { right: number };

function highest(shares: readonly Comparison[]): number {
  const all = shares.flatMap(({ weak, strong }) => [weak, strong]);
  return Math.max(0.05, ...all.flatMap(({ value, high, seeds }) => [high ?? value ?? 0, ...seeds]));
}
