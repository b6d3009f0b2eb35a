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
const subscript = /(?=\s?_|')(?:\s?_\s?(?:\{([^{}]{0,20})\}|([a-zA-Z0-9]|\\[a-zA-Z]+)))?('{0,3})/y;

/** A letter of the alphabet: e and i are constants. */
export function letterNamed(state: State, name: string): Tree {
  const plain = !/[_']/.test(state.text.charAt(state.at));
  if (name === 'e' && plain) return { kind: 'constant', name: 'e' };
  if (name === 'i' && plain) return { kind: 'constant', name: 'i' };
  return symbol(state, name);
}

/** The function of that name, `lg` and `asin` included; null for any other. */
export function functionNamed(name: string): FunctionName | null {
  const plain = aliases.get(name) ?? name;
  return names.has(plain) ? (plain as FunctionName) : null;
}
const names = new Set<string>(functionNames.filter((name) => name !== 'mod' && name !== 'conj'));
const aliases = new Map([
  ...['sin', 'cos', 'tan', 'cot', 'sec', 'csc'].map((name): [string, string] => [`a${name}`, `arc${name}`]),
  ...['sinh', 'cosh', 'tanh'].flatMap((name): [string, string][] => [
    [`a${name}`, `ar${name}`],
    [`arc${name}`, `ar${name}`],
  ]),
  ['lg', 'log'],
  ['cosec', 'csc'],
  ['tg', 'tan'],
  ['ctg', 'cot'],
  ['arctg', 'arctan'],
  ['ceiling', 'ceil'],
  ['HCF', 'gcd'],
  ['LCM', 'lcm'],
  ['GCD', 'gcd'],
]);

/** What `^{-1}` makes of a function. */
export const inverses = new Map<FunctionName, FunctionName>([
  ['sin', 'arcsin'],
  ['cos', 'arccos'],
  ['tan', 'arctan'],
  ['cot', 'arccot'],
  ['sec', 'arcsec'],
  ['csc', 'arccsc'],
  ['sinh', 'arsinh'],
  ['cosh', 'arcosh'],
  ['tanh', 'artanh'],
]);

/** Greek letters that are variables; π is a constant. */
export const greek = new Set(
  'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega ell hbar'.split(
    ' ',
  ),
);
