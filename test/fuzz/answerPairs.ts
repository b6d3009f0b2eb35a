import { drawAlgebra } from './algebraPairs.ts';
import type { Random } from './random.ts';
import { drawValue, nearby, spellValue, type Value } from './spellNumber.ts';

/** Two answers that are equal, or different, by the way they were made. */
export interface AnswerPair {
  kind: string;
  gold: string;
  prediction: string;
  equal: boolean;
}

/** A pair of a kind drawn at random. */
export function drawPair(random: Random): AnswerPair {
  const [kind, draw] = random.pick(kinds);
  const equal = random.next() < 0.5;
  const [gold, prediction] = draw(random, equal);
  const swapped = random.next() < 0.5;
  return {
    kind,
    gold: dressed(swapped ? prediction : gold, random),
    prediction: dressed(swapped ? gold : prediction, random),
    equal,
  };
}

type Draw = (random: Random, equal: boolean) => [string, string];

/** What people put around an answer. */
function dressed(answer: string, random: Random): string {
  return random.pick([
    answer,
    answer,
    `$${answer}$`,
    `\\(${answer}\\)`,
    ` ${answer} `,
    `${answer}.`,
    `\\boxed{${answer}}`,
    `\\displaystyle ${answer}`,
  ]);
}

const kinds: [string, Draw][] = [
  ['numbers', numbers],
  ['numbers', numbers],
  ['named', (random, equal) => named(numbers(random, equal), random)],
  ['units', units],
  ['lists', (random, equal) => collection(random, equal, '', '', true)],
  ['sets', (random, equal) => collection(random, equal, '\\{', '\\}', true)],
  ['tuples', (random, equal) => collection(random, equal, '(', ')', false)],
  ['intervals', intervals],
  ['rays', rays],
  ['matrices', matrices],
  ['bases', bases],
  ['complex', complexNumbers],
  ['percent', percent],
  ['assignments', assignments],
  ['congruences', congruences],
  ...drawAlgebra,
];

function twoValues(random: Random, equal: boolean): [Value, Value] {
  const value = drawValue(random);
  return [value, equal ? value : nearby(value, random)];
}

function numbers(random: Random, equal: boolean): [string, string] {
  const [a, b] = twoValues(random, equal);
  return [spellValue(a, random), spellValue(b, random)];
}

function named([gold, prediction]: [string, string], random: Random): [string, string] {
  const name = random.pick(['x', 'n', 'k', '\\theta', 'x_1', 'f(2)', 'AB', 'P(A)', '\\text{Area}']);
  return [gold, random.pick([`${name}=${prediction}`, `${name} = ${prediction}`, `${prediction} = ${name}`])];
}

const measures = [
  { big: ['hours', 'h', 'hr'], small: ['minutes', 'min', 'minute'], factor: 60 },
  { big: ['m', 'meters', 'metres'], small: ['cm', 'centimeters'], factor: 100 },
  { big: ['kg', 'kilograms'], small: ['g', 'grams'], factor: 1000 },
  { big: ['feet', 'ft'], small: ['inches', 'in.'], factor: 12 },
  { big: ['m^2', 'square meters'], small: ['cm^2', 'square centimeters'], factor: 10_000 },
  { big: ['dollars', 'dollar'], small: ['cents', '¢'], factor: 100 },
];

/** The same quantity in two units; different: by a little, or the same number of the other unit. */
function units(random: Random, equal: boolean): [string, string] {
  const { big, small, factor } = random.pick(measures);
  const size = random.whole(1, 60);
  const other = equal ? size * factor : random.pick([size * factor + 1, size * factor - 1, size]);
  const spelled = (value: number, unit: string) =>
    random.next() < 0.5 ? `${value} ${unit}` : `${value}\\text{ ${unit}}`;
  return [spelled(size, random.pick(big)), spelled(other, random.pick(small))];
}

/** Different whole members, so that a changed order is a change. */
function drawMembers(random: Random, count: number): number[] {
  const members = new Set<number>();
  while (members.size < count) members.add(random.whole(-40, 40));
  return [...members];
}

function collection(random: Random, equal: boolean, open: string, close: string, anyOrder: boolean): [string, string] {
  const members = drawMembers(random, random.whole(2, 5));
  let others = anyOrder ? random.shuffled(members) : [...members];
  if (!equal) others = altered(members, random, anyOrder);
  const spelled = (values: number[]) => {
    const parts = values.map((value) =>
      spellValue({ top: value, bottom: 1, root: 0, radicand: 1 }, random).replace(/^(-?\d+),/, '$1{,}'),
    );
    const comma = random.pick([', ', ',', ' , ']);
    const words =
      open === '' && random.next() < 0.3 ? `${parts.slice(0, -1).join(comma)} and ${parts.at(-1)}` : parts.join(comma);
    return `${open}${words}${close}`;
  };
  return [spelled(members), spelled(others)];
}

function altered(members: readonly number[], random: Random, anyOrder: boolean): number[] {
  const others = [...members];
  const at = random.whole(0, members.length - 1);
  if (!anyOrder && random.next() < 0.5) {
    const next = (at + 1) % members.length;
    [others[at], others[next]] = [others[next] ?? 0, others[at] ?? 0];
    return others;
  }
  if (random.next() < 0.3) return [...members, 41];
  others[at] = 41 + random.whole(0, 5);
  return others;
}

function intervals(random: Random, equal: boolean): [string, string] {
  const [low, high] = drawMembers(random, 2).sort((a, b) => a - b) as [number, number];
  const closed = [random.next() < 0.5, random.next() < 0.5] as [boolean, boolean];
  const change = equal ? 3 : random.whole(0, 2);
  const other: [boolean, boolean] = change === 0 ? [!closed[0], closed[1]] : closed;
  const ends: [number, number] = change === 1 ? [low - 1, high] : change === 2 ? [low, high + 1] : [low, high];
  return [spellInterval([low, high], closed, random), spellInterval(ends, other, random)];
}

