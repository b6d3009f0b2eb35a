import type { Token } from '../trace/tokens.ts';
import { binomial, factorial } from './combinatorics.ts';
import { fail, type Reading, type SideValue, type State, startsFactor, take, text } from './sideState.ts';
import { skipUnits } from './sideUnits.ts';

/** Nesting beyond this is not read. */
const maxDepth = 40;

/** The value of a side made of numbers alone; null where it holds anything else, a variable, a word, an open bracket. */
export function evaluateSide(tokens: readonly Token[], reading: Reading): SideValue | null {
  const state: State = {
    tokens,
    reading,
    at: 0,
    depth: 0,
    failed: tokens.length === 0,
    operators: 0,
    inexact: false,
    decimals: 0,
    rounded: false,
    units: [],
    ambiguous: false,
  };
  const value = sum(state);
  if (state.failed || state.at < tokens.length || !Number.isFinite(value)) return null;
  const [first, second, third] = tokens;
  const { operators, inexact, decimals, rounded, units, ambiguous } = state;
  return {
    value,
    operators,
    inexact,
    decimals,
    rounded,
    units,
    ambiguous,
    lead: first?.kind === 'number' ? Number(first.text) : null,
    fraction:
      operators === 1 &&
      ((first?.kind === 'number' && second?.text === '/' && third?.kind === 'number') || first?.text === 'frac'),
  };
}

function sum(state: State): number {
  if (++state.depth > maxDepth) return fail(state);
  let value = product(state);
  while (!state.failed) {
    const sign = text(state);
    if (sign !== '+' && sign !== '-') break;
    take(state);
    const right = product(state);
    value = sign === '+' ? value + right : value - right;
  }
  state.depth--;
  return value;
}

function product(state: State): number {
  let value = signed(state);
  while (!state.failed) {
    const sign = text(state);
    if (sign === '*') {
      take(state);
      value *= signed(state);
    } else if (sign === '/') {
      take(state);
      value = quotient(state, value);
    } else if (startsFactor(state)) {
      state.operators++;
      value *= power(state);
    } else break;
  }
  return value;
}

function quotient(state: State, dividend: number): number {
  let divisor = signed(state);
  state.inexact = true;
  while (!state.failed && (startsFactor(state) || scientificFollows(state))) {
    state.ambiguous = true;
    if (!state.reading.tightDivision) break;
    if (text(state) === '*') take(state);
    state.operators++;
    divisor *= power(state);
  }
  return dividend / divisor;
}

function scientificFollows(state: State): boolean {
  const [ten, hat] = [1, 2].map((ahead) => state.tokens[state.at + ahead]?.text);
  return text(state) === '*' && ten === '10' && (hat === '^' || hat?.startsWith('^') === true);
}

function signed(state: State): number {
  let sign = 1;
  for (let signs = 0; signs < 4; signs++) {
    if (text(state) === '-') sign = -sign;
    else if (text(state) !== '+') break;
    state.at++;
  }
  return sign * power(state);
}

function power(state: State): number {
  let base = postfix(state, primary(state));
  const sign = text(state);
  if (sign === '^') {
    take(state);
    base = raise(state, base, exponent(state));
  } else if (sign !== undefined && sign.length > 1 && sign.startsWith('^')) {
    // `5²`, and `10²³` digit by digit.
    let digits = '';
    while (text(state)?.startsWith('^') === true && digits.length < 4)
      digits += state.tokens[state.at++]?.text.slice(1) ?? '';
    state.operators++;
    base = raise(state, base, Number(digits));
  }
  skipUnits(state);
  return postfix(state, base);
}

function raise(state: State, base: number, by: number): number {
  if (!Number.isInteger(by) || by < 0) state.inexact = true;
  return base ** by;
}

function exponent(state: State): number {
  if (state.tokens[state.at]?.kind === 'open') return primary(state);
  if (text(state) === '-') {
    state.at++;
    return -primary(state);
  }
  return primary(state);
}

function postfix(state: State, value: number): number {
  let result = value;
  for (let marks = 0; marks < 3; marks++) {
    const sign = text(state);
    if (sign === '%') {
      state.at++;
      if (state.tokens[state.at]?.kind === 'number') {
        state.operators++;
        return result % primary(state);
      }
      state.ambiguous = true;
      if (state.reading.percent !== 1) state.decimals += 2;
      result *= state.reading.percent;
    } else if (sign === '!') {
      take(state);
      if (state.at === state.tokens.length) state.ambiguous = true;
      if (state.at < state.tokens.length || !state.reading.plainBang) result = factorial(result);
    } else break;
  }
  return result;
}

