/** The most samples per problem that a plan may ask for. */
export const mostSamples = 10_000;

/**
 * A grid of samples per problem as people type it: `10`, `1, 3, 9`, `1 3 9`. Ascending and without doubles.
 *
 * Null where anything else stands in the text, or nothing at all.
 */
export function parseSamples(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const samples = parts.map((part) => (/^\d{1,5}$/.test(part) ? Number(part) : 0));
  if (samples.length === 0 || samples.some((count) => count < 1 || count > mostSamples)) return null;
  return [...new Set(samples)].sort((a, b) => a - b);
}

export function formatSamples(samples: readonly number[]): string {
  return samples.join(', ');
}
