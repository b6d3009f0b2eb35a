import {
  add,
  divide,
  gcd,
  isWhole,
  multiply,
  negate,
  power,
  type Rational,
  rational,
  compareRational as relate,
} from './rational.ts';
import type { FunctionName, Tree } from './tree.ts';

/** The exact fraction that `tree` stands for; null where it is irrational, holds a variable or is too large to compute. */
export function exactValue(tree: Tree): Rational | null {
  switch (tree.kind) {
    case 'number':
      return tree.value;
    case 'constant':
    case 'symbol':
      return null;
    case 'negate': {
      const of = exactValue(tree.of);
      return of === null ? null : negate(of);
    }
    case 'call':
      return exactCall(tree.name, tree.args.map(exactValue));
    default: {
      const left = exactValue(tree.left);
      const right = left === null ? null : exactValue(tree.right);
      return left === null || right === null ? null : operations[tree.kind](left, right);
    }
  }
}

const operations = { add, multiply, divide, power: safePower };

function safePower(base: Rational, exponent: Rational): Rational | null {
  return base.numerator === 0n && exponent.numerator <= 0n ? null : power(base, exponent);
}

function exactCall(name: FunctionName, args: readonly (Rational | null)[]): Rational | null {
  const values = args.filter((value) => value !== null);
  const [x, y] = values;
  if (values.length < args.length || x === undefined) return null;
  switch (name) {
    case 'sqrt':
      return y === undefined || !isWhole(y) || y.numerator < 1n
        ? null
        : power(x, { numerator: 1n, denominator: y.numerator });
    case 'abs':
      return x.numerator < 0n ? negate(x) : x;
    case 'floor':
      return rational(floored(x));
    case 'ceil':
      return rational(-floored(negate(x)));
    case 'factorial':
      return exactFactorial(x);
    case 'binomial':
      return y === undefined ? null : exactBinomial(x, y);
    case 'gcd':
      return values.every(isWhole) ? values.reduce((a, b) => whole(gcd(a.numerator, b.numerator))) : null;
    case 'lcm':
      return values.every(isWhole) && values.every((value) => value.numerator !== 0n)
        ? values.reduce((a, b) => whole((a.numerator * b.numerator) / gcd(a.numerator, b.numerator)))
        : null;
    case 'max':
      return values.reduce((a, b) => (relate(a, b) >= 0 ? a : b));
    case 'min':
      return values.reduce((a, b) => (relate(a, b) <= 0 ? a : b));
    default:
      return null;
  }
}

function whole(value: bigint): Rational {
  return { numerator: value < 0n ? -value : value, denominator: 1n };
}

function floored(x: Rational): bigint {
  const quotient = x.numerator / x.denominator;
  return x.numerator < 0n && quotient * x.denominator !== x.numerator ? quotient - 1n : quotient;
}

function exactFactorial(n: Rational): Rational | null {
  if (!isWhole(n) || n.numerator < 0n || n.numerator > 1000n) return null;
  let result = 1n;
  for (let factor = 2n; factor <= n.numerator; factor++) result *= factor;
  return rational(result);
}

function exactBinomial(n: Rational, k: Rational): Rational | null {
  if (!isWhole(n) || !isWhole(k) || n.numerator < 0n || n.numerator > 1000n) return null;
  if (k.numerator < 0n || k.numerator > n.numerator) return { numerator: 0n, denominator: 1n };
  let result = 1n;
  for (let step = 1n; step <= k.numerator; step++) result = (result * (n.numerator - k.numerator + step)) / step;
  return rational(result);
}
