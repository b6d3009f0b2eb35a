import { type Leaf, readLeaf } from './leaf.ts';
import type { AnswerPolicy } from './policy.ts';
import type { Structure } from './structure.ts';
import type { Equality } from './verdict.ts';
import type { Work } from './work.ts';

/** One comparison of two answers: what counts as equal, what it may cost, and the leaves read so far. */
export interface Comparison {
  policy: AnswerPolicy;
  work: Work;
  leaves: Map<string, Leaf>;
  /** Compares two parts, whatever they are made of. */
  compare(gold: Structure, prediction: Structure): Equality;
}

/** Each text is read once, however many others it is compared with. */
export function leafOf(text: string, { leaves }: Comparison): Leaf {
  const leaf = leaves.get(text) ?? readLeaf(text);
  leaves.set(text, leaf);
  return leaf;
}

export function undecided(how: string): Equality {
  return { equal: null, how };
}

/** The members of a list, set or tuple; anything else is the one member of itself. */
export function itemsOf(structure: Structure): readonly Structure[] {
  return 'items' in structure ? structure.items : [structure];
}

/** One false makes all false; else one null leaves all undecided. */
export function every(parts: readonly (boolean | null)[]): boolean | null {
  if (parts.includes(false)) return false;
  return parts.includes(null) ? null : true;
}
