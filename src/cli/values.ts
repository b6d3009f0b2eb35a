import type { Match } from '../core/budget/budget.ts';
import { UserError } from '../core/userError.ts';
import type { Call } from './command.ts';

/** The option's text; undefined where it was not given. */
export function text(call: Call, name: string): string | undefined {
  const value = call.values[name];
  return typeof value === 'string' ? value : undefined;
}

export function required(call: Call, name: string, what: string): string {
  const value = text(call, name);
  if (value === undefined) throw new UserError(`--${name} is missing: give ${what}.`);
  return value;
}

/** A number of at least `least`; `whole` refuses fractions. */
export function number(call: Call, name: string, { least = 0, whole = false } = {}): number | undefined {
  const value = text(call, name);
  if (value === undefined) return undefined;
  const found = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(found) || found < least || (whole && !Number.isInteger(found)))
    throw new UserError(`--${name} ${value} is not ${whole ? 'a whole number' : 'a number'} of at least ${least}.`);
  return found;
}

/** `1,3,9` → ascending whole numbers from 1. */
export function numbers(call: Call, name: string): number[] | undefined {
  const value = text(call, name);
  if (value === undefined) return undefined;
  const found = value.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (found.some((sample) => !Number.isInteger(sample) || sample < 1))
    throw new UserError(`--${name} ${value} is not a list of whole numbers such as 1,3,9.`);
  return [...new Set(found)].sort((a, b) => a - b);
}

export function match(call: Call): Match {
  const value = text(call, 'match') ?? 'flops';
  if (value === 'flops' || value === 'price' || value === 'count') return value;
  throw new UserError(`--match ${value} is unknown: use flops, price or count.`);
}

/** `2/5` → shard 2 of 5, 1-based. */
export function shard(call: Call): { index: number; count: number } | undefined {
  const value = text(call, 'shard');
  if (value === undefined) return undefined;
  const [index = 0, count = 0] = value.split('/').map(Number);
  if (!/^\d+\/\d+$/.test(value) || index < 1 || index > count)
    throw new UserError(`--shard ${value} is not of the form I/N, e.g. 1/4 for the first of four.`);
  return { index, count };
}

/** `solution=output,gold=target` → the field of each role named. */
export function rolesOf<Role extends string>(
  call: Call,
  name: string,
  roles: readonly Role[],
): Partial<Record<Role, string>> {
  const said = text(call, name);
  const fields: Partial<Record<Role, string>> = {};
  for (const pair of said?.split(',') ?? []) {
    const [given = '', ...field] = pair.split('=');
    const role = roles.find((candidate) => candidate === given.trim());
    if (role === undefined || field.join('=') === '')
      throw new UserError(`--${name} ${said}: "${pair}" is not ROLE=FIELD with one of the roles ${roles.join(', ')}.`);
    fields[role] = field.join('=');
  }
  return fields;
}
