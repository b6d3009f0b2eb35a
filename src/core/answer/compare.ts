import { compareLeaves } from './leaf.ts';
import { asInterval, compareRelations, valueSide } from './relation.ts';
import type { Structure } from './structure.ts';
import type { Equality } from './verdict.ts';

/** Counts comparisons of leaves, so that sets of sets stay affordable. */
export interface Work {
  left: number;
}

/** Compares two structures part by part. False needs parts that were read and differ; whatever was not read leaves null. */
export function compareStructures(gold: Structure, prediction: Structure, work: Work): Equality {
  if (work.left-- <= 0) return { equal: null, how: 'too many parts' };
  const [a, b] = simplifiedAlike(gold, prediction);
  if (a.kind === 'leaf' && b.kind === 'leaf') return compareLeaves(a.text, b.text);
  if (a.kind === 'relation' || b.kind === 'relation') return withRelations(a, b, work);
  if (a.kind === 'matrix' || b.kind === 'matrix') return compareMatrices(a, b, work);
  if (a.kind === 'interval' || b.kind === 'interval') return compareIntervals(a, b, work);
  const [left, right] = [itemsOf(a), itemsOf(b)];
  if (a.kind === 'union' && b.kind === 'union') return unordered(left, right, work, 'unions');
  if (a.kind === 'union' || b.kind === 'union') return { equal: null, how: 'a union and something else' };
  if (left.length !== right.length) return different(a, b, left, right);
  const inOrder = a.kind === 'tuple' || b.kind === 'tuple';
  return inOrder ? ordered(left, right, work) : unordered(left, right, work, 'sets');
}

/** Inequalities become intervals, `x \in S` becomes S; two relations stay relations unless both simplify. */
function simplifiedAlike(gold: Structure, prediction: Structure): [Structure, Structure] {
  const [a, b] = [simplified(gold), simplified(prediction)];
  const bothRelations = gold.kind === 'relation' && prediction.kind === 'relation';
  return bothRelations && (a.kind === 'relation') !== (b.kind === 'relation') ? [gold, prediction] : [a, b];
}

function simplified(structure: Structure): Structure {
  return structure.kind === 'relation' ? asInterval(structure) : structure;
}

function itemsOf(structure: Structure): readonly Structure[] {
  return 'items' in structure ? structure.items : [structure];
}

function different(a: Structure, b: Structure, left: readonly Structure[], right: readonly Structure[]): Equality {
  // A sentence with a comma in it is no list: only members that can be values make the count matter.
  const readable = [...left, ...right].every(
    (item) => item.kind !== 'leaf' || !/[a-zA-Z]{4,}/.test(item.text.replace(/\\[a-zA-Z]+/g, '')),
  );
  if (!readable || (a.kind === 'tuple') !== (b.kind === 'tuple')) return { equal: null, how: 'different structures' };
  return { equal: false, how: `${left.length} and ${right.length} values` };
}

function withRelations(a: Structure, b: Structure, work: Work): Equality {
  if (a.kind === 'relation' && b.kind === 'relation')
    return compareRelations(a, b, (x, y) => compareStructures(x, y, work));
  const [relation, other] = a.kind === 'relation' ? [a, b] : [b, a];
  if (relation.kind !== 'relation') return { equal: null, how: 'could not be read' };
  const value = valueSide(relation);
  if (value === null) return { equal: null, how: 'an equation and a value' };
  return a.kind === 'relation' ? compareStructures(value, other, work) : compareStructures(other, value, work);
}

function compareIntervals(a: Structure, b: Structure, work: Work): Equality {
  const [left, right] = [endsOf(a), endsOf(b)];
  if (left === null || right === null) return { equal: null, how: 'an interval and something else' };
  const ends = all([compareEnds(left.from, right.from, work), compareEnds(left.to, right.to, work)]);
  if (ends !== true) return { equal: ends, how: 'intervals' };
  const closed = [0, 1].every(
    (end) => left.closed[end] === right.closed[end] || infinite(end === 0 ? left.from : left.to),
  );
  return { equal: closed, how: 'intervals' };
}

function endsOf(structure: Structure): Extract<Structure, { kind: 'interval' }> | null {
  if (structure.kind === 'interval') return structure;
  const items = itemsOf(structure);
  const [from, to] = items;
  if (structure.kind === 'set' || items.length !== 2 || from === undefined || to === undefined) return null;
  // `(a, b)` is an open interval, `a, b` in a list is none.
  return structure.kind === 'tuple' ? { kind: 'interval', from, to, closed: [false, false] } : null;
}

/** Infinity equals itself alone; as a value it could not be compared. */
function compareEnds(a: Structure, b: Structure, work: Work): Equality {
  if (!infinite(a) && !infinite(b)) return compareStructures(a, b, work);
  const negative = (end: Structure) => end.kind === 'leaf' && end.text.trim().startsWith('-');
  return { equal: infinite(a) && infinite(b) && negative(a) === negative(b), how: 'intervals' };
}

function infinite(end: Structure): boolean {
  return end.kind === 'leaf' && end.text.includes('infty');
}

function compareMatrices(a: Structure, b: Structure, work: Work): Equality {
  if (a.kind !== 'matrix' || b.kind !== 'matrix') return { equal: null, how: 'a matrix and something else' };
  const [left, right] = [a.rows.flat(), b.rows.flat()];
  const shape = a.rows.length === b.rows.length && left.length === right.length;
  return shape ? ordered(left, right, work) : { equal: false, how: 'matrices of different shape' };
}

function ordered(a: readonly Structure[], b: readonly Structure[], work: Work): Equality {
  const parts = a.map((item, index) => {
    const other = b[index];
    return other === undefined ? { equal: null, how: '' } : compareStructures(item, other, work);
  });
  return { equal: all(parts), how: 'part by part' };
}

/** Greedy matching: equality is transitive, so the first equal partner is as good as any. */
function unordered(a: readonly Structure[], b: readonly Structure[], work: Work, how: string): Equality {
  if (a.length !== b.length) return { equal: false, how };
  const open = [...b];
  let undecided = false;
  for (const item of a) {
    const results = [];
    for (const other of open) {
      results.push(compareStructures(item, other, work).equal);
      if (results.at(-1) === true) break;
    }
    const match = results.indexOf(true);
    if (match >= 0) open.splice(match, 1);
    else if (results.includes(null)) undecided = true;
    else return { equal: false, how };
  }
  return { equal: undecided ? null : true, how };
}

function all(parts: readonly Equality[]): boolean | null {
  if (parts.some((part) => part.equal === false)) return false;
  return parts.every((part) => part.equal === true) ? true : null;
}
