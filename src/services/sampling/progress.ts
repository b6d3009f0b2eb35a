import type { ModelCost, Spend } from '../../core/budget/budget.ts';
import { addSpend, noSpend, spendOf } from '../../core/budget/cost.ts';
import { type Arm, arms, type Usage } from '../../core/trace/trace.ts';
import type { Clock } from './clock.ts';

/** Where a run stands; whole each time, so a lost one does no harm. */
export interface Progress {
  /** Samples on disk, those of earlier sessions included. */
  drawn: Record<Arm, number>;
  /** Samples of the plan (of this shard): those drawn before and those that were missing. */
  planned: Record<Arm, number>;
  /** Samples given up in this session. */
  failed: Record<Arm, number>;
  /** What the drawn samples cost, those of earlier sessions included. */
  spend: Record<Arm, Spend>;
  /** US dollars that failed attempts of this session cost beside, as far as their servers told or it could be estimated. */
  lostUsd: number;
  /** Requests in flight. */
  inFlight: Record<Arm, number>;
  /** Failed attempts of this session, retried ones included. */
  failedAttempts: number;
  /** Null until it can be told. */
  remainingMs: number | null;
  /** The latest failure, one sentence. */
  problem?: string;
}

/** What an arm had before this session. */
export interface Before {
  drawn: number;
  spend: Spend;
  /** US dollars that its failed attempts cost. */
  lostUsd?: number;
}

/** Counts one session's events into `Progress` and reports it, at most every 200 ms. */
export interface Tally {
  snapshot(): Progress;
  started(arm: Arm): void;
  ended(arm: Arm): void;
  drawn(arm: Arm, usage: Usage): void;
  failedAttempt(message: string, usd: number): void;
  gaveUp(arm: Arm): void;
}

export interface TallyOptions {
  models: Record<Arm, ModelCost | null>;
  missing: Record<Arm, number>;
  before: Record<Arm, Before>;
  clock: Clock;
  signal: AbortSignal;
  onProgress(progress: Progress): void;
}

const everyMs = 200;

export function createTally(options: TallyOptions): Tally {
  const { before, missing, clock, models } = options;
  const startedAt = clock.now();
  const count = (value: (arm: Arm) => number) => ({ weak: value('weak'), strong: value('strong') });
  const drawn = count(() => 0);
  const failed = count(() => 0);
  const inFlight = count(() => 0);
  const spend: Record<Arm, Spend> = { weak: before.weak.spend, strong: before.strong.spend };
  let lostUsd = 0;
  let failedAttempts = 0;
  let problem: string | undefined;

  const remainingMs = () => {
    const elapsed = clock.now() - startedAt;
    const times = arms.map((arm) => {
      const done = drawn[arm] + failed[arm];
      const left = missing[arm] - done;
      return left === 0 ? 0 : done === 0 ? Number.NaN : (elapsed * left) / done;
    });
    const longest = Math.max(...times);
    return Number.isNaN(longest) ? null : Math.round(longest);
  };
  const snapshot = (): Progress => ({
    drawn: count((arm) => before[arm].drawn + drawn[arm]),
    planned: count((arm) => before[arm].drawn + missing[arm]),
    failed: { ...failed },
    spend: { ...spend },
    lostUsd,
    inFlight: { ...inFlight },
    failedAttempts,
    remainingMs: remainingMs(),
    ...(problem === undefined ? {} : { problem }),
  });
  const changed = throttle(() => options.onProgress(snapshot()), clock, options.signal);

  return {
    snapshot,
    started(arm) {
      inFlight[arm]++;
      changed();
    },
    ended(arm) {
      inFlight[arm]--;
    },
    drawn(arm, usage) {
      drawn[arm]++;
      spend[arm] = addSpend(spend[arm], spendOf(models[arm] ?? {}, 1, usage.promptTokens, usage.completionTokens));
      changed();
    },
    failedAttempt(message, usd) {
      failedAttempts++;
      lostUsd += usd;
      problem = message;
      changed();
    },
    gaveUp(arm) {
      failed[arm]++;
      changed();
    },
  };
}

export const nothingBefore: Record<Arm, Before> = {
  weak: { drawn: 0, spend: noSpend },
  strong: { drawn: 0, spend: noSpend },
};

/** Calls `report` at once, then at most every `everyMs`, and never misses the last change. */
function throttle(report: () => void, clock: Clock, signal: AbortSignal): () => void {
  let resting = false;
  let again = false;
  const rest = () => {
    resting = true;
    clock.sleep(everyMs, signal).then(
      () => {
        resting = false;
        if (again) run();
      },
      () => {},
    );
  };
  const run = () => {
    again = false;
    report();
    rest();
  };
  return () => {
    if (resting) again = true;
    else run();
  };
}
