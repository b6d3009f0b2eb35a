import type { State } from './readerState.ts';
import { type FunctionName, functionNames, type Tree } from './tree.ts';

/** A variable with its subscript and primes: `x_1` and `x_{1}` are one. */
export function symbol(state: State, name: string): Tree {
  subscript.lastIndex = state.at;
  const match = subscript.exec(state.text);
  if (match === null) return { kind: 'symbol', name };
  state.at = subscript.lastIndex;
  const below = (match[1] ?? match[2] ?? '').replace(/\s/g, '');
  return { kind: 'symbol', name: `${name}${below === '' ? '' : `_${below}`}${match[3] ?? ''}` };
}
const subscript = /(?=[_'])(?:_(?:\{([^{}]{0,20})\}|([a-zA-Z0-9])))?('{0,3})/y;

/** The function of that name, `lg` and `asin` included; null for any other. */
export function functionNamed(name: string): FunctionName | null {
  const plain = aliases.get(name) ?? name;
  return (functionNames as readonly string[]).includes(plain) ? (plain as FunctionName) : null;
}
const aliases = new Map([
  ['asin', 'arcsin'],
  ['acos', 'arccos'],
  ['atan', 'arctan'],
  ['lg', 'log'],
  ['cosec', 'csc'],
]);
/** What `^{-1}` makes of a function. */
export const inverses = new Map<FunctionName, FunctionName>([
  ['sin', 'arcsin'],
  ['cos', 'arccos'],
  ['tan', 'arctan'],
]);

/** Greek letters that are variables; π is a constant. */
export const greek = new Set(
  'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega ell'.split(
    ' ',
  ),
);
