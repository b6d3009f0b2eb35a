import { evaluate } from './evaluate.ts';
import { readExpression } from './reader.ts';
import { readStructure, type Structure } from './structure.ts';
import { collectSymbols, type Tree } from './tree.ts';
import type { Equality } from './verdict.ts';

type Relation = Extract<Structure, { kind: 'relation' }>;

/** The answer within `x = 5`, `f(x) = 2x`, `(a, b) = (1, 2)`, `28/4 = 7`: the last side; null for a true equation such as `x + y = 2`. */
export function valueSide(relation: Relation): Structure | null {
  if (relation.operators.some((operator) => operator !== '=')) return null;
  const [first = ''] = relation.sides;
  const last = relation.sides.at(-1) ?? '';
  return isName(first) || relation.sides.every(isClosed) ? readStructure(last) : null;
}

/** `x > 5` as `(5, \infty)`, `1 \le x < 3` as `[1, 3)`, `x \in S` as S; any other relation as it is. */
export function asInterval(relation: Relation): Structure {
  const { sides, operators } = relation;
  const [first = '', second = '', third = ''] = sides;
  const [operator = '', next = ''] = operators;
  if (operators.length === 1 && operator === '\\in' && isName(first)) return readStructure(second);
  if (operators.length === 1 && isName(first) && operator in flipped) return ray(second, operator);
  if (operators.length === 1 && isName(second) && operator in flipped) return ray(first, flipped[operator] ?? '');
  if (operators.length === 2 && isName(second) && isBelow(operator) && isBelow(next))
    return between(first, third, [operator === '\\le', next === '\\le']);
  if (operators.length === 2 && isName(second) && isAbove(operator) && isAbove(next))
    return between(third, first, [next === '\\ge', operator === '\\ge']);
  return relation;
}

const flipped: Record<string, string> = { '<': '>', '>': '<', '\\le': '\\ge', '\\ge': '\\le' };

function ray(bound: string, operator: string): Structure {
  const closed = operator === '\\le' || operator === '\\ge';
  return isBelow(operator) ? between('-\\infty', bound, [false, closed]) : between(bound, '\\infty', [closed, false]);
}

function between(from: string, to: string, closed: readonly [boolean, boolean]): Structure {
  return { kind: 'interval', from: { kind: 'leaf', text: from }, to: { kind: 'leaf', text: to }, closed };
}

function isBelow(operator: string): boolean {
  return operator === '<' || operator === '\\le';
}

function isAbove(operator: string): boolean {
  return operator === '>' || operator === '\\ge';
}

/** Two relations: by their values where both name something, else as equations with proportional sides. */
export function compareRelations(
  a: Relation,
  b: Relation,
  compare: (x: Structure, y: Structure) => Equality,
): Equality {
  const [left, right] = [valueSide(a), valueSide(b)];
  if (left !== null && right !== null) {
    const values = compare(left, right);
    const sameName = plain(a.sides[0]) === plain(b.sides[0]);
    if (values.equal === true) return sameName || isFunction(a, b) ? values : { equal: null, how: 'different names' };
    if (sameName) return values;
  }
  return { equal: proportional(a, b), how: 'equations with proportional sides' };
}

function isFunction(a: Relation, b: Relation): boolean {
  return [a, b].every((relation) => /[(]|\\text/.test(relation.sides[0] ?? ''));
}

function plain(text = ''): string {
  return text.replace(/[\s{}]/g, '');
}

/** Names stand for something: `x`, `x_1`, `f(x)`, `\theta`, `(a, b)`, `P(A)`, `\text{Area}`. */
export function isName(text: string): boolean {
  return (
    text.length <= 60 && (namePattern.test(text) || /^(?:\\text\{[^{}\d]*\}|[A-Za-z]+(?: [A-Za-z]+)*)$/.test(text))
  );
}
const namePattern =
  /^\(?\s?(?:\\?[a-zA-Z]+(?:_(?:\{[^{}]*\}|\w))?'{0,2}(?:\([a-zA-Z ,]{1,12}\))?)(?:\s?,\s?\\?[a-zA-Z](?:_(?:\{[^{}]*\}|\w))?)*\s?\)?$/;

function isClosed(text: string): boolean {
  const tree = readExpression(text);
  return tree !== null && collectSymbols(tree, new Set()).size === 0;
}

/** Do `f = 0` and `g = 0` hold together because f / g is one constant, positive for inequalities? Null where that decides nothing. */
function proportional(a: Relation, b: Relation): boolean | null {
  const [f, g] = [difference(a), difference(b)];
  if (f === null || g === null) return null;
  if (f.operator !== g.operator) return false;
  const names = [...collectSymbols(g.tree, collectSymbols(f.tree, new Set()))];
  if (names.length === 0 || names.length > 8) return null;
  const ratios = points
    .map((point) => new Map(names.map((name, index) => [name, point + index * 0.7183 - index * index * 0.211])))
    .map((at) => evaluate(f.tree, at).re / evaluate(g.tree, at).re);
  const [first = Number.NaN] = ratios;
  if (!ratios.every(Number.isFinite) || first === 0) return null;
  const constant = ratios.every((ratio) => Math.abs(ratio - first) <= 1e-9 * Math.abs(first));
  return constant && (f.operator === '=' || f.operator === '\\ne' || first > 0);
}
const points = [0.731, 1.619, -1.283, 2.377, -0.467];

/** `left op right` as `left − right op 0`, with `<` and `\le` turned to `>` and `\ge`. */
function difference(relation: Relation): { tree: Tree; operator: string } | null {
  const [first, second] = relation.sides;
  const [operator] = relation.operators;
  if (relation.sides.length !== 2 || first === undefined || second === undefined || operator === undefined) return null;
  const [left, right] = [readExpression(first), readExpression(second)];
  if (left === null || right === null || operator === '\\in') return null;
  const [from, to] = isBelow(operator) ? [right, left] : [left, right];
  const tree: Tree = { kind: 'add', left: from, right: { kind: 'negate', of: to } };
  return { tree, operator: isBelow(operator) ? (flipped[operator] ?? operator) : operator };
}
