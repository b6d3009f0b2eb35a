import { add, divide, multiply, parseDecimal, type Rational, rational } from './rational.ts';
import { fail, isDigit, number, type State, takeHere } from './readerState.ts';
import type { Tree } from './tree.ts';

/** A number: decimal, repeating (`0.1\overline{6}`), scientific, mixed (`3\frac12`) or in a named base (`1011_2`). */
export function literal(state: State): Tree {
  const digits = digitsAt(state);
  const value = parseDecimal(digits);
  if (state.text.charAt(state.at) === '_') return inBase(digits, state);
  const special = scientific(digits, state) ?? (digits.includes('.') ? repeating(digits, state) : null);
  if (special !== null) return number(special, state);
  const fraction = digits.includes('.') ? null : mixedPart(state);
  if (fraction === null || value === null) return number(value, state);
  return { kind: 'add', left: { kind: 'number', value }, right: { kind: 'number', value: fraction } };
}

/** The digits with at most one point. Within braces, where a comma parts nothing, `1,234` is one number. */
function digitsAt(state: State): string {
  const from = state.at;
  while (isDigit(state.text.charAt(state.at))) state.at++;
  if (state.open === '{' && state.at - from < 4) takeHere(state, thousands);
  const next = state.text.charAt(state.at + 1);
  if (state.text.charAt(state.at) === '.' && (isDigit(next) || next === '\\')) {
    state.at++;
    while (isDigit(state.text.charAt(state.at))) state.at++;
  }
  return state.text.slice(from, state.at).replace(/,/g, '');
}
const thousands = /(?:,\d{3})+(?!\d)/y;

/** `1.5e3`, `2E-4`; an `e` without digits behind it is Euler's number. */
function scientific(digits: string, state: State): Rational | null {
  const value = parseDecimal(digits);
  const match = value === null ? null : takeHere(state, exponentMark);
  if (match?.[2] === undefined || value === null) return null;
  const scale = { numerator: 10n ** BigInt(match[2]), denominator: 1n };
  return match[1] === '-' ? divide(value, scale) : multiply(value, scale);
}
const exponentMark = /[eE]([+-]?)(\d{1,3})(?![\d.])/y;

/** `0.1\overline{6}`: the digits under the bar for ever. */
function repeating(digits: string, state: State): Rational | null {
  const match = takeHere(state, repeatMark);
  const period = match?.[1] ?? match?.[2];
  const start = parseDecimal(digits.endsWith('.') ? `${digits}0` : digits);
  if (period === undefined || start === null) return null;
  const places = BigInt(digits.length - 1 - digits.indexOf('.'));
  const repeated = rational(BigInt(period), (10n ** BigInt(period.length) - 1n) * 10n ** places);
  return repeated === null ? null : add(start, repeated);
}
const repeatMark = /\\(?:overline|bar|dot)\s?(?:\{\s?(\d{1,30})\s?\}|(\d))/y;

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
  const match = takeHere(state, baseMark);
  const base = Number(match?.[1] ?? match?.[2]);
  if (match === null || base > 10) return fail(state);
  return number(valueInBase(digits, base), state);
}
const baseMark = /_(?:\{\s?(?:\\text\{)?(\d{1,2})\}?\s?\}|(\d{1,2}))/y;

/** `digits` (0–9 and A–Z, one point) in base 2 to 36; null where one is no digit of that base. */
export function valueInBase(digits: string, base: number): Rational | null {
  if (base < 2 || base > 36 || digits.length > 200) return null;
  const [whole = '', fraction = ''] = digits.split('.');
  let value = 0n;
  for (const digit of whole + fraction) {
    const size = Number.parseInt(digit, 36);
    if (!(size < base)) return null;
    value = value * BigInt(base) + BigInt(size);
  }
  return rational(value, BigInt(base) ** BigInt(fraction.length));
}
