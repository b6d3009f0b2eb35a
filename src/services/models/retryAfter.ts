/** Longer waits are as good as this one: a day. */
const longestMs = 86_400_000;

/**
 * How long a server asks to wait: `retry-after-ms`, or `Retry-After` in seconds or as a date (RFC 9110 §10.2.3).
 *
 * Undefined where it says nothing that can be read; never negative, at most a day.
 * @param now milliseconds since 1970, for dates.
 */
export function parseRetryAfter(headers: Pick<Headers, 'get'> | undefined, now: number): number | undefined {
  const ms = numberOf(headers?.get('retry-after-ms'));
  if (ms !== undefined) return bounded(ms);
  const after = headers?.get('retry-after')?.trim();
  if (!after) return undefined;
  const seconds = numberOf(after);
  if (seconds !== undefined) return bounded(seconds * 1000);
  const date = Date.parse(after);
  return Number.isNaN(date) ? undefined : bounded(date - now);
}

function numberOf(text: string | null | undefined): number | undefined {
  return text && /^\s*\d{1,15}(\.\d{1,15})?\s*$/.test(text) ? Number(text) : undefined;
}

function bounded(ms: number): number {
  return Math.min(longestMs, Math.max(0, Math.ceil(ms)));
}
