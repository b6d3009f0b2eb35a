import type { ModelCost, Spend } from '../budget/budget.ts';
import { addSpend, noSpend, spendOf } from '../budget/cost.ts';
import type { ProblemId } from '../problem/problem.ts';
import type { Arm } from '../trace/trace.ts';
import { arms } from '../trace/trace.ts';
import type { Outcome } from './buildReport.ts';
import type { Cluster } from './interval.ts';
import type { OutcomeTable, SystemReport } from './report.ts';

/** All that a report needs of the traces, gathered in one pass in any order; memory goes with problems and distinct paths. */
export interface Tally {
  arms: Record<Arm, ArmTally>;
  systems: SystemReport[];
  /** Problems that a person called bad. */
  badProblems: number;
}

export interface ArmTally {
  traces: number;
  correct: number;
  incorrect: number;
  ungradable: number;
  flaggedCorrect: number;
  truncated: number;
  promptTokens: number;
  completionTokens: number;
  problems: ProblemTally[];
  table: OutcomeTable;
}

export interface ProblemTally {
  samples: number;
  correct: number;
  /** Correct, not called unsound, and not flagged unless called sound. */
  correctBySound: number;
  /** Sizes of the classes of correct traces with equal paths. */
  multiplicities: number[];
  /** Its correct traces that a person called sound or unsound; the unsound ones are the hits. */
  judged: Cluster;
  /** Null where no trace of it could be checked. */
  reference: ReferenceCounts | null;
}

/** A problem's correct traces by the exact check and by flags. */
export interface ReferenceCounts {
  sound: number;
  unsound: number;
  flaggedSound: number;
  flaggedUnsound: number;
}

export function tally(outcomes: Iterable<Outcome>): Tally {
  const drafts = { weak: newDraft(), strong: newDraft() };
  const systems = new Map<string, SystemReport>();
  const bad = new Set<ProblemId>();
  for (const outcome of outcomes) {
    if (outcome.badProblem) bad.add(outcome.problem);
    count(drafts[outcome.arm], outcome);
    countSystem(systems, outcome);
  }
  return {
    arms: { weak: finish(drafts.weak, bad), strong: finish(drafts.strong, bad) },
    systems: [...systems.values()].sort((a, b) => arms.indexOf(a.arm) - arms.indexOf(b.arm) || compare(a.name, b.name)),
    badProblems: bad.size,
  };
}

/** What the arm's traces cost; unknown where the model or its figures are. */
export function armSpend(arm: ArmTally, model: ModelCost | null): Spend {
  if (arm.traces === 0) return addSpend(noSpend, noSpend);
  return spendOf(model ?? {}, arm.traces, arm.promptTokens, arm.completionTokens);
}

type Counts = Omit<ArmTally, 'problems' | 'table'>;

interface Draft {
  counts: Counts;
  problems: Map<ProblemId, ProblemDraft>;
}

interface ProblemDraft extends Omit<ProblemTally, 'multiplicities' | 'judged'> {
  paths: Map<string, number>;
  correctSound: number;
  correctUnsound: number;
  incorrectSound: number;
  incorrectUnsound: number;
  unsure: number;
  /** Traces with any soundness, or with the problem called bad on them. */
  decided: number;
}

function newDraft(): Draft {
  const counts = { traces: 0, correct: 0, incorrect: 0, ungradable: 0, flaggedCorrect: 0, truncated: 0 };
  return { counts: { ...counts, promptTokens: 0, completionTokens: 0 }, problems: new Map() };
}

function newProblem(): ProblemDraft {
  const judged = { correctSound: 0, correctUnsound: 0, incorrectSound: 0, incorrectUnsound: 0, unsure: 0, decided: 0 };
  return { samples: 0, correct: 0, correctBySound: 0, paths: new Map(), reference: null, ...judged };
}

function count({ counts, problems }: Draft, outcome: Outcome): void {
  counts.traces++;
  counts[outcome.verdict]++;
  counts.promptTokens += outcome.promptTokens;
  counts.completionTokens += outcome.completionTokens;
  if (outcome.truncated) counts.truncated++;
  const problem = problems.get(outcome.problem) ?? newProblem();
  if (problem.samples === 0) problems.set(outcome.problem, problem);
  problem.samples++;
  if (outcome.verdict === 'correct') countCorrect(counts, problem, outcome);
  if (outcome.reference !== null) countReference(problem, outcome.reference, outcome);
  countDecision(problem, outcome);
}

function countCorrect(counts: Counts, problem: ProblemDraft, outcome: Outcome): void {
  if (outcome.flagged) counts.flaggedCorrect++;
  problem.correct++;
  if (outcome.soundness === 'sound' || (outcome.soundness !== 'unsound' && !outcome.flagged)) problem.correctBySound++;
  problem.paths.set(outcome.path, (problem.paths.get(outcome.path) ?? 0) + 1);
}

function countReference(problem: ProblemDraft, reference: 'sound' | 'unsound', { verdict, flagged }: Outcome): void {
  problem.reference ??= { sound: 0, unsound: 0, flaggedSound: 0, flaggedUnsound: 0 };
  if (verdict !== 'correct') return;
  problem.reference[reference]++;
  if (flagged) problem.reference[reference === 'sound' ? 'flaggedSound' : 'flaggedUnsound']++;
}

function countDecision(problem: ProblemDraft, { verdict, soundness, badProblem }: Outcome): void {
  if (soundness !== null || badProblem) problem.decided++;
  if (soundness === 'unsure') problem.unsure++;
  if (verdict === 'correct' && soundness === 'sound') problem.correctSound++;
  if (verdict === 'correct' && soundness === 'unsound') problem.correctUnsound++;
  if (verdict === 'incorrect' && soundness === 'sound') problem.incorrectSound++;
  if (verdict === 'incorrect' && soundness === 'unsound') problem.incorrectUnsound++;
}

function countSystem(systems: Map<string, SystemReport>, { arm, model, verdict }: Outcome): void {
  const key = `${arm} ${model}`;
  const system = systems.get(key) ?? { name: model, arm, traces: 0, correct: 0, incorrect: 0, ungradable: 0 };
  if (system.traces === 0) systems.set(key, system);
  system.traces++;
  system[verdict]++;
}

/** Only at the end is it known which problems are bad: one decision on any trace, of either arm, makes it so. */
function finish({ counts, problems }: Draft, bad: ReadonlySet<ProblemId>): ArmTally {
  const table: OutcomeTable = {
    correct: { sound: 0, unsound: 0 },
    incorrect: { sound: 0, unsound: 0 },
    unsure: 0,
    badProblem: 0,
  };
  const tallies: ProblemTally[] = [];
  for (const [id, draft] of problems) {
    const isBad = bad.has(id);
    if (isBad) table.badProblem += draft.decided;
    else addToTable(table, draft);
    tallies.push(finishProblem(draft, isBad));
  }
  return { ...counts, problems: tallies, table };
}

function addToTable(table: OutcomeTable, draft: ProblemDraft): void {
  table.correct.sound += draft.correctSound;
  table.correct.unsound += draft.correctUnsound;
  table.incorrect.sound += draft.incorrectSound;
  table.incorrect.unsound += draft.incorrectUnsound;
  table.unsure += draft.unsure;
}

function finishProblem(draft: ProblemDraft, isBad: boolean): ProblemTally {
  const { samples, correct, correctBySound, paths, correctSound, correctUnsound, reference } = draft;
  const judged = isBad ? { hits: 0, n: 0 } : { hits: correctUnsound, n: correctSound + correctUnsound };
  return { samples, correct, correctBySound, multiplicities: [...paths.values()], judged, reference };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
