import type { Problem, ProblemId } from '../../core/problem/problem.ts';
import type { RunFile } from '../../core/trace/run.ts';
import type { Arm, TraceId } from '../../core/trace/trace.ts';
import type { ModelClient } from '../models/model.ts';
import type { Clock } from './clock.ts';
import type { PlannedSample } from './order.ts';
import type { Before, Progress } from './progress.ts';
import { Session } from './session.ts';
import type { TraceSink } from './writer.ts';

export interface SampleRunOptions {
  run: Pick<RunFile, 'seed' | 'models' | 'maxUsd'>;
  /** The problem of an id; asked once per attempt. */
  problem(id: ProblemId): Pick<Problem, 'text' | 'options'>;
  /** What to draw, in this order (see `missingSamples`). */
  missing: readonly PlannedSample[];
  /** Null is fine for an arm that has nothing missing. */
  clients: Record<Arm, ModelClient | null>;
  sink: TraceSink;
  /** Stops at once: what is in flight is given up, what arrived is kept. */
  signal: AbortSignal;
  /** What the arms drew and spent in earlier sessions. */
  before?: Record<Arm, Before>;
  /** Attempts of earlier sessions that failed, so that their numbers go on. */
  attemptsBefore?: ReadonlyMap<TraceId, number>;
  /** At most every 200 ms. */
  onProgress?(progress: Progress): void;
  /** Tests pass their own. */
  clock?: Clock;
  random?(): number;
}

export interface SampleOutcome extends Progress {
  /**
   * `complete`: every sample was drawn or, failing too often, given up. `stopped`: by the signal. `capped`: the next sample
   * could exceed `maxUsd`. `paused`: a model is out of service (wrong key, unknown model, unreachable …).
   */
  state: 'complete' | 'stopped' | 'capped' | 'paused';
  /** One sentence: why a run is `capped` or `paused`. */
  message?: string;
}

/**
 * Draws the missing samples of a run. Resolves once nothing is in flight and all records are on disk.
 *
 * A failed sample never ends the run: it is tried up to 10 times, then marked `final` and left missing. When the model as
 * a whole fails (see `Health`), the run pauses: what is in flight may finish, nothing new is asked.
 * @throws UserError when the sink fails (then everything in flight is given up at once) or the cap can't be held.
 */
export async function sampleRun(options: SampleRunOptions): Promise<SampleOutcome> {
  return new Session(options).run();
}
