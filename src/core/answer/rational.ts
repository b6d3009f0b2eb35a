/** An exact fraction in lowest terms; `denominator` is positive. */
export interface Rational {
  numerator: bigint;
  denominator: bigint;
}

/** Numbers larger than this are not computed: a tower of powers would otherwise fill the memory. */
const maxBits = 20_000;
/** Fractions are smaller: bringing two large numbers to lowest terms takes milliseconds. */
const maxFractionBits = 1500;

/** The fraction in lowest terms, or null for a zero denominator and for numbers beyond the cap. */
export function rational(numerator: bigint, denominator = 1n): Rational | null {
  if (denominator === 1n) return bitLength(numerator) > maxBits ? null : { numerator, denominator };
  const [top, bottom] = [bitLength(numerator), bitLength(denominator)];
  if (denominator === 0n || Math.max(top, bottom) > maxBits || Math.min(top, bottom) > maxFractionBits) return null;
  const divisor = gcd(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** Reads `12`, `.5`, `0.250`; null for anything else and for more than 1,000 digits. */
export function parseDecimal(text: string): Rational | null {
  if (text.length > 1000 || !/^(?:\d+\.?\d*|\.\d+)$/.test(text)) return null;
  const [whole = '', fraction = ''] = text.split('.');
  return rational(BigInt(whole + fraction), 10n ** BigInt(fraction.length));
}

export function add(a: Rational, b: Rational): Rational | null {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function multiply(a: Rational, b: Rational): Rational | null {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

export function divide(a: Rational, b: Rational): Rational | null {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

export function negate(a: Rational): Rational {
  return { numerator: -a.numerator, denominator: a.denominator };
}

/** `base` to a whole power, or to a fractional one where the root is exact; null otherwise and beyond the cap. */
export function power(base: Rational, exponent: Rational): Rational | null {
  const rooted = exponent.denominator === 1n ? base : exactRoot(base, exponent.denominator);
  if (rooted === null) return null;
  const size = exponent.numerator < 0n ? -exponent.numerator : exponent.numerator;
  const bits = BigInt(bitLength(rooted.numerator) + bitLength(rooted.denominator));
  if (size * bits > BigInt(maxBits)) return null;
  const top = rooted.numerator ** size;
  const bottom = rooted.denominator ** size;
  return exponent.numerator < 0n ? rational(bottom, top) : rational(top, bottom);
}

/** The greatest whole number that is no greater. */
export function floored({ numerator, denominator }: Rational): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}

export function isWhole(value: Rational): boolean {
  return value.denominator === 1n;
}

export function sameRational(a: Rational, b: Rational): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator;
}

/** Negative, zero or positive, as `a` is below, at or above `b`. */
export function compareRational(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The nearest double; exact quotients of large numbers lose digits, never their size. */
export function toNumber(value: Rational): number {
  const shift = Math.max(bitLength(value.numerator), bitLength(value.denominator)) - 1000;
  if (shift <= 0) return Number(value.numerator) / Number(value.denominator);
  const places = BigInt(shift);
  return Number(value.numerator >> places) / Number(value.denominator >> places);
}

/** The greatest common divisor; 1 where both are zero. */
export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y > largestSafe) [x, y] = [y, x % y];
  if (y !== 0n) return BigInt(smallGcd(Number(y), Number(x % y)));
  return x === 0n ? 1n : x;
}
const largestSafe = BigInt(Number.MAX_SAFE_INTEGER);

function smallGcd(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

function exactRoot(value: Rational, degree: bigint): Rational | null {
  if (degree > 64n || (value.numerator < 0n && degree % 2n === 0n)) return null;
  const top = integerRoot(value.numerator, degree);
  const bottom = integerRoot(value.denominator, degree);
  return top === null || bottom === null ? null : { numerator: top, denominator: bottom };
}

/** Newton's iteration downwards from a power of two above the root; null where the root is not whole. */
function integerRoot(value: bigint, degree: bigint): bigint | null {
  const size = value < 0n ? -value : value;
  if (size < 2n) return value;
  let guess = 1n << (BigInt(bitLength(size)) / degree + 1n);
  for (;;) {
    const next = ((degree - 1n) * guess + size / guess ** (degree - 1n)) / degree;
    if (next >= guess) break;
    guess = next;
  }
  if (guess ** degree !== size) return null;
  return value < 0n ? -guess : guess;
}

/** The number of binary digits, rounded up to a multiple of four beyond 32. */
export function bitLength(value: bigint): number {
  const size = value < 0n ? -value : value;
  // Small values, the common case, need no string.
  if (size <= 0xffff_ffffn) return 32 - Math.clz32(Number(size));
  return size.toString(16).length * 4;
}
