/**
 * A complex number in doubles: roots of negatives must not end a comparison. Principal branches throughout. `err` bounds the
 * distance to the exact value, to first order; with it a difference can be told from a rounding.
 */
export interface Complex {
  re: number;
  im: number;
  err: number;
}

/** The relative error of one operation on doubles, functions of `Math` included. */
const ulp = 2 ** -51;

/** A number that carries the error of one rounding and `err` besides. */
export function complex(re: number, im = 0, err = 0): Complex {
  return { re, im, err: err + ulp * (Math.abs(re) + Math.abs(im)) };
}

export function plus(a: Complex, b: Complex): Complex {
  return complex(a.re + b.re, a.im + b.im, a.err + b.err);
}

export function negated(a: Complex): Complex {
  return { re: -a.re, im: -a.im, err: a.err };
}

export function conjugate(a: Complex): Complex {
  return { re: a.re, im: -a.im, err: a.err };
}

export function product(a: Complex, b: Complex): Complex {
  const err = modulus(a) * b.err + modulus(b) * a.err;
  if (a.im === 0 && b.im === 0) return complex(a.re * b.re, 0, err);
  return complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re, err + ulp * modulus(a) * modulus(b));
}

export function quotient(a: Complex, b: Complex): Complex {
  const size = modulus(b);
  // A divisor that may be zero has no quotient.
  if (size <= 4 * b.err) return complex(Number.NaN);
  const err = (a.err + (modulus(a) / size) * b.err) / size;
  if (a.im === 0 && b.im === 0) return complex(a.re / b.re, 0, err);
  const [re, im] = [b.re / size, b.im / size];
  return complex((a.re * re + a.im * im) / size, (a.im * re - a.re * im) / size, err + (ulp * modulus(a)) / size);
}

export function modulus(a: Complex): number {
  return a.im === 0 ? Math.abs(a.re) : Math.hypot(a.re, a.im);
}

export function exponential(a: Complex): Complex {
  const size = Math.exp(a.re);
  const err = size * a.err;
  return a.im === 0 ? complex(size, 0, err) : complex(size * Math.cos(a.im), size * Math.sin(a.im), err);
}

export function logarithm(a: Complex): Complex {
  const size = modulus(a);
  return complex(Math.log(size), a.im === 0 && a.re >= 0 ? 0 : Math.atan2(a.im, a.re), a.err / size);
}

export function raised(base: Complex, exponent: Complex): Complex {
  const size = modulus(base);
  if (size === 0) return complex(exponent.re > 0 ? 0 : Number.NaN);
  if (exponent.im === 0 && base.im === 0 && (base.re > 0 || Number.isInteger(exponent.re))) {
    const value = base.re ** exponent.re;
    return complex(value, 0, Math.abs(value) * powerError(base, exponent, size));
  }
  if (exponent.im === 0 && Number.isInteger(exponent.re) && Math.abs(exponent.re) <= 64) {
    return wholePower(base, exponent.re);
  }
  const value = exponential(product(exponent, logarithm(base)));
  return complex(value.re, value.im, modulus(value) * powerError(base, exponent, size));
}

/** The relative error of a power. */
function powerError(base: Complex, exponent: Complex, size: number): number {
  const logarithmSize = Math.abs(Math.log(size));
  return (modulus(exponent) * base.err) / size + logarithmSize * exponent.err + ulp * (1 + logarithmSize);
}

/** Repeated products keep `i^2` exactly −1, which the exponential form does not. */
function wholePower(base: Complex, exponent: number): Complex {
  let result = complex(1);
  for (let count = Math.abs(exponent); count > 0; count--) result = product(result, base);
  return exponent < 0 ? quotient(complex(1), result) : result;
}

export function sine(a: Complex): Complex {
  const err = a.err * Math.cosh(a.im);
  if (a.im === 0) return complex(Math.sin(a.re), 0, err);
  return complex(Math.sin(a.re) * Math.cosh(a.im), Math.cos(a.re) * Math.sinh(a.im), err);
}

export function cosine(a: Complex): Complex {
  const err = a.err * Math.cosh(a.im);
  if (a.im === 0) return complex(Math.cos(a.re), 0, err);
  return complex(Math.cos(a.re) * Math.cosh(a.im), -Math.sin(a.re) * Math.sinh(a.im), err);
}

/** The real root of odd degree of a negative number, which is no principal value: the cube root of −8 is −2 to people. */
export function oddRoot(x: Complex, degree: number): Complex {
  const value = -((-x.re) ** (1 / degree));
  return complex(value, 0, Math.abs((value * x.err) / (degree * x.re)));
}

export function squareRoot(x: Complex): Complex {
  if (x.im !== 0) return raised(x, complex(0.5));
  const value = Math.sqrt(Math.abs(x.re));
  const err = value === 0 ? Math.sqrt(x.err) : x.err / (2 * value);
  return x.re >= 0 ? complex(value, 0, err) : complex(0, value, err);
}
