import { setMaxListeners } from 'node:events';
import type { Arm } from '../../core/trace/trace.ts';
import { type ChatMessage, type Draw, ModelFailure } from '../models/model.ts';
import { type Clock, systemClock } from './clock.ts';
import { createLanes, type Job, type Lane, nextLane } from './lane.ts';
import { type PlannedSample, seedOf } from './order.ts';
import { type Before, createTally, nothingBefore, type Tally } from './progress.ts';
import { buildMessages } from './prompt.ts';
import { checkCap, createPurse, highestUsd, type Purse, usd } from './purse.ts';
import { failedAttemptOf, timing, traceOf } from './records.ts';
import { retryDelayMs } from './retry.ts';
import type { SampleOutcome, SampleRunOptions } from './sampler.ts';
import { createWriter, type Writer } from './writer.ts';

/** One session of a run: what `sampleRun` does, as it stands at any moment. Used once. */
export class Session {
  readonly #options: SampleRunOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #lanes: Lane[];
  readonly #tally: Tally;
  readonly #purse: Purse;
  readonly #writer: Writer;
  /** Aborted when everything in flight shall end: by the user, by a failing disk, by a bug, and at the end. */
  readonly #abort = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  /** Set when nothing new shall be asked. */
  #halt: Pick<SampleOutcome, 'state' | 'message'> | undefined;
  #failure: unknown;
  #over = false;

