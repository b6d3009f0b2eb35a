import type { RunFile } from '../trace/run.ts';
import type { Arm } from '../trace/trace.ts';
import { arms } from '../trace/trace.ts';
import type { ArmTally, Tally } from './tally.ts';

/** Sentences: what limits a report's figures. */
export function reportNotes(run: RunFile, tally: Tally): string[] {
  const drawing = arms.filter((arm) => run.models[arm] !== null || tally.arms[arm].traces > 0);
  const perArm = drawing.flatMap((arm) => armNotes(arm, run, tally));
  return [...perArm, ...judgingNotes(tally), ...referenceNotes(tally)];
}

function armNotes(arm: Arm, run: RunFile, tally: Tally): string[] {
  const counted = tally.arms[arm];
  const notes = [...drawnNotes(arm, run, counted), ...mixNotes(arm, tally)];
  if (counted.ungradable > 0)
    notes.push(
      `${plural(counted.ungradable, `${arm} trace`)} could not be graded; coverage counts such traces as not correct.`,
    );
  if (counted.truncated > 0) notes.push(`${plural(counted.truncated, `${arm} trace`)} ended at the token limit.`);
  return notes;
}

function drawnNotes(arm: Arm, run: RunFile, counted: ArmTally): string[] {
  const each = run.grid.at(-1)?.[arm] ?? 0;
  const planned = each * run.problemCount;
  if (run.origin === 'sampled' && counted.traces < planned)
    return [
      `${counted.traces} of ${planned} planned ${arm} samples are drawn; a figure at k leaves out the problems that have fewer than k.`,
    ];
  const short = counted.problems.filter((problem) => problem.samples < each).length;
  const none = run.problemCount - counted.problems.length;
  if (short + none <= 0) return [];
  return [
    `${plural(short + none, 'problem')} of ${run.problemCount} have fewer than ${each} ${arm} traces and are left out at ${each}.`,
  ];
}

/** One price and size stand for the whole arm. */
function mixNotes(arm: Arm, { systems }: Tally): string[] {
  const names = systems.filter((system) => system.arm === arm).map((system) => system.name);
  return names.length < 2 ? [] : [`The ${arm} arm pools the traces of ${names.length} systems: ${names.join(', ')}.`];
}

function judgingNotes({ arms: counted, badProblems }: Tally): string[] {
  const notes: string[] = [];
  const judged = arms.map((arm) => counted[arm].table.correct.sound + counted[arm].table.correct.unsound);
  if (arms.some((arm, i) => (judged[i] ?? 0) > 0 && (judged[i] ?? 0) < counted[arm].correct))
    notes.push(
      'The FPR is that of the correct traces that people judged; if those were picked by suspicion, it overstates the rate of all.',
    );
  if (badProblems > 0)
    notes.push(
      `${plural(badProblems, 'problem')} called bad: left out of the FPR and of answer × reasoning, kept in coverage and diversity.`,
    );
  return notes;
}

/** Of a run whose problems are embedded ones in part only. */
function referenceNotes({ arms: counted }: Tally): string[] {
  const partly = arms
    .map((arm) => counted[arm].problems)
    .map((problems) => ({ all: problems.length, checked: problems.filter(({ reference }) => reference).length }))
    .find(({ all, checked }) => checked > 0 && checked < all);
  if (!partly) return [];
  const { checked, all } = partly;
  return [`Figures by reference rest on ${checked} of ${all} problems: only the built-in ones can be checked exactly.`];
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
