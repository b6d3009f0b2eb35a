import type { FailedAttempt, Trace } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';

/** Where what was drawn goes. Both resolve once the record is on disk. */
export interface TraceSink {
  append(trace: Trace): Promise<void>;
  fail(attempt: FailedAttempt): Promise<void>;
}

/** Most records on their way to disk: a slow disk then holds up new requests instead of filling the memory. */
const mostPending = 512;

/** Hands records to a sink without waiting for it, up to a bound, and minds the first failure. */
export interface Writer {
  /** Too much is on its way: start no new request. */
  readonly full: boolean;
  /** `done` is called once the record is on disk. */
  write(record: () => Promise<void>, done: () => void): void;
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>;
}

/** @param onFailure called once, with what the user can mend. */
export function createWriter(onFailure: (error: UserError) => void): Writer {
  let pending = 0;
  let failed = false;
  let waiting: (() => void)[] = [];
  const fail = (error: unknown) => {
    if (!failed) onFailure(toUserError(error));
    failed = true;
    return false;
  };
  return {
    get full() {
      return pending >= mostPending;
    },
    async write(record, done) {
      pending++;
      const kept = await record().then(
        () => true,
        (error) => fail(error),
      );
      // Before `done`, which looks whether there is room again.
      pending--;
      if (kept) done();
      if (pending > 0) return;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
    settled: () => (pending === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

function toUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error), code: '' };
  const told = Object.assign(
    new UserError(`${sentences[code ?? ''] ?? `The run's log can't be written (${message})`}: ${after}`),
    {
      cause: error,
    },
  );
  return told;
}

const after = 'sampling stopped, and what was on disk is kept; mend it, then resume the run.';

const sentences: Record<string, string> = {
  ENOSPC: "The disk is full, so the run's log can't be written",
  EDQUOT: "The disk quota is used up, so the run's log can't be written",
  EROFS: "The run's folder is on a read-only file system",
  EACCES: "The run's folder can't be written: permission denied",
  EPERM: "The run's folder can't be written: permission denied",
};
