import type { Problem } from '../problem/problem.ts';
import type { Span, Step } from '../trace/trace.ts';

/** One rule's evidence, on a span of a trace, that its reasoning is unsound. */
export interface Flag extends Span {
  rule: RuleName;
  /** 0-based index of the step that holds the span. */
  step: number;
  /** One sentence for people, e.g. `48 / 2 = 26 is false: 24`. */
  reason: string;
  /** 0..1: how sure the rule is of its own reading. */
  strength: number;
}

export type RuleName = string;

/** One rule: one file, one line in the registry (`rules.ts`). Pure; bounded work on any input. */
export interface Rule {
  name: RuleName;
  /** What it finds, for people, in a few words. */
  title: string;
  find(context: RuleContext): Flag[];
}

/** What a rule may look at. */
export interface RuleContext {
  problem: Pick<Problem, 'text' | 'answer' | 'kind' | 'options'>;
  text: string;
  steps: readonly Step[];
}
