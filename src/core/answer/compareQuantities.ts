import { evaluate, sampleAt } from './evaluate.ts';
import { exactValue } from './exact.ts';
import type { Leaf } from './leaf.ts';
import { folded, holdsMatrix } from './matrices.ts';
import type { AnswerPolicy } from './policy.ts';
import { compareRational, divide, type Rational } from './rational.ts';
import { sameKind } from './readUnit.ts';
import { sameValue } from './sampling.ts';
import { collectSymbols, isClosed, partsOf, type Tree, wholeTree, withSymbols } from './tree.ts';
import type { Unit } from './unitTable.ts';
import type { Equality } from './verdict.ts';
import type { Work } from './work.ts';

/** Compares two answers that were both read as values: in one unit, as percentages, modulo, as matrices, then by value. */
export function compareQuantities(a: Leaf, b: Leaf, policy: AnswerPolicy, work: Work): Equality {
  if (a.value === null || b.value === null) return decided(null, 'could not be read');
  if (holdsMatrix(a.value) || holdsMatrix(b.value)) return compareMatrices(a.value, b.value, work);
  if (a.product !== null || b.product !== null) return compareWithLetters(a, b, policy, work);
  if (a.unit !== null && b.unit !== null) return compareMeasured(a, b, a.unit, b.unit, work);
  const result = compareValues(a, b, a.value, b.value, policy, work);
  if (result.equal !== true) return weakened(a, b, result, work);
  const missing = (a.unit === null) !== (b.unit === null) && (a.measured.unit === '' || b.measured.unit === '');
  return missing && policy.missingUnit === 'undecided' ? decided(null, 'one has a unit, the other none') : result;
}

/** `5m` is five metres or a product: equal to another product, or to what names metres; against a bare `5` undecided. */
function compareWithLetters(a: Leaf, b: Leaf, policy: AnswerPolicy, work: Work): Equality {
  const [left, right] = [a.product?.tree ?? a.value, b.product?.tree ?? b.value];
  if (left !== null && right !== null && sameValue(left, right, work) === true)
    return decided(true, howSame(left, right));
  const measured = compareQuantities({ ...a, product: null }, { ...b, product: null }, policy, work);
  const likely = a.product?.likely === true || b.product?.likely === true;
  if (measured.equal !== true || !likely || (a.measured.unit !== '' && b.measured.unit !== '')) return measured;
  return decided(null, 'a letter that may be a unit or a variable');
}

function compareValues(a: Leaf, b: Leaf, left: Tree, right: Tree, policy: AnswerPolicy, work: Work): Equality {
  if (a.modulus !== null && b.modulus !== null) return compareResidues(a, b, left, right, work);
  if (a.measured.percent !== b.measured.percent) {
    if (a.unit !== null || b.unit !== null) return decided(false, 'a percentage and a quantity with a unit');
    const result = comparePercent(a, left, right, policy, work);
    const counted = result.equal === true && a.measured.unit !== b.measured.unit;
    return counted ? decided(null, 'a percentage and a number of something') : result;
  }
  const same = sameValue(left, right, work);
  if (same === true) return decided(true, howSame(left, right));
  const rounded = compareRounded(a, b, left, right, policy, work);
  return rounded ?? decided(same, howSame(left, right, same));
}

/** `20%` against a bare number: see the policy. */
function comparePercent(a: Leaf, left: Tree, right: Tree, policy: AnswerPolicy, work: Work): Equality {
  const [percent, other] = a.measured.percent ? [left, right] : [right, left];
  const asNumber = policy.percent === 'fraction' ? false : sameValue(percent, other, work);
  const fraction: Tree = { kind: 'divide', left: percent, right: wholeTree(100) };
  const asFraction = policy.percent === 'number' ? false : sameValue(fraction, other, work);
  const equal =
    asNumber === true || asFraction === true ? true : asNumber === false && asFraction === false ? false : null;
  return decided(equal, 'as a percentage');
}

/** Both name units: they are converted, or can't be equal. */
function compareMeasured(a: Leaf, b: Leaf, unitA: Unit, unitB: Unit, work: Work): Equality {
  if (a.value === null || b.value === null) return decided(null, 'could not be read');
  if (!sameKind(unitA, unitB))
    return decided(false, `units of different kinds, ${a.measured.unit} and ${b.measured.unit}`);
  const [left, right] = [inBaseUnits(a.value, unitA), inBaseUnits(b.value, unitB)];
  const same = sameValue(left, right, work);
  const rounded = same === false && unitA.system !== unitB.system && nearly(left, right, work);
  return decided(
    rounded ? null : same,
    rounded ? 'nearly the same in other units' : `with their units, ${a.measured.unit} and ${b.measured.unit}`,
  );
}

function inBaseUnits(value: Tree, unit: Unit): Tree {
  const product: Tree = { kind: 'multiply', left: value, right: unit.factor };
  return unit.offset.numerator === 0n
    ? product
    : { kind: 'add', left: product, right: { kind: 'number', value: unit.offset } };
}

/** Within one part in a hundred, as rounded conversions are. */
function nearly(left: Tree, right: Tree, work: Work): boolean {
  const [a, b] = [numberOf(left, work), numberOf(right, work)];
  return Math.abs(a - b) <= 0.01 * Math.max(Math.abs(a), Math.abs(b));
}

function numberOf(tree: Tree, work: Work): number {
  const value = isClosed(tree) ? evaluate(tree, sampleAt(new Map(), work)) : null;
  return value === null || value.im !== 0 ? Number.NaN : value.re;
}

