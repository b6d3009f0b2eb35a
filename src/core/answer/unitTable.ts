import { parseDecimal, type Rational } from './rational.ts';
import { type Tree, wholeTree } from './tree.ts';

/** A unit of measure in base units. `offset` is added after the factor, for temperatures. */
export interface Unit {
  /** Exponents of the base units, without zeros: of km/h length 1, time −1. */
  dimensions: ReadonlyMap<string, number>;
  factor: Tree;
  offset: Rational;
  /** Conversions between two of these are usually rounded. */
  system: string;
}

/** `dimension system: names factor, …`; a factor is in units of the dimension's base. Plurals in -s are found by themselves. */
const table = `
time : s sec second 1, min minute 60, h hr hour 3600, day d 86400, week wk 604800
months : month mo 1, year yr 12, decade 120, century 1200
length metric: m meter metre 1, mm millimeter millimetre 0.001, cm centimeter centimetre 0.01, dm decimeter 0.1, km kilometer kilometre 1000
length imperial: in inch inche 0.0254, ft foot feet 0.3048, yd yard 0.9144, mi mile 1609.344
mass metric: g gram 1, mg milligram 0.001, kg kilogram 1000
mass imperial: oz ounce 28.349523125, lb pound 453.59237
money : dollar buck $ usd 1, cent ¢ penny pennie 0.01
euro : euro eur € 1
sterling : £ gbp 1
yen : ¥ yen 1
rupee : ₹ rupee 1
angle : degree deg ° 1
electricity : ampere amp A 1, mA 0.001
frequency : hertz Hz 1, kHz 1000, MHz 1000000
data : byte 1, kilobyte KB 1000, megabyte MB 1000000, gigabyte GB 1000000000
substance : mol mole 1
`;

/** Units made of others: names, factor, and the units that it is a product of. */
const derived = `
l L liter litre 0.001 m^3
ml mL milliliter millilitre 0.000001 m^3
gallon gal 0.003785411784 m^3
quart qt 0.000946352946 m^3
pint pt 0.000473176473 m^3
cup 0.0002365882365 m^3
acre 4046.8564224 m^2
hectare ha 10000 m^2
mph 1609.344 m h^-1
kph kmh kmph 1000 m h^-1
N newton 1000 g m s^-2
J joule 1000 g m^2 s^-2
kJ kilojoule 1000000 g m^2 s^-2
W watt 1000 g m^2 s^-3
kW kilowatt 1000000 g m^2 s^-3
Pa pascal 1000 g m^-1 s^-2
V volt 1000 g m^2 s^-3 A^-1
C coulomb 1 A s
`;

const nothing: Rational = { numerator: 0n, denominator: 1n };

/** The unit of that name, in singular or plural; null for words that are no unit of measure. */
export function unitNamed(name: string): Unit | null {
  const lower = name.toLowerCase();
  const singular = lower.length > 2 ? lower.replace(/s$/, '') : lower;
  return units.get(name) ?? units.get(lower) ?? units.get(singular) ?? null;
}

const units: ReadonlyMap<string, Unit> = allUnits();

function allUnits(): Map<string, Unit> {
  const all = new Map<string, Unit>(temperatures());
  for (const line of table.trim().split('\n')) {
    const [kind = '', list = ''] = line.split(': ');
    const [dimension = '', system = ''] = kind.split(' ');
    for (const entry of list.split(', ')) {
      const names = entry.split(' ');
      const factor = number(names.pop() ?? '');
      for (const name of names) all.set(name, unit([[dimension, 1]], factor, system));
    }
  }
  // 180/π degrees are one radian.
  const radian = unit([['angle', 1]], { kind: 'divide', left: number('180'), right: { kind: 'constant', name: 'pi' } });
  for (const name of ['radian', 'rad']) all.set(name, radian);
  for (const line of derived.trim().split('\n')) addDerived(line, all);
  return all;
}

function addDerived(line: string, all: Map<string, Unit>): void {
  const words = line.split(' ');
  const size = words.findIndex((word) => /^[\d.]+$/.test(word));
  const parts = words.slice(size + 1).map((part) => {
    const [name = '', exponent = '1'] = part.split('^');
    return { unit: all.get(name), exponent: Number(exponent) };
  });
  const system = /^(?:gal|quart|pint|cup|acre|mph)/.test(line) ? 'imperial' : 'metric';
  const made = combined(parts.flatMap((part) => (part.unit === undefined ? [] : [{ ...part, unit: part.unit }])));
  const factor: Tree = { kind: 'multiply', left: number(words[size] ?? ''), right: made.factor };
  for (const name of words.slice(0, size)) all.set(name, { ...made, factor, system });
}

/** The product of powers of units. */
export function combined(parts: readonly { unit: Unit; exponent: number }[]): Unit {
  const dimensions = new Map<string, number>();
  let factor = number('1');
  for (const { unit: part, exponent } of parts) {
    for (const [dimension, size] of part.dimensions) {
      const sum = (dimensions.get(dimension) ?? 0) + size * exponent;
      if (sum === 0) dimensions.delete(dimension);
      else dimensions.set(dimension, sum);
    }
    const power: Tree = exponent === 1 ? part.factor : { kind: 'power', left: part.factor, right: wholeTree(exponent) };
    factor = { kind: 'multiply', left: factor, right: power };
  }
  const [only] = parts;
  const offset = parts.length === 1 && only?.exponent === 1 ? only.unit.offset : nothing;
  return { dimensions, factor, offset, system: parts.map((part) => part.unit.system).join('') };
}

/** 0 °C is 273.15 K, 0 °F is 459.67 · 5/9 K. */
function temperatures(): [string, Unit][] {
  const fifths: Tree = { kind: 'divide', left: number('5'), right: number('9') };
  const kelvin = unit([['temperature', 1]], number('1'));
  return [
    ['kelvin', kelvin],
    ['K', kelvin],
    ['celsius', { ...kelvin, offset: { numerator: 27_315n, denominator: 100n } }],
    ['fahrenheit', { ...kelvin, factor: fifths, offset: { numerator: 45_967n, denominator: 180n } }],
  ];
}

function unit(dimensions: readonly [string, number][], factor: Tree, system = ''): Unit {
  return { dimensions: new Map(dimensions), factor, offset: nothing, system };
}

function number(decimal: string): Tree {
  return { kind: 'number', value: parseDecimal(decimal) ?? nothing };
}
