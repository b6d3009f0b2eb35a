import type { Rational } from './rational.ts';

/** A mathematical expression as the reader understood it. Symbols are variables; `e`, `i` and π are constants. */
export type Tree =
  | { kind: 'number'; value: Rational }
  | { kind: 'constant'; name: 'pi' | 'e' | 'i' | 'infinity' }
  | { kind: 'symbol'; name: string }
  | { kind: 'negate'; of: Tree }
  | { kind: 'add' | 'multiply' | 'divide' | 'power'; left: Tree; right: Tree }
  | { kind: 'call'; name: FunctionName; args: readonly Tree[] };

export type FunctionName = (typeof functionNames)[number];

/** `sqrt` takes a second argument, the degree, where there is one; `log` its base. */
export const functionNames = [
  'sin',
  'cos',
  'tan',
  'cot',
  'sec',
  'csc',
  'arcsin',
  'arccos',
  'arctan',
  'sinh',
  'cosh',
  'tanh',
  'exp',
  'ln',
  'log',
  'sqrt',
  'abs',
  'floor',
  'ceil',
  'factorial',
  'binomial',
  'gcd',
  'lcm',
  'max',
  'min',
] as const;

/** Adds the names of the variables in `tree` to `names`. */
export function collectSymbols(tree: Tree, names: Set<string>): Set<string> {
  visit(tree, (node) => {
    if (node.kind === 'symbol') names.add(node.name);
  });
  return names;
}

/** Calls `look` on every node. The reader caps depth and size, so recursion is safe. */
export function visit(tree: Tree, look: (node: Tree) => void): void {
  look(tree);
  if (tree.kind === 'negate') visit(tree.of, look);
  else if ('left' in tree) {
    visit(tree.left, look);
    visit(tree.right, look);
  } else if (tree.kind === 'call') for (const arg of tree.args) visit(arg, look);
}
