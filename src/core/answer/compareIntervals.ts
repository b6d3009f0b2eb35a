import { type Comparison, every, itemsOf, undecided } from './comparison.ts';
import type { Structure } from './structure.ts';
import type { Equality } from './verdict.ts';

/** Intervals by their ends and by whether these belong to them; null where neither is one. */
export function compareIntervals(a: Structure, b: Structure, comparison: Comparison): Equality | null {
  if (a.kind !== 'interval' && b.kind !== 'interval') return null;
  const [left, right] = [endsOf(a), endsOf(b)];
  if (left === null || right === null) return undecided('an interval and something else');
  const ends = every([sameEnd(left.from, right.from, comparison), sameEnd(left.to, right.to, comparison)]);
  if (ends !== true) return { equal: ends, how: 'the ends of the intervals' };
  const closed = [0, 1].every(
    (end) => left.closed[end] === right.closed[end] || infinite(end === 0 ? left.from : left.to),
  );
  return { equal: closed, how: closed ? 'intervals' : 'an end is included in one interval only' };
}

/** `(a, b)` is an open interval, `a, b` in a list is none. */
function endsOf(structure: Structure): Extract<Structure, { kind: 'interval' }> | null {
  if (structure.kind === 'interval') return structure;
  const [from, to, more] = itemsOf(structure);
  if (structure.kind !== 'tuple' || from === undefined || to === undefined || more !== undefined) return null;
  return { kind: 'interval', from, to, closed: [false, false] };
}

/** Infinity equals itself alone; as a value it could not be compared. */
function sameEnd(a: Structure, b: Structure, comparison: Comparison): boolean | null {
  if (!infinite(a) && !infinite(b)) return comparison.compare(a, b).equal;
  const negative = (end: Structure) => end.kind === 'leaf' && end.text.trim().startsWith('-');
  return infinite(a) && infinite(b) && negative(a) === negative(b);
}

function infinite(end: Structure): boolean {
  return end.kind === 'leaf' && /^[-+]?\s?\\infty$/.test(end.text.trim());
}
