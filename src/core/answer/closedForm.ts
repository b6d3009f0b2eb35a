import { add, divide, isWhole, multiply, negate, type Rational, rational, sameRational } from './rational.ts';
import type { Tree } from './tree.ts';
import { spend, type Work } from './work.ts';

/** A sum of terms `value · √radicand · π^pi · (i)`; keys name all but the value. Two are equal exactly when their terms are. */
export type ClosedForm = ReadonlyMap<string, Term>;

interface Term {
  value: Rational;
  /** Free of squares. */
  radicand: number;
  pi: number;
  imaginary: boolean;
}

/**
 * The exact form of a number made of fractions, square roots, π and i: `\sqrt{192}` and `8\sqrt3` get one form. Null for all
 * others and for more than 12 terms. Square roots of different square-free numbers are linearly independent over the fractions,
 * and π is transcendental, so different forms are different numbers.
 */
export function closedForm(tree: Tree, work: Work): ClosedForm | null {
  if (!spend(work)) return null;
  switch (tree.kind) {
    case 'number':
      return single(tree.value);
    case 'constant':
      return tree.name === 'pi' ? single(one, 1, 1) : tree.name === 'i' ? single(one, 1, 0, true) : null;
    case 'negate':
      return scaled(closedForm(tree.of, work), negate(one), work);
    case 'call':
      return tree.name === 'sqrt' ? rootOf(tree.args, work) : null;
    case 'power':
      return powerOf(closedForm(tree.left, work), tree.right, work);
    case 'add':
    case 'multiply':
    case 'divide': {
      const [left, right] = [closedForm(tree.left, work), closedForm(tree.right, work)];
      return left === null || right === null ? null : operations[tree.kind](left, right, work);
    }
    default:
      return null;
  }
}

export function sameClosedForm(a: ClosedForm, b: ClosedForm): boolean {
  return a.size === b.size && [...a].every(([key, term]) => sameRational(term.value, b.get(key)?.value ?? zero));
}

const one: Rational = { numerator: 1n, denominator: 1n };
const zero: Rational = { numerator: 0n, denominator: 1n };
const maxTerms = 12;
const operations = { add: plus, multiply: times, divide: over };

function single(value: Rational, radicand = 1, pi = 0, imaginary = false): ClosedForm {
  return value.numerator === 0n
    ? new Map()
    : new Map([[`${radicand} ${pi} ${imaginary}`, { value, radicand, pi, imaginary }]]);
}

function scaled(form: ClosedForm | null, by: Rational, work: Work): ClosedForm | null {
  return form === null ? null : times(form, single(by), work);
}

function plus(a: ClosedForm, b: ClosedForm): ClosedForm | null {
  const sum = new Map(a);
  for (const [key, term] of b) {
    const value = add(sum.get(key)?.value ?? zero, term.value);
    if (value === null) return null;
    if (value.numerator === 0n) sum.delete(key);
    else sum.set(key, { ...term, value });
  }
  return sum.size > maxTerms ? null : sum;
}

function times(a: ClosedForm, b: ClosedForm, work: Work): ClosedForm | null {
  if (!spend(work, 6 * a.size * b.size)) return null;
  let sum: ClosedForm | null = new Map();
  for (const left of a.values())
    for (const right of b.values()) {
      const part = product(left, right);
      sum = sum === null || part === null ? null : plus(sum, part);
    }
  return sum;
}

/** √a · √b = g · √(ab/g²) with g their greatest common divisor; i · i = −1. */
function product(a: Term, b: Term): ClosedForm | null {
  const shared = commonDivisor(a.radicand, b.radicand);
  const radicand = (a.radicand / shared) * (b.radicand / shared);
  const plain = multiply(a.value, b.value);
  const value = plain === null ? null : multiply(plain, { numerator: BigInt(shared), denominator: 1n });
  if (value === null || radicand > maxRadicand) return null;
  const minus = a.imaginary && b.imaginary;
  return single(minus ? negate(value) : value, radicand, a.pi + b.pi, a.imaginary !== b.imaginary);
}

function over(a: ClosedForm, b: ClosedForm, work: Work): ClosedForm | null {
  const inverse = inverted(b, work, 4);
  return inverse === null ? null : times(a, inverse, work);
}

