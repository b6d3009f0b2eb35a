import { matchRatio } from '../../core/budget/match.ts';
import type { RunId } from '../../core/trace/run.ts';
import type { Arm } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';
import type { RunProgress, RunState } from '../../protocol/engine.ts';
import type { ModelClient } from '../models/model.ts';
import type { Progress } from '../sampling/progress.ts';
import type { OpenRun } from './openRun.ts';
import { sampleFolder } from './sampleFolder.ts';
import { plannedSamples } from './summary.ts';

/** The runs that are being sampled in this process. */
export interface Sessions {
  /** Resolves once it has begun; what comes of it is reported. */
  start(run: OpenRun): Promise<void>;
  /** Stops at once. Resolves when nothing is in flight and the log is on disk. */
  stop(run: RunId): Promise<void>;
  stopAll(): Promise<void>;
  state(run: RunId): RunState | null;
}

export interface SessionsOptions {
  client(run: OpenRun, arm: Arm): Promise<ModelClient | null>;
  onProgress(progress: RunProgress): void;
  /** A run began or ended. */
  onChange(): void;
  log(level: 'info' | 'warn' | 'error', message: string): void;
}

interface Session {
  state: 'running' | 'stopping';
  abort: AbortController;
  ended: Promise<void>;
}

/** Progress is told at most so often. */
const progressMs = 250;
/** New traces are indexed at most so often. */
const indexMs = 300;

export function createSessions(options: SessionsOptions): Sessions {
  const sessions = new Map<RunId, Session>();

  const start = async (open: OpenRun) => {
    const { id, name } = open.run;
    if (sessions.has(id)) throw new UserError(`The run ${name} is being sampled already.`);
    const abort = new AbortController();
    const begun = Promise.withResolvers<void>();
    const session: Session = { state: 'running', abort, ended: Promise.resolve() };
    sessions.set(id, session);
    session.ended = draw(open, session, begun.resolve)
      .catch((error: unknown) => {
        begun.reject(error);
        options.log('error', `Sampling ${name} ended: ${messageOf(error)}`);
      })
      .finally(() => {
        sessions.delete(id);
        options.onChange();
      });
    await begun.promise;
    options.onChange();
  };

  /** Rejects only before it began; what ends it later is told as its last progress. */
  const draw = async (open: OpenRun, session: Session, onBegin: () => void) => {
    let last: Progress | undefined;
    let begun = false;
    const tell = throttle(progressMs, () => {
      if (last) options.onProgress(progressOf(open, session.state, last));
    });
    const index = throttle(indexMs, () => {
      open.catchUp().catch((error: unknown) => options.log('error', messageOf(error)));
    });
    try {
      const outcome = await sampleFolder({
        folder: { path: open.folder, run: open.run },
        client: (arm) => options.client(open, arm),
        signal: session.abort.signal,
        onBegin: () => {
          begun = true;
          onBegin();
        },
        onProgress: (progress) => {
          last = progress;
          tell.call();
        },
        onTrace: index.call,
      });
      await open.catchUp();
      options.onProgress(endOf(open, outcome, outcome.message));
    } catch (error) {
      if (!begun || !last) throw error;
      if (!(error instanceof UserError)) options.log('error', `Sampling ${open.run.name} broke: ${stackOf(error)}`);
      options.onProgress(endOf(open, last, messageOf(error)));
    } finally {
      tell.stop();
      index.stop();
    }
  };

  const stop = async (id: RunId) => {
    const session = sessions.get(id);
    if (!session) return;
    session.state = 'stopping';
    session.abort.abort(new Error('The run was stopped.'));
    await session.ended;
  };

  return {
    start,
    stop,
    stopAll: async () => void (await Promise.all([...sessions.keys()].map(stop))),
    state: (id) => sessions.get(id)?.state ?? null,
  };
}

/** `problem` says why it ended before its time. */
function endOf(open: OpenRun, progress: Progress, problem: string | undefined): RunProgress {
  const planned = plannedSamples(open.run, progress.drawn);
  const complete = progress.drawn.weak >= planned.weak && progress.drawn.strong >= planned.strong;
  const told = progressOf(open, complete ? 'complete' : 'stopped', progress);
  return problem === undefined ? told : { ...told, problem };
}

function progressOf({ run }: OpenRun, state: RunState, progress: Progress): RunProgress {
  const { drawn, failed, spend, remainingMs, problem } = progress;
  return {
    run: run.id,
    name: run.name,
    state,
    drawn,
    planned: plannedSamples(run, drawn),
    failed,
    spend,
    match: matchRatio(run.match, spend.weak, spend.strong, run.problemCount),
    remainingMs: state === 'running' ? remainingMs : null,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Calls at once, then at most every so often, and never misses the last change. */
function throttle(everyMs: number, action: () => void): { call(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  const call = () => {
    if (timer) {
      again = true;
      return;
    }
    action();
    timer = setTimeout(() => {
      timer = undefined;
      if (again) call();
    }, everyMs);
    again = false;
  };
  return { call, stop: () => clearTimeout(timer) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
