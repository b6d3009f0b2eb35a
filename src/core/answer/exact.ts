import { exactCall } from './exactCall.ts';
import { add, bitLength, divide, isWhole, multiply, negate, power, type Rational } from './rational.ts';
import type { Tree } from './tree.ts';
import { spend, type Work } from './work.ts';

/** What the variables stand for. */
export type ExactPoint = ReadonlyMap<string, Rational>;

const nowhere: ExactPoint = new Map();
/** More terms of a sum are not added up. */
export const maxTerms = 1000;

/**
 * The exact fraction that `tree` stands for, with the variables as in `at`; null where it is irrational, holds another
 * variable, or is too large to compute.
 */
export function exactValue(tree: Tree, at: ExactPoint = nowhere, work: Work = { left: 4000 }): Rational | null {
  if (!spend(work)) return null;
  const value = unpaid(tree, at, work);
  return value === null || spend(work, surcharge(tree, value)) ? value : null;
}

/** Larger numbers cost more than a step: bringing a fraction to lowest terms most of all. */
function surcharge(tree: Tree, { numerator, denominator }: Rational): number {
  const top = bitLength(numerator);
  const bottom = denominator === 1n ? 0 : bitLength(denominator);
  return (tree.kind === 'call' ? top >> 3 : top >> 7) + ((top * bottom) >> 9);
}

function unpaid(tree: Tree, at: ExactPoint, work: Work): Rational | null {
  switch (tree.kind) {
    case 'number':
      return tree.value;
    case 'symbol':
      return at.get(tree.name) ?? null;
    case 'negate': {
      const of = exactValue(tree.of, at, work);
      return of === null ? null : negate(of);
    }
    case 'call':
      return exactCall(
        tree.name,
        tree.args.map((arg) => exactValue(arg, at, work)),
      );
    case 'repeat':
      return repeated(tree, at, work);
    case 'constant':
    case 'opaque':
    case 'matrix':
      return null;
    default: {
      const left = exactValue(tree.left, at, work);
      const right = left === null ? null : exactValue(tree.right, at, work);
      return left === null || right === null ? null : operations[tree.kind](left, right);
    }
  }
}

const operations = { add, multiply, divide, power: safePower };

function safePower(base: Rational, exponent: Rational): Rational | null {
  return base.numerator === 0n && exponent.numerator <= 0n ? null : power(base, exponent);
}

function repeated(tree: Extract<Tree, { kind: 'repeat' }>, at: ExactPoint, work: Work): Rational | null {
  const [from, to] = [exactValue(tree.from, at, work), exactValue(tree.to, at, work)];
  if (from === null || to === null || !isWhole(from) || !isWhole(to)) return null;
  if (to.numerator - from.numerator >= BigInt(maxTerms)) return null;
  const [combine, neutral] = tree.name === 'sum' ? [add, 0n] : [multiply, 1n];
  let total: Rational | null = { numerator: neutral, denominator: 1n };
  const inner = new Map(at);
  for (let index = from.numerator; index <= to.numerator && total !== null; index++) {
    inner.set(tree.index, { numerator: index, denominator: 1n });
    const term = exactValue(tree.body, inner, work);
    total = term === null ? null : combine(total, term);
    if (total !== null && !spend(work, surcharge(tree, total))) return null;
  }
  return total;
}
