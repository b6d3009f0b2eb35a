import { join } from 'node:path';
import type { Decision } from '../../core/annotation/annotation.ts';
import type { Problem, ProblemId } from '../../core/problem/problem.ts';
import type { ProblemKeys } from '../../core/soundness/keys.ts';
import type { RunFile } from '../../core/trace/run.ts';
import type { Trace, TraceId } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';
import { assess, graderName, indexedFacts } from '../grading/assess.ts';
import { noReference, type Reference } from '../grading/reference.ts';
import { type AttemptCounts, noAttempts, readAttempts } from '../store/attempts.ts';
import { openBodies } from '../store/bodies.ts';
import { catchUp } from '../store/catchUp.ts';
import { createMemoryIndex } from '../store/memoryIndex.ts';
import type { RunFolder } from '../store/runFolder.ts';
import { problemSchema, traceSchema } from '../store/schemas.ts';
import { isBrokenIndex, openSqliteIndex } from '../store/sqliteIndex.ts';
import type { Judgement, TraceIndex } from '../store/traceIndex.ts';

/** A run with its index, kept up with the run's files. Works on any run folder, in a workspace or not. */
export interface OpenRun {
  readonly folder: string;
  readonly run: RunFile;
  /** Null: the index holds all that the files held when last looked at; else the share of bytes indexed, 0..1. */
  readonly indexing: number | null;
  /** Grows with whatever changes an answer; for caches. */
  readonly version: number;
  /**
   * Takes up what the files hold beyond the index. One at a time: a call during another looks once more afterwards.
   * Resolves when all is indexed, also for those who called earlier.
   */
  catchUp(): Promise<void>;
  /** Puts a question to the index. Where its file broke it is made anew from the run's files, and asked again. */
  ask<T>(question: (index: TraceIndex) => T): Promise<T>;
  trace(id: TraceId): Promise<Trace>;
  problem(id: ProblemId): Promise<Problem>;
  /** What the exact check needs; undefined of any problem but an embedded one. */
  keys(problem: Pick<Problem, 'text'>): Promise<ProblemKeys | undefined>;
  /** Failed attempts, as far as `catchUp` has read them. */
  readonly attempts: AttemptCounts;
  /** Sentences about lines that were left out. */
  warnings(): string[];
  /** Everything that people say of the run's traces, after it changed. */
  judge(decisions: ReadonlyMap<TraceId, Decision>): Promise<void>;
  /** One trace's decision changed. */
  judgeOne(trace: TraceId, decision: Decision | null): Promise<void>;
  /** Waits for what is under way. Closing twice is safe. */
  close(): Promise<void>;
}

export interface OpenRunOptions {
  /** The index's file; null: keep it in memory. Must be on a local disk. */
  indexPath: string | null;
  /** The version of Trace Loupe. */
  version: string;
  /** What people say of the run's traces. */
  decisions: ReadonlyMap<TraceId, Decision>;
  /** Default: no trace is checked. */
  reference?: Reference;
  /** Called after each batch that was indexed. */
  onProgress?(share: number): void;
}

