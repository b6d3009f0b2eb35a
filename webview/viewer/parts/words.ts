import type { Decision, ErrorType } from '../../../src/core/annotation/annotation.ts';

/** The kinds of error, for people. */
export const errorTitles: Record<ErrorType, { label: string; detail: string }> = {
  calculation: { label: 'calculation', detail: 'a wrong result of an operation' },
  logical: { label: 'logical', detail: 'a conclusion that does not follow' },
  conceptual: { label: 'conceptual', detail: 'a wrong idea of the problem' },
  jump: { label: 'jump', detail: 'a step that is not justified' },
  incomplete: { label: 'incomplete', detail: 'something needed is missing' },
  other: { label: 'other', detail: 'say it in the note' },
};

export const effectTitles = { repaired: 'repaired later', survives: 'survives' } as const;

/** E.g. `calculation · repaired later`. */
export function errorWords(decision: Decision | null): string {
  const parts = [decision?.errorType, decision?.effect ? effectTitles[decision.effect] : undefined];
  return parts.filter((part) => part !== undefined).join(' · ');
}

/** `wrongArithmetic` as `wrong arithmetic`. */
export function ruleWords(rule: string): string {
  return rule.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
