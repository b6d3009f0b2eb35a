import { tracePath } from './path.ts';

/** A step as comparison sees it. */
export interface StepSubstance {
  /** The step's own number, and its place among the steps. */
  step: number;
  place: number;
  text: string;
  /** The text with its white space evened out. */
  plain: string;
  /** In one spelling each, in order. Empty also where texts are too long to be read so closely. */
  equations: string[];
  /** The different numbers, sorted. */
  numbers: string;
  /** The different words and numbers, lower case: what likeness is measured on. */
  words: ReadonlySet<string>;
  /** Equations and numbers were read; else only equal texts count as equal in substance. */
  read: boolean;
}

export function readStep(text: string, step: number, place: number, closely: boolean): StepSubstance {
  const plain = text.replace(/\s+/g, ' ').trim();
  const words = new Set(closely ? Array.from(plain.matchAll(word), ([found]) => found.toLowerCase()) : []);
  const equations = closely ? tracePath(text).equations.map((equation) => equation.text) : [];
  return { step, place, text, plain, equations, numbers: closely ? numbersIn(plain) : '', words, read: closely };
}

/** Equal equations, or equal numbers where neither step has an equation. */
export function sameSubstance(left: StepSubstance, right: StepSubstance): boolean {
  if (!left.read || !right.read) return left.plain === right.plain;
  if (left.equations.length + right.equations.length > 0) return left.equations.join(';') === right.equations.join(';');
  return left.numbers === right.numbers;
}

/** 0 to 1: shared words (Dice), raised halfway to 1 where an equation is shared; 1 where all equations are. */
export function likeness(left: StepSubstance, right: StepSubstance): number {
  if (left.equations.length > 0 && sameSubstance(left, right)) return 1;
  const [few, many] = left.words.size < right.words.size ? [left.words, right.words] : [right.words, left.words];
  let shared = 0;
  for (const item of few) if (many.has(item)) shared++;
  const dice = few.size + many.size === 0 ? 0 : (2 * shared) / (few.size + many.size);
  const held = new Set(right.equations);
  return left.equations.some((equation) => held.has(equation)) ? (1 + dice) / 2 : dice;
}

const word = /\d+(?:[.,]\d+)*|[\p{L}\p{M}]+/gu;

function numbersIn(plain: string): string {
  const numbers = Array.from(plain.matchAll(/\d+(?:,\d{3})*(?:\.\d+)?/g), ([found]) => evenNumber(found));
  return [...new Set(numbers)].sort().join(' ');
}

/** `1,200.0` and `1200` are one number. */
function evenNumber(digits: string): string {
  const bare = digits.replaceAll(',', '');
  return bare.includes('.') ? bare.replace(/\.?0+$/, '') : bare;
}
