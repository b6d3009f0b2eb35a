import { numberInWords } from './numberWords.ts';
import { parseDecimal, type Rational } from './rational.ts';
import { readExpression } from './reader.ts';
import { valueInBase } from './readNumber.ts';
import { readUnit } from './readUnit.ts';
import type { Tree } from './tree.ts';
import { type Measured, splitUnit } from './units.ts';
import type { Unit } from './unitTable.ts';

/** A single answer as it was understood: a quantity, an option, or words. */
export interface Leaf {
  /** The normalised text. */
  text: string;
  /** Its value without unit and percent sign; null where it is no maths or was not understood. */
  value: Tree | null;
  measured: Measured;
  /** The unit, where it is a known one. */
  unit: Unit | null;
  /** The reading in which letters that were taken for a unit, the m of `5m`, are variables; for cm, kg and such it is not `likely`. */
  product: { tree: Tree; likely: boolean } | null;
  /** Set where a number names its base: the digits alone, `1011` of `1011_2`. */
  digits: string | null;
  /** The modulus m of `3 \pmod m`. */
  modulus: Tree | null;
  /** The letter of `(B) 12`, with the text behind it. */
  option: { letter: string; rest: string } | null;
  /** Letters and digits in lower case, text commands and spaces left out. */
  words: string;
}

/** Reads a normalised answer without outer structure. */
export function readLeaf(text: string): Leaf {
  const modular = /^(.*\S)\s*(?:\\pmod\s?(?:\{([^{}]+)\}|(\d))|\(\s?\\?(?:text\{)?b?mod\}?\s?([^()]+)\))$/.exec(text);
  const plain = modular?.[1] ?? text;
  const modulus = modular === null ? null : readExpression((modular[2] ?? modular[3] ?? modular[4] ?? '').trim());
  const quantity = readQuantity(plain);
  const option = quantity.compound ? null : readOption(plain);
  const product = readProduct(plain, quantity.measured);
  return { text, modulus, option, words: plainWords(text), digits: basedDigits(plain), product, ...quantity };
}

/** Letters that may be variables: right behind a number, `5m`, or behind something with letters, `2\pi hr`. */
function readProduct(text: string, { unit, value }: Measured): Leaf['product'] {
  if (!/^[a-zA-Z]{1,3}$/.test(unit) || text.includes('\\text')) return null;
  const plain = /[a-zA-Z]/.test(value.replace(/\\(?:frac|sqrt)/g, ''));
  if (!plain && text !== `${value}${unit}`) return null;
  const tree = readExpression(text);
  return tree === null ? null : { tree, likely: plain || !/^(?:[ckm]m|[km]g|m[lL]|min|sec|lbs?|mph)$/.test(unit) };
}

type Quantity = Pick<Leaf, 'value' | 'measured' | 'unit'> & { compound: boolean };

function readQuantity(text: string): Quantity {
  const spoken = /[a-z]{3}/i.test(text) ? numberInWords(unwrapped(text)) : null;
  const measured = spoken === null ? splitUnit(text) : { value: text, unit: '', percent: false, scale: null };
  const value = spoken === null ? readValue(measured.value) : numberTree(spoken);
  const parts = value === null ? readCompound(text) : null;
  if (parts !== null) return { ...parts, compound: true };
  const unit = readUnit(measured.unit);
  return { value: value === null ? null : scaled(value, measured.scale), measured, unit, compound: false };
}

/** `2 hours 30 minutes`, `5 feet 3 inches`: the sum, in the first unit. */
function readCompound(text: string): Omit<Quantity, 'compound'> | null {
  const plain = text
    .replace(/\\text\s?\{([^{}]*)\}/g, ' $1 ')
    .replace(/\s?(?:,|and)\s/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (!/^(?:\d+(?:\.\d+)?\s?[a-z]{1,12}\s*){2,4}$/i.test(plain)) return null;
  const parts = [...plain.matchAll(/(\d+(?:\.\d+)?)\s?([a-z]{1,12})/gi)].map(([, size = '', name = '']) => ({
    size: parseDecimal(size),
    unit: readUnit(name),
  }));
  const [first] = parts;
  let total: Tree | null = null;
  for (const { size, unit } of parts) {
    if (size === null || unit === null || !first?.unit || !sameDimensions(unit, first.unit)) return null;
    const term = multiplied(numberTree(size), unit.factor);
    total = total === null ? term : { kind: 'add', left: total, right: term };
  }
  if (total === null || !first?.unit) return null;
  const measured: Measured = { value: plain, unit: plain, percent: false, scale: null };
  return { value: { kind: 'divide', left: total, right: first.unit.factor }, measured, unit: first.unit };
}

function sameDimensions(a: Unit, b: Unit): boolean {
  return [...a.dimensions.keys()].join() === [...b.dimensions.keys()].join();
}

function multiplied(left: Tree, right: Tree): Tree {
  return { kind: 'multiply', left, right };
}

function scaled(value: Tree, scale: Rational | null): Tree {
  return scale === null ? value : multiplied(value, numberTree(scale));
}

function readValue(text: string): Tree | null {
  const plain = parseDecimal(text) ?? numberBeyondTen(text) ?? numberInWords(unwrapped(text));
  if (plain !== null) return numberTree(plain);
  return readExpression(text.replace(/^(-?)\s?(?:\\text\s?\{\s?)?infinity\s?\}?$/i, '$1\\infty'));
}

function numberTree(value: Rational): Tree {
  return { kind: 'number', value };
}

/** `2A_{16}`: bases beyond ten have letters for digits, which need company to be told from a variable. */
function numberBeyondTen(text: string): Rational | null {
  const match = /^([0-9A-F]{2,40})_\s?\{?\s?(1[1-6])\s?\}?$/.exec(text.replace(/\\text\s?\{(\w+)\}/g, '$1'));
  return match?.[1] === undefined ? null : valueInBase(match[1], Number(match[2]));
}

function basedDigits(text: string): string | null {
  return /^-?([0-9A-F.]+)_\s?(?:\{[^{}]*\}|\d\d?)$/.exec(text.replace(/\\text\s?\{(\w+)\}/g, '$1'))?.[1] ?? null;
}

/** `(B) 12`, `\text{(B)} 12`, `B. 12`; a letter alone is its own text. */
function readOption(text: string): Leaf['option'] {
  const match =
    /^\(([A-J])\)\s(.*)$/.exec(text) ??
    /^\\text\s?\{\s?\(?([A-J])\)?\s?[.:]?\s?\}\s?(.*)$/.exec(text) ??
    /^([A-J])[.):]\s(.*)$/.exec(text);
  return match?.[1] === undefined ? null : { letter: match[1], rest: (match[2] ?? '').trim() };
}

/** An answer that is nothing but an option's letter. */
export function loneLetter(leaf: Leaf): string | null {
  if (leaf.option !== null) return leaf.option.rest === '' ? leaf.option.letter : null;
  return /^\(?([A-J])\)?$/.exec(unwrapped(leaf.text))?.[1] ?? null;
}

function unwrapped(text: string): string {
  return text.replace(/\\text\s?\{([^{}]*)\}/g, '$1').trim();
}

function plainWords(text: string): string {
  return text
    .replace(/\\text\s?\{([^{}]*)\}/g, '$1')
    .replace(/[\s.]/g, '')
    .toLowerCase();
}
