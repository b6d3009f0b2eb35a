import { answersEqual } from '../../core/answer/equal.ts';
import { compareTraces } from '../../core/trace/compare.ts';
import { tracePath } from '../../core/trace/path.ts';
import type { TraceId } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';
import type { Comparison, TraceDetail } from '../../protocol/engine.ts';
import { type DecisionOf, traceDetail } from './browse.ts';
import type { OpenRun } from './openRun.ts';

/** Two traces of one run, side by side. */
export async function compare(
  run: OpenRun,
  left: TraceId,
  right: TraceId,
  decisionOf: DecisionOf,
): Promise<Comparison> {
  if (left === right) throw new UserError('A trace can’t be compared with itself; choose another one.');
  const sides = [await traceDetail(run, left, decisionOf), await traceDetail(run, right, decisionOf)] as const;
  const [ours, theirs] = sides;
  const aligned = compareTraces(
    { text: ours.trace.text, steps: ours.steps },
    { text: theirs.trace.text, steps: theirs.steps },
  );
  return { left: ours, right: theirs, ...aligned, summary: summaryOf(ours, theirs) };
}

function summaryOf(left: TraceDetail, right: TraceDetail): string {
  const same = tracePath(left.trace.text).key === tracePath(right.trace.text).key;
  const paths = same ? 'the same path' : 'different paths';
  if (left.problem.id !== right.problem.id) return 'Two different problems';
  return `${answers(left, right)}, ${paths}`;
}

function answers({ answer: left }: TraceDetail, { answer: right }: TraceDetail): string {
  if (!left && !right) return 'No final answers';
  if (!left || !right) return 'Only one final answer';
  const { equal } = answersEqual(left.text, right.text);
  if (equal === null) return 'Final answers that can’t be compared';
  return equal ? 'Equal final answers' : 'Different final answers';
}
