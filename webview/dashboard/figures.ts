import type { Match } from '../../src/core/budget/budget.ts';
import { hasReference } from '../../src/core/metrics/reference.ts';
import type { ArmPoint, Estimate, RunReport } from '../../src/core/metrics/report.ts';
import { type Arm, arms } from '../../src/core/trace/trace.ts';
import { number, percent, siUnit } from '../ui/format.ts';

export type FigureId = 'coverage' | 'diversity' | 'fpr';

/** One plot against cost, in the units in which it is drawn (shares in per cent). */
export interface Figure {
  id: FigureId;
  title: string;
  /** What the vertical axis counts. */
  caption: string;
  percent: boolean;
  curves: Curve[];
  guides: Guide[];
  axis: CostAxis;
}

export interface Curve {
  arm: Arm;
  points: CurvePoint[];
  /** The value at its right end, for people. */
  end: string;
}

export interface CurvePoint {
  /** Samples per problem. */
  k: number;
  /** Cost per problem in the match's unit. */
  x: number;
  y: number;
  low: number;
  high: number;
  /** It is a point of the budget grid. */
  mark: boolean;
}

/** A point of the budget grid on the cost axis. */
export interface Guide {
  x: number;
  /** Index in the report's table. */
  row: number;
}

export interface CostAxis {
  title: string;
  /** What a cost is multiplied by to be in the title's unit. */
  scale: number;
}

/** The three plots of a report. A figure without curves has nothing to draw: costs are unknown, or nothing was judged. */
export function figures(report: RunReport, match: Match): Figure[] {
  const shared = { guides: guidesOf(report), axis: costAxis(report, match) };
  return [
    {
      ...shared,
      id: 'coverage',
      title: 'Coverage',
      caption: '% of problems, band 95 %',
      percent: true,
      curves: curvesOf(report, ({ coverage }) => coverage, 100),
    },
    {
      ...shared,
      id: 'diversity',
      title: 'Diversity',
      caption: 'distinct correct paths, band 95 %',
      percent: false,
      curves: curvesOf(report, ({ diversity }) => diversity, 1),
    },
    {
      ...shared,
      id: 'fpr',
      title: 'False positives',
      caption: `% of correct, by ${hasReference(report) ? 'reference' : 'people'}, band 95 %`,
      percent: true,
      curves: falsePositives(report),
    },
  ];
}

function curvesOf(report: RunReport, figure: (point: ArmPoint) => Estimate, scale: number): Curve[] {
  return arms.flatMap((arm) => {
    const points = (report.arms[arm]?.curve ?? []).flatMap((point) => drawn(report, arm, point, figure(point), scale));
    const last = points.at(-1);
    return last ? [{ arm, points, end: scale === 100 ? percent(last.y / 100) : number(last.y, 1) }] : [];
  });
}

/**
 * One estimate for an arm, level over what it spent: the share of the correct traces that are unsound does not change with how
 * many of them are drawn. By the exact check where the run has one, as it covers every trace; else by people.
 */
function falsePositives(report: RunReport): Curve[] {
  return curvesOf(
    { ...report, arms: { weak: level(report, 'weak'), strong: level(report, 'strong') } },
    (point) => point.coverage,
    100,
  );
}

function level(report: RunReport, arm: Arm): RunReport['arms'][Arm] {
  const of = report.arms[arm];
  if (!of) return null;
  const { fpr } = hasReference(report) ? (of.reference ?? unchecked) : of;
  return { ...of, curve: of.curve.map((point) => ({ ...point, coverage: fpr })) };
}

const unchecked: { fpr: Estimate } = { fpr: { value: null, n: 0 } };

function drawn(report: RunReport, arm: Arm, { k, cost }: ArmPoint, estimate: Estimate, scale: number): CurvePoint[] {
  const { value } = estimate;
  // A logarithmic axis has no place for nothing.
  if (cost === null || cost <= 0 || value === null) return [];
  const { low = value, high = value } = estimate;
  const mark = report.table.some(({ grid }) => grid[arm] === k);
  return [{ k, x: cost, y: value * scale, low: low * scale, high: high * scale, mark }];
}

/** Where the arms of a row spent differently, the strong arm's cost stands for it: the budget is set by that arm. */
function guidesOf({ table }: RunReport): Guide[] {
  return table.flatMap(({ strong, weak }, row) => {
    const x = strong?.cost ?? weak?.cost ?? null;
    return x === null || x <= 0 ? [] : [{ x, row }];
  });
}

function costAxis(report: RunReport, match: Match): CostAxis {
  if (match === 'count') return { title: 'samples per problem', scale: 1 };
  const largest = Math.max(0, ...arms.map((arm) => report.arms[arm]?.curve.at(-1)?.cost ?? 0));
  if (match === 'price') {
    return largest < 0.1
      ? { title: 'US$ per 1\u202f000 problems', scale: 1000 }
      : { title: 'US$ per problem', scale: 1 };
  }
  const { factor, prefix } = siUnit(largest);
  return { title: `${prefix}FLOP per problem`, scale: 1 / factor };
}
