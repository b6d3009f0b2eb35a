import { fail, type State, skipSpace, take, takePattern } from './readerState.ts';
import { partsOf, type Tree, wholeTree, withSymbols } from './tree.ts';

/** `\sum_{k=1}^{n} …`, with its limits in either order. The body reaches as far as a product does. */
export function repetition(state: State, name: 'sum' | 'product'): Tree {
  let [from, to, letter]: [Tree | null, Tree | null, string] = [null, null, ''];
  for (let limits = 0; limits < 2; limits++) {
    if (take(state, '^')) to = upperLimit(state);
    else if (take(state, '_')) {
      letter = takePattern(state, indexMark)?.[1] ?? '';
      from = state.grammar.sum(state);
      if (!take(state, '}')) return fail(state);
    }
  }
  if (from === null || to === null || letter === '') return fail(state);
  const body = state.grammar.product(state);
  const index = `#${depthOf(body)}`;
  return { kind: 'repeat', name, index, from, to, body: withIndex(body, letter.replace('\\', ''), index) };
}
/** Without braces one character is the limit, as in `\sum^n_{k=1}`. */
function upperLimit(state: State): Tree {
  const digit = takePattern(state, bareLimit)?.[1];
  if (digit === undefined) return state.grammar.argument(state, true);
  return /\d/.test(digit) ? wholeTree(Number(digit)) : { kind: 'symbol', name: digit };
}
const bareLimit = /([a-zA-Z\d])(?=\s?_)/y;
const indexMark = /\{\s?(\\?[a-zA-Z]+)\s?=/y;

/** Sums within sums have other indices. */
function depthOf(tree: Tree): number {
  return (tree.kind === 'repeat' ? 1 : 0) + Math.max(0, ...partsOf(tree).map(depthOf));
}

/** The index is bound: it has the same name in every sum, so that `\sum_k k` is `\sum_j j`. */
function withIndex(body: Tree, letter: string, index: string): Tree {
  return withSymbols(body, (name) => renamed(name, letter, index));
}

/** In `a_{n-k}`, too, the index is the index. */
function renamed(name: string, letter: string, index: string): string {
  const [base = '', ...below] = name.split('_');
  if (below.length === 0) return name === letter ? index : name;
  const pattern = new RegExp(`(?<![a-zA-Z])${letter}(?![a-zA-Z])`, 'g');
  return `${base}_${below.join('_').replace(pattern, index)}`;
}

/** `\lim_{x \to 0} …`: its place is taken as written, its body is read. */
export function limit(state: State): Tree {
  const place = takePattern(state, limitMark)?.[1];
  if (place === undefined) return fail(state);
  return {
    kind: 'opaque',
    name: `limit ${place.replace(/\s|\\(?:long)?rightarrow|\\to/g, '')}`,
    args: [state.grammar.product(state)],
  };
}
const limitMark = /_\s?\{((?:[^{}]|\{[^{}]*\}){1,80})\}/y;

/** An integral up to its `dx`; without one (as in `\int \frac{dx}{x}`) as far as a product does. */
export function integral(state: State, name: string): Tree {
  const limits: Tree[] = [];
  const places: string[] = [];
  for (const place of ['_', '^', '_'])
    if (takePattern(state, emptyLimit) === null && take(state, place)) {
      limits.push(state.grammar.argument(state, true));
      places.push(place);
    }
  const end = differentialAt(state);
  if (end === null) return { kind: 'opaque', name, args: [...limits, state.grammar.product(state)] };
  const whole = `${name} ${places.join('')} d${end.variable}`;
  if (end.start <= state.at) {
    state.at = end.end;
    return { kind: 'opaque', name: whole, args: limits };
  }
  const inner: State = { ...state, text: state.text.slice(0, end.start) };
  const body = state.grammar.sum(inner);
  skipSpace(inner);
  if (inner.failed || inner.at < end.start) return fail(state);
  Object.assign(state, { at: end.end, factors: inner.factors });
  return { kind: 'opaque', name: whole, args: [...limits, body] };
}
const emptyLimit = /[_^]\{\s*\}/y;

/** The first `dx` outside brackets from here. */
function differentialAt(state: State): { start: number; end: number; variable: string } | null {
  if (!state.text.includes('d', state.at)) return null;
  let depth = 0;
  skipSpace(state);
  const last = Math.min(state.text.length, state.at + maxIntegrand);
  for (let at = state.at; at < last; at++) {
    const character = state.text.charAt(at);
    if ('({['.includes(character)) depth++;
    if (')}]'.includes(character)) depth--;
    if (depth < 0) return null;
    if (depth > 0 || character !== 'd') continue;
    differential.lastIndex = at;
    const match = differential.exec(state.text);
    if (match?.[1] !== undefined) return { start: at, end: differential.lastIndex, variable: match[1] };
  }
  return null;
}
const maxIntegrand = 400;
const differential = /(?<![a-zA-Z\\])d\s?(\\?[a-zA-Z]+)/y;

/** `\frac{d}{dx} …`, `\frac{\partial^2 f}{\partial x^2}`: no fraction; null, and nothing taken, where it is one. */
export function derivative(state: State): Tree | null {
  const match = takePattern(state, derivativeMark);
  if (match === null) return null;
  const [, order = '', what = '', by = ''] = match;
  const name = `derivative ${order} by ${by}`;
  const args: Tree[] = what === '' ? [state.grammar.product(state)] : [{ kind: 'symbol', name: what }];
  return { kind: 'opaque', name, args };
}
const derivativeMark =
  /\{\s?(?:d|\\partial)\s?(\^\{?\d\}?)?\s?([a-zA-Z]?)\s?\}\s?\{\s?(?:d|\\partial)\s?(\\?[a-zA-Z](?:\^\{?\d\}?)?)\s?\}/y;
