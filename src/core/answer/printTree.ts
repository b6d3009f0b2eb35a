import { exactValue } from './exact.ts';
import type { Rational } from './rational.ts';
import type { FunctionName, Tree } from './tree.ts';

/** Binding strength, weakest first: what stands in something stronger gets brackets. */
const strength = { add: 1, multiply: 2, divide: 2, negate: 3, power: 4, atom: 5 };

/** A tree as plain text for people, its structure laid open: `(x + 1)^2`, `7/2`, `√3 · 2`, `C(n + 1, 2)`. */
export function printTree(tree: Tree): string {
  const value = tree.kind === 'number' ? null : exactValue(tree);
  return value === null ? print(tree, 0) : printRational(value);
}

export function printRational({ numerator, denominator }: Rational): string {
  const top = shortened(numerator.toString());
  return denominator === 1n ? top : `${top}/${shortened(denominator.toString())}`;
}

function shortened(digits: string): string {
  return digits.length <= 40 ? digits : `${digits.slice(0, 18)}…${digits.slice(-18)}`;
}

function print(tree: Tree, within: number): string {
  switch (tree.kind) {
    case 'number':
      return wrapped(
        printRational(tree.value),
        tree.value.denominator === 1n ? strength.atom : strength.divide,
        within,
      );
    case 'constant':
      return { pi: 'π', e: 'e', i: 'i', infinity: '∞' }[tree.name];
    case 'symbol':
      return tree.name;
    case 'negate':
      return wrapped(`−${print(tree.of, strength.negate)}`, strength.multiply, within);
    case 'add': {
      const minus = tree.right.kind === 'negate';
      const right =
        tree.right.kind === 'negate' ? print(tree.right.of, strength.multiply) : print(tree.right, strength.add);
      return wrapped(`${print(tree.left, strength.add)} ${minus ? '−' : '+'} ${right}`, strength.add, within);
    }
    case 'multiply':
      return wrapped(
        `${print(tree.left, strength.multiply)} · ${print(tree.right, strength.negate)}`,
        strength.multiply,
        within,
      );
    case 'divide':
      return wrapped(
        `${print(tree.left, strength.multiply)} / ${print(tree.right, strength.power)}`,
        strength.divide,
        within,
      );
    case 'power':
      return wrapped(`${print(tree.left, strength.atom)}^${print(tree.right, strength.atom)}`, strength.power, within);
    case 'call':
      return printCall(tree.name, tree.args);
    case 'repeat':
      return `${tree.name} of ${print(tree.body, 0)} for ${tree.index} from ${print(tree.from, 0)} to ${print(tree.to, 0)}`;
    case 'opaque':
      return `${tree.name}(${tree.args.map((arg) => print(arg, 0)).join(', ')})`;
    case 'matrix':
      return `[${tree.rows.map((row) => row.map((cell) => printTree(cell)).join(', ')).join('; ')}]`;
  }
}

function wrapped(text: string, own: number, within: number): string {
  return own < within ? `(${text})` : text;
}

function printCall(name: FunctionName, args: readonly Tree[]): string {
  const [first, second] = args;
  if (name === 'sqrt' && first !== undefined) {
    const degree = second === undefined ? '2' : print(second, 0);
    return `${degree === '2' ? '' : `root ${degree} of `}√${print(first, strength.atom)}`.replace(/ of √/, ' of ');
  }
  if (name === 'factorial' && first !== undefined) return `${print(first, strength.atom)}!`;
  if (name === 'abs' && first !== undefined) return `|${print(first, 0)}|`;
  return `${name}(${args.map((arg) => print(arg, 0)).join(', ')})`;
}
