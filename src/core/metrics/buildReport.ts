import type { Soundness } from '../annotation/annotation.ts';
import type { Verdict } from '../answer/verdict.ts';
import type { GridPoint, Match, Spend } from '../budget/budget.ts';
import { spendIn } from '../budget/cost.ts';
import { matchedSamples, matchRatio } from '../budget/match.ts';
import type { ProblemId } from '../problem/problem.ts';
import type { ReferenceCheck } from '../soundness/keys.ts';
import type { RunFile } from '../trace/run.ts';
import type { Arm } from '../trace/trace.ts';
import { curveOf, pointAt, spendAtK } from './curve.ts';
import { clusteredShare } from './interval.ts';
import { reportNotes } from './notes.ts';
import { referenceReport } from './reference.ts';
import type { ArmReport, GridRow, RunReport } from './report.ts';
import type { ArmTally, Tally } from './tally.ts';
import { armSpend, tally } from './tally.ts';

/** What the metrics need of one trace. */
export interface Outcome {
  problem: ProblemId;
  arm: Arm;
  /** As the server, or the imported line, named it. */
  model: string;
  verdict: Verdict;
  /** `TracePath.key`: correct traces of a problem with equal paths are one solution. */
  path: string;
  flagged: boolean;
  /** Cut off by the token limit. */
  truncated: boolean;
  promptTokens: number;
  completionTokens: number;
  /** A person's; null where none spoke. */
  soundness: Soundness | null;
  /** A person called the problem bad on this trace. */
  badProblem: boolean;
  /** What the exact check says; null where there is none: the problem is no embedded one. */
  reference: ReferenceCheck['soundness'] | null;
}

export interface ReportInput {
  run: RunFile;
  /** The unit in which spends are compared; need not be the one that the run was planned in. */
  match: Match;
  /** One for each trace, in any order; read once. */
  outcomes: Iterable<Outcome>;
  /** Sentences to put before the report's own. */
  notes?: string[];
}

/**
 * Coverage, diversity and false positives of both arms against what they truly spent. Figures come from the traces drawn, not from
 * the plan: `problems` counts the run's problems, while every estimate says in `n` on how many (or how many traces) it rests.
 */
export function buildReport({ run, match, outcomes, notes = [] }: ReportInput): RunReport {
  const tallied = tally(outcomes);
  const spend = {
    weak: armSpend(tallied.arms.weak, run.models.weak),
    strong: armSpend(tallied.arms.strong, run.models.strong),
  };
  const table = gridRows(run, match, tallied, spend);
  return {
    run: run.id,
    name: run.name,
    problems: run.problemCount,
    arms: {
      weak: armReport('weak', run, match, tallied, spend),
      strong: armReport('strong', run, match, tallied, spend),
    },
    systems: tallied.systems,
    match: matchRatio(match, spend.weak, spend.strong, run.problemCount),
    table,
    notes: [...notes, ...reportNotes(run, tallied)],
  };
}

function armReport(arm: Arm, run: RunFile, match: Match, all: Tally, spends: Record<Arm, Spend>): ArmReport | null {
  const model = run.models[arm];
  const counted = all.arms[arm];
  if (model === null && counted.traces === 0) return null;
  const spend = spends[arm];
  return {
    model: model?.name ?? all.systems.find((system) => system.arm === arm)?.name ?? '',
    activeParamsB: model?.activeParamsB ?? null,
    traces: counted.traces,
    correct: counted.correct,
    incorrect: counted.incorrect,
    ungradable: counted.ungradable,
    flaggedCorrect: counted.flaggedCorrect,
    truncated: counted.truncated,
    spend,
    curve: curveOf(
      counted,
      spend,
      match,
      run.grid.map((point) => point[arm]),
    ),
    fpr: clusteredShare(counted.problems.map((problem) => problem.judged)),
    outcomes: counted.table,
    reference: referenceReport(counted),
  };
}

/** Both arms at each point of interest, the matched ones first, each part ascending. */
function gridRows(run: RunFile, match: Match, tallied: Tally, spend: Record<Arm, Spend>): GridRow[] {
  const rows = gridPoints(run, match, tallied, spend).map((grid) => gridRow(grid, match, tallied, spend));
  return rows.sort(
    (a, b) =>
      Number(b.match.matched) - Number(a.match.matched) || a.grid.strong - b.grid.strong || a.grid.weak - b.grid.weak,
  );
}

function gridRow(grid: GridPoint, match: Match, { arms }: Tally, spend: Record<Arm, Spend>): GridRow {
  return {
    grid,
    match: matchRatio(match, spendAtK(spend.weak, grid.weak), spendAtK(spend.strong, grid.strong), 1),
    weak: pointAt(arms.weak, spend.weak, match, grid.weak),
    strong: pointAt(arms.strong, spend.strong, match, grid.strong),
  };
}

/**
 * The points that were planned; for each of their strong samples the weak ones of the same *realised* spend, so far as drawn; and
 * the number-matched baselines that the grid's overlap gives (weak 3 and strong 3 out of 3:1 and 9:3).
 */
function gridPoints(run: RunFile, match: Match, { arms }: Tally, spend: Record<Arm, Spend>): GridPoint[] {
  const points = new Map<string, GridPoint>();
  const add = (point: GridPoint) => points.set(`${point.weak}:${point.strong}`, point);
  for (const point of run.grid) add(point);
  for (const { strong } of run.grid) {
    const weak = realisedMatch(match, spend, strong);
    if (weak !== null && weak <= mostSamples(arms.weak)) add({ weak, strong });
  }
  const weakSamples = new Set(run.grid.map((point) => point.weak));
  for (const { strong } of run.grid) if (weakSamples.has(strong)) add({ weak: strong, strong });
  return [...points.values()];
}

function realisedMatch(match: Match, spend: Record<Arm, Spend>, strongSamples: number): number | null {
  const weakMean = spendIn(match, spendAtK(spend.weak, 1));
  const strongMean = spendIn(match, spendAtK(spend.strong, 1));
  if (weakMean === null || strongMean === null || weakMean <= 0) return null;
  return matchedSamples(strongMean, weakMean, strongSamples) || null;
}

function mostSamples(arm: ArmTally): number {
  return arm.problems.reduce((most, problem) => Math.max(most, problem.samples), 0);
}
