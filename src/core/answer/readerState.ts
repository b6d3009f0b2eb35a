import type { Rational } from './rational.ts';
import type { Tree } from './tree.ts';

/** Where the reader stands in its text. */
export interface State {
  readonly text: string;
  at: number;
  depth: number;
  factors: number;
  /** Open `|…|`: inside one, a bar closes. */
  bars: number;
  failed: boolean;
}

const zero: Tree = { kind: 'number', value: { numerator: 0n, denominator: 1n } };

export function number(value: Rational | null, state: State): Tree {
  return value === null ? fail(state) : { kind: 'number', value };
}

/** Marks the text as unreadable; the tree returned only fills a place. */
export function fail(state: State): Tree {
  state.failed = true;
  return zero;
}

/** Steps over `symbolText` where it stands next. */
export function take(state: State, symbolText: string): boolean {
  skipSpace(state);
  if (!state.text.startsWith(symbolText, state.at)) return false;
  state.at += symbolText.length;
  return true;
}

export function takeAny(state: State, symbols: readonly string[]): boolean {
  skipSpace(state);
  // `\div` must not be found inside a longer command such as `\divideontimes`.
  return symbols.some((entry) => !letterFollows(state, entry) && take(state, entry));
}

export function letterFollows(state: State, entry: string): boolean {
  return /[a-z]$/.test(entry) && isLetter(state.text.charAt(state.at + entry.length));
}

export function skipSpace(state: State): void {
  while (state.text.charAt(state.at) === ' ') state.at++;
}

export function isDigit(character: string): boolean {
  return character >= '0' && character <= '9' && character !== '';
}

export function isLetter(character: string): boolean {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}