export async function openRun({ path: folder, run }: RunFolder, options: OpenRunOptions): Promise<OpenRun> {
  let index = await openIndex(options);
  const { reference = noReference } = options;
  const bodies = openBodies(folder);
  const problems = createCache<Problem>(2_000);
  const stop = new AbortController();
  let judgements = judgementsOf(options.decisions);
  const attempts = noAttempts();
  let torn: string[] = [];
  let indexing: number | null = 0;
  /** Nothing was taken up since the index was opened or made anew. */
  let untouched = true;
  let version = 0;
  let running: Promise<void> | undefined;
  let again = false;

  const problemOrNull = async (id: ProblemId): Promise<Problem | null> => {
    const known = problems.get(id);
    if (known) return known;
    const place = index.problemPlace(id);
    const problem = place && (await bodies.read(problemSchema, place));
    if (problem) problems.set(id, problem);
    return problem;
  };

  /** Read no sooner than a trace is to be judged: opening a run that is indexed costs nothing. */
  const keysOf = async ({ text }: Pick<Problem, 'text'>) => (await reference.keys())(text);

  const indexOnce = async () => {
    torn = await catchUp({
      folder,
      index,
      facts: async (problem, trace) => indexedFacts(trace, assess(problem, trace.text, await keysOf(problem))),
      problem: problemOrNull,
      onBatch: (traces, share) => {
        for (const id of traces) {
          const judgement = judgements.get(id);
          if (judgement) index.setJudgement(id, judgement);
        }
        indexing = share;
        untouched = false;
        version += 1;
        options.onProgress?.(share);
      },
      onRewritten: async () => {
        problems.clear();
        await bodies.close();
      },
      signal: stop.signal,
    });
    await readAttempts(folder, attempts);
  };

  const indexAll = async () => {
    try {
      do {
        again = false;
        await repairing(indexOnce);
      } while (again);
      untouched = false;
      if (indexing !== null) version += 1;
      indexing = null;
    } finally {
      // In the same turn as the last look at `again`, so that no call falls between.
      running = undefined;
    }
  };

  const catchUpAll = () => {
    again = running !== undefined;
    running ??= indexAll();
    return running;
  };

  /** Runs the action; where the index's file is at fault makes a new one, in memory if need be, and runs it once more. */
  const repairing = async <T>(action: () => T | Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      if (!isBrokenIndex(error)) throw error;
      renewIndex();
      return action();
    }
  };

  const renewIndex = () => {
    indexing = 0;
    untouched = true;
    try {
      index.clear();
    } catch {
      index.close();
      index = createMemoryIndex();
    }
  };

  const ask = <T>(question: (index: TraceIndex) => T): Promise<T> =>
    repairing(async () => {
      // A new index is empty: without this the repaired question would find nothing.
      if (untouched) await catchUpSoon();
      return question(index);
    });

  /** Gives a small run's index the time to be whole, and a large one's to hold the first rows. */
  const catchUpSoon = async () => {
    const whole = catchUpAll();
    whole.catch(() => {});
    await Promise.race([whole, new Promise((resolve) => setTimeout(resolve, 200))]);
  };

  const readTrace = async (id: TraceId): Promise<Trace | null> => {
    const place = await ask((current) => current.place(id));
    const trace = place && (await bodies.read(traceSchema, place));
    return trace?.id === id ? trace : null;
  };

  index.setJudgements(judgements);
  return {
    folder,
    run,
    get indexing() {
      return indexing;
    },
    get version() {
      return version;
    },
    catchUp: catchUpAll,
    ask,
    trace: async (id) => {
      const trace = await readTrace(id);
      if (trace) return trace;
      // The files may have been replaced (git) since they were indexed.
      await catchUpAll();
      const found = await readTrace(id);
      if (!found) throw new UserError(`There is no trace ${id.slice(0, 200)} in ${folder}; choose another one.`);
      return found;
    },
    problem: async (id) => {
      const problem = await problemOrNull(id);
      if (!problem)
        throw new UserError(`There is no problem ${id.slice(0, 200)} in ${join(folder, 'problems.jsonl')}.`);
      return problem;
    },
    keys: keysOf,
    attempts,
    warnings: () => [...[...index.reached().values()].flatMap(({ warnings }) => warnings), ...torn],
    judge: async (decisions) => {
      judgements = judgementsOf(decisions);
      await ask((current) => current.setJudgements(judgements));
      version += 1;
    },
    judgeOne: async (trace, decision) => {
      const judgement = judgementOf(decision ?? {});
      judgements.set(trace, judgement);
      await ask((current) => current.setJudgement(trace, judgement));
      version += 1;
    },
    close: async () => {
      stop.abort(new Error('The run was closed.'));
      await running?.catch(() => {});
      await bodies.close();
      index.close();
    },
  };
}

async function openIndex({ indexPath, version, reference = noReference }: OpenRunOptions): Promise<TraceIndex> {
  if (indexPath === null) return createMemoryIndex();
  try {
    const grader = graderName(version, await reference.version());
    return (await openSqliteIndex(indexPath, grader)) ?? createMemoryIndex();
  } catch (error) {
    // A full or read-only cache folder is no reason not to read a run.
    if (isBrokenIndex(error) || error instanceof UserError) return createMemoryIndex();
    throw error;
  }
}

function judgementsOf(decisions: ReadonlyMap<TraceId, Decision>): Map<TraceId, Judgement> {
  return new Map([...decisions].map(([trace, decision]) => [trace, judgementOf(decision)]));
}

function judgementOf(decision: Decision): Judgement {
  return { soundness: decision.soundness ?? null, badProblem: decision.badProblem ?? false };
}

interface Cache<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  clear(): void;
}

/** The most recent values. */
function createCache<T>(size: number): Cache<T> {
  const kept = new Map<string, T>();
  return {
    get: (key) => {
      const value = kept.get(key);
      if (value !== undefined) {
        kept.delete(key);
        kept.set(key, value);
      }
      return value;
    },
    set: (key, value) => {
      kept.set(key, value);
      const oldest = kept.keys().next().value;
      if (kept.size > size && oldest !== undefined) kept.delete(oldest);
    },
    clear: () => kept.clear(),
  };
}
