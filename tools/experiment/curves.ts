import { scaleLinear, scaleLog } from 'd3-scale';
import { moveApart } from '../../webview/dashboard/plot.ts';
import type { Figure } from './compare.ts';
import type { PointFigures } from './figures.ts';
import { type Measure, measureWords } from './result.ts';
import { colours, element, letters, text, title } from './svg.ts';
import { differenceText, figureText, gainText, rangeText, valueText } from './words.ts';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** One measure against the samples that the compute buys: strong, weak at matched compute, weak at the same number (dashed). */
export function curvesPanel(points: readonly PointFigures[], measure: Measure, box: Box): string {
  const curves = curvesOf(points, measure);
  const { about, share, title: heading } = measureWords[measure];
  const area = { left: 36, right: box.width - 128, top: 56, bottom: box.height - 66 };
  const strongSamples = points.map(({ grid }) => grid.strong);
  const x = scaleLog(domainOf(strongSamples), [area.left + 40, area.right - 40]);
  const y = scaleLinear(valueDomain(curves, share), [area.bottom, area.top]).nice(5);
  const labels = moveApart(
    curves.map((curve) => y(last(curve))),
    31,
    area.top + 4,
    area.bottom - 10,
  );
  return element(
    'g',
    { transform: `translate(${box.left} ${box.top})` },
    ...headings(heading, about),
    ...ticksOf(y, share).map(([tick, label]) => row(area, y(tick), label)),
    ...points
      .filter(({ matched }) => matched === 'compute')
      .map((point) => column(x(point.grid.strong), area, point, measure)),
    ...captions(area),
    ...curves.map((curve) => drawCurve(curve, x, y, share)),
    ...curves.map((curve, i) =>
      endLabel(curve, area.right, labels[i] ?? 0, { x: x(lastX(curve)), y: y(last(curve)) }, share),
    ),
  );
}

interface Curve {
  name: string;
  arm: 'weak' | 'strong';
  dashed: boolean;
  /** Moves marks aside, in pixels, so that intervals at one x don't cover each other. */
  aside: number;
  points: { x: number; samples: number; figure: Figure }[];
}

function curvesOf(points: readonly PointFigures[], measure: Measure): Curve[] {
  const pick = (matched: PointFigures['matched'], arm: Curve['arm']) =>
    points
      .filter((point) => point.matched === matched)
      .map((point) => ({ x: point.grid.strong, samples: point.grid[arm], figure: point[measure][arm] }))
      .sort((a, b) => a.x - b.x);
  const all: Curve[] = [
    { name: 'weak', arm: 'weak', dashed: false, aside: -5, points: pick('compute', 'weak') },
    { name: 'strong', arm: 'strong', dashed: false, aside: 5, points: pick('compute', 'strong') },
    { name: 'weak, same number', arm: 'weak', dashed: true, aside: 0, points: pick('number', 'weak') },
  ];
  return all
    .map((curve) => ({ ...curve, points: curve.points.filter(({ figure }) => figure.value !== null) }))
    .filter((curve) => curve.points.length > 0);
}