function spellInterval([low, high]: [number, number], closed: [boolean, boolean], random: Random): string {
  const middle = low + 0.5;
  const brackets = `${closed[0] ? '[' : '('}${low}, ${high}${closed[1] ? ']' : ')'}`;
  return random.pick([
    brackets,
    `\\left${brackets.slice(0, -1)}\\right${brackets.slice(-1)}`,
    `x \\in ${brackets}`,
    `${low} ${closed[0] ? '\\le' : '<'} x ${closed[1] ? '\\leq' : '<'} ${high}`,
    `${high} ${closed[1] ? '\\ge' : '>'} x ${closed[0] ? '\\geq' : '>'} ${low}`,
    `${closed[0] ? '[' : '('}${low}, ${middle}] \\cup [${middle}, ${high}${closed[1] ? ']' : ')'}`,
    `(${low}, ${high})${closed[0] ? ` \\cup \\{${low}\\}` : ''}${closed[1] ? ` \\cup \\{${high}\\}` : ''}`,
  ]);
}

function rays(random: Random, equal: boolean): [string, string] {
  const end = random.whole(-20, 20);
  const [above, closed] = [random.next() < 0.5, random.next() < 0.5];
  const change = equal ? 3 : random.whole(0, 2);
  const spelled = (at: number, up: boolean, closes: boolean) => {
    const [sign, back] = up
      ? [closes ? '\\ge' : '>', closes ? '\\le' : '<']
      : [closes ? '\\le' : '<', closes ? '\\ge' : '>'];
    const interval = up ? `${closes ? '[' : '('}${at}, \\infty)` : `(-\\infty, ${at}${closes ? ']' : ')'}`;
    return random.pick([
      interval,
      `x ${sign} ${at}`,
      `${at} ${back} x`,
      `2x ${sign} ${2 * at}`,
      `-x ${back} ${-at}`,
      `x + 1 ${sign} ${at + 1}`,
    ]);
  };
  return [
    spelled(end, above, closed),
    spelled(change === 0 ? end + 1 : end, change === 1 ? !above : above, change === 2 ? !closed : closed),
  ];
}

function matrices(random: Random, equal: boolean): [string, string] {
  const [height, width] = [random.whole(1, 3), random.whole(2, 3)];
  const cells = Array.from({ length: height * width }, () => random.whole(-9, 9));
  const others = equal ? cells : cells.map((cell, at) => (at === cells.length - 1 ? cell + 1 : cell));
  const spelled = (values: number[]) => {
    const rows = Array.from({ length: height }, (_, y) => values.slice(y * width, (y + 1) * width));
    const body = rows.map((row) =>
      row.map((cell) => spellValue({ top: cell, bottom: random.pick([1]), root: 0, radicand: 1 }, random)).join(' & '),
    );
    const environment = random.pick(['pmatrix', 'bmatrix']);
    return `\\begin{${environment}} ${body.join(' \\\\ ')} \\end{${environment}}`;
  };
  return [spelled(cells), spelled(others)];
}

function bases(random: Random, equal: boolean): [string, string] {
  const value = random.whole(30, 5000);
  const [a, b] = [random.whole(2, 9), random.whole(2, 9)];
  const other = equal ? value : value + random.pick([-1, 1, a]);
  return [
    `${value.toString(a)}_${a}`,
    random.pick([`${other.toString(b)}_{${b}}`, `${other.toString(b)}_{\\text{${b}}}`, String(other)]),
  ];
}

function complexNumbers(random: Random, equal: boolean): [string, string] {
  const [re, im] = [random.whole(-9, 9), random.whole(1, 9)];
  const change = equal ? 0 : random.pick([1, -2]);
  const [c, d] = [random.whole(1, 5), random.whole(1, 5)];
  const plain = `${re}+${im}i`;
  const [top, bottom] = [`${re * c - im * d}${im * c + re * d < 0 ? '' : '+'}${im * c + re * d}i`, `${c}+${d}i`];
  return [
    plain,
    random.pick([
      `${im + change}i${re < 0 ? '' : '+'}${re}`,
      `\\frac{${top}}{${bottom}}+${change}`,
      `${re + change} + ${im} \\cdot i`,
    ]),
  ];
}

function percent(random: Random, equal: boolean): [string, string] {
  const size = random.whole(2, 99);
  const other = equal ? size : size + random.pick([-1, 1]);
  return [
    `${size}${random.pick(['\\%', '%', ' percent', '\\text{ percent}'])}`,
    random.pick([`${other}\\%`, `${other}`, `\\frac{${other}}{100}`, `${other / 100}`]),
  ];
}

function assignments(random: Random, equal: boolean): [string, string] {
  const [x, y] = drawMembers(random, 2) as [number, number];
  const [a, b] = equal
    ? [x, y]
    : random.pick([
        [y, x],
        [x, y + 1],
        [x - 1, y],
      ] as [number, number][]);
  return [
    `x=${x}, y=${y}`,
    random.pick([`(${a}, ${b})`, `(x, y) = (${a}, ${b})`, `y = ${b}, x = ${a}`, `x = ${a} \\text{ and } y = ${b}`]),
  ];
}

function congruences(random: Random, equal: boolean): [string, string] {
  const modulus = random.whole(3, 40);
  const residue = random.whole(0, modulus - 1);
  const other = residue + modulus * random.whole(-2, 2) + (equal ? 0 : 1);
  return [`${residue} \\pmod{${modulus}}`, `x \\equiv ${other} \\pmod{${modulus}}`];
}
