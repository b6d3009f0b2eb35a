import { combined, type Unit, unitNamed } from './unitTable.ts';

/** The unit of measure that these words name (`km/h`, `square feet`, `dollars per hour`, `cm^2`); null where one of them is none. */
export function readUnit(words: string): Unit | null {
  if (words === '' || words.length > 60) return null;
  const parts: { unit: Unit; exponent: number }[] = [];
  let [sign, next] = [1, 1];
  for (const token of words.replace(/\bdegrees? (?=[CF])/, '').match(/\/|[^\s/*·.]+/g) ?? []) {
    const [name = '', exponent] = token.split('^');
    const last = parts.at(-1);
    if (token === '/' || /^(?:per|an?)$/.test(token)) sign = /^an?$/.test(token) ? sign : -1;
    else if (powers.has(name)) next = powers.get(name) ?? 1;
    else if (name === 'squared' || name === 'cubed') {
      if (last === undefined) return null;
      last.exponent *= name === 'squared' ? 2 : 3;
    } else {
      const unit = unitNamed(name);
      if (unit === null) return null;
      parts.push({ unit, exponent: sign * next * Number(exponent ?? 1) });
      next = 1;
    }
  }
  return parts.length === 0 || next > 1 ? null : combined(parts);
}

const powers = new Map([
  ['square', 2],
  ['sq', 2],
  ['cubic', 3],
  ['cu', 3],
]);

/** Do both measure the same kind of thing? */
export function sameKind(a: Unit, b: Unit): boolean {
  const [left, right] = [a.dimensions, b.dimensions];
  return left.size === right.size && [...left].every(([dimension, exponent]) => right.get(dimension) === exponent);
}
