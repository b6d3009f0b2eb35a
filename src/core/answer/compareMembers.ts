import { type Comparison, every, itemsOf, leafOf, undecided } from './comparison.ts';
import type { Structure } from './structure.ts';
import type { Equality } from './verdict.ts';

/** Lists, sets and tuples, member by member: in order where one is a tuple. */
export function compareMembers(a: Structure, b: Structure, comparison: Comparison): Equality {
  const [left, right] = [itemsOf(a), itemsOf(b)];
  if (left.length !== right.length) return compareCounts(a, b, comparison);
  const lists = a.kind === 'list' && b.kind === 'list';
  const inOrder = a.kind === 'tuple' || b.kind === 'tuple' || (lists && comparison.policy.listOrder === 'written');
  return inOrder ? ordered(left, right, comparison) : unordered(left, right, comparison);
}

function compareCounts(a: Structure, b: Structure, comparison: Comparison): Equality {
  const [left, right] = [itemsOf(a), itemsOf(b)];
  // A sentence with a comma in it is no list, "4 blue boxes and 6 red boxes" may be 10: only plain values make the count matter.
  const all = [...left, ...right];
  if (all.some((item) => item.kind === 'relation')) return undecided('conditions, and another number of values');
  if (!all.every((item) => couldBeValue(item, comparison)) || (a.kind === 'tuple') !== (b.kind === 'tuple'))
    return undecided('different structures');
  // `\{1, 1, 2\}` is `\{1, 2\}`.
  if (a.kind === 'set' && b.kind === 'set')
    return { equal: every([contained(left, right, comparison), contained(right, left, comparison)]), how: 'sets' };
  return { equal: false, how: `${left.length} and ${right.length} values` };
}

function couldBeValue(item: Structure, comparison: Comparison): boolean {
  if (item.kind !== 'leaf') return true;
  const named = /[a-zA-Z]{4,}/.test(item.text.replace(/\\[a-zA-Z]+/g, ''));
  return !named && leafOf(item.text, comparison).value !== null;
}

function contained(a: readonly Structure[], b: readonly Structure[], comparison: Comparison): boolean | null {
  return every(
    a.map((item) => {
      const found = b.map((other) => comparison.compare(item, other).equal);
      return found.includes(true) ? true : found.includes(null) ? null : false;
    }),
  );
}

/** Each with the one in its place. */
export function ordered(a: readonly Structure[], b: readonly Structure[], comparison: Comparison): Equality {
  if (a.length !== b.length) return { equal: false, how: `${a.length} and ${b.length} values` };
  const parts = a.map((item, index) => {
    const other = b[index];
    return other === undefined ? null : comparison.compare(item, other).equal;
  });
  return { equal: every(parts), how: 'part by part' };
}

/** Each with any one that is left. Greedy: equality is transitive, so the first equal partner is as good as any. */
export function unordered(a: readonly Structure[], b: readonly Structure[], comparison: Comparison): Equality {
  const how = 'members in any order';
  if (a.length !== b.length) return { equal: false, how };
  const open = [...b];
  let unsure = false;
  for (const item of a) {
    const results = [];
    for (const other of open) {
      results.push(comparison.compare(item, other).equal);
      if (results.at(-1) === true) break;
    }
    const match = results.indexOf(true);
    if (match >= 0) open.splice(match, 1);
    else if (results.includes(null)) unsure = true;
    else return { equal: false, how };
  }
  return { equal: unsure ? null : true, how };
}
