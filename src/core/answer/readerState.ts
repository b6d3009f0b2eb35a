import type { Rational } from './rational.ts';
import type { Tree } from './tree.ts';

/** Where the reader stands in its text. */
export interface State {
  readonly text: string;
  readonly grammar: Grammar;
  at: number;
  depth: number;
  factors: number;
  /** Open `|…|`: inside one, a bar closes. */
  bars: number;
  /** The innermost open bracket: within braces a comma parts no values. */
  open: '' | '(' | '[' | '{';
  failed: boolean;
}

/** The rules that the parts of the reader call in each other. */
export interface Grammar {
  sum(state: State): Tree;
  product(state: State): Tree;
  powered(state: State): Tree;
  /** What stands after `^` or a command: a braced group, a command, or one character; for a plain exponent all its digits. */
  argument(state: State, exponent?: boolean): Tree;
  /** Could a factor start here, as the `x` of `2x`? */
  startsFactor(state: State): boolean;
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

/** The match of a sticky pattern after any spaces, stepped over. */
export function takePattern(state: State, pattern: RegExp): RegExpExecArray | null {
  skipSpace(state);
  return takeHere(state, pattern);
}

/** The match of a sticky pattern right here, stepped over. */
export function takeHere(state: State, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = state.at;
  const match = pattern.exec(state.text);
  if (match !== null) state.at = pattern.lastIndex;
  return match;
}

function letterFollows(state: State, entry: string): boolean {
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

/** A bracketed sum, its end included. */
export function group(state: State, open: '(' | '[' | '{', close: string): Tree {
  if (!take(state, open)) return fail(state);
  const outer = { bars: state.bars, open: state.open };
  Object.assign(state, { bars: 0, open });
  const tree = state.grammar.sum(state);
  Object.assign(state, outer);
  return take(state, close) ? tree : fail(state);
}
