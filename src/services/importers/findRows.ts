import { type FieldContent, noteFields, recogniseFields, valueAt } from '../../core/problem/fields.ts';

/** A row and where it stands in its document. */
export interface PlacedRow {
  path: (string | number)[];
  value: unknown;
}

/**
 * The rows of a document that is one value: the items of a list, one problem, the items of a list inside an object (`data`,
 * `examples` …), an object of problems by id, or columns of equal length.
 */
export function findRows(value: unknown): PlacedRow[] {
  if (Array.isArray(value)) return value.map((item, index) => ({ path: [index], value: item }));
  if (!isObject(value)) return [{ path: [], value }];
  return columns(value) ?? oneProblem(value) ?? innerList(value) ?? byId(value) ?? [{ path: [], value }];
}

type Fields = Record<string, unknown>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function oneProblem(value: Fields): PlacedRow[] | null {
  const seen = new Map<string, FieldContent>();
  noteFields(value, seen);
  const { text, answer, solution } = recogniseFields(seen);
  // Both inside objects: those are the problems, e.g. by their ids.
  const outside = [text, answer ?? solution].some((path) => path !== undefined && Object.hasOwn(value, path));
  const isOne =
    text !== undefined && (answer ?? solution) !== undefined && outside && !isListOfRows(valueAt(value, text));
  return isOne ? [{ path: [], value }] : null;
}

/** Objects that are no chat messages. */
function isListOfRows(value: unknown): value is Fields[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => isObject(item) && !('role' in item || 'from' in item))
  );
}

function innerList(value: Fields): PlacedRow[] | null {
  const lists = Object.entries(value).filter(([, inner]) => isListOfRows(inner)) as [string, Fields[]][];
  const named = lists.find(([name]) =>
    /^(data|examples|problems|questions|rows|items|instances|samples|test)$/i.test(name),
  );
  const list = named ?? lists.sort(([, left], [, right]) => right.length - left.length)[0];
  return list?.[1].map((item, index) => ({ path: [list[0], index], value: item })) ?? null;
}

function byId(value: Fields): PlacedRow[] | null {
  const entries = Object.entries(value);
  if (entries.length === 0 || !entries.every(([, inner]) => isObject(inner))) return null;
  return entries.map(([id, inner]) => ({ path: [id], value: { id, ...(inner as Fields) } }));
}

/** `{ "question": ["…", "…"], "answer": [1, 2] }`. */
function columns(value: Fields): PlacedRow[] | null {
  const entries = Object.entries(value).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const { text, answer, solution } = recogniseFields(new Map(entries.map(([name]) => [name, 'value'])));
  const first = entries.find(([name]) => name === text)?.[1];
  if (first === undefined || (answer ?? solution) === undefined || first.some((item) => typeof item !== 'string'))
    return null;
  const equal = entries.filter(([, list]) => list.length === first.length);
  return first.map((_, index) => ({
    path: [],
    value: Object.fromEntries(equal.map(([name, list]) => [name, list[index]])),
  }));
}
