import { isName, plainName } from './assignment.ts';
import { exactValue } from './exact.ts';
import { add, divide, negate, type Rational, sameRational } from './rational.ts';
import { readExpression } from './reader.ts';
import { readStructure, type Structure } from './structure.ts';
import { isClosed, type Tree } from './tree.ts';

export type Relation = Extract<Structure, { kind: 'relation' }>;

/**
 * The answers within `x = 5`, `f(x) = 2x`, `5 = x`, `28/4 = 7`: the last side, or of `x = a \approx b` both. None for a true equation such
 * as `x + y = 2`.
 */
export function valueSides(relation: Relation): Structure[] {
  const { sides, operators } = relation;
  if (operators.some((operator) => !equalities.has(operator))) return [];
  const [first = ''] = sides;
  const last = sides.at(-1) ?? '';
  if (!isName(first) && isName(last) && sides.length === 2) return [readStructure(first)];
  if (!isName(first) && !sides.every(isNumber)) return [];
  const rounded = operators.indexOf('\\approx');
  const exact = rounded < 1 ? last : (sides[rounded] ?? last);
  // In `x \approx 3` there is but the one value; in `\frac{22}{7} \approx 3.14` there are two.
  if (rounded === 0 && !isName(first)) return [readStructure(first), readStructure(last)];
  return exact === last ? [readStructure(last)] : [readStructure(exact), readStructure(last)];
}

const equalities = new Set(['=', '\\approx', '\\equiv']);

function isNumber(text: string): boolean {
  const tree = readExpression(text);
  return tree !== null && isClosed(tree);
}

/** The variable that an inequality bounds; null where it is none or several. */
export function boundName(relation: Relation): string | null {
  const name = relation.sides.filter(isVariable);
  return name.length === 1 ? plainName(name[0] ?? '') : null;
}

/** Unlike names, variables hold no numbers (`f(1)` is a value) and are no constants. */
function isVariable(text: string): boolean {
  return isName(text) && !/\([^()]*\d|^(?:e|i|\\pi|\\infty)$/.test(text.trim());
}

/** `x > 5` as `(5, \infty)`, `1 \le x < 3` as `[1, 3)`, `x \in S` as S, `2x + 1 < 5` as `(-\infty, 2)`; any other relation as it is. */
export function asInterval(relation: Relation): Structure {
  const { sides, operators } = relation;
  const [first = '', second = '', third = ''] = sides;
  const [operator = '', next = ''] = operators;
  if (operators.length === 1 && operator === '\\in' && isVariable(first)) return readStructure(second);
  if (operators.length === 1 && operator in flipped) {
    // `a > b` bounds neither.
    if (isVariable(first) && isVariable(second)) return relation;
    if (isVariable(first)) return ray(second, operator);
    if (isVariable(second)) return ray(first, flipped[operator] ?? '');
    return linear(first, second, operator) ?? relation;
  }
  if (operators.length !== 2 || !isVariable(second)) return relation;
  if (isBelow(operator) && isBelow(next)) return between(first, third, [operator === '\\le', next === '\\le']);
  if (isAbove(operator) && isAbove(next)) return between(third, first, [next === '\\ge', operator === '\\ge']);
  return relation;
}

export const flipped: Record<string, string> = { '<': '>', '>': '<', '\\le': '\\ge', '\\ge': '\\le' };

function ray(bound: string, operator: string): Structure {
  const closed = operator === '\\le' || operator === '\\ge';
  return isBelow(operator) ? between('-\\infty', bound, [false, closed]) : between(bound, '\\infty', [closed, false]);
}

function between(from: string, to: string, closed: readonly [boolean, boolean]): Structure {
  return { kind: 'interval', from: { kind: 'leaf', text: from }, to: { kind: 'leaf', text: to }, closed };
}

export function isBelow(operator: string): boolean {
  return operator === '<' || operator === '\\le';
}

function isAbove(operator: string): boolean {
  return operator === '>' || operator === '\\ge';
}

/** An inequality between linear sides of one variable with fractions for coefficients, solved for it. */
function linear(left: string, right: string, operator: string): Structure | null {
  const names = new Set(`${left} ${right}`.replace(/\\[a-zA-Z]+/g, ' ').match(/[a-zA-Z]+/g) ?? []);
  const [name, ...others] = names;
  const [a, b] = [readExpression(left), readExpression(right)];
  if (a === null || b === null || name === undefined || name.length > 1 || others.length > 0) return null;
  const line = lineThrough({ kind: 'add', left: a, right: { kind: 'negate', of: b } }, name);
  const zero = line === null ? null : divide(negate(line.start), line.slope);
  if (line === null || zero === null) return null;
  const turned = line.slope.numerator < 0n ? (flipped[operator] ?? operator) : operator;
  return ray(`${zero.numerator}/${zero.denominator}`, turned);
}

/** The value at 0 and the slope of a tree that is linear in `name`: it must have that slope between 0 and 1, 2 and 7. */
function lineThrough(tree: Tree, name: string): { start: Rational; slope: Rational } | null {
  const [start, ...rest] = [0n, 1n, 2n, 7n].map((x) =>
    exactValue(tree, new Map([[name, { numerator: x, denominator: 1n }]])),
  );
  const slopes = rest.map((value, at) => {
    const rise = value === null || !start ? null : add(value, negate(start));
    return rise === null ? null : divide(rise, { numerator: [1n, 2n, 7n][at] ?? 1n, denominator: 1n });
  });
  const [slope] = slopes;
  if (!start || !slope || slope.numerator === 0n) return null;
  return slopes.every((other) => other !== null && sameRational(other, slope)) ? { start, slope } : null;
}

/** May equations under these names be compared by their values? `y = 2x`, `f(x) = 2x`, `\text{Area} = 5` may, `x = 5` and `y = 5` may not. */
export function sameName(a: Relation, b: Relation): boolean {
  const names = [a, b].map((relation) =>
    plainName((isName(relation.sides[0] ?? '') ? relation.sides[0] : relation.sides.at(-1)) ?? ''),
  );
  if (names[0] === names[1]) return true;
  const functions = names.filter((name) => /[(]/.test(name)).length;
  return (
    functions === 2 ||
    (functions === 1 && names.includes('y')) ||
    [a, b].every((relation) => /\\text/.test(relation.sides[0] ?? ''))
  );
}
