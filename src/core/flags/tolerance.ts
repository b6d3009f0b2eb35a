import type { SideValue } from './sideState.ts';

/** Does `a = b` hold, allowing for the rounding that people do? `approximate` for `≈`. */
export function holds(a: SideValue, b: SideValue, approximate: boolean): boolean {
  const size = Math.max(Math.abs(a.value), Math.abs(b.value));
  const distance = Math.abs(a.value - b.value);
  const inexact = a.inexact || b.inexact || a.rounded || b.rounded;
  // Doubles hold whole numbers exactly: there 1e-9 would hide an error in the last digit.
  const whole = !inexact && Number.isSafeInteger(a.value) && Number.isSafeInteger(b.value);
  if (whole ? distance === 0 : distance <= 1e-9 * size || distance < 1e-12) return true;
  if (distance <= relativeSlack(a, b, approximate, inexact) * size) return true;
  const digit = lastDigit(a, b, inexact || approximate);
  return distance <= digit * (1 + 1e-9) && (digit < 0.5 || distance <= 0.34 * size);
}

/** Whole numbers under +, − and × are exact; quotients, roots and π are rounded to about 1 %, estimates to 5 %. */
function relativeSlack(a: SideValue, b: SideValue, approximate: boolean, inexact: boolean): number {
  if (approximate) return inexact ? 0.02 : 0.05;
  const wholeFractions = a.decimals + b.decimals === 0 && a.operators > 0 && b.operators > 0;
  return inexact && !wholeFractions ? 0.01 : 0;
}

/** What the last digit of a bare result is worth; a whole result of a division may be half a unit off. */
function lastDigit(a: SideValue, b: SideValue, inexact: boolean): number {
  const bare = [a, b].filter((side) => side.operators === 0);
  if (bare.length === 0) return 0;
  const shown = Math.min(...bare.map((side) => side.decimals));
  const worked = Math.max(a.decimals, b.decimals);
  if (shown === 0) return inexact ? 0.5 : worked > 0 ? 0.999 : 0;
  return 10 ** -shown * (inexact ? 1 : 0.999);
}
