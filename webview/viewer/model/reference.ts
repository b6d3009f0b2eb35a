import type { CheckedStep } from '../../../src/core/soundness/keys.ts';
import type { TraceDetail } from '../../../src/protocol/engine.ts';

/** What the exact check is, for people. */
export const referenceHint =
  'Exact check, possible because these problems come from templates. Not a judgement, and only for the built-in problems.';

/**
 * The steps that the exact check finds wrong, by the index of the shown step that each begins in. The check has its own steps; one
 * that stands for something missing at the text's end belongs to the last.
 */
export function wrongSteps({ reference, steps }: Pick<TraceDetail, 'reference' | 'steps'>): Map<number, CheckedStep[]> {
  const found = new Map<number, CheckedStep[]>();
  let at = 0;
  for (const checked of reference?.steps ?? []) {
    while (at + 1 < steps.length && (steps[at + 1]?.start ?? 0) <= checked.start) at++;
    if (checked.wrong !== null && at < steps.length) found.set(at, [...(found.get(at) ?? []), checked]);
  }
  return found;
}

/** `sound`, `unsound · step 2: operands`; empty where there is no exact check. */
export function referenceWords(detail: Pick<TraceDetail, 'reference' | 'steps'>): string {
  const { reference } = detail;
  if (!reference?.reason) return reference?.soundness ?? '';
  const [step] = [...wrongSteps(detail)].find(([, all]) => all.some(({ wrong }) => wrong === reference.reason)) ?? [];
  return `${reference.soundness} · ${step === undefined ? '' : `step ${step + 1}: `}${reference.reason}`;
}
