import type { SelectionPolicy } from './policy.ts';
import type { Candidate, Preference } from './select.ts';
import { onePerPath } from './select.ts';

/**
 * Preference pairs of one problem's traces: a correct trace with reasoning that nothing speaks against, over one that is unsound
 * (said by a person; or by a rule, where the policy heeds rules) or incorrect. False positives come first among the rejected: the
 * two answers are then equal and only the reasoning differs. Pairs share no trace, and no pair has equal paths on both sides.
 *
 * Of the policy, `arms`, `keepTruncated`, `onePerPath`, `soundness` (`soundOnly`: a person has called the chosen trace sound) and
 * `capPerProblem` apply; `verdicts` does not, since a pair needs both kinds. Traces must be in their order, all of one problem.
 */
export function pairUp(
  traces: readonly Candidate[],
  policy: SelectionPolicy,
  prefer: Preference,
): { chosen: Candidate; rejected: Candidate }[] {
  if (traces.some((candidate) => candidate.badProblem)) return [];
  const eligible = traces.filter(
    (candidate) => policy.arms.includes(candidate.arm) && (policy.keepTruncated || !candidate.truncated),
  );
  const good = eligible.filter((candidate) => isGood(candidate, policy));
  const chosen = (policy.onePerPath ? onePerPath(good, prefer) : good).toSorted(prefer);
  const rejected = eligible.filter((candidate) => isPoor(candidate, policy)).toSorted(poorestFirst(prefer));
  return match(chosen, rejected, policy);
}

function match(chosen: readonly Candidate[], rejected: readonly Candidate[], policy: SelectionPolicy) {
  const pairs: { chosen: Candidate; rejected: Candidate }[] = [];
  const left = policy.onePerPath ? firstOfPath(rejected) : [...rejected];
  for (const better of chosen) {
    if (pairs.length === (policy.capPerProblem ?? Number.POSITIVE_INFINITY)) break;
    const found = left.findIndex((worse) => worse.path !== better.path);
    const [worse] = found < 0 ? [] : left.splice(found, 1);
    if (worse !== undefined) pairs.push({ chosen: better, rejected: worse });
  }
  return pairs;
}

function isGood({ verdict, soundness, flagged }: Candidate, policy: SelectionPolicy): boolean {
  if (verdict !== 'correct') return false;
  if (soundness === 'sound') return true;
  return policy.soundness !== 'soundOnly' && soundness !== 'unsound' && !flagged;
}

/** An incorrect answer from reasoning that a person called sound more likely tells of a wrong gold answer: it is left out. */
function isPoor({ verdict, soundness, flagged }: Candidate, policy: SelectionPolicy): boolean {
  if (soundness === 'sound') return false;
  if (verdict === 'incorrect') return true;
  return verdict === 'correct' && (soundness === 'unsound' || (flagged && policy.soundness === 'unflagged'));
}

function poorestFirst(prefer: Preference): Preference {
  const rank = ({ verdict, soundness }: Candidate) => (verdict !== 'correct' ? 2 : soundness === 'unsound' ? 0 : 1);
  return (a, b) => rank(a) - rank(b) || prefer(a, b);
}

function firstOfPath(traces: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return traces.filter(({ path }) => !seen.has(path) && seen.add(path));
}
