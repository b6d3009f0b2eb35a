import {
  type Complex,
  complex,
  cosine,
  exponential,
  logarithm,
  modulus,
  negated,
  plus,
  product,
  quotient,
  raised,
  sine,
} from './complex.ts';
import { toNumber } from './rational.ts';
import type { FunctionName, Tree } from './tree.ts';

/** The value in complex doubles at the given values of the variables; a part is NaN or infinite where there is none. */
export function evaluate(tree: Tree, at: ReadonlyMap<string, number>): Complex {
  switch (tree.kind) {
    case 'number':
      return complex(toNumber(tree.value));
    case 'constant':
      return constants[tree.name];
    case 'symbol':
      return complex(at.get(tree.name) ?? Number.NaN);
    case 'negate':
      return negated(evaluate(tree.of, at));
    case 'call':
      return call(
        tree.name,
        tree.args.map((arg) => evaluate(arg, at)),
      );
    default:
      return binary[tree.kind](evaluate(tree.left, at), evaluate(tree.right, at));
  }
}

const constants = {
  pi: complex(Math.PI),
  e: complex(Math.E),
  i: complex(0, 1),
  infinity: complex(Number.POSITIVE_INFINITY),
};
const binary = { add: plus, multiply: product, divide: quotient, power: raised };
const one = complex(1);
const notReal = complex(Number.NaN);

function call(name: FunctionName, args: Complex[]): Complex {
  const [x = notReal, y] = args;
  const analytic = functions[name];
  if (analytic !== undefined) return analytic(x, y);
  if (args.some((arg) => arg.im !== 0)) return notReal;
  return complex(
    realFunctions[name]?.(
      x.re,
      y?.re ?? Number.NaN,
      args.map((arg) => arg.re),
    ) ?? Number.NaN,
  );
}

const functions: Partial<Record<FunctionName, (x: Complex, y: Complex | undefined) => Complex>> = {
  sin: sine,
  cos: cosine,
  tan: (x) => quotient(sine(x), cosine(x)),
  cot: (x) => quotient(cosine(x), sine(x)),
  sec: (x) => quotient(one, cosine(x)),
  csc: (x) => quotient(one, sine(x)),
  exp: exponential,
  ln: logarithm,
  log: (x, base = complex(10)) => quotient(logarithm(x), logarithm(base)),
  sqrt: (x, degree) => rooted(x, degree ?? complex(2)),
  abs: (x) => complex(modulus(x)),
};

function rooted(x: Complex, degree: Complex): Complex {
  // The cube root of −8 is −2 to people, not the principal 1 + √3 i.
  if (x.im === 0 && x.re < 0 && degree.im === 0 && Math.abs(degree.re % 2) === 1) {
    return complex(-((-x.re) ** (1 / degree.re)));
  }
  if (x.im === 0 && degree.re === 2) {
    return x.re >= 0 ? complex(Math.sqrt(x.re)) : complex(0, Math.sqrt(-x.re));
  }
  return raised(x, quotient(one, degree));
}

const realFunctions: Partial<Record<FunctionName, (x: number, y: number, all: number[]) => number>> = {
  arcsin: Math.asin,
  arccos: Math.acos,
  arctan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  floor: Math.floor,
  ceil: Math.ceil,
  factorial,
  binomial,
  gcd: (_x, _y, all) => all.reduce(commonDivisor),
  lcm: (_x, _y, all) => all.reduce((a, b) => Math.abs(a * b) / commonDivisor(a, b)),
  max: (_x, _y, all) => Math.max(...all),
  min: (_x, _y, all) => Math.min(...all),
};

function factorial(n: number): number {
  if (!Number.isInteger(n) || n < 0 || n > 170) return Number.NaN;
  let result = 1;
  for (let factor = 2; factor <= n; factor++) result *= factor;
  return result;
}

function binomial(n: number, k: number): number {
  if (!Number.isInteger(n) || !Number.isInteger(k) || n < 0 || k < 0 || k > 1000) return Number.NaN;
  let result = 1;
  for (let step = 1; step <= k; step++) result = (result * (n - k + step)) / step;
  return result;
}

function commonDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  if (!Number.isInteger(x) || !Number.isInteger(y)) return Number.NaN;
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
