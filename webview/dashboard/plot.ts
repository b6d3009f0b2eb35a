import { scaleLinear, scaleLog } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { Arm } from '../../src/core/trace/trace.ts';
import { number } from '../ui/format.ts';
import type { Curve, CurvePoint, Figure } from './figures.ts';

/** A figure laid out in pixels, ready to be drawn. */
export interface Plot {
  width: number;
  height: number;
  /** The area inside the axes. */
  inner: { left: number; right: number; top: number; bottom: number };
  rows: { y: number; label: string }[];
  guides: { x: number; row: number }[];
  columns: { x: number; label: string }[];
  curves: PlottedCurve[];
}

export interface PlottedCurve {
  arm: Arm;
  /** `d` of the line and of its band. */
  line: string;
  band: string;
  marks: { x: number; y: number; point: CurvePoint }[];
  /** The label at its right end: its first baseline; `from` is where the line ends. */
  label: { y: number; from: { x: number; y: number }; value: string };
}

/** Lays a figure out. Costs run on a logarithmic axis. */
export function layOut(figure: Figure, width: number, height: number): Plot {
  const inner = { left: 42, right: Math.max(96, width - 62), top: 12, bottom: height - 38 };
  const points = figure.curves.flatMap((curve) => curve.points);
  const x = scaleLog(costDomain(points), [inner.left + 12, inner.right - 4]);
  const y = scaleLinear(valueDomain(points, figure.percent), [inner.bottom, inner.top]).nice(5);
  const guides = figure.guides
    .map(({ x: cost, row }) => ({ x: x(cost), row, cost }))
    .filter((guide) => guide.x >= inner.left && guide.x <= inner.right);
  return {
    width,
    height,
    inner,
    rows: rowsOf(y, figure.percent),
    guides: guides.map(({ x: at, row }) => ({ x: at, row })),
    columns: columnsOf(
      guides.length ? guides : points.map((point) => ({ x: x(point.x), cost: point.x })),
      figure.axis.scale,
    ),
    curves: plotted(figure.curves, x, y, inner),
  };
}

/**
 * Moves positions apart to at least `gap`, by the least sum of squares, and inside `low` to `high` where there is room for all;
 * their order stays.
 *
 * With a gap's width taken off for each one before it, positions only have to ascend: pools of equals are merged while they do not
 * (pool adjacent violators, Ayer et al. 1955).
 */
export function moveApart(positions: readonly number[], gap: number, low: number, high: number): number[] {
  const order = positions.map((_, index) => index).sort((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0));
  const pools: { sum: number; size: number }[] = [];
  for (const [rank, index] of order.entries()) {
    let pool = { sum: (positions[index] ?? 0) - rank * gap, size: 1 };
    for (let last = pools.at(-1); last && last.sum / last.size > pool.sum / pool.size; last = pools.at(-1)) {
      pool = { sum: last.sum + pool.sum, size: last.size + pool.size };
      pools.pop();
    }
    pools.push(pool);
  }
  const ceiling = Math.max(low, high - (positions.length - 1) * gap);
  const places = pools.flatMap(({ sum, size }) => new Array<number>(size).fill(sum / size));
  const moved = [...positions];
  for (const [rank, index] of order.entries()) {
    moved[index] = Math.min(ceiling, Math.max(low, places[rank] ?? 0)) + rank * gap;
  }
  return moved;
}

function plotted(curves: readonly Curve[], x: Scale, y: Scale, inner: Plot['inner']): PlottedCurve[] {
  const drawLine = line<CurvePoint>(
    (point) => x(point.x),
    (point) => y(point.y),
  );
  const drawBand = area<CurvePoint>(
    (point) => x(point.x),
    (point) => y(point.low),
    (point) => y(point.high),
  );
  const ends = curves.map((curve) => y(curve.points.at(-1)?.y ?? 0));
  // The first baseline of a label of two lines, so that its middle is level with the curve's end.
  const baselines = moveApart(ends, labelHeight, inner.top, inner.bottom - 14);
  return curves.map((curve, index) => ({
    arm: curve.arm,
    line: drawLine.digits(1)(curve.points) ?? '',
    band: drawBand.digits(1)(curve.points) ?? '',
    marks: curve.points
      .filter((point, at) => point.mark || at === curve.points.length - 1)
      .map((point) => ({ x: round(x(point.x)), y: round(y(point.y)), point })),
    label: {
      y: round(baselines[index] ?? 0),
      from: { x: round(x(curve.points.at(-1)?.x ?? 1)), y: round(ends[index] ?? 0) },
      value: curve.end,
    },
  }));
}

const labelHeight = 30;

type Scale = (value: number) => number;

function costDomain(points: readonly CurvePoint[]): [number, number] {
  const costs = points.map((point) => point.x);
  const [low, high] = [Math.min(...costs), Math.max(...costs)];
  if (!Number.isFinite(low)) return [1, 10];
  return low === high ? [low / 2, high * 2] : [low, high];
}

/** Shares stay inside 0 to 100 and span at least 20; counts and shares near nothing start there. */
function valueDomain(points: readonly CurvePoint[], percent: boolean): [number, number] {
  const low = Math.min(...points.map((point) => point.low));
  const high = Math.max(...points.map((point) => point.high));
  if (!Number.isFinite(low)) return percent ? [0, 100] : [0, 1];
  if (!percent) return [0, Math.max(high, 1)];
  const top = Math.min(100, Math.ceil(high / 10) * 10);
  const bottom = low < 30 ? 0 : Math.max(0, Math.min(Math.floor(low / 10) * 10, top - 20));
  return [bottom, Math.max(top, bottom + 20)];
}

function rowsOf(y: Scale & { ticks(count: number): number[] }, percent: boolean): Plot['rows'] {
  const ticks = y.ticks(5);
  const digits = ticks.every((tick) => Number.isInteger(tick)) ? 0 : 1;
  return ticks.map((tick, index) => ({
    y: round(y(tick)),
    label: number(tick, digits) + (percent && index === ticks.length - 1 ? '%' : ''),
  }));
}

/** Labels below the guides; those that would run into the one before are left out, the last one never. */
function columnsOf(guides: readonly { x: number; cost: number }[], scale: number): Plot['columns'] {
  const labels = guides
    .map(({ x, cost }) => ({ x: round(x), label: threeDigits(cost * scale) }))
    .sort((a, b) => b.x - a.x);
  const kept: Plot['columns'] = [];
  for (const column of labels) {
    const next = kept.at(-1);
    if (!next || next.x - column.x >= 8 + 3.5 * (next.label.length + column.label.length)) kept.push(column);
  }
  return kept.reverse();
}

function threeDigits(value: number): string {
  if (value >= 100) return number(value);
  return String(Number(value.toPrecision(value >= 10 ? 2 : 2)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
