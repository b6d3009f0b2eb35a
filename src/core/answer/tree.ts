import type { Rational } from './rational.ts';

/** A mathematical expression as the reader understood it. Symbols are variables; `e`, `i` and π are constants. */
export type Tree =
  | { kind: 'number'; value: Rational }
  | { kind: 'constant'; name: 'pi' | 'e' | 'i' | 'infinity' }
  | { kind: 'symbol'; name: string }
  | { kind: 'negate'; of: Tree }
  | { kind: 'add' | 'multiply' | 'divide'; left: Tree; right: Tree }
  | { kind: 'power'; left: Tree; right: Tree }
  | { kind: 'call'; name: FunctionName; args: readonly Tree[] }
  /** `\sum` and `\prod`; in `body` the index is the symbol `index`, which starts with `#`. */
  | { kind: 'repeat'; name: 'sum' | 'product'; index: string; from: Tree; to: Tree; body: Tree }
  /** Read but not computed: `f(x)`, a limit, an integral. It equals only what is written alike, and is never "different". */
  | { kind: 'opaque'; name: string; args: readonly Tree[] }
  | { kind: 'matrix'; rows: readonly (readonly Tree[])[] };

export type FunctionName = (typeof functionNames)[number];

/** `sqrt` takes a second argument, the degree, where there is one; `log` its base. */
export const functionNames = [
  ...['sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'arcsin', 'arccos', 'arctan', 'arccot', 'arcsec', 'arccsc'],
  ...['sinh', 'cosh', 'tanh', 'coth', 'sech', 'csch', 'arsinh', 'arcosh', 'artanh', 'exp', 'ln', 'log', 'sqrt', 'abs'],
  ...['floor', 'ceil', 'factorial', 'doubleFactorial', 'binomial', 'gcd', 'lcm', 'max', 'min', 'mod', 'conj', 'det'],
] as const;

/** The parts of a tree, in the order they are written. */
export function partsOf(tree: Tree): readonly Tree[] {
  switch (tree.kind) {
    case 'negate':
      return [tree.of];
    case 'call':
    case 'opaque':
      return tree.args;
    case 'repeat':
      return [tree.from, tree.to, tree.body];
    case 'matrix':
      return tree.rows.flat();
    default:
      return 'left' in tree ? [tree.left, tree.right] : [];
  }
}

/** Calls `look` on every node. The reader caps depth and size, so recursion is safe. */
export function visit(tree: Tree, look: (node: Tree) => void): void {
  look(tree);
  for (const part of partsOf(tree)) visit(part, look);
}

/** Adds the names of the variables in `tree` to `names`; indices of sums are none. */
export function collectSymbols(tree: Tree, names: Set<string>): Set<string> {
  visit(tree, (node) => {
    if (node.kind === 'symbol' && !node.name.includes('#')) names.add(node.name);
  });
  return names;
}

export function isClosed(tree: Tree): boolean {
  return collectSymbols(tree, new Set()).size === 0;
}

/** The tree with other names for its symbols; constants may become symbols, too. */
export function withSymbols(tree: Tree, rename: (name: string) => string): Tree {
  const inner = (part: Tree) => withSymbols(part, rename);
  switch (tree.kind) {
    case 'symbol':
      return { kind: 'symbol', name: rename(tree.name) };
    case 'constant':
      return rename(tree.name) === tree.name ? tree : { kind: 'symbol', name: rename(tree.name) };
    case 'number':
      return tree;
    case 'negate':
      return { kind: 'negate', of: inner(tree.of) };
    case 'call':
      return { ...tree, args: tree.args.map(inner) };
    case 'opaque':
      return { ...tree, args: tree.args.map(inner) };
    case 'repeat':
      return { ...tree, from: inner(tree.from), to: inner(tree.to), body: inner(tree.body) };
    case 'matrix':
      return { kind: 'matrix', rows: tree.rows.map((row) => row.map(inner)) };
    default:
      return { kind: tree.kind, left: inner(tree.left), right: inner(tree.right) };
  }
}

/** The tree of a whole number. */
export function wholeTree(value: number): Tree {
  return { kind: 'number', value: { numerator: BigInt(value), denominator: 1n } };
}
