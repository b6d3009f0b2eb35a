/**
 * The chance that at least one of `k` samples, taken without replacement from `n` of which `c` are correct, is correct:
 * `1 − C(n−c, k) / C(n, k)`, the unbiased estimate of pass@k. NaN for k > n: so few samples say nothing about k.
 *
 * Needs whole numbers 0 ≤ c ≤ n and k ≥ 0. Source: Chen et al. 2021, arXiv:2107.03374 (the stable product form).
 */
export function passAtK(n: number, c: number, k: number): number {
  if (k > n) return Number.NaN;
  return 1 - missChance(n, c, k);
}

/**
 * Chance that k samples miss all `c` of `n`. Of the two equal products, over the k samples or over the c correct ones, the
 * shorter is taken; its factors are below 1, so nothing overflows, and one of them is 0 where k samples can't miss.
 */
function missChance(n: number, c: number, k: number): number {
  const [few, many] = k < c ? [k, c] : [c, k];
  let miss = 1;
  for (let i = 0; i < few; i++) miss *= (n - many - i) / (n - i);
  return miss;
}

/** `passAtK` for one k, with each (n, c) computed once: a run has few different ones. */
export function passTable(k: number): (n: number, c: number) => number {
  const rows = new Map<number, number[]>();
  return (n, c) => {
    const row = rows.get(n) ?? [];
    if (row.length === 0) rows.set(n, row);
    row[c] ??= passAtK(n, c, k);
    return row[c];
  };
}
