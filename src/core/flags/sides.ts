import type { Chain, Side } from '../trace/chains.ts';
import type { Token } from '../trace/tokens.ts';
import { evaluateSide } from './arithmetic.ts';
import type { Reading, SideValue } from './sideState.ts';

/** Two neighbouring sides of a chain that are numbers, with the relation between them. */
export interface NumericPair {
  left: Side;
  right: Side;
  relation: string;
  /** The sides' values under every reading that gives one. */
  readings: readonly [SideValue, SideValue][];
}

/** The pairs of `chain` that can be checked: both sides numbers, nothing doubtful about them. */
export function numericPairs(chain: Chain): NumericPair[] {
  const pairs: NumericPair[] = [];
  for (let index = 0; index < chain.relations.length; index++) {
    const [left, right] = [chain.sides[index], chain.sides[index + 1]];
    const relation = chain.relations[index];
    if (left === undefined || right === undefined || relation === undefined) continue;
    const pair = readPair(left, right, relation);
    if (pair !== null) pairs.push(pair);
  }
  return pairs;
}

const plain: Reading = {
  percent: 0.01,
  tightDivision: false,
  lostExponents: false,
  mixedFractions: false,
  plainBang: false,
};

function readPair(left: Side, right: Side, relation: string): NumericPair | null {
  if (left.doubtful || right.doubtful || left.tokens.length === 0 || right.tokens.length === 0) return null;
  const [a, b] = [evaluateSide(left.tokens, plain), evaluateSide(right.tokens, plain)];
  if (a === null || b === null) return null;
  const readings: [SideValue, SideValue][] = [[a, b]];
  if (a.ambiguous || b.ambiguous) {
    for (const x of alternatives(left.tokens, a)) for (const y of alternatives(right.tokens, b)) readings.push([x, y]);
  }
  return { left, right, relation, readings };
}

function alternatives(tokens: readonly Token[], first: SideValue): SideValue[] {
  if (!first.ambiguous) return [first];
  return others.map((reading) => evaluateSide(tokens, { ...plain, ...reading })).filter((value) => value !== null);
}

const others: Partial<Reading>[] = [
  {},
  { percent: 1 },
  { tightDivision: true },
  { lostExponents: true },
  { plainBang: true },
  { mixedFractions: true },
  { tightDivision: true, lostExponents: true },
];

/** `48 / 2 = 26`: a pair as people write it; long ones are shortened in the middle. */
export function showPair(pair: NumericPair): string {
  return `${showSide(pair.left)} ${pair.relation} ${showSide(pair.right)}`;
}

export function showSide(side: Side): string {
  const shown = side.tokens
    .filter((token) => token.kind !== 'word' && token.kind !== 'unit')
    .map(showToken)
    .join('')
    .replace(/\}\{/g, '/')
    .replace(/\{([^{}+*×-]*)\}/g, '$1')
    .replaceAll('{', '(')
    .replaceAll('}', ')')
    .trim();
  return shown.length <= 70 ? shown : `${shown.slice(0, 34)} … ${shown.slice(-34)}`;
}

function showToken(token: Token, index: number, tokens: readonly Token[]): string {
  const before = tokens[index - 1];
  const binary = before !== undefined && before.kind !== 'operator' && before.kind !== 'open';
  if (token.kind === 'letter') return /^[xX]$/.test(token.text) ? ' × ' : ` ${token.text}`;
  if (token.text === 'frac') return '';
  if (token.kind === 'operator' && binary && '+-*/'.includes(token.text)) return ` ${signs[token.text] ?? token.text} `;
  return token.text;
}

const signs: Record<string, string> = { '*': '×' };

/** A number for people: at most six significant digits, thousands parted. */
export function showNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  return String(Number(value.toPrecision(6)));
}
