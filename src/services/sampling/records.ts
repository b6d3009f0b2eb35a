import type { FailedAttempt, Trace } from '../../core/trace/trace.ts';
import type { Draw, ModelFailure } from '../models/model.ts';
import type { Job } from './lane.ts';

/** When a request was made and how long it took. */
export type Timing = Pick<Trace, 'startedAt' | 'durationMs'>;

/** @param startedAt and `endedAt` in milliseconds since 1970. */
export function timing(startedAt: number, endedAt: number): Timing {
  return { startedAt: new Date(startedAt).toISOString(), durationMs: Math.round(endedAt - startedAt) };
}

/** What a job drew, as a line of the log. */
export function traceOf(job: Job, draw: Draw, when: Timing): Trace {
  const { text, thinking, finish, usage, model, seed, requestId } = draw;
  return {
    id: job.id,
    problem: job.problem,
    arm: job.arm,
    sample: job.sample,
    model,
    seed,
    text,
    ...(thinking ? { thinking } : {}),
    finish,
    usage,
    ...when,
    attempt: job.attempts,
    ...(requestId ? { requestId } : {}),
  };
}

/** How a job's latest attempt failed; `final` when no further one follows in this session. */
export function failedAttemptOf(job: Job, failure: ModelFailure, when: Timing, final: boolean): FailedAttempt {
  const { reason, message, httpStatus, retryAfterMs, usage } = failure;
  return {
    id: job.id,
    attempt: job.attempts,
    ...when,
    reason,
    message,
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(final ? { final } : {}),
    ...(usage ? { usage } : {}),
  };
}
