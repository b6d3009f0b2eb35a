import { parseDecimal, toNumber } from './rational.ts';
import { fail, isDigit, isLetter, number, type State, skipSpace, take, takeAny } from './readerState.ts';
import { functionNamed, greek, inverses, symbol } from './readName.ts';
import { literal } from './readNumber.ts';
import type { FunctionName, Tree } from './tree.ts';

/** Nesting beyond this is unreadable: `((((…` must not exhaust the stack. */
const maxDepth = 64;
/** More factors than this are no answer; the cap bounds the tree, and with it all that walks it. */
const maxFactors = 400;

/**
 * Reads a normalised LaTeX or plain expression (`\frac{1}{2}x^2 - 3`, `sqrt(2)/2`, `3\frac12`); null where any part of it is not
 * understood, so that nothing is ever equal because of what could not be read.
 */
export function readExpression(text: string): Tree | null {
  const state: State = { text, at: 0, depth: 0, factors: 0, bars: 0, failed: false };
  const tree = sum(state);
  skipSpace(state);
  return state.failed || state.at < text.length ? null : tree;
}

const two: Tree = { kind: 'number', value: { numerator: 2n, denominator: 1n } };
const half180: Tree = { kind: 'number', value: { numerator: 180n, denominator: 1n } };
const pi: Tree = { kind: 'constant', name: 'pi' };

function sum(state: State): Tree {
  if (++state.depth > maxDepth) return fail(state);
  let tree = product(state);
  for (;;) {
    if (take(state, '+')) tree = { kind: 'add', left: tree, right: product(state) };
    else if (take(state, '-')) tree = { kind: 'add', left: tree, right: { kind: 'negate', of: product(state) } };
    else break;
    if (state.failed) break;
  }
  state.depth--;
  return tree;
}

function product(state: State): Tree {
  let tree = signed(state);
  while (!state.failed) {
    if (takeAny(state, times)) tree = { kind: 'multiply', left: tree, right: signed(state) };
    else if (takeAny(state, over)) tree = { kind: 'divide', left: tree, right: signed(state) };
    else if (startsFactor(state)) tree = { kind: 'multiply', left: tree, right: powered(state) };
    else break;
  }
  return tree;
}

const times = ['\\times', '\\cdot', '\\ast', '*'];
const over = ['\\div', '/'];

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
  let base = primary(state);
  for (;;) {
    skipSpace(state);
    if (take(state, '!')) base = { kind: 'call', name: 'factorial', args: [base] };
    else if (takeAny(state, ['^\\circ', '^{\\circ}', '^ \\circ', '\\degree']))
      base = { kind: 'multiply', left: base, right: { kind: 'divide', left: pi, right: half180 } };
    else break;
  }
  if (!takeAny(state, ['^', '**'])) return base;
  if (++state.depth > maxDepth) return fail(state);
  const exponent = argument(state, true);
  state.depth--;
  return { kind: 'power', left: base, right: exponent };
}

