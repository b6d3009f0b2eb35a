/** n!, NaN beyond what a double holds. */
export function factorial(n: number): number {
  if (!Number.isInteger(n) || n < 0 || n > 170) return Number.NaN;
  let result = 1;
  for (let factor = 2; factor <= n; factor++) result *= factor;
  return result;
}

/** The binomial coefficient, NaN outside 0 ≤ k ≤ n. */
export function binomial(n: number, k: number): number {
  if (!Number.isInteger(n) || !Number.isInteger(k) || k < 0 || k > n || k > 1000) return Number.NaN;
  let result = 1;
  for (let step = 1; step <= k; step++) result = (result * (n - k + step)) / step;
  return Math.round(result);
}
