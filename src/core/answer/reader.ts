import { parseDecimal } from './rational.ts';
import { command } from './readCommand.ts';
import {
  fail,
  type Grammar,
  group,
  isDigit,
  isLetter,
  number,
  type State,
  skipSpace,
  take,
  takeAny,
  takePattern,
} from './readerState.ts';
import { letters } from './readFunction.ts';
import { literal } from './readNumber.ts';
import { type Tree, wholeTree } from './tree.ts';

/** Nesting beyond this is unreadable: `((((…` must not exhaust the stack. */
const maxDepth = 64;
/** More factors than this are no answer; the cap bounds the tree, and with it all that walks it. */
const maxFactors = 400;

/**
 * Reads a normalised LaTeX or plain expression (`\frac{1}{2}x^2 - 3`, `sqrt(2)/2`, `3\frac12`); null where any part of it is not
 * understood, so that nothing is ever equal because of what could not be read.
 */
export function readExpression(text: string): Tree | null {
  const state: State = { text, grammar, at: 0, depth: 0, factors: 0, bars: 0, open: '', failed: false };
  const tree = sum(state);
  skipSpace(state);
  return state.failed || state.at < text.length ? null : tree;
}

const grammar: Grammar = { sum, product, powered, argument, startsFactor };
const degree: Tree = { kind: 'divide', left: { kind: 'constant', name: 'pi' }, right: wholeTree(180) };

function sum(state: State): Tree {
  if (++state.depth > maxDepth) return fail(state);
  let tree = product(state);
  while (!state.failed) {
    if (take(state, '+')) tree = { kind: 'add', left: tree, right: product(state) };
    else if (take(state, '-')) tree = { kind: 'add', left: tree, right: { kind: 'negate', of: product(state) } };
    else if (takeAny(state, ['\\choose'])) tree = { kind: 'call', name: 'binomial', args: [tree, product(state)] };
    else break;
  }
  state.depth--;
  return tree;
}

function product(state: State): Tree {
  let tree = signed(state);
  while (!state.failed) {
    if (takeAny(state, times)) tree = { kind: 'multiply', left: tree, right: signed(state) };
    else if (takeAny(state, over)) tree = { kind: 'divide', left: tree, right: signed(state) };
    else if (takeAny(state, modulo)) tree = { kind: 'call', name: 'mod', args: [tree, signed(state)] };
    else if (startsFactor(state)) tree = { kind: 'multiply', left: tree, right: powered(state) };
    else break;
  }
  return tree;
}

const times = ['\\times', '\\cdot', '\\ast', '\\bullet', '*'];
const over = ['\\div', '/'];
const modulo = ['\\mod', '\\bmod', '\\text{mod}', '\\text{ mod }'];

function signed(state: State): Tree {
  let negative = false;
  for (let signs = 0; signs < 8; signs++) {
    if (take(state, '-')) negative = !negative;
    else if (!take(state, '+')) break;
  }
  const tree = powered(state);
  return negative ? { kind: 'negate', of: tree } : tree;
}

function powered(state: State): Tree {
  const base = suffixed(state, primary(state));
  if (!takeAny(state, ['^', '**'])) return base;
  if (++state.depth > maxDepth) return fail(state);
  const exponent = argument(state, true);
  state.depth--;
  // `x^2!` has its mark on the whole power.
  return suffixed(state, { kind: 'power', left: base, right: exponent });
}

/** `n!`, `n!!`, `30^\circ`. */
function suffixed(state: State, base: Tree): Tree {
  let tree = base;
  for (;;) {
    if (take(state, '!!')) tree = { kind: 'call', name: 'doubleFactorial', args: [tree] };
    else if (take(state, '!')) tree = { kind: 'call', name: 'factorial', args: [tree] };
    else if (takePattern(state, degreeMark) !== null) tree = { kind: 'multiply', left: tree, right: degree };
    else return tree;
  }
}
const degreeMark = /\^\s?\{?\s?\\circ\s?\}?(?![a-zA-Z])|\\degree(?![a-zA-Z])/y;

function argument(state: State, exponent = false): Tree {
  skipSpace(state);
  if (state.text.charAt(state.at) === '{') return group(state, '{', '}');
  if (exponent) {
    if (take(state, '-')) return { kind: 'negate', of: argument(state, true) };
    return primary(state);
  }
  const character = state.text.charAt(state.at);
  if (isDigit(character)) {
    state.at++;
    return number(parseDecimal(character), state);
  }
  return primary(state);
}

function primary(state: State): Tree {
  if (++state.depth > maxDepth || ++state.factors > maxFactors) return fail(state);
  const tree = unguarded(state);
  state.depth--;
  return tree;
}

function unguarded(state: State): Tree {
  skipSpace(state);
  const character = state.text.charAt(state.at);
  if (isDigit(character) || character === '.') return literal(state);
  if (character === '(') return group(state, '(', ')');
  if (character === '[') return group(state, '[', ']');
  if (character === '{') return group(state, '{', '}');
  if (character === '|') return bars(state);
  if (character === '\\') return command(state);
  if (isLetter(character)) return letters(state);
  return fail(state);
}

function bars(state: State): Tree {
  state.at++;
  state.bars++;
  const inner = sum(state);
  state.bars--;
  return take(state, '|') ? { kind: 'call', name: 'abs', args: [inner] } : fail(state);
}

function startsFactor(state: State): boolean {
  skipSpace(state);
  const character = state.text.charAt(state.at);
  if (character === '|') return state.bars === 0;
  if (character === '\\') return !noFactor.test(state.text.slice(state.at, state.at + 8));
  // A number right after a factor, `x 2`, is no product that people write: likelier a lost operator.
  return isLetter(character) || character === '(' || character === '[' || character === '{';
}
const noFactor = /^\\(?:rfloor|rceil|pm|mp|choose|mod|bmod|end|\\|\})/;
