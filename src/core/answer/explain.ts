import { answersEqual } from './equal.ts';
import { answerWithin } from './gradePair.ts';
import { type Leaf, readLeaf } from './leaf.ts';
import { maxAnswerLength, normalise } from './normalise.ts';
import { type AnswerPolicy, defaultAnswerPolicy } from './policy.ts';
import { printTree } from './printTree.ts';
import { readStructure, type Structure } from './structure.ts';
import type { Equality } from './verdict.ts';

/** How a pair of answers was understood and compared, in words for people. */
export interface ExplainedPair extends Equality {
  /** The reading of each side, e.g. `the set of 1/2 and 3`, or `not understood: …`. */
  gold: string;
  prediction: string;
}

/** Compares two answers (bare, or whole texts that hold one) and says how each was read. */
export function explainPair(
  gold: string,
  prediction: string,
  policy: AnswerPolicy = defaultAnswerPolicy,
): ExplainedPair {
  const [left, right] = [answerWithin(gold), answerWithin(prediction)];
  return { gold: describeAnswer(left), prediction: describeAnswer(right), ...answersEqual(left, right, policy) };
}

/** How an answer is read, in words. */
export function describeAnswer(answer: string): string {
  if (!/\S/.test(answer)) return 'nothing';
  if (answer.length > maxAnswerLength) return `too long to be read (${answer.length} characters)`;
  return describe(readStructure(normalise(answer)));
}

/** Was every part of the answer understood as maths? */
export function isUnderstood(answer: string): boolean {
  return /\S/.test(answer) && answer.length <= maxAnswerLength && understood(readStructure(normalise(answer)));
}

function understood(structure: Structure): boolean {
  switch (structure.kind) {
    case 'leaf':
      return (
        structure.text === '\\emptyset' ||
        /^\\Set[A-Z]$/.test(structure.text.trim()) ||
        readLeaf(structure.text).value !== null
      );
    case 'relation':
      return structure.sides.every((side) => understood(readStructure(side)));
    case 'interval':
      return understood(structure.from) && understood(structure.to);
    case 'assignment':
      return structure.values.every(understood);
    default:
      return structure.items.every(understood);
  }
}

function describe(structure: Structure): string {
  switch (structure.kind) {
    case 'leaf':
      return describeLeaf(readLeaf(structure.text));
    case 'list':
      return `the values ${listed(structure.items)}`;
    case 'set':
      return structure.items.length === 0 ? 'the empty set' : `the set of ${listed(structure.items)}`;
    case 'tuple':
      return `the tuple (${structure.items.map(short).join(', ')})`;
    case 'ratio':
      return `the ratio ${structure.items.map(short).join(' : ')}`;
    case 'union':
    case 'intersection':
      return `the ${structure.kind} of ${listed(structure.items)}`;
    case 'difference':
      return structure.items.map(short).join(' without ');
    case 'interval': {
      const [from, to] = structure.closed.map((closed) => (closed ? 'included' : 'left out'));
      return `the interval from ${short(structure.from)} (${from}) to ${short(structure.to)} (${to})`;
    }
    case 'assignment':
      return structure.names.map((name, at) => `${name} = ${short(structure.values[at])}`).join(' and ');
    case 'relation':
      return describeRelation(structure);
  }
}

function describeRelation({ sides, operators }: Extract<Structure, { kind: 'relation' }>): string {
  const signs = operators.map((operator) => signOf.get(operator) ?? operator);
  const text = sides.map((side, at) => `${at === 0 ? '' : ` ${signs[at - 1]} `}${short(readStructure(side))}`).join('');
  return `${operators.every((operator) => operator === '=') ? 'the equation' : 'the relation'} ${text}`;
}
const signOf = new Map([
  ['\\le', '≤'],
  ['\\ge', '≥'],
  ['\\ne', '≠'],
  ['\\in', '∈'],
  ['\\approx', '≈'],
  ['\\equiv', '≡'],
]);

function listed(items: readonly Structure[]): string {
  const parts = items.map(short);
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** Without the words that say what kind of thing it is. */
function short(structure: Structure | undefined): string {
  return structure === undefined
    ? ''
    : describe(structure).replace(/^the (?:number|expression|tuple|equation|relation|words) /, '');
}

function describeLeaf(leaf: Leaf): string {
  if (leaf.option !== null)
    return `option ${leaf.option.letter}${leaf.option.rest === '' ? '' : `, ${short(readStructure(leaf.option.rest))}`}`;
  if (/^\\Set[A-Z]$/.test(leaf.text.trim())) return `the set ${leaf.text.trim().charAt(4)}`;
  if (leaf.text.trim() === '\\emptyset') return 'the empty set';
  if (leaf.value === null)
    return /[\\{}^_$]/.test(leaf.text.replace(/\\text\s?\{([^{}]*)\}/g, '$1'))
      ? `not understood: ${leaf.text}`
      : `the words “${leaf.text.replace(/\\text\s?\{([^{}]*)\}/g, '$1').trim()}”`;
  const printed = printTree(leaf.value);
  const unit = leaf.measured.percent ? ' percent' : leaf.measured.unit === '' ? '' : ` ${unitOf(leaf)}`;
  const modulus = leaf.modulus === null ? '' : ` modulo ${printTree(leaf.modulus)}`;
  return `${/^−?[\d/…]+$/.test(printed) ? 'the number' : 'the expression'} ${printed}${unit}${modulus}`;
}

function unitOf(leaf: Leaf): string {
  return leaf.unit === null ? `“${leaf.measured.unit}”` : leaf.measured.unit;
}