function primary(state: State): number {
  if (++state.depth > maxDepth) return fail(state);
  const token = state.tokens[state.at];
  let value = Number.NaN;
  if (token?.kind === 'number') value = number(state, token);
  else if (token?.kind === 'open') value = group(state);
  else if (token?.kind === 'command') value = command(state, token.text);
  else fail(state);
  state.depth--;
  return value;
}

function number(state: State, token: Token): number {
  state.at++;
  const [, decimals = ''] = token.text.split('.');
  state.decimals = Math.max(state.decimals, decimals.length);
  if (decimals.length > 1 && roundedFraction.test(decimals)) state.rounded = true;
  const value = mixed(state, token, Number(token.text));
  const tenth = lostPower(state, token);
  skipUnits(state);
  return tenth ?? value;
}

/** Thirds, sixths, ninths: 0.33, 0.667, 0.17, 0.83. */
const roundedFraction = /^\d{0,3}?(?:3{2,}|6+7|6{2,}|17|16+7|8?3{2,}|83|1{3,}|4{3,}|2{3,}|5{3,}6?|7{3,}8?)$/;

/** `3 1/2`, `3\frac{1}{2}`: a whole number with a fraction behind it. Read as a sum. */
function mixed(state: State, token: Token, whole: number): number {
  if (token.text.includes('.')) return whole;
  const [a, b, c] = [0, 1, 2].map((ahead) => state.tokens[state.at + ahead]);
  if (a?.text === 'frac' && b?.kind === 'open') {
    state.ambiguous = true;
    return state.reading.mixedFractions ? whole + command(state, 'frac') : whole;
  }
  if (a?.kind === 'number' && b?.text === '/' && c?.kind === 'number' && Number(a.text) < Number(c.text) && a.spaced) {
    state.at += 3;
    state.inexact = true;
    return whole + Number(a.text) / Number(c.text);
  }
  return whole;
}

function lostPower(state: State, token: Token): number | null {
  const previous = state.tokens[state.at - 2]?.text;
  if (/^10\d{1,2}$/.test(token.text) && (previous === '*' || previous === 'x')) {
    state.ambiguous = true;
    if (state.reading.lostExponents) return 10 ** Number(token.text.slice(2));
  }
  const [minus, digits] = [state.tokens[state.at], state.tokens[state.at + 1]];
  if (token.text !== '10' || minus?.text !== '-' || minus.spaced || digits?.kind !== 'number' || digits.spaced)
    return null;
  state.ambiguous = true;
  if (!state.reading.lostExponents) return null;
  state.at += 2;
  return 10 ** -Number(digits.text);
}

function group(state: State): number {
  state.at++;
  const value = sum(state);
  if (state.tokens[state.at]?.kind !== 'close') return fail(state);
  state.at++;
  const next = state.tokens[state.at];
  // `(300 V)2`: an exponent that lost its place.
  if (next?.kind === 'number' && !next.spaced) return fail(state);
  skipUnits(state);
  return value;
}

function command(state: State, name: string): number {
  state.at++;
  if (name === 'pi') {
    state.inexact = true;
    return Math.PI;
  }
  if (name === 'boxed') return primary(state);
  state.operators++;
  if (name === 'sqrt') return root(state);
  const [top, bottom] = [argument(state), argument(state)];
  if (name === 'binom') return binomial(top, bottom);
  state.inexact = true;
  return top / bottom;
}

function root(state: State): number {
  state.inexact = true;
  const degree = state.tokens[state.at];
  // `\sqrt[3]{8}`: the lexer gives both brackets one spelling, so a root of two groups has a degree.
  if (degree?.kind === 'open' && degree.text === '(' && state.tokens[state.at + 2]?.kind === 'close') {
    const second = state.tokens[state.at + 3];
    if (second?.text === '{') {
      const by = primary(state);
      const of = argument(state);
      return of < 0 ? Number.NaN : of ** (1 / by);
    }
  }
  return Math.sqrt(argument(state));
}

/** What a command applies to: a group, or the digit or digits right after it. `\frac56` comes as one number and is parted here. */
function argument(state: State): number {
  const token = state.tokens[state.at];
  if (token?.kind === 'number' && state.tokens[state.at - 1]?.text === 'frac' && /^\d\d$/.test(token.text))
    return fail(state);
  return token?.kind === 'number' || token?.kind === 'open' || token?.kind === 'command' ? primary(state) : fail(state);
}
