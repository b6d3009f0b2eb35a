import type { Span } from '../trace/trace.ts';

/**
 * The named quantities of one embedded problem, from which every step of a trace of it can be decided: one line of
 * `media/models/keys.jsonl`. Other problems have none.
 */
export interface ProblemKeys {
  /** The problem's exact text, by which its keys are found. */
  question: string;
  /** The template it was made from, e.g. `two-sum`. */
  family: string;
  /** The final answer: the value of the goal. */
  answer: number;
  /** The name of the quantity that is asked for, one of `keys`. */
  goal: string;
  /** Every quantity that a solution may derive, by a name that is only used here. */
  keys: Readonly<Record<string, Key>>;
}

/** A quantity that follows from the problem. */
export interface Key {
  /** Its true value; the quotient where it is derived with `divmod`. */
  value: number;
  /** Every accepted derivation of it. */
  from: readonly Derivation[];
  /** The sentences that state it; `@` stands where the equation stands: `Amy has @ apples.` */
  say: readonly string[];
  /** What a `divmod` leaves over. */
  rest?: number;
}

/**
 * `[x, operation, y]`. `>` and `<` compare: the value is the first, the larger or smaller of the two. `%` is y percent of x,
 * written `50 * 20 / 100 = 10`; `divmod` is how often y goes into x, written `50 = 6 * 8 + 2`.
 */
export type Derivation = readonly [x: Operand, operation: Operation, y: Operand];

/** A number that the problem gives, or the name of another key. */
export type Operand = number | string;

export const operations = ['+', '-', '*', '/', '>', '<', '%', 'divmod'] as const;
export type Operation = (typeof operations)[number];

/** What the exact checker says of a trace of an embedded problem. It is no judgement and no annotation: it is the truth. */
export interface ReferenceCheck {
  /** `sound`: every step is right, the goal is derived and the final line is its value. */
  soundness: 'sound' | 'unsound';
  /**
   * The trace's sentences and its final line, in order, without the white space around them; spans never overlap. An empty span
   * at the end stands for what is missing there, so that every reason has its step.
   */
  steps: CheckedStep[];
  /** Of the first wrong step; null of a sound trace. */
  reason: WrongReason | null;
}

/** One sentence of a trace (its equation and what it says of it), or its final line. */
export interface CheckedStep extends Span {
  /** Null: right. */
  wrong: WrongReason | 'carried' | null;
  /** One sentence for people; there where the step is wrong. */
  why?: string;
}

/**
 * Why a step is wrong.
 *
 * - `arithmetic`: the equation is false.
 * - `swapped`: the equation is a right derivation of another quantity of the problem than the one named: who has what is mixed up.
 * - `label`: the sentence names nothing that the problem has.
 * - `operands`: the equation is true, but derives neither the quantity named nor another.
 * - `skipped`: it uses a quantity that no right step before it established.
 * - `form`: no step that can be read.
 * - `final`: the final line is not the value of the goal as derived, or the goal was never derived.
 *
 * A step can also be `carried`: it is consistent with the value that a wrong step before it stated. That is never a trace's reason.
 */
export const wrongReasons = ['operands', 'swapped', 'label', 'arithmetic', 'skipped', 'form', 'final'] as const;
export type WrongReason = (typeof wrongReasons)[number];
