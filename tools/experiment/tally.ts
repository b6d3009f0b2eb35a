import type { WrongReason } from '../../src/core/soundness/keys.ts';
import type { Arm } from '../../src/core/trace/trace.ts';

/** What the figures need of one trace. */
export interface JudgedTrace {
  /** Its final answer is the gold one. */
  correct: boolean;
  /** Why the exact checker calls it unsound; null: it is sound. */
  wrong: WrongReason | null;
  /** `TracePath.key`: correct traces of a problem with equal paths are one solution. */
  path: string;
  completionTokens: number;
  /** Cut off by the token limit. */
  truncated: boolean;
}

/** All traces of one arm of one training seed. */
export interface ArmTally {
  truncated: number;
  /** One for each problem, in the problems' order. */
  problems: ProblemTally[];
}

export interface ProblemTally {
  samples: number;
  /** Generated, in all its samples. */
  tokens: number;
  correct: number;
  /** Correct and sound. */
  sound: number;
  /** Sizes of the classes of correct traces with equal paths. */
  classes: number[];
  /** Of the correct and unsound: how many for which first reason. */
  wrong: Partial<Record<WrongReason, number>>;
}

/** Both arms of one training seed. */
export type Training = Record<Arm, ArmTally> & { seed: number };

/** Gathers an arm's traces, in any order. */
export class Tallying {
  readonly #problems: (Omit<ProblemTally, 'classes'> & { paths: Map<string, number> })[];
  #truncated = 0;

  constructor(problems: number) {
    const empty = () => ({ samples: 0, tokens: 0, correct: 0, sound: 0, wrong: {}, paths: new Map<string, number>() });
    this.#problems = Array.from({ length: problems }, empty);
  }

  /** `problem`: 0-based, in the problems' order. */
  add(problem: number, trace: JudgedTrace): void {
    const tally = this.#problems[problem];
    if (!tally) throw new RangeError(`There is no problem ${problem}.`);
    if (trace.truncated) this.#truncated++;
    tally.samples++;
    tally.tokens += trace.completionTokens;
    if (!trace.correct) return;
    tally.correct++;
    if (trace.wrong === null) tally.sound++;
    else tally.wrong[trace.wrong] = (tally.wrong[trace.wrong] ?? 0) + 1;
    tally.paths.set(trace.path, (tally.paths.get(trace.path) ?? 0) + 1);
  }

  result(): ArmTally {
    // Ascending, so that the order in which traces arrived leaves no mark, not even in a last digit.
    const problems = this.#problems.map(({ paths, ...counts }) => ({
      ...counts,
      classes: [...paths.values()].sort((a, b) => a - b),
    }));
    return { truncated: this.#truncated, problems };
  }
}
