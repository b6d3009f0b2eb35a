import {
  type Complex,
  complex,
  conjugate,
  cosine,
  exponential,
  logarithm,
  modulus,
  oddRoot,
  product,
  quotient,
  raised,
  sine,
  squareRoot,
} from './complex.ts';
import type { FunctionName } from './tree.ts';

/** The value of a function in complex doubles; NaN where it has none or is only known for real numbers. */
export function applied(name: FunctionName, args: readonly Complex[]): Complex {
  const [x = none, y] = args;
  const analytic = functions[name];
  if (analytic !== undefined) return analytic(x, y);
  return args.some((arg) => arg.im !== 0) ? none : real(name, x, args);
}

const one = complex(1);
const none = complex(Number.NaN);

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
  sqrt: (x, degree) => rootOf(x, degree ?? complex(2)),
  abs: (x) => complex(modulus(x), 0, x.err),
  conj: conjugate,
};

function rootOf(x: Complex, degree: Complex): Complex {
  if (degree.im === 0 && degree.re === 2) return squareRoot(x);
  if (x.im === 0 && x.re < 0 && degree.im === 0 && Math.abs(degree.re % 2) === 1) return oddRoot(x, degree.re);
  return raised(x, quotient(one, degree));
}

/** The error of the argument times the slope, measured over a step that is small and not lost in rounding. */
function real(name: FunctionName, x: Complex, args: readonly Complex[]): Complex {
  const numbers = args.map((arg) => arg.re);
  const value = realFunctions[name]?.(...numbers) ?? Number.NaN;
  if (stepped.has(name)) return complex(value);
  const step = 1e-6 * (1 + Math.abs(x.re));
  const beside = realFunctions[name]?.(x.re - Math.sign(x.re) * step, ...numbers.slice(1)) ?? value;
  const slope = Math.abs(beside - value) / step;
  return complex(value, 0, args.reduce((sum, arg) => sum + arg.err, 0) * (Number.isFinite(slope) ? slope : 1));
}
/** Functions of whole numbers, or that are constant but for their steps. */
const stepped = new Set<FunctionName>(['floor', 'ceil', 'factorial', 'doubleFactorial', 'binomial', 'gcd', 'lcm']);

const realFunctions: Partial<Record<FunctionName, (...args: number[]) => number>> = {
  arcsin: Math.asin,
  arccos: Math.acos,
  arctan: Math.atan,
  arccot: (x = 0) => Math.PI / 2 - Math.atan(x),
  arcsec: (x = 0) => Math.acos(1 / x),
  arccsc: (x = 0) => Math.asin(1 / x),
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  coth: (x = 0) => 1 / Math.tanh(x),
  sech: (x = 0) => 1 / Math.cosh(x),
  csch: (x = 0) => 1 / Math.sinh(x),
  arsinh: Math.asinh,
  arcosh: Math.acosh,
  artanh: Math.atanh,
  floor: (x = 0) => Math.floor(settled(x)),
  ceil: (x = 0) => Math.ceil(settled(x)),
  mod: (x = 0, y = 0) => x - y * Math.floor(settled(x / y)),
  factorial: (n = 0) => factorial(n, 1),
  doubleFactorial: (n = 0) => factorial(n, 2),
  binomial: (n = 0, k = 0) => binomial(n, k),
  gcd: (...all) => all.reduce(commonDivisor, 0),
  lcm: (...all) => all.reduce((a, b) => Math.abs(a * b) / commonDivisor(a, b), 1),
  max: Math.max,
  min: Math.min,
};

/** A hair beside a whole number is that number: `\lfloor \log_{10} 1000 \rfloor` is 3. */
function settled(x: number): number {
  const nearest = Math.round(x);
  return Math.abs(x - nearest) < 1e-9 ? nearest : x;
}

function factorial(n: number, step: number): number {
  if (!Number.isInteger(n) || n < 0 || n > 170) return Number.NaN;
  let result = 1;
  for (let factor = n; factor > 1; factor -= step) result *= factor;
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

/** The real branch of `base^(p/q)` for a negative base and an odd q, as `\sqrt[q]{base}^p`. */
export function oddPower(base: Complex, top: number, bottom: number): Complex {
  let root = oddRoot(base, bottom);
  const size = Math.abs(top);
  const unit = root;
  for (let count = 1; count < size; count++) root = product(root, unit);
  return top < 0 ? quotient(one, root) : root;
}
