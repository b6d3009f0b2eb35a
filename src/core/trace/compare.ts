import { alignSteps, type StepPair } from './alignSteps.ts';
import { changedWords } from './changedWords.ts';
import { readStep, type StepSubstance, sameSubstance } from './stepSubstance.ts';
import type { Step } from './trace.ts';

export interface ComparedTrace {
  text: string;
  steps: readonly Step[];
}

export interface TraceComparison {
  rows: ComparisonRow[];
  /** Index of the first row whose sides part ways in substance; -1 if none does. */
  firstDivergence: number;
}

export interface ComparisonRow {
  /** `=` the same, `≈` the same equations in other words, `≠` different, `+` right only, `−` left only. */
  sign: '=' | '≈' | '≠' | '+' | '−';
  left: ComparedStep | null;
  right: ComparedStep | null;
}

export interface ComparedStep {
  step: number;
  /** The step's text in pieces; `changed` pieces stand on this side only. */
  parts: { text: string; changed: boolean }[];
}

/**
 * Two traces aligned by step: equal steps first, then within each block of replaced steps by likeness, then word by word inside
 * each pair. The parts of a side, joined, are its steps.
 *
 * Bounded work: over 400,000 characters or 4,000 steps together, steps are aligned by their text alone; a pair with more than
 * 6,000 words, or that differs almost everywhere, and all pairs after the first 60,000 words, are shown as wholly changed.
 */
export function compareTraces(left: ComparedTrace, right: ComparedTrace): TraceComparison {
  const small =
    left.text.length + right.text.length <= mostCharacters && left.steps.length + right.steps.length <= mostSteps;
  const [ours, theirs] = [read(left, small), read(right, small)];
  const budget = { words: small ? mostWords : 0 };
  const rows = alignSteps(ours, theirs).map((pair) => toRow(pair, budget));
  return { rows, firstDivergence: firstDivergence(rows, ours, theirs) };
}

const mostCharacters = 400_000;
const mostSteps = 4000;
const mostWords = 60_000;

function read({ text, steps }: ComparedTrace, small: boolean): StepSubstance[] {
  return steps.map((step, index) => readStep(text.slice(step.start, step.end), step.index, index, small));
}

function toRow({ left, right }: StepPair, budget: { words: number }): ComparisonRow {
  if (left === null || right === null) {
    const sign = left === null ? '+' : '−';
    return { sign, left: left && whole(left, false), right: right && whole(right, false) };
  }
  if (left.plain === right.plain) return { sign: '=', left: whole(left, false), right: whole(right, false) };
  const sign = sameSubstance(left, right) ? '≈' : '≠';
  const words = changedWords(left.text, right.text, budget);
  if (words === null) return { sign, left: whole(left, true), right: whole(right, true) };
  return { sign, left: { step: left.step, parts: words.left }, right: { step: right.step, parts: words.right } };
}

function whole({ step, text }: StepSubstance, changed: boolean): ComparedStep {
  return { step, parts: text === '' ? [] : [{ text, changed }] };
}

/**
 * The first row with an equation that the other trace holds nowhere (or, in a pair without equations, with other numbers): steps that
 * are split otherwise, or in another order, do not part ways. Failing such a row, the first that differs at all in substance.
 */
function firstDivergence(
  rows: readonly ComparisonRow[],
  ours: readonly StepSubstance[],
  theirs: readonly StepSubstance[],
): number {
  const [leftByStep, rightByStep] = [byStep(ours), byStep(theirs)];
  const [leftHolds, rightHolds] = [claimsOf(ours), claimsOf(theirs)];
  const parts = rows.findIndex(({ sign, left, right }) => {
    if (sign === '=' || sign === '≈') return false;
    const [mine, other] = [left && leftByStep.get(left.step), right && rightByStep.get(right.step)];
    const hasEquations = (mine?.equations.length ?? 0) + (other?.equations.length ?? 0) > 0;
    if (sign === '≠' && !hasEquations) return true;
    const isNew = (step: StepSubstance | null | undefined, held: ReadonlySet<string>) =>
      step?.equations.some((equation) => !held.has(equation)) ?? false;
    return isNew(mine, rightHolds) || isNew(other, leftHolds);
  });
  return parts >= 0 ? parts : rows.findIndex(({ sign }) => sign === '≠');
}

function byStep(steps: readonly StepSubstance[]): Map<number, StepSubstance> {
  return new Map(steps.map((step) => [step.step, step]));
}

function claimsOf(steps: readonly StepSubstance[]): Set<string> {
  return new Set(steps.flatMap(({ equations }) => equations));
}
