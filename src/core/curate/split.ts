import type { ProblemId } from '../problem/problem.ts';
import { UserError } from '../userError.ts';
import { hash32 } from './hash.ts';

/**
 * Tells each problem's split from its id and the seed alone, so that all its traces go together and a larger run of the same
 * problems leaves it where it was. Shares are weights: `{ train: 9, validation: 1 }` is 90 % and 10 %. Null: no split.
 *
 * @throws UserError where a name is no file name or the shares are not positive numbers.
 */
export function splitter(shares: Record<string, number> | null, seed: number): (problem: ProblemId) => string | null {
  if (shares === null) return () => null;
  const parts = checkedParts(shares);
  const total = parts.reduce((sum, [, share]) => sum + share, 0);
  return (problem) => {
    let left = (hash32(problem, seed) / 2 ** 32) * total;
    for (const [name, share] of parts) {
      if (left < share) return name;
      left -= share;
    }
    return parts.at(-1)?.[0] ?? null;
  };
}

/** By name, so that the order in which a policy file lists them changes nothing. */
function checkedParts(shares: Record<string, number>): [string, number][] {
  const parts = Object.entries(shares).sort(([a], [b]) => (a < b ? -1 : 1));
  if (parts.length === 0)
    throw new UserError('The split names no part: give e.g. {"train": 0.9, "validation": 0.1}, or null.');
  for (const [name, share] of parts) {
    if (!/^[a-z0-9_]{1,40}$/i.test(name))
      throw new UserError(
        `The split's name "${name}" must be up to 40 letters, digits or "_": it becomes part of a file name.`,
      );
    if (!(share > 0 && Number.isFinite(share)))
      throw new UserError(`The split's share of "${name}" must be a number above 0; found ${share}.`);
  }
  return parts;
}
