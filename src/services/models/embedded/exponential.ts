/*
 * exp from additions and products only, so that every machine gives the same bits (the language leaves `Math.exp` a choice),
 * and so do vectors and plain numbers. Source: the Cephes library's expf (https://www.netlib.org/cephes/).
 */

/** Below it the result is 0 here: less than 2⁻¹²⁵, which no sum of ours would notice. */
export const leastExponent = -87;
export const log2e = Math.LOG2E;
/** Added and taken away again, it rounds a small number to a whole one, ties to even. */
export const rounder = 12_582_912;
/** ln 2 in two parts: the first has few digits, so its product with a whole number is exact. */
export const ln2 = [0.693359375, -2.1219444e-4] as const;
/** Of r², highest power first; 1 + r is added to their sum. */
export const polynomial = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
] as const;

const { fround } = Math;
const log2eSingle = fround(log2e);
const [ln2High, ln2Low] = [fround(ln2[0]), fround(ln2[1])];
const [p0, p1, p2, p3, p4, p5] = polynomial.map(fround) as [number, number, number, number, number, number];
/** 2⁻¹²⁶ to 2⁰. */
const powers = Float32Array.from({ length: 127 }, (_, index) => 2 ** (index - 126));

/** e to the power of `x`, which is single and at most 0; error below 2 units in the last place. Rounded after every step. */
export function singleExponential(x: number): number {
  if (!(x >= leastExponent)) return 0;
  const n = fround(fround(fround(x * log2eSingle) + rounder) - rounder);
  const r = fround(fround(x - fround(n * ln2High)) - fround(n * ln2Low));
  let y = fround(fround(p0 * r) + p1);
  y = fround(fround(y * r) + p2);
  y = fround(fround(y * r) + p3);
  y = fround(fround(y * r) + p4);
  y = fround(fround(y * r) + p5);
  y = fround(fround(fround(y * r) * r) + fround(r + 1));
  return fround(y * (powers[n + 126] ?? 0));
}

/** e to the power of `x`, at most 0, to seven digits. The quick one: rounding to single after every step takes ten times as long. */
export function exponential(x: number): number {
  if (!(x >= leastExponent)) return 0;
  const n = x * log2e + doubleRounder - doubleRounder;
  const r = x - n * Math.LN2;
  const y = ((((q0 * r + q1) * r + q2) * r + q3) * r + q4) * r + q5;
  return (y * r * r + r + 1) * (powers[n + 126] as number);
}

const [q0, q1, q2, q3, q4, q5] = polynomial;
/** 1.5 · 2⁵². */
const doubleRounder = 6_755_399_441_055_744;
