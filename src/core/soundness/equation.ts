import type { Operation } from './keys.ts';

/** An equation as a trace wrote it. */
export interface Equation {
  operation: Operation;
  /** The ways to read it: `3 * 12 = 36` is 3 times 12 and 12 times 3. The first is as written. */
  readings: readonly Reading[];
  /** What it states as its result; of a comparison the first. */
  value: number;
  /** Is it true? */
  holds: boolean;
  /** What it takes, as written: `3 * 12`; for people. */
  takes: string;
  /** Why it is false, for people. */
  falseBecause: string;
}

/** One reading: `x operation y`. Of an equation that holds, no other value or rest could be stated. */
export interface Reading {
  x: number;
  y: number;
}

/** Reads the tokens between words as one equation of the forms that `Derivation` names; null where they are none. */
export function readEquation(tokens: readonly string[]): Equation | null {
  const numbers = tokens.filter((token) => isDigits(token)).map(Number);
  const form = forms[tokens.map((token) => (isDigits(token) ? 'n' : token)).join(' ')];
  // A longer numeral is none of ours, and could not be calculated with exactly.
  if (form === undefined || tokens.some((token) => token.length > 6)) return null;
  return form(numbers);
}

function isDigits(token: string): boolean {
  return /^\d+$/.test(token);
}

type Form = (numbers: readonly number[]) => Equation;

const forms: Partial<Record<string, Form>> = {
  'n + n = n': ([x = 0, y = 0, value = 0]) => calculated('+', x, y, value, x + y),
  'n - n = n': ([x = 0, y = 0, value = 0]) => calculated('-', x, y, value, x - y),
  'n - n = - n': ([x = 0, y = 0, value = 0]) => calculated('-', x, y, -value, x - y),
  'n * n = n': ([x = 0, y = 0, value = 0]) => calculated('*', x, y, value, x * y),
  'n / n = n': ([x = 0, y = 0, value = 0]) => calculated('/', x, y, value, x / y),
  'n * n / n = n': ([x = 0, y = 0, hundred = 0, value = 0]) => percentage(x, y, hundred, value),
  'n = n * n + n': ([x = 0, p = 0, q = 0, rest = 0]) => division(x, p, q, rest),
  'n > n': ([x = 0, y = 0]) => comparison('>', x, y, x > y),
  'n < n': ([x = 0, y = 0]) => comparison('<', x, y, x < y),
};

function calculated(operation: '+' | '-' | '*' | '/', x: number, y: number, value: number, result: number): Equation {
  const takes = `${x} ${operation} ${y}`;
  const readings = operation === '+' || operation === '*' ? bothWays({ x, y }) : [{ x, y }];
  return { operation, readings, value, holds: value === result, takes, falseBecause: isNot(takes, result, value) };
}

/** y percent of x. Only hundredths are percent: of another divisor nothing follows. */
function percentage(x: number, y: number, divisor: number, value: number): Equation {
  const takes = `${x} * ${y} / ${divisor}`;
  const readings = divisor === 100 ? bothWays({ x, y }) : [];
  const holds = divisor > 0 && x * y === value * divisor;
  return { operation: '%', readings, value, holds, takes, falseBecause: isNot(takes, (x * y) / divisor, value) };
}

/** How often a number goes into x: either factor may be the number, as long as it is larger than the rest. */
function division(x: number, p: number, q: number, rest: number): Equation {
  const takes = `${p} * ${q} + ${rest}`;
  const readings = [q, p].filter((y) => rest < y).map((y) => ({ x, y }));
  const result = p * q + rest;
  return { operation: 'divmod', readings, value: p, holds: result === x, takes, falseBecause: isNot(takes, result, x) };
}

function comparison(operation: '>' | '<', x: number, y: number, holds: boolean): Equation {
  const than = operation === '>' ? 'larger' : 'smaller';
  return {
    operation,
    readings: [{ x, y }],
    value: x,
    holds,
    takes: `${x} ${operation} ${y}`,
    falseBecause: `${x} is not ${than} than ${y}.`,
  };
}

function bothWays(reading: Reading): Reading[] {
  return [reading, { x: reading.y, y: reading.x }];
}

function isNot(takes: string, result: number, stated: number): string {
  if (!Number.isFinite(result)) return `${takes} has no value.`;
  return `${takes} is ${Math.round(result * 100) / 100}, not ${stated}.`;
}
