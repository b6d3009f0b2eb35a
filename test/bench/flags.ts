import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RuleContext } from '../../src/core/flags/flag.ts';
import { findFlags, rules } from '../../src/core/flags/rules.ts';
import { unsoundProbability } from '../../src/core/flags/score.ts';
import { splitSteps } from '../../src/core/trace/steps.ts';

/** Prints precision and recall of each rule on labelled right-answer traces, the score's AUC beside that of length, and times. */
export async function measure(dataFolder: string): Promise<string[]> {
  const file = join(dataFolder, 'traces.labelled.jsonl.gz');
  if (!existsSync(file)) return [`flags: ${file} is absent`];
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n').filter(Boolean);
  const rows = lines.map((line) => JSON.parse(line) as Row);
  const right = rows.filter((row) => row.final_answer_correct === true).map(judge);
  const main = right.filter((row) => row.dataset === 'processbench' || row.dataset === 'mr_ben');
  return [
    ...report('ProcessBench and MR-Ben', main),
    ...report(
      'the other sets',
      right.filter((row) => !main.includes(row)),
    ),
    ...reportScore(main),
    `flags: a trace: ${spread(right.map((row) => row.flagsMs))}; its steps: ${spread(right.map((row) => row.stepsMs))}`,
    ...reportPlaces(rows),
  ];
}

interface Row {
  uid: string;
  dataset: string;
  problem: string;
  options: string[] | null;
  gold_answer: string;
  solution: string;
  steps: (string | null)[];
  final_answer_correct: boolean | null;
  reasoning_error: boolean;
  first_error_step: number | null;
}

interface Judged {
  dataset: string;
  unsound: boolean;
  fired: ReadonlySet<string>;
  score: number;
  length: number;
  flagsMs: number;
  stepsMs: number;
}

function contextOf(row: Row): RuleContext {
  const kind = row.options === null ? 'free' : 'choice';
  const problem = {
    text: row.problem,
    answer: row.gold_answer,
    kind,
    ...(row.options && { options: row.options }),
  } as const;
  return { problem, text: row.solution, steps: splitSteps(row.solution) };
}

function judge(row: Row): Judged {
  const start = performance.now();
  const context = contextOf(row);
  const parted = performance.now();
  const flags = findFlags(context);
  const flagsMs = performance.now() - parted;
  const fired = new Set(flags.map((flag) => flag.rule));
  if (fired.has('wrongArithmetic') || fired.has('falseInequality')) fired.add('wrongArithmetic or falseInequality');
  const score = unsoundProbability(row.solution, context.steps, flags);
  const { dataset, reasoning_error: unsound, solution } = row;
  return { dataset, unsound, fired, score, length: solution.length, flagsMs, stepsMs: parted - start };
}

function report(name: string, rows: readonly Judged[]): string[] {
  const unsound = rows.filter((row) => row.unsound).length;
  const names = [...rules.map((rule) => rule.name), 'wrongArithmetic or falseInequality'];
  return [
    `flags: ${name}: ${rows.length} right-answer traces, ${unsound} unsound`,
    ...names.map((rule) => {
      const hits = rows.filter((row) => row.fired.has(rule));
      const true_ = hits.filter((row) => row.unsound).length;
      return `  ${rule}: ${true_} unsound, ${hits.length - true_} sound; precision ${ratio(true_, hits.length)}, recall ${ratio(true_, unsound)}`;
    }),
  ];
}

function ratio(part: number, whole: number): string {
  return whole === 0 ? '–' : (part / whole).toFixed(2);
}

function reportScore(rows: readonly Judged[]): string[] {
  const ours = auc(rows.map((row) => ({ value: row.score, positive: row.unsound })));
  const length = auc(rows.map((row) => ({ value: row.length, positive: row.unsound })));
  const mean = rows.reduce((sum, row) => sum + row.score, 0) / Math.max(1, rows.length);
  return [
    `flags: score: AUC ${ours.toFixed(3)} on the data it was fitted to, length alone ${length.toFixed(3)}; mean ${mean.toFixed(3)}`,
  ];
}

function auc(scores: { value: number; positive: boolean }[]): number {
  const positives = scores.filter((score) => score.positive);
  const negatives = scores.filter((score) => !score.positive);
  let wins = 0;
  for (const a of positives) for (const b of negatives) wins += a.value > b.value ? 1 : a.value === b.value ? 0.5 : 0;
  return wins / Math.max(1, positives.length * negatives.length);
}

function spread(times: number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(3);
  return `median ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`;
}

/** In wrong-answer traces a first flag before the first wrong step is a false alarm: a check that no tuning above has seen. */
function reportPlaces(rows: readonly Row[]): string[] {
  const counts = { before: 0, at: 0, after: 0 };
  for (const row of rows) {
    if (row.final_answer_correct !== false || row.first_error_step === null || !row.reasoning_error) continue;
    const flag = findFlags(contextOf(row)).find((candidate) => candidate.rule !== 'guessedAnswer');
    if (flag === undefined) continue;
    const step = labelledStep(row, flag.start);
    counts[step < row.first_error_step ? 'before' : step === row.first_error_step ? 'at' : 'after']++;
  }
  return [
    `flags: wrong-answer traces: first flag before the first wrong step ${counts.before}, at it ${counts.at}, after it ${counts.after}`,
  ];
}

function labelledStep(row: Row, offset: number): number {
  let from = 0;
  let found = 0;
  row.steps.forEach((step, index) => {
    const start = step ? row.solution.indexOf(step, from) : -1;
    if (start >= 0) from = start + (step?.length ?? 0);
    if (start >= 0 && start <= offset) found = index;
  });
  return found;
}

if (import.meta.main) {
  const folder = process.env.TRACE_LOUPE_DATA ?? '../shared/data';
  console.log((await measure(folder)).join('\n'));
}
