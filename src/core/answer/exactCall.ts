import {
  compareRational,
  divide,
  floored,
  gcd,
  isWhole,
  multiply,
  negate,
  power,
  type Rational,
  rational,
  sameRational,
  toNumber,
} from './rational.ts';
import type { FunctionName } from './tree.ts';

/** A function of exact fractions, null where its value is none or is too large. */
export function exactCall(name: FunctionName, args: readonly (Rational | null)[]): Rational | null {
  const values = args.filter((value) => value !== null);
  const [x, y] = values;
  if (values.length < args.length || x === undefined) return null;
  return exactFunctions[name]?.(x, y, values) ?? null;
}

type Exact = (x: Rational, y: Rational | undefined, all: readonly Rational[]) => Rational | null;

const exactFunctions: Partial<Record<FunctionName, Exact>> = {
  sqrt: (x, y) =>
    y === undefined || !isWhole(y) || y.numerator < 1n ? null : power(x, { numerator: 1n, denominator: y.numerator }),
  abs: absolute,
  conj: (x) => x,
  floor: (x) => rational(floored(x)),
  ceil: (x) => rational(-floored(negate(x))),
  factorial: (x) => factorial(x, 1n),
  doubleFactorial: (x) => factorial(x, 2n),
  binomial: (x, y) => (y === undefined ? null : binomial(x, y)),
  log: (x, y) => logarithm(x, y ?? { numerator: 10n, denominator: 1n }),
  ln: (x) => (sameRational(x, one) ? zero : null),
  exp: (x) => (x.numerator === 0n ? one : null),
  mod: (x, y) => (y === undefined ? null : remainder(x, y)),
  gcd: (_x, _y, all) => all.reduce<Rational | null>((a, b) => (a === null ? null : divisor(a, b)), zero),
  lcm: (_x, _y, all) => all.reduce<Rational | null>((a, b) => (a === null ? null : multiple(a, b)), one),
  max: (_x, _y, all) => all.reduce((a, b) => (compareRational(a, b) >= 0 ? a : b)),
  min: (_x, _y, all) => all.reduce((a, b) => (compareRational(a, b) <= 0 ? a : b)),
};

const zero: Rational = { numerator: 0n, denominator: 1n };
const one: Rational = { numerator: 1n, denominator: 1n };

function absolute(x: Rational): Rational {
  return x.numerator < 0n ? negate(x) : x;
}

/** `n!` in steps of one, `n!!` in steps of two. */
function factorial(n: Rational, step: bigint): Rational | null {
  if (!isWhole(n) || n.numerator < 0n || n.numerator > 1000n) return null;
  let result = 1n;
  for (let factor = n.numerator; factor > 1n; factor -= step) result *= factor;
  return rational(result);
}

function binomial(n: Rational, k: Rational): Rational | null {
  if (!isWhole(n) || !isWhole(k) || n.numerator < 0n) return null;
  if (k.numerator < 0n || k.numerator > n.numerator) return zero;
  const other = n.numerator - k.numerator;
  const [steps, rest] = other < k.numerator ? [other, k.numerator] : [k.numerator, other];
  if (steps > 500n || n.numerator > 1_000_000_000n) return null;
  let result = 1n;
  for (let step = 1n; step <= steps; step++) result = (result * (rest + step)) / step;
  return rational(result);
}

/** The logarithm where it is whole or half, as in `\log_4 8 = 3/2`. */
function logarithm(x: Rational, base: Rational): Rational | null {
  if (x.numerator <= 0n || base.numerator <= 0n || sameRational(base, one)) return null;
  const twice = Math.round((2 * Math.log(toNumber(x))) / Math.log(toNumber(base)));
  if (!Number.isFinite(twice) || Math.abs(twice) > 2000) return null;
  const [result, whole] = [
    { numerator: BigInt(twice), denominator: 2n },
    { numerator: BigInt(twice), denominator: 1n },
  ];
  const [raised, square] = [power(base, whole), multiply(x, x)];
  return raised !== null && square !== null && sameRational(raised, square)
    ? rational(result.numerator, result.denominator)
    : null;
}

function remainder(x: Rational, y: Rational): Rational | null {
  const quotient = y.numerator === 0n ? null : divide(x, y);
  const whole = quotient === null ? null : multiply(y, { numerator: floored(quotient), denominator: 1n });
  return whole === null
    ? null
    : rational(x.numerator * whole.denominator - whole.numerator * x.denominator, x.denominator * whole.denominator);
}

/** Of fractions as of whole numbers: the largest that divides both a whole number of times. */
function divisor(a: Rational, b: Rational): Rational | null {
  if (a.numerator === 0n) return absolute(b);
  if (b.numerator === 0n) return absolute(a);
  return rational(gcd(a.numerator * b.denominator, b.numerator * a.denominator), a.denominator * b.denominator);
}

function multiple(a: Rational, b: Rational): Rational | null {
  const shared = divisor(a, b);
  const whole = multiply(a, b);
  return shared === null || whole === null || shared.numerator === 0n ? null : absolute(divide(whole, shared) ?? zero);
}
