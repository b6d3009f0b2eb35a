import { compareAssignment } from './compareAssignments.ts';
import { compareIntervals } from './compareIntervals.ts';
import { compareLeaves } from './compareLeaves.ts';
import { compareMembers, ordered, unordered } from './compareMembers.ts';
import { compareConditions } from './compareRelations.ts';
import { compareVector } from './compareVectors.ts';
import { type Comparison, itemsOf, leafOf, undecided } from './comparison.ts';
import type { AnswerPolicy } from './policy.ts';
import { compareRatios, compareRatioWith } from './ratio.ts';
import { asRealSet, sameRealSet } from './realSet.ts';
import { asInterval, boundName, type Relation, sameName, valueSides } from './relation.ts';
import type { Structure } from './structure.ts';
import type { Equality } from './verdict.ts';
import { pairWork, spend } from './work.ts';

/** A comparison of one pair of answers, with a budget of its own. */
export function comparisonOf(policy: AnswerPolicy): Comparison {
  const comparison: Comparison = {
    policy,
    work: pairWork(),
    leaves: new Map(),
    compare: (gold, prediction) => compareStructures(gold, prediction, comparison),
  };
  return comparison;
}

/** Compares two structures part by part. False needs parts that were read and differ; whatever was not read leaves null. */
function compareStructures(gold: Structure, prediction: Structure, comparison: Comparison): Equality {
  if (!spend(comparison.work, 20)) return undecided('too many parts');
  if (otherNames(gold, prediction)) return underOtherNames(comparison.compare(unnamed(gold), unnamed(prediction)));
  const [a, b] = simplifiedAlike(gold, prediction);
  const sets = compareRealSets(a, b, comparison);
  if (sets !== null) return sets;
  if (a.kind === 'leaf' && b.kind === 'leaf') return compareTexts(a.text, b.text, comparison);
  if (a.kind === 'assignment') return compareAssignment(a, b, comparison);
  if (b.kind === 'assignment') return compareAssignment(b, a, comparison);
  return (
    compareAsRelations(a, b, comparison) ??
    compareAsRatios(a, b, comparison) ??
    compareVector(a, b, comparison) ??
    compareIntervals(a, b, comparison) ??
    compareSetOperations(a, b, comparison) ??
    compareMembers(a, b, comparison)
  );
}

function compareTexts(gold: string, prediction: string, comparison: Comparison): Equality {
  const read = (text: string) => leafOf(text, comparison);
  return compareLeaves(read(gold), read(prediction), comparison.policy, comparison.work, read);
}

/** Do both bound one name, or list the values of one, and not of the same? */
function otherNames(a: Structure, b: Structure): boolean {
  if (a.kind === 'assignment' && b.kind === 'assignment') return false;
  const [left, right] = [nameOf(a), nameOf(b)];
  return left !== null && right !== null && left !== right;
}

function nameOf(structure: Structure): string | null {
  if (structure.kind === 'list') return structure.name ?? null;
  if (structure.kind === 'assignment') return structure.names.join();
  return structure.kind === 'relation' && simplified(structure).kind !== 'relation' ? boundName(structure) : null;
}

function unnamed(structure: Structure): Structure {
  if (structure.kind === 'list') return { kind: 'list', items: structure.items };
  if (structure.kind === 'assignment') return { kind: 'list', items: structure.values };
  return simplified(structure);
}

function underOtherNames(result: Equality): Equality {
  return result.equal === true ? undecided('different names') : result;
}

/** Inequalities become intervals, `x \in S` becomes S; two relations stay relations unless both simplify. */
function simplifiedAlike(gold: Structure, prediction: Structure): [Structure, Structure] {
  const [a, b] = [simplified(gold), simplified(prediction)];
  const bothRelations = gold.kind === 'relation' && prediction.kind === 'relation';
  return bothRelations && (a.kind === 'relation') !== (b.kind === 'relation') ? [gold, prediction] : [a, b];
}

function simplified(structure: Structure): Structure {
  if (structure.kind === 'relation') return asInterval(structure);
  if (structure.kind !== 'leaf') return structure;
  const words = structure.text.replace(/\\text|[^a-zA-Z]/g, '').toLowerCase();
  return nothing.has(words) && !/\d/.test(structure.text) ? { kind: 'set', items: [] } : structure;
}
const nothing = new Set('nosolution nosolutions norealsolution norealsolutions emptyset theemptyset'.split(' '));

/** Where one side is made of sets and both are sets of real numbers, they are compared as such. */
function compareRealSets(a: Structure, b: Structure, { work }: Comparison): Equality | null {
  if (!needsSets(a) && !needsSets(b)) return null;
  const left = asRealSet(a, work);
  const right = left === null ? null : asRealSet(b, work);
  return left === null || right === null
    ? null
    : { equal: sameRealSet(left, right, work), how: 'sets of real numbers' };
}

function needsSets(structure: Structure): boolean {
  if (isSetOperation(structure)) return true;
  if (structure.kind === 'relation') return structure.operators.includes('\\ne');
  if (structure.kind === 'list') return structure.items.some(needsSets);
  return structure.kind === 'leaf' && /\\SetR|all real/i.test(structure.text);
}

function isSetOperation(structure: Structure): boolean {
  return structure.kind === 'union' || structure.kind === 'intersection' || structure.kind === 'difference';
}

/** The same operation on the same sets, in any order but for what is taken away. */
function compareSetOperations(a: Structure, b: Structure, comparison: Comparison): Equality | null {
  if (!isSetOperation(a) && !isSetOperation(b)) return null;
  if (a.kind !== b.kind) return undecided('a set made of others and something else');
  const compare = a.kind === 'difference' ? ordered : unordered;
  const parts = compare(itemsOf(a), itemsOf(b), comparison);
  return parts.equal === true ? parts : undecided('sets made of others');
}

function compareAsRelations(a: Structure, b: Structure, comparison: Comparison): Equality | null {
  if (a.kind === 'relation' && b.kind === 'relation') return compareTwoRelations(a, b, comparison);
  if (a.kind !== 'relation' && b.kind !== 'relation') return null;
  const values = anyOf(sidesOf(a), sidesOf(b), comparison);
  return values ?? undecided('an equation and a value');
}

function sidesOf(structure: Structure): Structure[] {
  return structure.kind === 'relation' ? valueSides(structure) : [structure];
}

/** By their values where both give one under the same name; else as conditions. */
function compareTwoRelations(a: Relation, b: Relation, comparison: Comparison): Equality {
  const values = anyOf(valueSides(a), valueSides(b), comparison);
  if (values !== null && sameName(a, b)) return values;
  if (values?.equal === true) return underOtherNames(values);
  return compareConditions(a, b, comparison.work);
}

/** Equal if any two are; else what the first two are. Null where there is none. */
function anyOf(left: readonly Structure[], right: readonly Structure[], { compare }: Comparison): Equality | null {
  const results = left.flatMap((x) => right.map((y) => compare(x, y)));
  return results.find((result) => result.equal === true) ?? results[0] ?? null;
}

function compareAsRatios(a: Structure, b: Structure, { work }: Comparison): Equality | null {
  if (a.kind === 'ratio' && b.kind === 'ratio') return compareRatios(a, b, work);
  if (a.kind !== 'ratio' && b.kind !== 'ratio') return null;
  const [ratio, other] = a.kind === 'ratio' ? [a, b] : [b, a];
  if (ratio.kind !== 'ratio' || other.kind !== 'leaf') return undecided('a ratio and something else');
  return compareRatioWith(ratio, other.text, work);
}
