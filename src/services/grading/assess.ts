import { answerKey } from '../../core/answer/equal.ts';
import { gradeTrace } from '../../core/answer/grade.ts';
import type { Grade } from '../../core/answer/verdict.ts';
import { shortKey } from '../../core/curate/filter.ts';
import type { Flag } from '../../core/flags/flag.ts';
import { findFlags, rules } from '../../core/flags/rules.ts';
import { unsoundProbability } from '../../core/flags/score.ts';
import type { Problem } from '../../core/problem/problem.ts';
import { checkTrace } from '../../core/soundness/checkTrace.ts';
import type { ProblemKeys, ReferenceCheck } from '../../core/soundness/keys.ts';
import { type TracePath, tracePath } from '../../core/trace/path.ts';
import { splitSteps } from '../../core/trace/steps.ts';
import type { Step, Trace } from '../../core/trace/trace.ts';
import type { IndexedTrace } from '../store/traceIndex.ts';

/** All that is worked out from a trace's text and its problem. */
export interface Assessment extends Grade {
  steps: Step[];
  flags: Flag[];
  path: TracePath;
  /** 0..1: how likely the reasoning is unsound, given a correct answer. */
  unsound: number;
  /** The exact check; null where the problem has no keys. */
  reference: ReferenceCheck | null;
}

/** Judges one trace; about half a millisecond, and bounded on any text. `keys`: the problem's, where it is an embedded one. */
export function assess(
  problem: Pick<Problem, 'text' | 'answer' | 'kind' | 'options'>,
  text: string,
  keys?: ProblemKeys,
): Assessment {
  const steps = splitSteps(text);
  const flags = findFlags({ problem, text, steps });
  const unsound = unsoundProbability(text, steps, flags);
  const reference = keys ? checkTrace(keys, text) : null;
  return { ...gradeTrace(problem, text), steps, flags, path: tracePath(text), unsound, reference };
}

/** What of it the index keeps. */
export function indexedFacts(trace: Trace, assessment: Assessment): IndexedTrace['facts'] {
  const { answer, flags, path, reference, steps, unsound, verdict } = assessment;
  return {
    id: trace.id,
    problem: trace.problem,
    arm: trace.arm,
    sample: trace.sample,
    model: trace.model,
    verdict,
    answer: answer ? answer.text.slice(0, 200) : null,
    answerKey: answer ? shortKey(answerKey(answer.text)) : null,
    path: shortKey(path.key),
    flags: [...new Set(flags.map(({ rule }) => rule))],
    steps: steps.length,
    promptTokens: trace.usage.promptTokens,
    completionTokens: trace.usage.completionTokens,
    finish: trace.finish,
    unsound,
    reference: reference?.soundness ?? null,
  };
}

/** Names what judges traces, so that an index made by another version, or with other keys, is made anew. */
export function graderName(version: string, keys: string): string {
  return [version, keys, ...rules.map(({ name }) => name)].join(' ');
}
