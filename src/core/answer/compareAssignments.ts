import { ordered, unordered } from './compareMembers.ts';
import { type Comparison, itemsOf, undecided } from './comparison.ts';
import type { Structure } from './structure.ts';
import type { Equality } from './verdict.ts';

type Assignment = Extract<Structure, { kind: 'assignment' }>;

/** `p = 5, q = 2` by name where both name their values; against a tuple or list in the order written or in that of the names. */
export function compareAssignment(assignment: Assignment, other: Structure, comparison: Comparison): Equality {
  if (other.kind === 'assignment') return byNames(assignment, other, comparison);
  const { values } = assignment;
  const others = itemsOf(other);
  if (others.length !== values.length) {
    const held = values.some((value) => comparison.compare(value, other).equal !== false);
    return held
      ? undecided('named values, and one of them')
      : { equal: false, how: `${values.length} and ${others.length} values` };
  }
  const written = ordered(values, others, comparison);
  const byName = written.equal === false ? ordered(sortedByName(assignment), others, comparison) : written;
  if (byName.equal !== false || other.kind === 'tuple') return byName;
  const anyOrder = unordered(values, others, comparison).equal;
  return { equal: anyOrder === false ? false : null, how: 'named values in another order' };
}

function byNames(a: Assignment, b: Assignment, comparison: Comparison): Equality {
  const matched = a.names.map((name) => b.values[b.names.indexOf(name)]).filter((value) => value !== undefined);
  if (matched.length < a.names.length || a.names.length !== b.names.length) return undecided('different names');
  return { ...ordered(a.values, matched, comparison), how: 'values by their names' };
}

function sortedByName({ names, values }: Assignment): Structure[] {
  const named = values.map((value, at) => ({ name: names[at] ?? '', value }));
  return named.sort((x, y) => (x.name < y.name ? -1 : 1)).map(({ value }) => value);
}
