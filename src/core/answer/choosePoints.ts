import { farPoint, type Point, realPoints, wholePoint, wholePoints } from './samplePoints.ts';
import { isClosed, type Tree, visit } from './tree.ts';

/**
 * The points at which two expressions are compared: whole ones where a part is only known there, else real and some whole ones; and where
 * the expressions change their form (`|x - 10|`, `\gcd(n, 11)`), points beyond and at the numbers in them.
 */
export function pointsFor(a: Tree, b: Tree): Point[] {
  const wholes = needsWholePoints(a) || needsWholePoints(b);
  const usual = wholes ? wholePoints : [...realPoints, ...wholePoints.slice(0, 3)];
  if (!changesForm(a) && !changesForm(b)) return [...usual];
  const sizes = [...numbersIn(b, numbersIn(a, new Set()))].sort((x, y) => y - x).slice(0, maxSizes);
  const largest = sizes[0] ?? 1;
  const beyond = [farPoint(largest), farPoint(-largest)];
  return wholes
    ? [...usual, ...sizes.map(wholePoint), wholePoint(6 * largest)]
    : [...usual, ...beyond, ...sizes.map(wholePoint)];
}

const maxSizes = 6;
const wholeFunctions = new Set(['factorial', 'doubleFactorial', 'binomial', 'gcd', 'lcm', 'mod']);
const piecewise = new Set(['abs', 'floor', 'ceil', 'max', 'min', 'mod', 'gcd', 'lcm', 'sqrt']);

/** Functions that are only known at whole numbers, of something that varies. */
function needsWholePoints(tree: Tree): boolean {
  return some(tree, (node) => {
    if (node.kind === 'call') return wholeFunctions.has(node.name) && !isClosed(node);
    if (node.kind === 'repeat') return !(isClosed(node.from) && isClosed(node.to));
    return node.kind === 'power' && isNegative(node.left) && !isClosed(node.right);
  });
}

function isNegative(tree: Tree): boolean {
  return tree.kind === 'negate' && tree.of.kind === 'number';
}

/** Does it have another form elsewhere? Roots do: √((x − 10)²) is 10 − x, then x − 10. */
function changesForm(tree: Tree): boolean {
  return some(tree, (node) => {
    if (node.kind === 'call') return piecewise.has(node.name) && !isClosed(node);
    return node.kind === 'power' && !isClosed(node.left) && node.right.kind !== 'number';
  });
}

function some(tree: Tree, test: (node: Tree) => boolean): boolean {
  let found = false;
  visit(tree, (node) => {
    found ||= test(node);
  });
  return found;
}

/** The sizes of the numbers in a tree, up to a million; fractions count with both their parts. */
function numbersIn(tree: Tree, sizes: Set<number>): Set<number> {
  visit(tree, (node) => {
    if (node.kind !== 'number') return;
    for (const part of [node.value.numerator, node.value.denominator]) {
      const size = Number(part < 0n ? -part : part);
      if (size > 1 && size <= 1_000_000) sizes.add(size);
    }
  });
  return sizes;
}
