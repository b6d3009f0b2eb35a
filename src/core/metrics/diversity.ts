import { passAtK } from './coverage.ts';

/**
 * The mean number of distinct correct paths among `k` samples taken without replacement from `n`, where the correct ones fall into
 * classes of these multiplicities: `Σ_j 1 − C(n−m_j, k) / C(n, k)`. NaN for k > n.
 *
 * Rarefaction as in ecology (Hurlbert 1971, doi:10.2307/1934145), with incorrect samples counting towards k but not as a class.
 */
export function distinctAtK(
  multiplicities: readonly number[],
  n: number,
  k: number,
  pass: (n: number, c: number) => number = (total, hits) => passAtK(total, hits, k),
): number {
  if (k > n) return Number.NaN;
  let distinct = 0;
  for (const multiplicity of multiplicities) distinct += pass(n, multiplicity);
  return distinct;
}
