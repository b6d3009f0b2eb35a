/** A complex number in doubles: roots of negatives must not end a comparison. Principal branches throughout. */
export interface Complex {
  re: number;
  im: number;
}

export function complex(re: number, im = 0): Complex {
  return { re, im };
}

export function plus(a: Complex, b: Complex): Complex {
  return { re: a.re + b.re, im: a.im + b.im };
}

export function negated(a: Complex): Complex {
  return { re: -a.re, im: -a.im };
}

export function product(a: Complex, b: Complex): Complex {
  if (a.im === 0 && b.im === 0) return { re: a.re * b.re, im: 0 };
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

export function quotient(a: Complex, b: Complex): Complex {
  if (a.im === 0 && b.im === 0) return { re: b.re === 0 ? Number.NaN : a.re / b.re, im: 0 };
  const size = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size };
}

export function modulus(a: Complex): number {
  return Math.hypot(a.re, a.im);
}

export function exponential(a: Complex): Complex {
  const size = Math.exp(a.re);
  return a.im === 0 ? { re: size, im: 0 } : { re: size * Math.cos(a.im), im: size * Math.sin(a.im) };
}

export function logarithm(a: Complex): Complex {
  return { re: Math.log(modulus(a)), im: a.im === 0 && a.re >= 0 ? 0 : Math.atan2(a.im, a.re) };
}

export function raised(base: Complex, exponent: Complex): Complex {
  if (exponent.im === 0 && base.im === 0) {
    if (base.re >= 0 || Number.isInteger(exponent.re)) return { re: base.re ** exponent.re, im: 0 };
  }
  if (base.re === 0 && base.im === 0) return { re: exponent.re > 0 ? 0 : Number.NaN, im: 0 };
  if (exponent.im === 0 && Number.isInteger(exponent.re) && Math.abs(exponent.re) <= 64) {
    return wholePower(base, exponent.re);
  }
  return exponential(product(exponent, logarithm(base)));
}

/** Repeated products keep `i^2` exactly −1, which the exponential form does not. */
function wholePower(base: Complex, exponent: number): Complex {
  let result = complex(1);
  for (let count = Math.abs(exponent); count > 0; count--) result = product(result, base);
  return exponent < 0 ? quotient(complex(1), result) : result;
}

export function sine(a: Complex): Complex {
  if (a.im === 0) return { re: Math.sin(a.re), im: 0 };
  return { re: Math.sin(a.re) * Math.cosh(a.im), im: Math.cos(a.re) * Math.sinh(a.im) };
}

export function cosine(a: Complex): Complex {
  if (a.im === 0) return { re: Math.cos(a.re), im: 0 };
  return { re: Math.cos(a.re) * Math.cosh(a.im), im: -Math.sin(a.re) * Math.sinh(a.im) };
}
