import { evaluate, sampleAt } from './evaluate.ts';
import { readExpression } from './reader.ts';
import { asInterval } from './relation.ts';
import { sameValue } from './sampling.ts';
import type { Structure } from './structure.ts';
import { isClosed, type Tree } from './tree.ts';
import type { Work } from './work.ts';

/** A set of real numbers as intervals in ascending order that neither meet nor overlap; a point is closed on both sides. */
export type RealSet = readonly Piece[];

interface Piece {
  from: End;
  to: End;
  closed: readonly [boolean, boolean];
}

/** `tree` is null for the infinities. */
interface End {
  at: number;
  tree: Tree | null;
}

const lowest: End = { at: Number.NEGATIVE_INFINITY, tree: null };
const highest: End = { at: Number.POSITIVE_INFINITY, tree: null };
const all: RealSet = [{ from: lowest, to: highest, closed: [false, false] }];

/** The numbers that a structure stands for: intervals, unions, `\mathbb{R} \setminus \{1\}`, `x \ne 1`; null where an end is no number. */
export function asRealSet(structure: Structure, work: Work): RealSet | null {
  switch (structure.kind) {
    case 'leaf':
      return leafSet(structure.text, work);
    case 'interval':
      return piece(structure.from, structure.to, structure.closed, work);
    case 'tuple': {
      const [from, to, more] = structure.items;
      return from === undefined || to === undefined || more !== undefined
        ? null
        : piece(from, to, [false, false], work);
    }
    case 'set':
      return combined(structure.items, work, joined, []);
    case 'union':
      return combined(structure.items, work, joined, []);
    case 'intersection':
      return combined(structure.items, work, shared, all);
    case 'difference': {
      const [from, ...others] = structure.items;
      const taken = combined(others, work, joined, []);
      const whole = from === undefined ? null : asRealSet(from, work);
      return taken === null || whole === null ? null : shared(whole, complement(taken));
    }
    case 'list':
      return conditions(structure.items, work);
    case 'relation':
      return relationSet(structure, work);
    default:
      return null;
  }
}

/** Are the sets equal? Null where two ends are too close to be told apart. */
export function sameRealSet(a: RealSet, b: RealSet, work: Work): boolean | null {
  if (a.length !== b.length) return false;
  const parts = a.map((left, at) => {
    const right = b[at];
    if (right === undefined || left.closed.some((closed, end) => closed !== right.closed[end])) return false;
    const ends = [sameEnd(left.from, right.from, work), sameEnd(left.to, right.to, work)];
    return ends.includes(false) ? false : ends.includes(null) ? null : true;
  });
  return parts.includes(false) ? false : parts.includes(null) ? null : true;
}

function sameEnd(a: End, b: End, work: Work): boolean | null {
  return a.tree === null || b.tree === null ? a.at === b.at : sameValue(a.tree, b.tree, work);
}

function leafSet(text: string, work: Work): RealSet | null {
  const plain = text.trim();
  if (plain === '\\SetR' || /^\\?(?:text\{)?\s?all (?:real numbers|reals)\s?\}?$/i.test(plain)) return all;
  if (plain === '\\emptyset') return [];
  const point = endOf({ kind: 'leaf', text }, work);
  return point === null || point.tree === null ? null : [{ from: point, to: point, closed: [true, true] }];
}

function piece(from: Structure, to: Structure, closed: readonly [boolean, boolean], work: Work): RealSet | null {
  const [low, high] = [endOf(from, work), endOf(to, work)];
  if (low === null || high === null || low.at > high.at) return null;
  return [{ from: low, to: high, closed: [closed[0] && low.tree !== null, closed[1] && high.tree !== null] }];
}

function endOf(end: Structure, work: Work): End | null {
  if (end.kind !== 'leaf') return null;
  const infinite = /^([-+]?)\s?\\infty$/.exec(end.text.trim());
  if (infinite !== null) return infinite[1] === '-' ? lowest : highest;
  const tree = readExpression(end.text.trim());
  if (tree === null || !isClosed(tree)) return null;
  const sample = sampleAt(new Map(), work);
  const value = evaluate(tree, sample);
  return Number.isFinite(value.re) && value.im === 0 && !sample.opaque ? { at: value.re, tree } : null;
}

function relationSet(relation: Extract<Structure, { kind: 'relation' }>, work: Work): RealSet | null {
  const [left = '', right = ''] = relation.sides;
  if (relation.operators.length === 1 && relation.operators[0] === '\\ne') {
    const point = /^[a-zA-Z]$/.test(left)
      ? leafSet(right, work)
      : /^[a-zA-Z]$/.test(right)
        ? leafSet(left, work)
        : null;
    return point === null ? null : complement(point);
  }
  const interval = asInterval(relation);
  return interval.kind === 'relation' ? null : asRealSet(interval, work);
}

/** `x \ne 1, x \ne 2`, `x \ne 1, 2`, `x \in \mathbb{R}, x \ne 0`: all hold at once. */
function conditions(items: readonly Structure[], work: Work): RealSet | null {
  const [first] = items;
  if (first?.kind !== 'relation' || !['\\ne', '\\in'].includes(first.operators[0] ?? '')) return null;
  const excludes = first.operators[0] === '\\ne';
  let set: RealSet = all;
  for (const item of items) {
    const part = asRealSet(item, work);
    if (part === null || (item.kind !== 'relation' && !excludes)) return null;
    set = shared(set, item.kind === 'relation' ? part : complement(part));
  }
  return set;
}

function combined(
  items: readonly Structure[],
  work: Work,
  combine: (a: RealSet, b: RealSet) => RealSet,
  start: RealSet,
): RealSet | null {
  let set = start;
  for (const item of items) {
    const part = asRealSet(item, work);
    if (part === null) return null;
    set = combine(set, part);
  }
  return set;
}

/** The union: sorted, with what meets or overlaps made one. */
function joined(a: RealSet, b: RealSet): RealSet {
  const sorted = [...a, ...b].sort((x, y) => x.from.at - y.from.at || Number(y.closed[0]) - Number(x.closed[0]));
  const pieces: Piece[] = [];
  for (const next of sorted) {
    const last = pieces.at(-1);
    const meets =
      last !== undefined &&
      (next.from.at < last.to.at || (next.from.at === last.to.at && (next.closed[0] || last.closed[1])));
    if (last === undefined || !meets) pieces.push(next);
    else pieces[pieces.length - 1] = covering(last, next);
  }
  return pieces;
}

function covering(a: Piece, b: Piece): Piece {
  if (b.to.at < a.to.at) return a;
  const closes = b.closed[1] || (b.to.at === a.to.at && a.closed[1]);
  return { from: a.from, to: b.to, closed: [a.closed[0] || (a.from.at === b.from.at && b.closed[0]), closes] };
}

function complement(set: RealSet): RealSet {
  const pieces: Piece[] = [];
  let [from, closed]: [End, boolean] = [lowest, false];
  for (const { from: start, to, closed: ends } of set) {
    if (start.at > from.at || (start.at === from.at && closed && !ends[0]))
      pieces.push({ from, to: start, closed: [closed, !ends[0]] });
    [from, closed] = [to, !ends[1]];
  }
  if (from.at < highest.at) pieces.push({ from, to: highest, closed: [closed, false] });
  return pieces;
}

function shared(a: RealSet, b: RealSet): RealSet {
  return complement(joined(complement(a), complement(b)));
}
