import { type Complex, complex } from './complex.ts';
import { type Rational, rational } from './rational.ts';

/** The value of variable number `index` (0-based) at a point; each variable has its own, so that `a + b` and `2a` differ. */
export type Point = (index: number) => Rational;

const maxNames = 12;

/**
 * The points at which expressions are compared, always the same: drawn from fixed seeds, Park and Miller's generator of 1988 being
 * enough for points that nobody picked. Small fractions, so that exact values stay small.
 */
function fractions(seed: number, from: number, to: number): Point {
  let state = seed;
  const draw = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const values = Array.from({ length: maxNames }, () => {
    const denominator = 17 + 2 * Math.floor(draw() * 20);
    const numerator = Math.round((from + draw() * (to - from)) * denominator) || 1;
    return rational(BigInt(numerator), BigInt(denominator)) ?? third;
  });
  return (index) => values[index % maxNames] ?? third;
}
const third: Rational = { numerator: 1n, denominator: 3n };

/** Two positive, two within (0, 1), where inverse functions and roots are real, one all negative, three of mixed signs. */
export const realPoints: readonly Point[] = [
  fractions(9001, 1, 3),
  fractions(9002, 0, 1),
  fractions(9003, -2, 2),
  fractions(9004, -3, 0),
  fractions(9005, 2, 5),
  fractions(9006, 0, 1),
  fractions(9007, -1, 1),
  fractions(9008, -4, 3),
];

/** Whole numbers, large ones last: in sums they are numbers of terms. Sorted downwards, so that `\binom n k` has a value, half of the time upwards. */
export const wholePoints: readonly Point[] = [7, 5, 8, 10, 6, 12, 9, 15, 30].map((top, number) => {
  const values = Array.from({ length: maxNames }, (_, index) => {
    const down = number % 3 === 2 ? top - 4 + index : top - 2 * index - (index > 1 ? 1 : 0);
    return { numerator: BigInt(Math.max(down, 1 + (index % 3))), denominator: 1n };
  });
  return (index) => values[index % maxNames] ?? { numerator: 1n, denominator: 1n };
});

/** Well beyond `size`, on its side of zero. */
export function farPoint(size: number): Point {
  const start = BigInt(Math.round(3 * size));
  return (index) => {
    const away = BigInt(7 + 3 * index) * (size < 0 ? -1n : 1n);
    return rational(7n * (start + away) + 2n, 7n) ?? third;
  };
}

/** `size` itself and the numbers behind it. */
export function wholePoint(size: number): Point {
  return (index) => ({ numerator: BigInt(size + index), denominator: 1n });
}

/** For the variables that may be complex. */
export const complexPoints: readonly ((index: number) => Complex)[] = [0.37, -1.21, 2.05].map((base) => {
  return (index) => complex(base + 0.311 * index, 0.53 - 0.217 * index - base / 3);
});

/** Names that stand for whole numbers by custom. */
export function namesWholes(name: string): boolean {
  return /^[kmn](?:_|$)/.test(name);
}
