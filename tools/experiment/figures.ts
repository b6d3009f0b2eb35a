import type { GridPoint, ModelCost } from '../../src/core/budget/budget.ts';
import { spendOf } from '../../src/core/budget/cost.ts';
import { matchRatio } from '../../src/core/budget/match.ts';
import { passAtK, passTable } from '../../src/core/metrics/coverage.ts';
import { spendAtK } from '../../src/core/metrics/curve.ts';
import { linearisedShare } from '../../src/core/metrics/difference.ts';
import { distinctAtK } from '../../src/core/metrics/diversity.ts';
import type { Cluster } from '../../src/core/metrics/interval.ts';
import { type WrongReason, wrongReasons } from '../../src/core/soundness/keys.ts';
import { type Arm, arms } from '../../src/core/trace/trace.ts';
import { type Comparison, compare, type Values } from './compare.ts';
import type { ArmTally, ProblemTally, Training } from './tally.ts';

/** Everything that the experiment reports of one pair of models over its training seeds. */
export interface Figures {
  seeds: number[];
  problems: number;
  arms: Record<Arm, ArmFigures>;
  /** The grid's points, then those with as many weak samples as strong ones. */
  points: PointFigures[];
  passAt1: Comparison;
  /** Generated tokens of one sample. */
  tokens: Comparison;
  /** Share of the correct traces that are unsound; the same at every point. Null where an arm of a seed has no correct trace. */
  fpr: Comparison | null;
  /** The same by first reason, most frequent of both arms first; those that never occur are left out. */
  kinds: { reason: WrongReason; share: Comparison }[];
}

/** Over all seeds together. */
export interface ArmFigures {
  activeParamsB: number;
  traces: number;
  correct: number;
  unsound: number;
  truncated: number;
  tokens: number;
}

export interface PointFigures {
  /** Samples per problem. */
  grid: GridPoint;
  matched: 'compute' | 'number';
  /** Weak over strong: by samples × parameters (the paper's formula) and by the tokens really generated. */
  ratio: { planned: number; realised: number | null };
  coverage: Comparison;
  /** Counting sound traces only. */
  coverageBySound: Comparison;
  diversity: Comparison;
}

/** The figures of a pair; `trainings` hold the same problems in the same order, and samples enough for every point. */
export function figuresOf(
  trainings: readonly Training[],
  models: Record<Arm, Required<Pick<ModelCost, 'activeParamsB'>>>,
  grid: readonly GridPoint[],
): Figures {
  const summary = (arm: Arm) =>
    armFigures(
      trainings.map((training) => training[arm]),
      models[arm].activeParamsB,
    );
  const both = { weak: summary('weak'), strong: summary('strong') };
  const shares = (hits: (problem: ProblemTally) => number) => shareOfCorrect(trainings, hits);
  return {
    seeds: trainings.map(({ seed }) => seed),
    problems: trainings[0]?.weak.problems.length ?? 0,
    arms: both,
    points: [
      ...grid.map((point) => pointFigures(trainings, both, point, 'compute')),
      ...numberMatched(trainings, both, grid),
    ],
    passAt1: atK(trainings, { weak: 1, strong: 1 }, ({ samples, correct }, k) => passAtK(samples, correct, k)),
    tokens: atK(trainings, { weak: 1, strong: 1 }, ({ samples, tokens }) => tokens / samples, false),
    fpr: shares(({ correct, sound }) => correct - sound),
    kinds: wrongReasons
      .flatMap((reason) => {
        const share = shares(({ wrong }) => wrong[reason] ?? 0);
        return share && most(share) > 0 ? [{ reason, share }] : [];
      })
      .sort((a, b) => sum(b.share) - sum(a.share)),
  };
}

function pointFigures(
  trainings: readonly Training[],
  models: Record<Arm, ArmFigures>,
  grid: GridPoint,
  matched: PointFigures['matched'],
): PointFigures {
  const pass = { weak: passTable(grid.weak), strong: passTable(grid.strong) };
  return {
    grid,
    matched,
    ratio: ratioAt(models, grid),
    coverage: atK(trainings, grid, ({ samples, correct }, _, arm) => pass[arm](samples, correct)),
    coverageBySound: atK(trainings, grid, ({ samples, sound }, _, arm) => pass[arm](samples, sound)),
    diversity: atK(
      trainings,
      grid,
      ({ samples, classes }, k, arm) => distinctAtK(classes, samples, k, pass[arm]),
      false,
    ),
  };
}

/** As many weak samples as strong ones: the baseline that compute-matching is held against. */
function numberMatched(trainings: readonly Training[], models: Record<Arm, ArmFigures>, grid: readonly GridPoint[]) {
  const counts = [...new Set(grid.map(({ strong }) => strong))];
  const drawn = trainings[0]?.weak.problems[0]?.samples ?? 0;
  return counts
    .filter((k) => k <= drawn && !grid.some(({ weak, strong }) => weak === k && strong === k))
    .map((k) => pointFigures(trainings, models, { weak: k, strong: k }, 'number'));
}

function ratioAt(models: Record<Arm, ArmFigures>, grid: GridPoint): PointFigures['ratio'] {
  const spend = (arm: Arm) => {
    const { activeParamsB, traces, tokens } = models[arm];
    return spendAtK(spendOf({ activeParamsB }, traces, 0, tokens), grid[arm]);
  };
  const planned = (grid.weak * models.weak.activeParamsB) / (grid.strong * models.strong.activeParamsB);
  return { planned, realised: matchRatio('flops', spend('weak'), spend('strong'), 1).ratio };
}

/** A figure that each problem has for itself, at k samples. */
function atK(
  trainings: readonly Training[],
  k: GridPoint,
  of: (problem: ProblemTally, k: number, arm: Arm) => number,
  isShare = true,
): Comparison {
  const values = (arm: Arm): Values => ({
    rows: trainings.map((training) => training[arm].problems.map((problem) => of(problem, k[arm], arm))),
    draws: isShare ? total(trainings, (training) => total(training[arm].problems, ({ samples }) => samples)) : null,
  });
  return compare(values('weak'), values('strong'));
}

function shareOfCorrect(trainings: readonly Training[], hits: (problem: ProblemTally) => number): Comparison | null {
  const values = (arm: Arm): Values | null => {
    const clusters = trainings.map((training) =>
      training[arm].problems.map((problem): Cluster => ({ hits: hits(problem), n: problem.correct })),
    );
    const rows = clusters.map(linearisedShare).filter((row) => row !== null);
    const draws = total(clusters, (row) => total(row, ({ n }) => n));
    return rows.length === trainings.length && rows.length > 0 ? { rows, draws } : null;
  };
  const [weak, strong] = arms.map(values);
  return weak && strong ? compare(weak, strong) : null;
}

function armFigures(tallies: readonly ArmTally[], activeParamsB: number): ArmFigures {
  const problems = tallies.flatMap((tally) => tally.problems);
  const traces = total(problems, ({ samples }) => samples);
  const correct = total(problems, (problem) => problem.correct);
  return {
    activeParamsB,
    traces,
    correct,
    unsound: correct - total(problems, ({ sound }) => sound),
    truncated: total(tallies, ({ truncated }) => truncated),
    tokens: total(problems, ({ tokens }) => tokens),
  };
}

const sum = ({ weak, strong }: Comparison) => (weak.value ?? 0) + (strong.value ?? 0);
const most = ({ weak, strong }: Comparison) => Math.max(weak.value ?? 0, strong.value ?? 0);

function total<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
