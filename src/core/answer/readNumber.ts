import { divide, multiply, parseDecimal, type Rational, rational } from './rational.ts';
import { fail, isDigit, number, type State } from './readerState.ts';
import type { Tree } from './tree.ts';

/** A number: decimal, mixed (`3\frac12`) or in a named base (`1011_2`). */
export function literal(state: State): Tree {
  const from = state.at;
  while (isDigit(state.text.charAt(state.at))) state.at++;
  if (state.text.charAt(state.at) === '.' && isDigit(state.text.charAt(state.at + 1))) {
    state.at++;
    while (isDigit(state.text.charAt(state.at))) state.at++;
  }
  const digits = state.text.slice(from, state.at);
  const whole = !digits.includes('.');
  if (state.text.charAt(state.at) === '_') return inBase(digits, state);
  const scientific = scientificPart(digits, state);
  if (scientific !== null) return number(scientific, state);
  const fraction = whole ? mixedPart(state) : null;
  const value = parseDecimal(digits);
  if (fraction === null || value === null) return number(value, state);
  return { kind: 'add', left: { kind: 'number', value }, right: { kind: 'number', value: fraction } };
}

/** `1.5e3`, `2E-4`; an `e` without digits behind it is Euler's number. */
function scientificPart(digits: string, state: State): Rational | null {
  exponentMark.lastIndex = state.at;
  const match = exponentMark.exec(state.text);
  const value = match === null ? null : parseDecimal(digits);
  if (match?.[2] === undefined || value === null) return null;
  state.at = exponentMark.lastIndex;
  const scale = 10n ** BigInt(match[2]);
  return match[1] === '-'
    ? divide(value, { numerator: scale, denominator: 1n })
    : multiply(value, { numerator: scale, denominator: 1n });
}
const exponentMark = /[eE]([+-]?)(\d{1,3})(?![\d.])/y;

/** The fraction of a mixed number, `3\frac12` or `3 1/2`: below one, of plain whole numbers. */
function mixedPart(state: State): Rational | null {
  mixed.lastIndex = state.at;
  const match = mixed.exec(state.text);
  if (match === null) return null;
  const top = BigInt(match[1] ?? match[3] ?? match[5] ?? '0');
  const bottom = BigInt(match[2] ?? match[4] ?? match[6] ?? '0');
  if (top === 0n || top >= bottom) return null;
  state.at = mixed.lastIndex;
  return rational(top, bottom);
}
const mixed =
  /\s?(?:\\frac\s?\{(\d{1,9})\}\s?\{(\d{1,9})\}(?!\s?\^)|\\frac\s?(\d)\s?(\d)(?!\s?\^)|(?<=\s)(\d{1,9})\/(\d{1,9})(?![\d^.]))/y;

/** `1011_2`, `0.0011_{2}`: a number in the named base. */
function inBase(digits: string, state: State): Tree {
  baseMark.lastIndex = state.at;
  const match = baseMark.exec(state.text);
  const base = Number(match?.[1] ?? match?.[2]);
  if (match === null || base < 2 || base > 10 || digits.length > 200) return fail(state);
  state.at = baseMark.lastIndex;
  if ([...digits].some((digit) => digit !== '.' && Number(digit) >= base)) return fail(state);
  const [whole = '', fraction = ''] = digits.split('.');
  let value = 0n;
  for (const digit of whole + fraction) value = value * BigInt(base) + BigInt(digit);
  return number(rational(value, BigInt(base) ** BigInt(fraction.length)), state);
}
const baseMark = /_(?:\{\s?(?:\\text\{)?(\d{1,2})\}?\s?\}|(\d{1,2}))/y;
