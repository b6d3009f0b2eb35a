import { pointsFor } from './choosePoints.ts';
import { type Complex, complex } from './complex.ts';
import { evaluate, sampleAt } from './evaluate.ts';
import { exactValue } from './exact.ts';
import { toNumber } from './rational.ts';
import { readExpression } from './reader.ts';
import { flipped, isBelow, type Relation } from './relation.ts';
import { realPoints } from './samplePoints.ts';
import { hidesDigits, sameValue } from './sampling.ts';
import { collectSymbols, type Tree } from './tree.ts';
import type { Equality } from './verdict.ts';
import type { Work } from './work.ts';

/**
 * Two equations or inequalities as conditions: equal where one is a multiple of the other, different where a point that fulfils one
 * does not fulfil the other.
 */
export function compareConditions(a: Relation, b: Relation, work: Work): Equality {
  const [f, g] = [condition(a), condition(b)];
  if (f === null || g === null) return { equal: null, how: 'could not be read' };
  if (f.operator !== g.operator) return { equal: false, how: 'relations of different kinds' };
  const names = [...collectSymbols(g.tree, collectSymbols(f.tree, new Set()))];
  if (names.length === 0 || names.length > 8) return { equal: null, how: 'equations without or with many unknowns' };
  const ratio = constantRatio(f.tree, g.tree, names, work);
  if (ratio !== null) {
    const sameSide = f.operator === '=' || f.operator === '\\ne' || ratio > 0;
    return { equal: sameSide, how: 'one is a multiple of the other' };
  }
  return zeroOfOne(f, g, names, work)
    ? { equal: false, how: 'a solution of one is none of the other' }
    : { equal: null, how: 'equations that are no multiples' };
}

interface Condition {
  tree: Tree;
  operator: string;
}

/** `left op right` as `left − right op 0`, with `<` and `\le` turned to `>` and `\ge`; null for chains and for what was not read. */
function condition(relation: Relation): Condition | null {
  const [first, second] = relation.sides;
  const [operator] = relation.operators;
  if (relation.sides.length !== 2 || first === undefined || second === undefined || operator === undefined) return null;
  const [left, right] = [readExpression(first), readExpression(second)];
  if (left === null || right === null || operator === '\\in' || operator === '\\equiv') return null;
  const [from, to] = isBelow(operator) ? [right, left] : [left, right];
  const tree: Tree = { kind: 'add', left: from, right: { kind: 'negate', of: to } };
  return { tree, operator: isBelow(operator) ? (flipped[operator] ?? operator) : operator.replace('\\approx', '=') };
}

/** The number that g is to be multiplied by to give f; null where there is none, or it is not known to be one. */
function constantRatio(f: Tree, g: Tree, names: readonly string[], work: Work): number | null {
  for (const point of realPoints.slice(0, 3)) {
    const at = new Map(names.map((name, index) => [name, point(index)]));
    const [top, bottom] = [exactValue(f, at, work), exactValue(g, at, work)];
    if (top === null || bottom === null) return measuredRatio(f, g, names, work);
    if (top.numerator === 0n || bottom.numerator === 0n) continue;
    const scaled = (tree: Tree, by: typeof top): Tree => ({
      kind: 'multiply',
      left: tree,
      right: { kind: 'number', value: by },
    });
    return sameValue(scaled(f, bottom), scaled(g, top), work) === true ? toNumber(top) / toNumber(bottom) : null;
  }
  return null;
}

function measuredRatio(f: Tree, g: Tree, names: readonly string[], work: Work): number | null {
  if (hidesDigits(f) || hidesDigits(g)) return null;
  const ratios = pointsFor(f, g)
    .map((point) => doubles(names, (index) => toNumber(point(index))))
    .map((at) => evaluate({ kind: 'divide', left: f, right: g }, sampleAt(at, work)))
    .filter((value) => Number.isFinite(value.re) && value.im === 0)
    .map((value) => value.re);
  const [first] = ratios;
  if (first === undefined || first === 0 || ratios.length < 4) return null;
  return ratios.every((ratio) => Math.abs(ratio - first) <= 1e-9 * Math.abs(first)) ? first : null;
}

function doubles(names: readonly string[], value: (index: number) => number): Point {
  return new Map(names.map((name, index) => [name, complex(value(index))]));
}

type Point = Map<string, Complex>;

/** Is there a point where one is zero (for inequalities: changes its sign) and the other clearly is not zero? */
function zeroOfOne(f: Condition, g: Condition, names: readonly string[], work: Work): boolean {
  const crosses = f.operator === '>' || f.operator === '\\ge';
  return pairs(f, g).some(([one, other]) =>
    zeroes(one.tree, names, crosses, work).some((at) => Math.abs(real(other.tree, at, work)) > 1e-3),
  );
}

function pairs<T>(f: T, g: T): [T, T][] {
  return [
    [f, g],
    [g, f],
  ];
}

/** Zeros of `tree` on lines along each of the first two variables. */
function zeroes(tree: Tree, names: readonly string[], crosses: boolean, work: Work): Point[] {
  return names.slice(0, 2).flatMap((name) =>
    realPoints.slice(0, 4).flatMap((start) => {
      const line = (x: number) => doubles(names, (index) => (names[index] === name ? x : toNumber(start(index))));
      const value = (x: number) => real(tree, line(x), work);
      const zero = secant(value, toNumber(start(names.indexOf(name))));
      if (zero === null || (crosses && !(value(zero - 1e-3) * value(zero + 1e-3) < 0))) return [];
      return [line(zero)];
    }),
  );
}

/** The secant method, Newton's without a derivative; null where it does not end at a zero. */
function secant(value: (x: number) => number, start: number): number | null {
  let [x, next] = [start, start + 0.37];
  let [before, after] = [value(x), value(next)];
  const first = Math.abs(before);
  for (let step = 0; step < 40 && Number.isFinite(after) && Number.isFinite(first); step++) {
    if (Math.abs(after) <= 1e-9 * (1e-3 + first)) return Math.abs(next) < 1e6 ? next : null;
    const better = next - (after * (next - x)) / (after - before);
    [x, before, next, after] = [next, after, better, value(better)];
  }
  return null;
}

function real(tree: Tree, at: Point, work: Work): number {
  const sample = sampleAt(at, work);
  const value = evaluate(tree, sample);
  return value.im === 0 && !sample.opaque ? value.re : Number.NaN;
}
