import type { Token } from '../trace/tokens.ts';

/** How an ambiguous side is read. An equation is false only when it is false under every reading. */
export interface Reading {
  /** What `%` is worth: 0.01, or 1 where the sign is dropped. */
  percent: number;
  /** `a / b c` and `a / b × 10^n` as a / (b c). */
  tightDivision: boolean;
  /** `10-6` and `3 × 105` as powers of ten whose exponent lost its place. */
  lostExponents: boolean;
  /** `3\frac{1}{2}` as the mixed number 3.5, not as a product. */
  mixedFractions: boolean;
  /** `8!` at the end of a side as 8 and an exclamation mark. */
  plainBang: boolean;
}

/** A side's value with all that its precision depends on. */
export interface SideValue {
  value: number;
  /** Operators met; 0 for a bare number. */
  operators: number;
  /** Divisions, roots, π and powers with a fraction: the result may be rounded. */
  inexact: boolean;
  /** Most decimals shown by a number of this side. */
  decimals: number;
  /** A decimal that looks like a rounded fraction, such as 0.33 or 0.667. */
  rounded: boolean;
  /** The first number, where one leads: `7` in `7 × 2`. */
  lead: number | null;
  units: readonly string[];
  /** Something that can be read in two ways is in it. */
  ambiguous: boolean;
  /** The simple fraction of two whole numbers, nothing else. */
  fraction: boolean;
}

/** Where the evaluation of a side stands, and what it has met. */
export interface State {
  readonly tokens: readonly Token[];
  readonly reading: Reading;
  at: number;
  depth: number;
  failed: boolean;
  operators: number;
  inexact: boolean;
  decimals: number;
  rounded: boolean;
  units: string[];
  ambiguous: boolean;
}

export function startsFactor(state: State): boolean {
  const token = state.tokens[state.at];
  return token?.kind === 'open' || token?.kind === 'command';
}

export function text(state: State): string | undefined {
  const token = state.tokens[state.at];
  if (token?.kind === 'operator') return token.text;
  return isTimes(state, token) ? '*' : undefined;
}

/** The letter `x` between two values. */
export function isTimes(state: State, token: Token | undefined): boolean {
  if (token?.kind !== 'letter' || (token.text !== 'x' && token.text !== 'X')) return false;
  const [before, after] = [state.tokens[state.at - 1], state.tokens[state.at + 1]];
  return before?.kind !== 'operator' && (after?.kind === 'number' || after?.kind === 'open') && before !== undefined;
}

export function take(state: State): void {
  state.operators++;
  state.at++;
}

export function fail(state: State): number {
  state.failed = true;
  return Number.NaN;
}