/** What stands after `^` or a command: a braced group, a command, or one character; for a plain exponent all its digits. */
function argument(state: State, exponent = false): Tree {
  skipSpace(state);
  if (state.text.charAt(state.at) === '{') return group(state, '{', '}');
  if (exponent) {
    if (take(state, '-')) return { kind: 'negate', of: argument(state, true) };
    return primary(state);
  }
  const character = state.text.charAt(state.at);
  if (character >= '0' && character <= '9') {
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

function group(state: State, open: string, close: string): Tree {
  if (!take(state, open)) return fail(state);
  const outer = state.bars;
  state.bars = 0;
  const tree = sum(state);
  state.bars = outer;
  return take(state, close) ? tree : fail(state);
}

function bars(state: State): Tree {
  state.at++;
  state.bars++;
  const inner = sum(state);
  state.bars--;
  return take(state, '|') ? { kind: 'call', name: 'abs', args: [inner] } : fail(state);
}

function command(state: State): Tree {
  commandName.lastIndex = state.at;
  const name = commandName.exec(state.text)?.[1];
  if (name === undefined) return fail(state);
  state.at = commandName.lastIndex;
  if (name === 'frac') return { kind: 'divide', left: argument(state), right: argument(state) };
  if (name === 'binom') return { kind: 'call', name: 'binomial', args: [argument(state), argument(state)] };
  if (name === 'sqrt') return root(state);
  if (name === 'text') return textCommand(state);
  if (name === 'pi') return pi;
  if (name === 'infty') return { kind: 'constant', name: 'infinity' };
  if (name === 'lfloor') return enclosed(state, 'floor', '\\rfloor');
  if (name === 'lceil') return enclosed(state, 'ceil', '\\rceil');
  const call = functionNamed(name);
  if (call !== null) return application(state, call);
  return greek.has(name) ? symbol(state, name) : fail(state);
}
const commandName = /\\([a-zA-Z]+)/y;

function root(state: State): Tree {
  skipSpace(state);
  const degree = state.text.charAt(state.at) === '[' ? group(state, '[', ']') : two;
  return { kind: 'call', name: 'sqrt', args: [argument(state), degree] };
}

function enclosed(state: State, name: FunctionName, close: string): Tree {
  const inner = sum(state);
  return take(state, close) ? { kind: 'call', name, args: [inner] } : fail(state);
}

/** `\text{e}`, `\text{lcm}` are a letter and a function; any other words inside an expression are unreadable. */
function textCommand(state: State): Tree {
  const match = /^\{\s*([a-zA-Z]+)\s*\}/.exec(state.text.slice(state.at, state.at + 24));
  if (match?.[1] === undefined) return fail(state);
  const name = match[1];
  state.at += match[0].length;
  const call = functionNamed(name);
  if (call !== null) return application(state, call);
  return name.length === 1 ? letterNamed(state, name) : fail(state);
}

/** A run of letters: a function, `pi`, or a product of variables. Runs of four and more are words, not products. */
function letters(state: State): Tree {
  letterRun.lastIndex = state.at;
  const run = letterRun.exec(state.text)?.[0] ?? '';
  if (run === 'pi' || run === 'Pi') return advance(state, run.length, pi);
  const call = functionNamed(run);
  if (call !== null) {
    state.at += run.length;
    return call === 'sqrt' ? { kind: 'call', name: 'sqrt', args: [argument(state), two] } : application(state, call);
  }
  if (run.length > 3) return fail(state);
  state.at++;
  return letterNamed(state, run.charAt(0));
}
const letterRun = /[a-zA-Z]+/y;

function letterNamed(state: State, name: string): Tree {
  if (name === 'e') return { kind: 'constant', name: 'e' };
  if (name === 'i') return { kind: 'constant', name: 'i' };
  return symbol(state, name);
}

/** `\sin x`, `\sin^2 x`, `\tan^{-1} x`, `\log_2 8`, `\gcd(a, b)`. */
function application(state: State, name: FunctionName): Tree {
  const base = name === 'log' && take(state, '_') ? [argument(state)] : [];
  const exponent = take(state, '^') ? argument(state, true) : null;
  const inverse = exponent === null ? undefined : inverseOf(name, exponent);
  const args = [...operands(state), ...base];
  const call: Tree = { kind: 'call', name: inverse ?? name, args };
  return exponent === null || inverse !== undefined ? call : { kind: 'power', left: call, right: exponent };
}

function inverseOf(name: FunctionName, exponent: Tree): FunctionName | undefined {
  const minusOne = exponent.kind === 'negate' && exponent.of.kind === 'number' && toNumber(exponent.of.value) === 1;
  return minusOne ? inverses.get(name) : undefined;
}

function operands(state: State): Tree[] {
  skipSpace(state);
  const open = state.text.charAt(state.at);
  if (open !== '(' && open !== '{') return [bareOperand(state)];
  const close = open === '(' ? ')' : '}';
  state.at++;
  const args = [sum(state)];
  while (!state.failed && args.length < 16 && take(state, ',')) args.push(sum(state));
  if (!take(state, close)) fail(state);
  return args;
}

/** `\sin 2x`: factors up to the next operator or function. */
function bareOperand(state: State): Tree {
  let tree = powered(state);
  while (!state.failed && startsFactor(state) && !startsFunction(state))
    tree = { kind: 'multiply', left: tree, right: powered(state) };
  return tree;
}

function startsFunction(state: State): boolean {
  wordAhead.lastIndex = state.at;
  const name = wordAhead.exec(state.text)?.[1];
  return name !== undefined && functionNamed(name) !== null && name !== 'sqrt';
}
const wordAhead = /\\?([a-zA-Z]+)/y;

function startsFactor(state: State): boolean {
  skipSpace(state);
  const character = state.text.charAt(state.at);
  if (character === '|') return state.bars === 0;
  if (character === '\\') return !/^\\(?:rfloor|rceil|pm|mp|\\|\})/.test(state.text.slice(state.at, state.at + 8));
  // A number right after a factor, `x 2`, is no product that people write: likelier a lost operator.
  return isLetter(character) || character === '(' || character === '[' || character === '{';
}

function advance(state: State, by: number, tree: Tree): Tree {
  state.at += by;
  return tree;
}
