import type { Verdict } from '../answer/verdict.ts';
import type { Arm } from '../trace/trace.ts';

export type ExportFormat = 'openai-chat' | 'prompt-completion' | 'dpo';
export const exportFormats: readonly ExportFormat[] = ['openai-chat', 'prompt-completion', 'dpo'];

/** Which traces are fit to train on. Absent fields take the values of `defaultPolicy`. Also the JSON of `--policy FILE`. */
export interface SelectionPolicy {
  arms: Arm[];
  verdicts: Verdict[];
  /**
   * `notUnsound`: drop what a person called unsound. `unflagged`: also what a rule flagged and no person called sound.
   * `soundOnly`: keep only what a person called sound.
   */
  soundness: 'any' | 'notUnsound' | 'unflagged' | 'soundOnly';
  /** Keep one of the correct traces with equal paths per problem (and arm-independent). */
  onePerPath: boolean;
  /** Most traces per problem (for `dpo`: pairs); null: no cap. */
  capPerProblem: number | null;
  /** Traces that were cut off by the token limit. */
  keepTruncated: boolean;
  /** Shares of problems, e.g. `{ "train": 0.9, "validation": 0.1 }`; all traces of a problem go to one split. Null: one file. */
  split: Record<string, number> | null;
  /** Decides the split and which duplicates stay. */
  seed: number;
}

export const defaultPolicy: SelectionPolicy = {
  arms: ['weak', 'strong'],
  verdicts: ['correct'],
  soundness: 'unflagged',
  onePerPath: true,
  capPerProblem: null,
  keepTruncated: false,
  split: null,
  seed: 0,
};

/** What a selection keeps and why the rest went; every trace is counted once, by the first reason that applies. */
export interface SelectionCounts {
  traces: number;
  kept: number;
  problemsKept: number;
  keptByArm: Record<Arm, number>;
  dropped: Record<'arm' | 'verdict' | 'truncated' | 'soundness' | 'badProblem' | 'duplicatePath' | 'cap', number>;
  /** Preference pairs that the same policy gives. */
  pairs: number;
}
