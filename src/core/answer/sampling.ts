import { pointsFor } from './choosePoints.ts';
import { closedForm, sameClosedForm } from './closedForm.ts';
import { type Complex, complex, modulus } from './complex.ts';
import { evaluate, sampleAt } from './evaluate.ts';
import { exactValue } from './exact.ts';
import { type Rational, sameRational, toNumber } from './rational.ts';
import { complexPoints, namesWholes, type Point } from './samplePoints.ts';
import { collectSymbols, isClosed, partsOf, type Tree } from './tree.ts';
import type { Work } from './work.ts';

/**
 * Do two expressions always have the same value? Numbers are compared exactly where they are made of fractions, roots and π; else
 * in doubles with their errors. Expressions in variables are compared at fixed points: negative, fractional and whole ones, exactly
 * where the values are fractions. Null where that decides nothing: no finite values, too large for doubles or for `work`, or apart
 * only where one side has no real value (`\sqrt{ab}` against `\sqrt a \sqrt b`).
 */
export function sameValue(a: Tree, b: Tree, work: Work): boolean | null {
  const names = [...collectSymbols(b, collectSymbols(a, new Set()))];
  return names.length === 0 ? sameConstant(a, b, work) : sameAtPoints(a, b, names, work);
}

function sameConstant(a: Tree, b: Tree, work: Work): boolean | null {
  const [left, right] = [exactValue(a, noValues, work), exactValue(b, noValues, work)];
  if (left !== null && right !== null) return sameRational(left, right);
  const [first, second] = [closedForm(a, work), closedForm(b, work)];
  if (first !== null && second !== null) return sameClosedForm(first, second);
  const [x, y] = [infiniteSign(a), infiniteSign(b)];
  if (x !== 0 && y !== 0) return x === y;
  const sample = sampleAt(new Map(), work);
  if (x !== 0 || y !== 0) return Number.isFinite(evaluate(x === 0 ? a : b, sample).re) && !sample.opaque ? false : null;
  const near = closeness(evaluate(a, sample), evaluate(b, sample));
  if (near === 'unknown' || (near === 'apart' && sample.opaque)) return null;
  if (near === 'apart') return false;
  return hidesDigits(a) || hidesDigits(b) ? null : true;
}

/** 1 and −1 for the infinities, 0 for all else. */
function infiniteSign(tree: Tree): 1 | -1 | 0 {
  if (tree.kind === 'negate') return infiniteSign(tree.of) === 1 ? -1 : 0;
  return tree.kind === 'constant' && tree.name === 'infinity' ? 1 : 0;
}

const noValues: ReadonlyMap<string, Rational> = new Map();

/** Expressions whose difference could hide below the precision of doubles: √(10²⁰ + 1) and 10¹⁰ look alike. */
export function hidesDigits(tree: Tree): boolean {
  const value = isClosed(tree) ? exactValue(tree) : null;
  if (value !== null) return large(value.numerator) || large(value.denominator);
  if (tree.kind === 'power') {
    const exponent = tree.right.kind === 'negate' ? tree.right.of : tree.right;
    if (exponent.kind === 'power' || (exponent.kind === 'number' && exponent.value.numerator > 12n)) return true;
  }
  if (tree.kind === 'call' && (tree.name === 'factorial' || tree.name === 'binomial') && isClosed(tree)) return true;
  return partsOf(tree).some(hidesDigits);
}

function large(value: bigint): boolean {
  return value > 10_000_000n || value < -10_000_000n;
}

/** Agreement at this many points counts as identity. */
const enoughPoints = 3;
const maxNames = 12;

function sameAtPoints(a: Tree, b: Tree, names: readonly string[], work: Work): boolean | null {
  if (names.length > maxNames) return null;
  const outcomes = { agreed: 0, inexact: 0, outside: 0 };
  for (const point of pointsFor(a, b)) {
    const outcome = compareAt(a, b, names, point, work);
    if (outcome === 'apart') return false;
    if (outcome === 'opaque') return null;
    if (outcome === 'outside') outcomes.outside++;
    if (outcome === 'equal' || outcome === 'same') outcomes.agreed++;
    if (outcome === 'same') outcomes.inexact++;
  }
  if (outcomes.agreed < enoughPoints || (outcomes.inexact > 0 && (hidesDigits(a) || hidesDigits(b)))) return null;
  // `(-1)^n` against `\cos(\pi n)`: names that stand for whole numbers need not agree elsewhere.
  if (outcomes.outside > 0 && !names.every(namesWholes)) return null;
  return agreeAtComplexPoints(a, b, names, work) ? true : null;
}

/** `equal` is exact, `same` within the error of doubles; apart `outside` the reals, or in what has no known value, is not `apart`. */
type Outcome = 'equal' | 'same' | 'apart' | 'outside' | 'opaque' | 'unknown';

function compareAt(a: Tree, b: Tree, names: readonly string[], point: Point, work: Work): Outcome {
  const exact = new Map(names.map((name, index) => [name, point(index)]));
  const left = exactValue(a, exact, work);
  const right = left === null ? null : exactValue(b, exact, work);
  if (left !== null && right !== null) return sameRational(left, right) ? 'equal' : 'apart';
  return compareIn(a, b, new Map([...exact].map(([name, value]) => [name, complex(toNumber(value))])), work);
}

function compareIn(a: Tree, b: Tree, at: ReadonlyMap<string, Complex>, work: Work): Outcome {
  const sample = sampleAt(at, work);
  const near = closeness(evaluate(a, sample), evaluate(b, sample));
  if (near !== 'apart') return near;
  if (sample.opaque) return 'opaque';
  const imaginary = holdsImaginary(a) || holdsImaginary(b);
  return sample.leftReals && !imaginary ? 'outside' : 'apart';
}

function holdsImaginary(tree: Tree): boolean {
  if (tree.kind === 'constant') return tree.name === 'i';
  return partsOf(tree).some(holdsImaginary);
}

/** z and w may be complex: `z\bar z` is `|z|^2`, `z^2` is not. */
function agreeAtComplexPoints(a: Tree, b: Tree, names: readonly string[], work: Work): boolean {
  if (!names.some((name) => /^[zw](?:_|$)/.test(name))) return true;
  return complexPoints.every((point) => {
    const at = new Map(names.map((name, index) => [name, point(index)]));
    const sample = sampleAt(at, work);
    return closeness(evaluate(a, sample), evaluate(b, sample)) !== 'apart';
  });
}

/** Apart by more than the errors of both can explain, or not; unknown in between and where the errors hide too much. */
function closeness(a: Complex, b: Complex): 'same' | 'apart' | 'unknown' {
  if (![a.re, a.im, b.re, b.im].every(Number.isFinite)) return 'unknown';
  const error = 16 * (a.err + b.err);
  const distance = Math.hypot(a.re - b.re, a.im - b.im);
  if (distance > 64 * error) return 'apart';
  const hides = error > 1e-9 && error > 1e-9 * Math.max(modulus(a), modulus(b));
  return distance <= error && !hides ? 'same' : 'unknown';
}
