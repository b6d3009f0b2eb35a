import { toNumber } from './rational.ts';
import { fail, type State, skipSpace, take, takePattern } from './readerState.ts';
import { functionNamed, inverses, letterNamed, symbol } from './readName.ts';
import { type FunctionName, type Tree, wholeTree } from './tree.ts';

/** A run of letters: a function, `pi`, or a product of variables. Runs of four and more are words, not products. */
export function letters(state: State): Tree {
  letterRun.lastIndex = state.at;
  const run = letterRun.exec(state.text)?.[0] ?? '';
  if (run === 'pi' || run === 'Pi') return advance(state, run.length, { kind: 'constant', name: 'pi' });
  // `sinx` is the sine of x; `logs` and `minx` would be, too, but for their being longer functions or words.
  const call = functionNamed(run) ?? (/^(?:sin|cos|tan|ln)[a-z]$/.test(run) ? functionNamed(run.slice(0, -1)) : null);
  if (call !== null) {
    state.at += functionNamed(run) === null ? run.length - 1 : run.length;
    return call === 'sqrt' ? plainRoot(state) : application(state, call);
  }
  if (run.length > 3) return fail(state);
  state.at++;
  const name = run.charAt(0);
  return run.length === 1 && appliedNames.test(name) ? namedFunction(state, name) : letterNamed(state, name);
}
const letterRun = /[a-zA-Z]+/y;
const appliedNames = /[fghFGH]/;

function advance(state: State, by: number, tree: Tree): Tree {
  state.at += by;
  return tree;
}

/** `sqrt2`, `sqrt(2)`: without LaTeX's rule of one digit. */
function plainRoot(state: State): Tree {
  skipSpace(state);
  return { kind: 'call', name: 'sqrt', args: [state.grammar.argument(state, true), wholeTree(2)] };
}

/** `f(x)` is a value of f, not a product. */
function namedFunction(state: State, letter: string): Tree {
  const name = symbol(state, letter);
  if (name.kind !== 'symbol' || state.text.charAt(state.at) !== '(') return name;
  return { kind: 'opaque', name: name.name, args: operands(state) };
}

/** `\sin x`, `\sin^2 x`, `\tan^{-1} x`, `\log_2 8`, `\gcd(a, b)`. */
export function application(state: State, name: FunctionName): Tree {
  const base = name === 'log' && take(state, '_') ? [state.grammar.argument(state)] : [];
  const exponent = take(state, '^') ? state.grammar.argument(state, true) : null;
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
  const outer = { bars: state.bars, open: state.open };
  Object.assign(state, { bars: 0, open: '(' });
  state.at++;
  const args = [state.grammar.sum(state)];
  while (!state.failed && args.length < 16 && take(state, ',')) args.push(state.grammar.sum(state));
  Object.assign(state, outer);
  if (!take(state, open === '(' ? ')' : '}')) fail(state);
  return args;
}

/** `\sin 2x`, `\ln -x`: factors up to the next operator or function. */
function bareOperand(state: State): Tree {
  const negative = take(state, '-');
  let tree = state.grammar.powered(state);
  while (!state.failed && state.grammar.startsFactor(state) && !startsFunction(state))
    tree = { kind: 'multiply', left: tree, right: state.grammar.powered(state) };
  return negative ? { kind: 'negate', of: tree } : tree;
}

function startsFunction(state: State): boolean {
  const from = state.at;
  const name = takePattern(state, wordAhead)?.[1];
  state.at = from;
  return name !== undefined && functionNamed(name) !== null && name !== 'sqrt';
}
const wordAhead = /\\?(?:text\{)?([a-zA-Z]+)/y;
