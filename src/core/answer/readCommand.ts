import { fail, group, type State, skipSpace, take, takePattern } from './readerState.ts';
import { application } from './readFunction.ts';
import { matrix } from './readMatrix.ts';
import { functionNamed, greek, letterNamed, symbol } from './readName.ts';
import { derivative, integral, limit, repetition } from './readSeries.ts';
import { type FunctionName, type Tree, wholeTree } from './tree.ts';

/** What starts with a backslash: a fraction, a root, a function, a Greek letter, a sum. */
export function command(state: State): Tree {
  const name = takePattern(state, commandName)?.[1];
  if (name === undefined) return fail(state);
  const special = commands.get(name);
  if (special !== undefined) return special(state);
  const call = functionNamed(name);
  if (call !== null) return application(state, call);
  return greek.has(name) ? symbol(state, name) : fail(state);
}
const commandName = /\\([a-zA-Z]+)/y;

const commands = new Map<string, (state: State) => Tree>([
  ['frac', fraction],
  ['binom', (state) => ({ kind: 'call', name: 'binomial', args: twoArguments(state) })],
  ['sqrt', root],
  ['text', textCommand],
  ['variable', variable],
  ['begin', matrix],
  ['pi', () => ({ kind: 'constant', name: 'pi' })],
  ['exponentialE', () => ({ kind: 'constant', name: 'e' })],
  ['infty', () => ({ kind: 'constant', name: 'infinity' })],
  ['lfloor', (state) => enclosed(state, 'floor', '\\rfloor')],
  ['lceil', (state) => enclosed(state, 'ceil', '\\rceil')],
  ['sum', (state) => repetition(state, 'sum')],
  ['prod', (state) => repetition(state, 'product')],
  ['lim', limit],
  ['int', (state) => integral(state, 'int')],
  ['iint', (state) => integral(state, 'iint')],
  ['oint', (state) => integral(state, 'oint')],
  ...['overline', 'bar'].map((name) => [name, barred] as [string, (state: State) => Tree]),
  ...['vec', 'hat', 'tilde', 'overrightarrow', 'dot', 'widehat'].map((name): [string, (state: State) => Tree] => [
    name,
    (state) => decorated(state, name),
  ]),
]);

function twoArguments(state: State): [Tree, Tree] {
  return [state.grammar.argument(state), state.grammar.argument(state)];
}

function fraction(state: State): Tree {
  const derived = derivative(state);
  if (derived !== null) return derived;
  const [left, right] = twoArguments(state);
  return { kind: 'divide', left, right };
}

function root(state: State): Tree {
  skipSpace(state);
  const degree = state.text.charAt(state.at) === '[' ? group(state, '[', ']') : wholeTree(2);
  return { kind: 'call', name: 'sqrt', args: [state.grammar.argument(state), degree] };
}

function enclosed(state: State, name: FunctionName, close: string): Tree {
  const inner = state.grammar.sum(state);
  return take(state, close) ? { kind: 'call', name, args: [inner] } : fail(state);
}

/** `\text{e}`, `\text{lcm}` are a letter and a function; any other words inside an expression are unreadable. */
function textCommand(state: State): Tree {
  const name = takePattern(state, textWord)?.[1];
  if (name === undefined) return fail(state);
  const call = functionNamed(name);
  if (call !== null) return application(state, call);
  return name.length === 1 ? letterNamed(state, name) : fail(state);
}
const textWord = /\{\s*([a-zA-Z]{1,20})\s*\}/y;

/** Computer algebra's `\variable{x_1}`. */
function variable(state: State): Tree {
  const name = takePattern(state, variableName)?.[1];
  return name === undefined ? fail(state) : { kind: 'symbol', name: name.replace(/[{}\s\\]/g, '') };
}
const variableName = /\{((?:[^{}]|\{[^{}]*\}){1,40})\}/y;

/** `\overline{z}` is a conjugate, `\bar x` a name, `\overline{AB}` the segment AB. */
function barred(state: State): Tree {
  const from = state.at;
  const name = takePattern(state, plainName);
  if (name === null || /^[zw]/.test(name[1] ?? name[2] ?? '') || /^[A-Z]{2,3}$/.test(name[1] ?? '')) {
    state.at = from;
    const of = state.grammar.argument(state);
    return /^[A-Z]{2,3}$/.test(name?.[1] ?? '') ? of : { kind: 'call', name: 'conj', args: [of] };
  }
  return symbol(state, `bar ${name[1] ?? name[2]}`);
}

function decorated(state: State, decoration: string): Tree {
  const name = takePattern(state, plainName);
  return name === null ? fail(state) : symbol(state, `${decoration} ${name[1] ?? name[2]}`);
}
const plainName = /\{\s?(\\?[a-zA-Z]{1,8})\s?\}|([a-zA-Z]|\\[a-zA-Z]+)/y;
