import { type Comparison, every, leafOf } from './comparison.ts';
import { folded, vectorEntries } from './matrices.ts';
import { sameValue } from './sampling.ts';
import type { Structure } from './structure.ts';
import type { Equality } from './verdict.ts';

/** A column or a row of a matrix against the tuple of its entries; null for all else. */
export function compareVector(a: Structure, b: Structure, comparison: Comparison): Equality | null {
  const [leaf, tuple] = a.kind === 'leaf' ? [a, b] : [b, a];
  if (leaf.kind !== 'leaf' || tuple.kind !== 'tuple' || !leaf.text.includes('\\begin')) return null;
  const value = leafOf(leaf.text, comparison).value;
  const matrix = value === null ? null : folded(value, comparison.work);
  const entries = matrix === null ? null : vectorEntries(matrix);
  if (entries === null) return null;
  if (entries.length !== tuple.items.length) return { equal: false, how: 'vectors of different length' };
  const parts = tuple.items.map((item, at) => {
    const other = item.kind === 'leaf' ? leafOf(item.text, comparison).value : null;
    const entry = entries[at];
    return other === null || entry === undefined ? null : sameValue(entry, other, comparison.work);
  });
  return { equal: every(parts), how: 'a vector and a tuple' };
}
