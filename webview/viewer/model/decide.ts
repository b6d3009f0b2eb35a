import type { Decision, ErrorType, Soundness } from '../../../src/core/annotation/annotation.ts';
import type { Estimate } from '../../../src/core/metrics/report.ts';

/** What a person may say of a trace with one key or click. `null` takes that part back. */
export type Say =
  | { say: 'soundness'; value: Soundness }
  | { say: 'badProblem' }
  | { say: 'firstWrongStep'; value: number | null }
  | { say: 'errorType'; value: ErrorType | null }
  | { say: 'effect'; value: 'repaired' | 'survives' | null }
  | { say: 'note'; value: string }
  | { say: 'nothing' };

/**
 * The whole decision after one more thing was said. What belongs to an error goes when the trace is called sound, and naming an
 * error calls the trace unsound; the note stays through everything but clearing.
 */
export function decide(before: Decision | null, said: Say): Decision {
  const now = before ?? {};
  const note = now.note ? { note: now.note } : {};
  switch (said.say) {
    case 'nothing':
      return {};
    case 'soundness':
      return said.value === 'sound' ? { soundness: 'sound', ...note } : { ...withoutBad(now), soundness: said.value };
    case 'badProblem':
      return { badProblem: true, ...note };
    case 'note':
      return said.value.trim() === '' ? omit(now, 'note') : { ...now, note: said.value.trim() };
    case 'firstWrongStep':
      return said.value === null ? omit(now, 'firstWrongStep') : { ...unsound(now), firstWrongStep: said.value };
    case 'errorType':
      return said.value === null ? omit(now, 'errorType') : { ...unsound(now), errorType: said.value };
    case 'effect':
      return said.value === null ? omit(now, 'effect') : { ...unsound(now), effect: said.value };
  }
}

/** What the decision says in a few words, e.g. `unsound at 3`; empty where it says nothing but a note. */
export function decisionWords(decision: Decision | null): string {
  if (!decision) return '';
  if (decision.badProblem) return 'bad problem';
  if (decision.soundness !== 'unsound') return decision.soundness ?? '';
  return decision.firstWrongStep === undefined ? 'unsound' : `unsound at ${decision.firstWrongStep + 1}`;
}

export function saysNothing(decision: Decision | null): boolean {
  return decision === null || Object.keys(decision).length === 0;
}

/**
 * How many more judgements bring a share's interval to ± `halfWidth`, from the interval it has now: its width shrinks with the
 * square root of what it rests on. null where too little is known to say.
 */
export function judgementsMissing(share: Estimate, halfWidth = 0.03): number | null {
  if (share.low === undefined || share.high === undefined || share.n < 10) return null;
  const now = (share.high - share.low) / 2;
  return Math.max(0, Math.ceil(share.n * ((now / halfWidth) ** 2 - 1)));
}

function unsound(now: Decision): Decision {
  return { ...withoutBad(now), soundness: 'unsound' };
}

function withoutBad(now: Decision): Decision {
  return omit(now, 'badProblem');
}

function omit(decision: Decision, key: keyof Decision): Decision {
  const { [key]: _, ...rest } = decision;
  return rest;
}