function drawCurve({ arm, dashed, aside, name, points }: Curve, x: Scale, y: Scale, share: boolean): string {
  const colour = colours[arm];
  const at = points.map(({ x: cost, figure }) => [x(cost) + aside, y(figure.value ?? 0)] as const);
  const line = element('path', {
    d: at.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`).join(''),
    fill: 'none',
    stroke: colour,
    'stroke-width': dashed ? 1.5 : 2,
    'stroke-dasharray': dashed ? '4 4' : undefined,
  });
  const marks = points.map(({ figure, samples }, i) => {
    const [px, py] = at[i] ?? [0, 0];
    const told = `${name}, ${samples} ${samples === 1 ? 'sample' : 'samples'}: ${figureText(figure, share)}`;
    return element(
      'g',
      {},
      title(told),
      intervalBar(px, figure, y, colour),
      ...(dashed ? [] : figure.seeds.map((seed) => seedDot(px + Math.sign(aside) * 9, y(seed), colour, figure))),
      mark(arm, px, py, dashed),
    );
  });
  return element('g', {}, line, ...marks);
}

/** Round for weak, square for strong; hollow where it is not the matched one. */
export function mark(arm: Curve['arm'], x: number, y: number, hollow = false): string {
  const look = { fill: hollow ? colours.background : colours[arm], stroke: hollow ? colours[arm] : colours.background };
  return arm === 'weak'
    ? element('circle', { cx: x, cy: y, r: hollow ? 3.25 : 4.25, 'stroke-width': hollow ? 1.5 : 1, ...look })
    : element('rect', { x: x - 4, y: y - 4, width: 8, height: 8, 'stroke-width': 1, ...look });
}

function intervalBar(x: number, { low, high }: Figure, y: Scale, colour: string): string {
  if (low === undefined || high === undefined) return '';
  return element('path', {
    d: `M${(x - 4).toFixed(1)} ${y(high).toFixed(1)}h8m-4 0V${y(low).toFixed(1)}m-4 0h8`,
    fill: 'none',
    stroke: colour,
    'stroke-width': 1.5,
  });
}

/** A single training seed, where there are several. */
function seedDot(x: number, y: number, colour: string, { seeds }: Figure): string {
  return seeds.length < 2 ? '' : element('circle', { cx: x, cy: y, r: 1.75, fill: colour, opacity: 0.6 });
}

function endLabel(
  { name, points }: Curve,
  right: number,
  y: number,
  end: { x: number; y: number },
  share: boolean,
): string {
  const figure = points.at(-1)?.figure;
  const value = figure ? valueText(figure, share) : '';
  const left = right + 12;
  const leader = element('path', {
    d: `M${(end.x + 13).toFixed(1)} ${end.y.toFixed(1)}L${(left - 4).toFixed(1)} ${(y - 1).toFixed(1)}`,
    stroke: colours.dim,
    'stroke-width': 0.75,
    opacity: 0.5,
  });
  const first = text(left, y - 1, name, { 'font-size': letters.text });
  return leader + first + text(left, y + 13, value, { 'font-size': letters.small, fill: colours.dim });
}

/** What stands in the lines below the axis. */
function captions({ right, bottom }: Area): string[] {
  const look = { 'font-size': letters.small, fill: colours.dim };
  return [
    text(right + 12, bottom + 18, 'samples, strong : weak', look),
    text(right + 12, bottom + 38, 'weak − strong', look),
    text(right + 12, bottom + 53, '95 %', look),
  ];
}

/** Below the axis: the samples, then what the weak model is ahead by. */
function column(x: number, area: Area, { grid, ...point }: PointFigures, measure: Measure): string {
  const { difference } = point[measure];
  const { share } = measureWords[measure];
  const middle = { 'text-anchor': 'middle', 'font-size': letters.small };
  return element(
    'g',
    {},
    title(`strong ${grid.strong}, weak ${grid.weak} samples: weak − strong ${differenceText(difference, share)}`),
    element('path', {
      d: `M${x.toFixed(1)} ${area.top}V${area.bottom}`,
      stroke: colours.dim,
      'stroke-dasharray': '2 3',
      opacity: 0.45,
    }),
    text(x, area.bottom + 18, `${grid.strong} : ${grid.weak}`, { ...middle, fill: colours.dim }),
    text(x, area.bottom + 38, gainText(difference, share), {
      ...middle,
      'font-size': letters.text,
      'font-weight': 600,
    }),
    text(x, area.bottom + 53, rangeText(difference, share), { ...middle, fill: colours.dim }),
  );
}

export function headings(heading: string, about: string): string[] {
  return [
    text(0, 14, heading, { 'font-size': letters.panel, 'font-weight': 600 }),
    text(0, 32, about, { 'font-size': letters.small, fill: colours.dim }),
  ];
}

function row(area: Area, y: number, label: string): string {
  return (
    element('path', { d: `M${area.left} ${y.toFixed(1)}H${area.right}`, stroke: colours.line }) +
    text(area.left - 8, y + 4, label, { 'text-anchor': 'end', 'font-size': letters.small, fill: colours.dim })
  );
}

interface Area {
  left: number;
  right: number;
  top: number;
  bottom: number;
}
type Scale = (value: number) => number;

const last = (curve: Curve) => curve.points.at(-1)?.figure.value ?? 0;
const lastX = (curve: Curve) => curve.points.at(-1)?.x ?? 1;

/** Values and labels, all with equally many decimals. */
function ticksOf(y: { ticks(count: number): number[] }, share: boolean): [value: number, label: string][] {
  const ticks = y.ticks(5);
  const digits = share || ticks.every(Number.isInteger) ? 0 : 1;
  return ticks.map((tick) => [tick, (share ? tick * 100 : tick).toFixed(digits)]);
}

function domainOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low < high ? [low, high] : [low / 2, low * 2];
}

/** Shares span at least 20 points inside 0 to 100 %; means begin at 0. */
function valueDomain(curves: readonly Curve[], share: boolean): [number, number] {
  const figures = curves.flatMap(({ points }) => points.map(({ figure }) => figure));
  const highest = Math.max(...figures.map(({ value, high, seeds }) => Math.max(high ?? value ?? 0, ...seeds)));
  if (!share) return [0, Math.max(1, highest)];
  const lowest = Math.min(...figures.map(({ value, low, seeds }) => Math.min(low ?? value ?? 0, ...seeds)));
  const top = Math.min(1, Math.ceil(highest * 10) / 10);
  return [Math.max(0, Math.min(Math.floor(lowest * 10) / 10, top - 0.2)), top];
}
