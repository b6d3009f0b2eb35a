import type { Span } from '../trace/trace.ts';
import { checkStep, type Finding } from './checkStep.ts';
import { type Compiled, compile } from './compile.ts';
import type { CheckedStep, ProblemKeys, ReferenceCheck, WrongReason } from './keys.ts';
import { emptyLedger, type Ledger } from './ledger.ts';
import { type TraceParts, takeApart } from './sentences.ts';

/**
 * Decides of each step of a trace whether it is right, from the keys of its problem. Pure, never throws, bounded on any text.
 *
 * A trace is sound where every step is right, the goal is derived and the final line gives it. A right step that is not needed
 * changes nothing; where the final line is missing, the last step must derive the goal.
 */
export function checkTrace(problem: ProblemKeys, text: string): ReferenceCheck {
  const compiled = compile(problem);
  const ledger = emptyLedger();
  const parts = takeApart(text);
  const steps = parts.sentences.map((span) => asStep(span, checkStep(compiled, ledger, textOf(text, span))));
  steps.push(...checkEnd(compiled, ledger, parts, text));
  const reason = steps.map(({ wrong }) => wrong).find(isReason) ?? null;
  return { soundness: reason === null ? 'sound' : 'unsound', steps, reason };
}

function checkEnd(
  compiled: Compiled,
  ledger: Ledger,
  { sentences, final, excess }: TraceParts,
  text: string,
): CheckedStep[] {
  const steps: CheckedStep[] = [];
  if (final) steps.push(asStep(final, checkFinal(compiled, ledger, textOf(text, final))));
  if (excess)
    steps.push({
      ...excess,
      wrong: 'form',
      why: `Text follows ${final ? 'the final line' : 'that is too long to be read'}.`,
    });
  if (final || excess) return steps;
  const end = sentences.at(-1)?.end ?? 0;
  if (sentences.length === 0) return [{ start: end, end, wrong: 'form', why: 'There is no step.' }];
  const ends = compiled.goal !== undefined && ledger.latest.includes(compiled.goal.name);
  return ends
    ? []
    : [{ start: end, end, wrong: 'final', why: 'There is no final line, and the last step is not the answer.' }];
}

function checkFinal(compiled: Compiled, ledger: Ledger, line: string): Finding {
  const digits = /^####\s*\$?\s*(\d+)\s*\.?$/.exec(line)?.[1];
  if (digits === undefined) return { wrong: 'final', why: 'The final line gives no number.' };
  const given = Number(digits);
  const { name = '', title = 'the answer', value } = compiled.goal ?? {};
  const derived = ledger.derived.has(name);
  if (derived && given === value) return { wrong: null };
  if (ledger.stated.get(name)?.has(given) || ledger.nameless.has(given)) {
    return { wrong: 'carried', why: 'It is the answer of a wrong step before it.' };
  }
  const steps = derived ? `the steps give ${value}` : `no right step derives ${title}`;
  return { wrong: 'final', why: `The final line gives ${digits.slice(0, 20)}, but ${steps}.` };
}

function asStep({ start, end }: Span, finding: Finding): CheckedStep {
  return { start, end, ...finding };
}

function textOf(text: string, { start, end }: Span): string {
  return text.slice(start, end);
}

/** A carried step follows a wrong one, whose reason is the trace's. */
function isReason(wrong: CheckedStep['wrong']): wrong is WrongReason {
  return wrong !== null && wrong !== 'carried';
}
