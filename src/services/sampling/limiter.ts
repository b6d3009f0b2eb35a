/** How many requests one model gets at a time. */
export interface Limiter {
  /** Most requests in flight now; at least 1. */
  readonly limit: number;
  /** Names the period a request starts in; handed back when it ends. */
  period(): number;
  succeeded(): void;
  /** The server said that there were too many requests. */
  throttled(period: number): void;
}

/**
 * Additive increase, multiplicative decrease, as TCP has it (Chiu and Jain 1989): starts at `most`, halves when the server
 * says 429, and grows by one per `limit` successes.
 *
 * Requests that were in flight when it halved speak of the old limit: their 429s do not halve it again.
 */
export function createLimiter(most: number): Limiter {
  const ceiling = Math.max(1, Math.floor(most));
  let allowed = ceiling;
  let period = 0;
  return {
    get limit() {
      return Math.floor(allowed);
    },
    period: () => period,
    succeeded() {
      allowed = Math.min(ceiling, allowed + 1 / allowed);
    },
    throttled(started) {
      if (started !== period) return;
      allowed = Math.max(1, allowed / 2);
      period++;
    },
  };
}
