import type { RunFile, RunModel } from '../../core/trace/run.ts';
import { type Arm, arms, type TraceId, traceId } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';
import type { ModelClient } from '../models/model.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import type { PlannedSample } from './order.ts';
import { defaultConcurrency } from './prompt.ts';
import { createHealth, type Health } from './retry.ts';

/** A sample on its way through the attempts. */
export interface Job extends PlannedSample {
  id: TraceId;
  /** Its place in the order of the whole run, over both arms. */
  position: number;
  /** Attempts so far, those of earlier sessions included. */
  attempts: number;
  /** Failed attempts of this session. */
  failures: number;
  /** Those of them that tell something of the sample: all but "too many requests". */
  tries: number;
  /** Empty replies so far: each gets a new seed. */
  redraws: number;
  /** The limiter's period that the latest attempt started in. */
  period: number;
}

/** One arm of a run while it is sampled: its model, what it has still to draw, and how its server fares. */
export interface Lane {
  arm: Arm;
  model: RunModel;
  client: ModelClient;
  limiter: Limiter;
  health: Health;
  inFlight: number;
  /** Jobs that wait for their next try. */
  resting: number;
  /** The server asked for silence until then; milliseconds since 1970. */
  silentUntil: number;
  /** The next job: one to be tried again, else a new one. */
  peek(): Job | undefined;
  take(): void;
  putBack(job: Job): void;
  /** The place of the next new job in the whole run's order; infinite when there is none. */
  frontier(): number;
}

export function createLane(arm: Arm, model: RunModel, client: ModelClient, jobs: readonly Job[]): Lane {
  const again: Job[] = [];
  let next = 0;
  return {
    arm,
    model,
    client,
    limiter: createLimiter(model.concurrency ?? defaultConcurrency),
    health: createHealth(),
    inFlight: 0,
    resting: 0,
    silentUntil: 0,
    peek: () => again[0] ?? jobs[next],
    take() {
      if (again.shift() === undefined) next++;
    },
    putBack: (job) => again.push(job),
    frontier: () => jobs[next]?.position ?? Number.POSITIVE_INFINITY,
  };
}

/** One lane for each arm that has something missing. @throws UserError where such an arm has no model. */
export function createLanes({ run, clients, missing, attemptsBefore }: LaneOptions): Lane[] {
  const jobs = missing.map((planned, position) => newJob(planned, position, attemptsBefore));
  return arms.flatMap((arm) => {
    const mine = jobs.filter((job) => job.arm === arm);
    const model = run.models[arm];
    const client = clients[arm];
    if (mine.length === 0) return [];
    if (!model || !client) throw new UserError(`The run has no ${arm} model: name one in “traceLoupe.models”.`);
    return [createLane(arm, model, client, mine)];
  });
}

/** What `createLanes` needs of `SampleRunOptions`. */
export interface LaneOptions {
  run: Pick<RunFile, 'models'>;
  clients: Record<Arm, ModelClient | null>;
  missing: readonly PlannedSample[];
  attemptsBefore?: ReadonlyMap<TraceId, number>;
}

function newJob(planned: PlannedSample, position: number, attemptsBefore?: ReadonlyMap<TraceId, number>): Job {
  const id = traceId(planned.problem, planned.arm, planned.sample);
  const attempts = attemptsBefore?.get(id) ?? 0;
  return { ...planned, id, position, attempts, failures: 0, tries: 0, redraws: 0, period: 0 };
}

/** Requests by which one arm may be ahead of the other, at the least; else as many as there may be in flight. */
const smallestLead = 8;

/**
 * Of the lanes that may start a request the one that is furthest behind.
 *
 * Neither arm runs away from the other, so a stopped run is nearly matched; the slower one never waits for the faster,
 * so this costs no time.
 */
export function nextLane(lanes: readonly Lane[], now: number): Lane | undefined {
  const slowest = Math.min(...lanes.map((lane) => lane.frontier()));
  const lead = lanes.reduce((sum, lane) => sum + lane.limiter.limit, 0);
  let chosen: { lane: Lane; position: number } | undefined;
  for (const lane of lanes) {
    const position = lane.peek()?.position ?? Number.POSITIVE_INFINITY;
    const free = lane.inFlight < lane.limiter.limit && now >= lane.silentUntil;
    if (!free || position > slowest + Math.max(smallestLead, lead)) continue;
    if (position < (chosen?.position ?? Number.POSITIVE_INFINITY)) chosen = { lane, position };
  }
  return chosen?.lane;
}
