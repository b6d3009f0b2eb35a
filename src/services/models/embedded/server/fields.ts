import { badField } from './apiError.ts';

export interface Bounds {
  least?: number;
  most?: number;
  whole?: boolean;
}

/** Clients send null for what they leave to the server. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/**
 * A number within bounds, both ends included; undefined where it is absent.
 * @throws ApiError 400
 */
export function readNumber(body: Record<string, unknown>, name: string, bounds: Bounds): number | undefined {
  const value = body[name];
  if (isAbsent(value)) return undefined;
  const { least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER, whole = false } = bounds;
  if (typeof value !== 'number' || (whole && !Number.isInteger(value))) {
    const wanted = whole ? 'a whole number' : 'a number';
    throw badField(name, `Invalid type for '${name}': expected ${wanted}, got ${kindOf(value)}.`, 'invalid_type');
  }
  if (value < least || value > most)
    throw badField(name, `Invalid '${name}': ${value} is not in the range from ${least} to ${most}.`);
  return value;
}

/**
 * True or false; false where it is absent.
 * @throws ApiError 400
 */
export function readFlag(body: Record<string, unknown>, name: string, within = ''): boolean {
  const value = body[name];
  if (isAbsent(value)) return false;
  if (typeof value === 'boolean') return value;
  const param = `${within}${name}`;
  throw badField(param, `Invalid type for '${param}': expected true or false, got ${kindOf(value)}.`, 'invalid_type');
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${JSON.stringify(value).slice(0, 50)}`;
}