function compareResidues(a: Leaf, b: Leaf, left: Tree, right: Tree, work: Work): Equality {
  if (a.modulus === null || b.modulus === null) return decided(null, 'could not be read');
  const sameModulus = sameValue(a.modulus, b.modulus, work);
  if (sameModulus !== true) return decided(sameModulus, 'different moduli');
  const modulus = a.modulus;
  const residue = (tree: Tree): Tree => ({ kind: 'call', name: 'mod', args: [tree, modulus] });
  return decided(sameValue(residue(left), residue(right), work), 'residues');
}

/** A decimal that is the other side, rounded: equal where the policy says so, undecided from six digits on. */
function compareRounded(a: Leaf, b: Leaf, left: Tree, right: Tree, policy: AnswerPolicy, work: Work): Equality | null {
  const pairs = [
    [a, right],
    [b, left],
  ] as const;
  for (const [leaf, other] of pairs) {
    const digits = /^-?(\d*)\.(\d+)$/.exec(leaf.measured.value);
    if (digits === null) continue;
    const significant = `${digits[1]}${digits[2]}`.replace(/^0+/, '').length;
    if (!(significant >= Math.min(6, policy.roundedDigits ?? 6))) continue;
    const distance = Math.abs(numberOf(leaf.value ?? other, work) - numberOf(other, work));
    if (!(distance <= 0.5000001 * 10 ** -(digits[2]?.length ?? 0))) continue;
    const counts = policy.roundedDigits !== null && significant >= policy.roundedDigits;
    return decided(counts ? true : null, counts ? 'as a rounded decimal' : 'one may be the other, rounded');
  }
  return null;
}

/** Differences that a missing unit, base or scale word would explain are left undecided. */
function weakened(a: Leaf, b: Leaf, result: Equality, work: Work): Equality {
  if (result.equal === null || a.value === null || b.value === null) return result;
  if (a.digits !== null || b.digits !== null) {
    const plain = (leaf: Leaf) => leaf.digits ?? leaf.measured.value;
    if ((a.digits === null) !== (b.digits === null) && plain(a) === plain(b)) return decided(null, 'one names no base');
  }
  const scale = a.measured.scale ?? b.measured.scale;
  if (scale !== null && (a.measured.scale === null || b.measured.scale === null)) {
    const [scaled, bare] = a.measured.scale === null ? [b.value, a.value] : [a.value, b.value];
    const unscaled = unscaledEqual(exactValue(scaled), exactValue(bare), scale);
    if (unscaled) return decided(null, 'one names no scale');
  }
  if (underOtherName(a.value, b.value, work)) return decided(null, 'different names');
  return degreesAgainstRadians(a, b, work) ? decided(null, 'degrees, and a multiple of π') : result;
}

/** `2\pi k` and `2\pi n`: a parameter may have any name. */
function underOtherName(a: Tree, b: Tree, work: Work): boolean {
  const [left, right] = [collectSymbols(a, new Set()), collectSymbols(b, new Set())];
  const [ours, ...more] = [...left].filter((name) => !right.has(name));
  const [theirs, ...others] = [...right].filter((name) => !left.has(name));
  if (ours === undefined || theirs === undefined || more.length + others.length > 0) return false;
  const parameters = /^[jklmnstCK](?:_|$)/;
  if (!parameters.test(ours) || !parameters.test(theirs)) return false;
  return (
    sameValue(
      a,
      withSymbols(b, (name) => (name === theirs ? ours : name)),
      work,
    ) === true
  );
}

function unscaledEqual(scaled: Rational | null, bare: Rational | null, scale: Rational): boolean {
  const quotient = scaled === null ? null : divide(scaled, scale);
  return quotient !== null && bare !== null && compareRational(quotient, bare) === 0;
}

function degreesAgainstRadians(a: Leaf, b: Leaf, work: Work): boolean {
  const [degrees, other] = a.unit?.dimensions.has('angle') ? [a, b] : [b, a];
  if (degrees.value === null || other.value === null || !degrees.unit?.dimensions.has('angle')) return false;
  if (!holdsPi(other.value)) return false;
  const radians: Tree = {
    kind: 'multiply',
    left: other.value,
    right: { kind: 'divide', left: wholeTree(180), right: pi },
  };
  return sameValue(degrees.value, radians, work) === true;
}
const pi: Tree = { kind: 'constant', name: 'pi' };

function holdsPi(tree: Tree): boolean {
  return (tree.kind === 'constant' && tree.name === 'pi') || partsOf(tree).some(holdsPi);
}

function compareMatrices(a: Tree, b: Tree, work: Work): Equality {
  const [left, right] = [folded(a, work), folded(b, work)];
  if (left === null || right === null) return decided(null, 'a matrix that could not be computed');
  if (left.kind !== 'matrix' && right.kind !== 'matrix') return decided(sameValue(left, right, work), 'determinants');
  if (left.kind !== 'matrix' || right.kind !== 'matrix') return decided(null, 'a matrix and something else');
  if (left.rows.length !== right.rows.length || left.rows[0]?.length !== right.rows[0]?.length)
    return decided(false, 'matrices of different shape');
  const others = right.rows.flat();
  const cells = left.rows.flat().map((cell, at) => sameValue(cell, others[at] ?? cell, work));
  return decided(cells.includes(false) ? false : cells.includes(null) ? null : true, 'matrices, entry by entry');
}

function howSame(left: Tree, right: Tree, same: boolean | null = true): string {
  if (same === null) return 'not decided by their values';
  if (exactValue(left) !== null && exactValue(right) !== null) return 'exact numbers';
  return isClosed(left) && isClosed(right) ? 'the values' : 'the values at sample points';
}

function decided(equal: boolean | null, how: string): Equality {
  return { equal, how };
}
