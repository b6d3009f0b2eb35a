import type { ProblemId } from '../../core/problem/problem.ts';
import type { ModelFailure } from '../models/model.ts';

/** Tries of one sample in one session, replies of "too many requests" aside: those say nothing of the sample. */
export const maxTries = 10;

/** Backoff before tries 2, 3, 4 …: 0.5, 1, 2 … at most 30 seconds, of which a random half is waited. */
const firstDelayMs = 500;
const longestDelayMs = 30_000;

/** A server that asks for more than this is out of service: the run pauses instead of sitting there. */
export const longestWaitMs = 10 * 60_000;

/** A model that never answered is given up at the first sample that fails this often: some 2 seconds. */
const triesBeforeFirstSuccess = 4;

/** A model that stopped answering, or only ever said that it had too much to do, is given up after this time and at least so many failures. */
const patienceMs = 5 * 60_000;
const patienceFailures = 20;

/** So many different problems refused in a row are no accident of one problem: the settings are wrong. */
const refusedProblems = 3;
/** The same where there are too few problems to tell. */
const refusedSamples = 32;

/** How long to wait after a sample's `failures`-th failure: never less than the server asks for, and never in step with other samples. */
export function retryDelayMs(
  failure: Pick<ModelFailure, 'retryAfterMs'>,
  failures: number,
  random: () => number,
): number {
  const backoff = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures - 1, 16)) * (0.5 + 0.5 * random());
  const { retryAfterMs = 0 } = failure;
  // A server that always says "after 0 seconds" must not be asked without end.
  return Math.max(backoff, retryAfterMs + Math.min(1_000, retryAfterMs * 0.1) * random());
}

/** What follows on a failure: another try, giving up this sample, or pausing the run because the model is out of service. */
export type NextStep = 'retry' | 'giveUp' | 'pause';

/** Tells a model's bad moments from its being out of service, by what happened so far in this session. */
export interface Health {
  succeeded(): void;
  /** @param tries of this sample so far, this one included. */
  failed(
    failure: Pick<ModelFailure, 'scope' | 'reason' | 'retryAfterMs'>,
    problem: ProblemId,
    tries: number,
    now: number,
  ): NextStep;
}

export function createHealth(): Health {
  let answered = false;
  let failuresInARow = 0;
  let troubleSince: number | null = null;
  let refusals = 0;
  const refused = new Set<ProblemId>();

  const isRefusing = (problem: ProblemId) => {
    refused.add(problem);
    refusals++;
    return refused.size >= refusedProblems || refusals >= refusedSamples;
  };
  const isDown = (tries: number, now: number) => {
    if (!answered && tries >= triesBeforeFirstSuccess) return true;
    return failuresInARow >= patienceFailures && now - (troubleSince ?? now) >= patienceMs;
  };

  return {
    succeeded() {
      answered = true;
      failuresInARow = 0;
      troubleSince = null;
      refusals = 0;
      refused.clear();
    },
    failed(failure, problem, tries, now) {
      failuresInARow++;
      troubleSince ??= now;
      if ((failure.retryAfterMs ?? 0) > longestWaitMs) return 'pause';
      // A gateway may refuse one prompt with 403 or 404 although the key and the model are right.
      if (failure.scope === 'model' && !answered) return 'pause';
      if (failure.scope !== 'attempt') return isRefusing(problem) ? 'pause' : 'giveUp';
      if (isDown(tries, now)) return 'pause';
      return tries >= maxTries ? 'giveUp' : 'retry';
    },
  };
}
