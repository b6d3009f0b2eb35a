/** Most names and characters that are compared: a server may list thousands. */
const mostNames = 5_000;
const longestName = 200;

/** The name that takes the fewest edits, a name that holds the other counting as near; undefined for no names. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const wanted = name.slice(0, longestName).toLowerCase();
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of names.slice(0, mostNames)) {
    const other = candidate.slice(0, longestName).toLowerCase();
    const holds = wanted !== '' && (other.includes(wanted) || wanted.includes(other));
    const distance = holds ? Math.abs(other.length - wanted.length) / longestName : edits(wanted, other);
    if (!best || distance < best.distance) best = { candidate, distance };
  }
  return best?.candidate;
}

/** Levenshtein's distance. */
function edits(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replace = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