  constructor(options: SampleRunOptions) {
    const { run, missing } = options;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#lanes = createLanes(options);
    const models = this.#lanes.map((lane) => lane.model);
    checkCap(run.maxUsd, models);
    const before = options.before ?? nothingBefore;
    this.#purse = createPurse(run.maxUsd, spentUsd(before.weak) + spentUsd(before.strong));
    this.#writer = createWriter((error) => this.#fail(error));
    setMaxListeners(0, this.#abort.signal);
    this.#tally = createTally({
      models: run.models,
      missing: { weak: countOf(missing, 'weak'), strong: countOf(missing, 'strong') },
      before,
      clock: this.#clock,
      signal: this.#abort.signal,
      onProgress: (progress) => options.onProgress?.(progress),
    });
  }

  async run(): Promise<SampleOutcome> {
    const { signal } = this.#options;
    const stop = () => {
      if (this.#over) return;
      this.#halt = { state: 'stopped' };
      this.#abort.abort(signal.reason);
      this.#pump();
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    this.#pump();
    await this.#ended.promise;
    await this.#writer.settled();
    signal.removeEventListener('abort', stop);
    this.#abort.abort();
    if (this.#failure) throw this.#failure;
    const outcome = { ...this.#tally.snapshot(), ...(this.#halt ?? { state: 'complete' as const }) };
    this.#options.onProgress?.(outcome);
    return outcome;
  }

  /** Goes on as far as it can; called whenever something changed. */
  #pump(): void {
    try {
      this.#startAll();
    } catch (error) {
      this.#giveUp(error);
    }
    const waiting = this.#lanes.some((lane) => lane.resting > 0 || lane.peek());
    if (this.#inFlight() > 0 || (!this.#halt && waiting)) return;
    this.#over = true;
    this.#ended.resolve();
  }

  #startAll(): void {
    for (;;) {
      if (this.#halt || this.#writer.full) return;
      const lane = nextLane(this.#lanes, this.#clock.now());
      const job = lane?.peek();
      if (!lane || !job) return;
      const messages = buildMessages(lane.model.prompt, this.#options.problem(job.problem));
      const highest = highestUsd(lane.model, messages);
      if (!this.#purse.canReserve(highest)) {
        // What is in flight has its highest cost reserved, and will give some of it back.
        if (this.#inFlight() === 0) this.#halt = { state: 'capped', message: this.#capMessage(lane) };
        return;
      }
      this.#purse.reserve(highest);
      lane.take();
      void this.#attempt(lane, job, messages, highest);
    }
  }

  async #attempt(lane: Lane, job: Job, messages: ChatMessage[], reserved: number): Promise<void> {
    const startedAt = this.#clock.now();
    job.period = lane.limiter.period();
    lane.inFlight++;
    this.#tally.started(lane.arm);
    job.attempts++;
    let cost = 0;
    try {
      const seed = seedOf(this.#options.run.seed, job, job.redraws);
      const draw = await orAborted(lane.client.draw({ messages, seed }, this.#abort.signal), this.#abort.signal);
      cost = usd(lane.model, draw.usage.promptTokens, draw.usage.completionTokens);
      this.#keep(lane, job, draw, startedAt);
    } catch (error) {
      if (error instanceof ModelFailure && !this.#abort.signal.aborted) {
        cost = usd(lane.model, error.usage?.promptTokens ?? 0, error.usage?.completionTokens ?? 0);
        this.#tally.failedAttempt(error.message, cost);
        this.#failed(lane, job, error, startedAt);
      } else if (!this.#abort.signal.aborted) {
        this.#fail(error);
      }
    }
    lane.inFlight--;
    this.#tally.ended(lane.arm);
    this.#purse.settle(reserved, cost);
    this.#pump();
  }

  #keep(lane: Lane, job: Job, draw: Draw, startedAt: number): void {
    lane.health.succeeded();
    lane.limiter.succeeded();
    const trace = traceOf(job, draw, timing(startedAt, this.#clock.now()));
    this.#write(
      () => this.#options.sink.append(trace),
      () => this.#tally.drawn(lane.arm, draw.usage),
    );
  }

  #failed(lane: Lane, job: Job, failure: ModelFailure, startedAt: number): void {
    const now = this.#clock.now();
    job.failures++;
    if (failure.reason === 'rateLimited') lane.limiter.throttled(job.period);
    else job.tries++;
    if (failure.reason === 'emptyReply') job.redraws++;
    const step = this.#halt ? 'giveUp' : lane.health.failed(failure, job.problem, job.tries, now);
    const record = failedAttemptOf(job, failure, timing(startedAt, now), step !== 'retry');
    this.#write(() => this.#options.sink.fail(record));
    if (step === 'retry') this.#retryLater(lane, job, failure, now);
    else this.#tally.gaveUp(lane.arm);
    if (step === 'pause') this.#halt ??= { state: 'paused', message: failure.message };
  }

  #retryLater(lane: Lane, job: Job, failure: ModelFailure, now: number): void {
    if (failure.retryAfterMs !== undefined) lane.silentUntil = Math.max(lane.silentUntil, now + failure.retryAfterMs);
    lane.resting++;
    void this.#rest(lane, now + retryDelayMs(failure, job.failures, this.#random)).then((rested) => {
      lane.resting--;
      if (rested) lane.putBack(job);
      this.#pump();
    });
  }

  /** Waits until `until`, and while the server wants silence; false when the session ended first. A timer may ring early. */
  async #rest(lane: Lane, until: number): Promise<boolean> {
    try {
      for (
        let left = until - this.#clock.now();
        left > 0;
        left = Math.max(until, lane.silentUntil) - this.#clock.now()
      ) {
        await this.#clock.sleep(left, this.#abort.signal);
      }
      return true;
    } catch {
      return false;
    }
  }

  #write(record: () => Promise<void>, done = () => {}): void {
    const written = async () => record();
    this.#writer.write(written, () => {
      try {
        done();
      } catch (error) {
        this.#giveUp(error);
      }
      this.#pump();
    });
  }

  /** The disk failed, or we did: no further request, and no further money for those in flight. */
  #fail(error: unknown): void {
    this.#giveUp(error);
    this.#pump();
  }

  #giveUp(error: unknown): void {
    this.#failure ??= error;
    this.#halt ??= { state: 'stopped' };
    this.#abort.abort(error);
  }

  #inFlight(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.inFlight, 0);
  }

  #capMessage(lane: Lane): string {
    return `The cap of $${this.#options.run.maxUsd} is reached: one more sample of “${lane.model.name}” could exceed it. Raise the cap and resume the run to go on.`;
  }
}

function countOf(samples: readonly PlannedSample[], arm: Arm): number {
  return samples.reduce((sum, sample) => sum + (sample.arm === arm ? 1 : 0), 0);
}

function spentUsd({ spend, lostUsd = 0 }: Before): number {
  return (spend.usd ?? 0) + lostUsd;
}

/** A client that does not heed the signal must not hold up a stop. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