/** 1/(p + t) as (p − t)/(p² − t²), once more for every root that is left below. */
function inverted(form: ClosedForm, work: Work, rounds: number): ClosedForm | null {
  const [first, ...rest] = [...form.values()];
  if (first === undefined || rounds === 0 || !spend(work, 10)) return null;
  if (rest.length === 0) {
    const value = divide(one, multiply(first.value, { numerator: BigInt(first.radicand), denominator: 1n }) ?? one);
    if (value === null) return null;
    return single(first.imaginary ? negate(value) : value, first.radicand, -first.pi, first.imaginary);
  }
  const turned =
    [...form.values()].find((term) => term.radicand > 1) ?? [...form.values()].find((term) => term.imaginary);
  if (turned === undefined) return null;
  const conjugate = new Map(
    [...form].map(([key, term]) => [key, sharesRoot(term, turned) ? { ...term, value: negate(term.value) } : term]),
  );
  const norm = times(form, conjugate, work);
  const inverse = norm === null ? null : inverted(norm, work, rounds - 1);
  return inverse === null ? null : times(conjugate, inverse, work);
}

/** Does the conjugation that turns the sign of `turned` turn this term too? Here: the same root, or the same i. */
function sharesRoot(term: Term, turned: Term): boolean {
  return turned.radicand > 1 ? term.radicand === turned.radicand : term.imaginary;
}

function powerOf(base: ClosedForm | null, exponent: Tree, work: Work): ClosedForm | null {
  const form = closedForm(exponent, work);
  const value = form === null || form.size > 1 ? null : form.size === 0 ? null : (form.get('1 0 false')?.value ?? null);
  if (base === null || value === null) return null;
  if (value.numerator === 1n && value.denominator === 2n) return rootOfForm(base);
  const size = Number(value.numerator);
  if (!isWhole(value) || Math.abs(size) > 64 || !spend(work, Math.abs(size))) return null;
  let result: ClosedForm | null = single(one);
  let square: ClosedForm | null = base;
  for (let left = Math.abs(size); left > 0 && result !== null && square !== null; left >>= 1) {
    if (left % 2 === 1) result = times(result, square, work);
    if (left > 1) square = times(square, square, work);
  }
  if (square === null) return null;
  return size < 0 && result !== null ? inverted(result, work, 4) : result;
}

function rootOf(args: readonly Tree[], work: Work): ClosedForm | null {
  const [radicand, degree] = args;
  const isSquare =
    degree === undefined || (degree.kind === 'number' && degree.value.numerator === 2n && isWhole(degree.value));
  if (!isSquare || radicand === undefined) return null;
  const form = closedForm(radicand, work);
  return form === null ? null : rootOfForm(form);
}

/** √(p/q) = √(pq)/q; the root of a negative fraction is imaginary. Null for the root of anything but a fraction. */
function rootOfForm(form: ClosedForm): ClosedForm | null {
  if (form.size === 0) return form;
  const term = form.get('1 0 false');
  if (term === undefined || form.size > 1) return null;
  const { numerator, denominator } = term.value;
  const whole = Number((numerator < 0n ? -numerator : numerator) * denominator);
  if (whole > maxWhole) return null;
  const { outside, inside } = withoutSquares(whole);
  const value = rational(BigInt(outside), denominator);
  return value === null || inside > maxRadicand ? null : single(value, inside, 0, numerator < 0n);
}

/** Trial division is bounded by the cube root of this. */
const maxWhole = 1e12;
const maxRadicand = 1e12;

/** n = outside² · inside. After all primes to the cube root are gone, what is left is a square or free of squares. */
function withoutSquares(n: number): { outside: number; inside: number } {
  let [left, outside, inside] = [n, 1, 1];
  for (let prime = 2; prime * prime * prime <= left; prime++) {
    while (left % (prime * prime) === 0) {
      left /= prime * prime;
      outside *= prime;
    }
    if (left % prime === 0) {
      left /= prime;
      inside *= prime;
    }
  }
  const root = Math.round(Math.sqrt(left));
  return root * root === left ? { outside: outside * root, inside } : { outside, inside: inside * left };
}

function commonDivisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
