import type { Soundness } from '../annotation/annotation.ts';
import type { Verdict } from '../answer/verdict.ts';
import type { ProblemId } from '../problem/problem.ts';
import type { Arm, TraceId } from '../trace/trace.ts';
import { hash32 } from './hash.ts';
import { pairUp } from './pairs.ts';
import type { SelectionCounts, SelectionPolicy } from './policy.ts';
import { splitter } from './split.ts';

/** What a selection needs of one trace. */
export interface Candidate {
  id: TraceId;
  problem: ProblemId;
  arm: Arm;
  /** 0-based. */
  sample: number;
  verdict: Verdict;
  /** `TracePath.key`. */
  path: string;
  flagged: boolean;
  /** Cut off by the token limit. */
  truncated: boolean;
  /** A person's; null where none spoke. */
  soundness: Soundness | null;
  /** A person called the problem bad on this trace; it then goes with all its traces. */
  badProblem: boolean;
}

export interface Selection {
  /** By problem id, then weak before strong, then sample. */
  kept: KeptTrace[];
  /** By problem id, then the chosen trace's order. */
  pairs: PreferencePair[];
  counts: SelectionCounts;
}

export interface KeptTrace {
  trace: TraceId;
  problem: ProblemId;
  /** Null where the policy splits nothing. */
  split: string | null;
}

/** Two traces of one problem, of which `chosen` is the better reasoning; no trace stands in two pairs. */
export interface PreferencePair {
  chosen: TraceId;
  rejected: TraceId;
  problem: ProblemId;
  split: string | null;
}

/**
 * The traces that the policy calls fit to train on, and the preference pairs that it gives. Depends on the set of candidates alone,
 * never on their order. A trace is dropped for the first reason that applies, in the order of `SelectionCounts.dropped`.
 *
 * Of duplicates, and under a cap, those stay that a person called sound, then the unflagged, then as the seed's hash falls, so
 * that neither arm is favoured.
 *
 * @throws UserError where the policy's split is none.
 */
export function select(candidates: Iterable<Candidate>, policy: SelectionPolicy): Selection {
  const splitOf = splitter(policy.split, policy.seed);
  const selection: Selection = { kept: [], pairs: [], counts: noCounts() };
  for (const [problem, traces] of byProblem(candidates)) {
    const split = splitOf(problem);
    const fit = fitTraces(traces, policy, selection.counts);
    const kept = cap(fit, policy, selection.counts);
    countKept(selection.counts, kept);
    selection.kept.push(...kept.map((candidate) => ({ trace: candidate.id, problem, split })));
    for (const pair of pairUp(traces, policy, preference(policy.seed)))
      selection.pairs.push({ chosen: pair.chosen.id, rejected: pair.rejected.id, problem, split });
  }
  selection.counts.pairs = selection.pairs.length;
  return selection;
}

/** Which of two traces is to stay: negative for the first. Total, so that the outcome never depends on input order. */
export type Preference = (a: Candidate, b: Candidate) => number;

type Reason = keyof SelectionCounts['dropped'];

/** Those that pass all but the cap, in their order; the rest are counted. */
function fitTraces(traces: readonly Candidate[], policy: SelectionPolicy, counts: SelectionCounts): Candidate[] {
  const bad = traces.some((candidate) => candidate.badProblem);
  const passed = traces.filter((candidate) => {
    const reason = whyUnfit(candidate, policy) ?? (bad ? 'badProblem' : null);
    counts.traces++;
    if (reason !== null) counts.dropped[reason]++;
    return reason === null;
  });
  const fit = policy.onePerPath ? onePerPath(passed, preference(policy.seed)) : passed;
  counts.dropped.duplicatePath += passed.length - fit.length;
  return fit;
}

function whyUnfit(candidate: Candidate, policy: SelectionPolicy): Reason | null {
  if (!policy.arms.includes(candidate.arm)) return 'arm';
  if (!policy.verdicts.includes(candidate.verdict)) return 'verdict';
  if (candidate.truncated && !policy.keepTruncated) return 'truncated';
  return isSoundEnough(candidate, policy.soundness) ? null : 'soundness';
}

function isSoundEnough({ soundness, flagged }: Candidate, wanted: SelectionPolicy['soundness']): boolean {
  if (wanted === 'any' || soundness === 'sound') return true;
  if (wanted === 'soundOnly' || soundness === 'unsound') return false;
  return wanted === 'notUnsound' || !flagged;
}

/** Incorrect traces with equal paths are kept: they are no duplicates of a solution. */
export function onePerPath(traces: readonly Candidate[], prefer: Preference): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const candidate of traces) {
    const rival = best.get(candidate.path);
    if (candidate.verdict === 'correct' && (rival === undefined || prefer(candidate, rival) < 0))
      best.set(candidate.path, candidate);
  }
  return traces.filter((candidate) => candidate.verdict !== 'correct' || best.get(candidate.path) === candidate);
}

function cap(fit: readonly Candidate[], policy: SelectionPolicy, counts: SelectionCounts): readonly Candidate[] {
  if (policy.capPerProblem === null || fit.length <= policy.capPerProblem) return fit;
  counts.dropped.cap += fit.length - policy.capPerProblem;
  const chosen = new Set([...fit].sort(preference(policy.seed)).slice(0, policy.capPerProblem));
  return fit.filter((candidate) => chosen.has(candidate));
}

function preference(seed: number): Preference {
  const doubt = ({ soundness, flagged }: Candidate) => (soundness === 'sound' ? 0 : flagged ? 2 : 1);
  return (a, b) => doubt(a) - doubt(b) || hash32(a.id, seed) - hash32(b.id, seed) || compare(a.id, b.id);
}

/** Problems by id, each with its traces in their order. */
function byProblem(candidates: Iterable<Candidate>): [ProblemId, Candidate[]][] {
  const problems = new Map<ProblemId, Candidate[]>();
  for (const candidate of candidates) {
    const traces = problems.get(candidate.problem);
    if (traces === undefined) problems.set(candidate.problem, [candidate]);
    else traces.push(candidate);
  }
  for (const traces of problems.values()) traces.sort(inOrder);
  return [...problems].sort(([a], [b]) => compare(a, b));
}

function inOrder(a: Candidate, b: Candidate): number {
  if (a.arm !== b.arm) return a.arm === 'weak' ? -1 : 1;
  return a.sample - b.sample || compare(a.id, b.id);
}

/** By UTF-16 units: a locale would make the bytes of an export depend on the machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function countKept(counts: SelectionCounts, kept: readonly Candidate[]): void {
  counts.kept += kept.length;
  if (kept.length > 0) counts.problemsKept++;
  for (const candidate of kept) counts.keptByArm[candidate.arm]++;
}

function noCounts(): SelectionCounts {
  return {
    traces: 0,
    kept: 0,
    problemsKept: 0,
    keptByArm: { weak: 0, strong: 0 },
    dropped: { arm: 0, verdict: 0, truncated: 0, soundness: 0, badProblem: 0, duplicatePath: 0, cap: 0 },
    pairs: 0,
  };
}
