import type { Complex } from './complex.ts';
import { evaluate } from './evaluate.ts';
import { exactValue } from './exact.ts';
import { sameRational } from './rational.ts';
import { collectSymbols, type Tree, visit } from './tree.ts';

/**
 * Do two expressions always have the same value? Numbers are compared exactly where they are fractions; else in doubles; expressions
 * in variables at fixed points, negative ones among them. Null where that decides nothing: no finite values, numbers too
 * large for doubles, or agreement at the positive points only (`\sqrt{x^2}` against `x`).
 */
export function sameValue(a: Tree, b: Tree): boolean | null {
  const names = [...collectSymbols(b, collectSymbols(a, new Set()))];
  return names.length === 0 ? sameConstant(a, b) : sameAtPoints(a, b, names);
}

function sameConstant(a: Tree, b: Tree): boolean | null {
  const [left, right] = [exactValue(a), exactValue(b)];
  if (left !== null && right !== null) return sameRational(left, right);
  const near = closeness(evaluate(a, noValues), evaluate(b, noValues));
  if (near === 'apart' || near === 'unknown') return near === 'apart' ? false : null;
  if (near === 'roughly') return null;
  // Doubles can't tell two large fractions apart, nor √(10²⁰ + 1) from 10¹⁰.
  return hidesDigits(a) || hidesDigits(b) ? null : true;
}

const noValues: ReadonlyMap<string, number> = new Map();

/** Expressions whose difference could hide below the precision of doubles. */
function hidesDigits(tree: Tree): boolean {
  let hides = false;
  visit(tree, (node) => {
    if (node.kind === 'number' && (large(node.value.numerator) || large(node.value.denominator))) hides = true;
    if (node.kind === 'power' && node.right.kind === 'number' && node.right.value.numerator > 12n) hides = true;
    if (node.kind === 'power' && node.right.kind === 'power') hides = true;
    if (node.kind === 'call' && node.name === 'factorial') hides = true;
  });
  return hides;
}

function large(value: bigint): boolean {
  return value > 10_000_000n || value < -10_000_000n;
}

/** Agreement at this many points, positive and negative, counts as identity. */
const enoughPoints = 3;

function sameAtPoints(a: Tree, b: Tree, names: readonly string[]): boolean | null {
  if (names.length > 12) return null;
  const points = needsWholePoints(a) || needsWholePoints(b) ? wholePoints : realPoints;
  let agreed = 0;
  let parted = 0;
  let partedPositive = 0;
  for (const point of points) {
    const at = new Map(names.map((name, index) => [name, value(point, index)]));
    const near = closeness(evaluate(a, at), evaluate(b, at));
    if (near === 'same') agreed++;
    if (near === 'apart') {
      parted++;
      if (point.positive) partedPositive++;
    }
  }
  if (parted > 0) return partedPositive === 0 && agreed > 0 ? null : false;
  return agreed >= enoughPoints ? true : null;
}

interface Point {
  positive: boolean;
  base: number;
  step: number;
}

const realPoints: readonly Point[] = [
  { positive: true, base: 0.731, step: 0.283 },
  { positive: true, base: 1.619, step: 0.417 },
  { positive: true, base: 2.377, step: -0.131 },
  { positive: false, base: -1.283, step: 0.359 },
  { positive: false, base: -0.467, step: -0.713 },
  { positive: false, base: 1.931, step: -1.127 },
];
const wholePoints: readonly Point[] = [
  { positive: true, base: 7, step: -2 },
  { positive: true, base: 5, step: 1 },
  { positive: true, base: 8, step: -3 },
  { positive: true, base: 4, step: 2 },
  { positive: true, base: 6, step: -1 },
];

/** The value of variable number `index`; each is its own, so that `a + b` and `2a` differ. */
function value(point: Point, index: number): number {
  return point.base + point.step * index + (point.step % 1 === 0 ? 0 : 0.0173 * index * index);
}

function needsWholePoints(tree: Tree): boolean {
  let needs = false;
  visit(tree, (node) => {
    if (node.kind === 'call' && wholeFunctions.has(node.name)) needs = true;
    if (node.kind === 'power' && node.left.kind === 'negate' && node.right.kind !== 'number') needs = true;
  });
  return needs;
}
const wholeFunctions = new Set(['factorial', 'binomial', 'gcd', 'lcm', 'floor', 'ceil']);

/** `roughly`: as close as a rounding, too far apart for the error of doubles. */
function closeness(a: Complex, b: Complex): 'same' | 'roughly' | 'apart' | 'unknown' {
  if (![a.re, a.im, b.re, b.im].every(Number.isFinite)) return 'unknown';
  const size = Math.max(Math.hypot(a.re, a.im), Math.hypot(b.re, b.im));
  const distance = Math.hypot(a.re - b.re, a.im - b.im);
  if (distance <= 1e-10 * size || distance <= 1e-13) return 'same';
  return distance <= 1e-6 * size ? 'roughly' : 'apart';
}
