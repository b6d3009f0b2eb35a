import { isAsserted } from './context.ts';
import type { Flag, Rule, RuleContext } from './flag.ts';
import { type ScannedChain, scan, stepAt } from './scan.ts';
import type { SideValue } from './sideState.ts';
import { type NumericPair, showNumber, showPair } from './sides.ts';
import { holds } from './tolerance.ts';

/**
 * A numeric `=` or `≈` that is false, such as `48 / 2 = 26`. Chains `a = b = c` are checked pair by pair, with the rounding, units
 * and ambiguous spellings of real traces allowed for; equalities that are supposed or denied are left alone.
 */
export const wrongArithmetic: Rule = {
  name: 'wrongArithmetic',
  title: 'false equation',
  find: (context) => scan(context).chains.flatMap((chain) => firstFalse(context, chain)),
};

/** One flag per chain: what follows a false value is false with it. */
function firstFalse(context: RuleContext, chain: ScannedChain): Flag[] {
  const pair = chain.pairs.find((candidate) => isFalse(candidate));
  if (pair === undefined || !isAsserted(context.text, chain.start, chain.end)) return [];
  if (aside.test(context.text.slice(pair.right.end, pair.right.end + 48)) || isCents(context.text, pair)) return [];
  return [asFlag(context, pair)];
}

/** `900 - 100 = $8`: cents on one side, dollars on the other. */
function isCents(text: string, pair: NumericPair): boolean {
  const dollars = (side: NumericPair['left']) => text.slice(Math.max(0, side.start - 2), side.end).includes('$');
  const [left, right] = pair.readings[0] ?? [];
  if (left === undefined || right === undefined || dollars(pair.left) === dollars(pair.right)) return false;
  const ratio = left.value / right.value;
  return Math.abs(ratio - 100) < 1e-6 || Math.abs(ratio - 0.01) < 1e-9;
}

/** Said right after: a quotient with its remainder, residues, another base. */
const aside = /^[^.\n]{0,28}(?:remainder|quotient|\br\b|mod\b|modulo|余)|base|\\pmod/i;

function asFlag(context: RuleContext, pair: NumericPair): Flag {
  const [left, right] = pair.readings[0] ?? [];
  const worked = left !== undefined && left.operators > 0 ? left : right;
  const reason = `${showPair(pair)} is false: it is ${showNumber(worked?.value ?? Number.NaN)}.`;
  const { start } = pair.left;
  return {
    rule: 'wrongArithmetic',
    step: stepAt(context.steps, start),
    start,
    end: pair.right.end,
    reason,
    strength: strengthOf(left, right),
  };
}

/** Whole numbers leave nothing to misread. */
function strengthOf(left: SideValue | undefined, right: SideValue | undefined): number {
  if (left === undefined || right === undefined) return 0.5;
  return left.inexact || right.inexact || left.ambiguous || right.ambiguous ? 0.8 : 0.95;
}

function isFalse(pair: NumericPair): boolean {
  if (pair.relation !== '=' && pair.relation !== '≈') return false;
  const [first] = pair.readings;
  if (first === undefined || !isCheckable(pair, ...first)) return false;
  return pair.readings.every(
    ([left, right]) =>
      !holds(left, right, pair.relation === '≈') && !isRunningTotal(left, right) && !isConversion(left, right),
  );
}

/** Two bare numbers, a label (`Day 1 = …`) and a quantity in two units (`1/2 inch = 20 miles`) are no sums. */
function isCheckable(pair: NumericPair, left: SideValue, right: SideValue): boolean {
  if (left.operators + right.operators === 0) return false;
  if (left.operators === 0 && pair.left.label !== '') return false;
  // A quantity said in another unit: `1 inch = 2 × 20 miles`, `632.2 nm = 6.3 × 10^-5 cm`.
  const measured = left.units.length > 0 && (right.units.length > 0 || pair.right.trailing !== '');
  const sameUnit = left.units.at(-1) === (right.units.at(-1) ?? pair.right.trailing.toLowerCase());
  return !((left.operators === 0 || left.fraction) && measured && !sameUnit);
}

/** `3 + 4 = 7 × 2 = 14`: the sum is carried on, not compared. */
function isRunningTotal(left: SideValue, right: SideValue): boolean {
  return right.operators > 0 && right.lead !== null && Math.abs(right.lead - left.value) <= 1e-9 * Math.abs(left.value);
}

/** Differs by a factor between units, where the sides name different ones: `6 × 30 seconds = 3 minutes`, `3 × 25 cents = $0.75`. */
function isConversion(left: SideValue, right: SideValue): boolean {
  if (left.units.length + right.units.length === 0) return false;
  const last = (side: SideValue) => side.units.at(-1) ?? '';
  if (last(left) === last(right) && left.units.length === right.units.length) return false;
  const ratio = Math.abs(left.value) > Math.abs(right.value) ? left.value / right.value : right.value / left.value;
  return conversions.some((factor) => Math.abs(ratio / factor - 1) < 0.01);
}

const conversions = [60, 3600, 24, 7, 12, 365, 52, 30, 16, 3, 36, 1440, 10, 100, 1000, 1e4, 1e6, 3.6, 4, 2.54, 1.609];
