import type { Soundness } from '../../core/annotation/annotation.ts';
import type { Verdict } from '../../core/answer/verdict.ts';
import type { ReferenceCheck } from '../../core/soundness/keys.ts';
import { type Arm, arms, type FinishReason } from '../../core/trace/trace.ts';

/** Names as small numbers, in the order of the list; part of the index's format. */
export interface Codes<T extends string> {
  code(name: T): number;
  name(code: unknown): T;
}

export const armCodes = codes<Arm>(arms);
export const verdictCodes = codes<Verdict>(['correct', 'incorrect', 'ungradable']);
export const finishCodes = codes<FinishReason>(['stop', 'length', 'contentFilter', 'unknown']);
export const soundnessCodes = codes<Soundness | 'none'>(['none', 'sound', 'unsound', 'unsure']);
export const referenceCodes = codes<ReferenceCheck['soundness'] | 'none'>(['none', 'sound', 'unsound']);

function codes<T extends string>(names: readonly T[]): Codes<T> {
  return {
    code: (name) => names.indexOf(name),
    name: (code) => {
      const name = names[Number(code)];
      if (name === undefined) throw new Error(`The index holds the unknown code ${String(code)}.`);
      return name;
    },
  };
}
