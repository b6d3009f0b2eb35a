/** What a server can be made to do wrong, one kind per request. */
export const faultKinds = [
  'tooManyRequests',
  'tooManyRequestsMs',
  'error500',
  'error503',
  'dropped',
  'truncated',
  'malformed',
  'ignoredN',
  'empty',
  'stalled',
  'webPage',
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface FaultPlan {
  /** The share of requests that fail, 0..1, every kind equally often. */
  rate?: number;
  /** Shares by kind, instead of `rate`. */
  kinds?: Partial<Record<FaultKind, number>>;
  /** What the next requests get, in order of arrival; null is a good reply. Afterwards the shares apply. */
  script?: (FaultKind | null)[];
  seed?: number;
  /** The text of `Retry-After`; default `1`. */
  retryAfter?: string;
  /** Of `retry-after-ms`; default 200. */
  retryAfterMs?: number;
}

/** Gives the fault of each next request: the same for the same plan. */
export function faultSource(plan: FaultPlan): () => FaultKind | null {
  const script = [...(plan.script ?? [])];
  const share = (plan.rate ?? 0) / faultKinds.length;
  const shares = faultKinds.map((kind) => [kind, plan.kinds ? (plan.kinds[kind] ?? 0) : share] as const);
  const random = seededRandom(plan.seed ?? 1);
  return () => {
    const scripted = script.shift();
    if (scripted !== undefined) return scripted;
    let left = random();
    for (const [kind, size] of shares) {
      left -= size;
      if (left < 0) return kind;
    }
    return null;
  };
}

/** What people may write for a kind: its name, or the status that it answers with. */
export const faultNames: Readonly<Record<string, FaultKind>> = {
  '429': 'tooManyRequests',
  '429-ms': 'tooManyRequestsMs',
  '500': 'error500',
  '503': 'error503',
  ...(Object.fromEntries(faultKinds.map((kind) => [kind, kind])) as Record<FaultKind, FaultKind>),
};

/** The kind that people mean; undefined for a name that none has. */
export function faultNamed(name: string): FaultKind | undefined {
  return Object.hasOwn(faultNames, name) ? faultNames[name] : undefined;
}

/** Mulberry32 (T. Ettinger, public domain): 0 ≤ x < 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
