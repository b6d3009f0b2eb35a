import { splitTop, wrapping } from './brackets.ts';
import type { Structure } from './structure.ts';

type List = Extract<Structure, { kind: 'list' }>;
type Relation = Extract<Structure, { kind: 'relation' }>;
type Inner = (text: string) => Structure;

/**
 * Equations that give values to names. `p = 5, q = 2` and `(p, q) = (5, 2)` are an assignment; `x = 1, x = 2` and `x = 1, 2` are the
 * values of one name; `p = 5, q = 2, p = 7, q = 2` are two assignments. Anything else is returned as it is.
 */
export function named(structure: List | Relation, inner: Inner): Structure {
  if (structure.kind === 'relation') return tupleAssignment(structure, inner) ?? structure;
  const { items } = structure;
  const first = items[0];
  if (first?.kind === 'assignment') return continued(structure, first);
  if (first?.kind !== 'relation' || !gives(first)) return structure;
  if (items.every((item) => item.kind === 'relation' && gives(item)))
    return grouped(structure, items as Relation[], inner);
  const rest = items.slice(1);
  const values = rest.every((item) => item.kind === 'leaf' || item.kind === 'tuple' || item.kind === 'interval');
  const name = plainName(first.sides[0] ?? '');
  return values ? { kind: 'list', items: [givenValue(first, inner), ...rest], name } : structure;
}

/** Does it give one name a value: `x = 5`, `y_1 = 2x`? */
function gives(relation: Relation): boolean {
  return relation.operators.every((operator) => operator === '=') && isName(relation.sides[0] ?? '');
}

function givenValue(relation: Relation, inner: Inner): Structure {
  return inner(relation.sides.at(-1) ?? '');
}

function grouped(list: List, items: readonly Relation[], inner: Inner): Structure {
  const names = items.map((item) => plainName(item.sides[0] ?? ''));
  const period = names.indexOf(names[0] ?? '', 1);
  const size = period < 0 ? names.length : period;
  if (names.some((name, at) => name !== names[at % size]) || names.length % size !== 0) return list;
  if (new Set(names.slice(0, size)).size < size) return list;
  if (size === 1) return { kind: 'list', items: items.map((item) => givenValue(item, inner)), name: names[0] ?? '' };
  const groups: Structure[] = [];
  for (let from = 0; from < items.length; from += size) {
    const values = items.slice(from, from + size).map((item) => givenValue(item, inner));
    groups.push({ kind: 'assignment', names: names.slice(0, size), values });
  }
  const [only] = groups;
  return groups.length === 1 && only !== undefined ? only : { kind: 'list', items: groups };
}

/** `(x, y) = (5, 8), (8, 5)`: the names hold for all that follow. */
function continued(list: List, first: Extract<Structure, { kind: 'assignment' }>): Structure {
  const rest = list.items.slice(1);
  const { names } = first;
  if (!rest.every((item) => item.kind === 'tuple' && item.items.length === names.length)) return list;
  const items = rest.map(
    (item): Structure => ({ kind: 'assignment', names, values: 'items' in item ? item.items : [] }),
  );
  return { kind: 'list', items: [first, ...items] };
}

function tupleAssignment(relation: Relation, inner: Inner): Structure | null {
  const [left = '', right = ''] = relation.sides;
  if (relation.sides.length !== 2 || relation.operators[0] !== '=') return null;
  const wrap = wrapping(left);
  const names = splitTop(wrap?.content ?? '', [',']);
  const value = names.length > 1 && names.every(isName) ? inner(right) : null;
  if (value?.kind !== 'tuple' || value.items.length !== names.length) return null;
  return { kind: 'assignment', names: names.map(plainName), values: value.items };
}

/** A name in one spelling: `x_{1}` is `x_1`, and a function of one variable has no need to name it. */
export function plainName(text: string): string {
  return text.replace(/\\text|[\s{}]/g, '').replace(/\([a-z]\)$/, '(·)');
}

/**
 * Names stand for something: `x`, `x_1`, `f(x)`, `\theta`, `(a, b)`, `P(A)`, `AB`, `\angle ABC`, `\text{Area}`, and products and
 * quotients and ratios of names as `\frac{AB}{CD}`.
 */
export function isName(text: string): boolean {
  if (text.length > 60) return false;
  const parts = text.split(':');
  if (parts.length > 1) return parts.every((part) => isName(part.trim()));
  const ratio = /^\\frac\s?\{([^{}]*)\}\s?\{([^{}]*)\}$/.exec(text) ?? /^([^/]+)\/([^/]+)$/.exec(text);
  if (ratio !== null) return isName((ratio[1] ?? '').trim()) && isName((ratio[2] ?? '').trim());
  return namePattern.test(text) || /^(?:\\text\{[^{}\d]*\}|[A-Za-z]+(?: [A-Za-z]+)*)$/.test(text);
}
const namePattern =
  /^(?:[fghpFGHP]\([^()=]{1,12}\)|(?:m?\s?\\(?:angle|triangle|overline|vec|bar|hat|mathcal)\s?)?[|({]?\s?(?:\\?[a-zA-Z]+(?:_(?:\{[^{}]*\}|\w))?'{0,2}(?:\([a-zA-Z \\,]{1,12}\))?)(?:\s?,\s?\\?[a-zA-Z](?:_(?:\{[^{}]*\}|\w))?)*\s?[|)}]?)$/;
