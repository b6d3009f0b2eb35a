import type { FieldMapping } from './problem.ts';

/**
 * Which of a file's fields play which role, by their names; `byHand` wins over what is recognised, role by role.
 *
 * `seen` has the dotted paths in the order of the file. A column of nulls plays no role, and an object only that of the options.
 */
export function recogniseFields(seen: ReadonlyMap<string, FieldContent>, byHand: FieldMapping = {}): FieldMapping {
  const found: FieldMapping = {};
  const fields = [...seen.keys()].filter((field) => seen.get(field) === 'value');
  const columns = byHand.options ?? optionColumns(fields);
  const taken = new Set([...Object.values(byHand), ...(columns?.split(',') ?? [])]);
  const free = fields.filter((field) => !taken.has(field));
  const objects = [...seen.keys()].filter((field) => seen.get(field) === 'object');
  for (const role of roles) {
    const names = namesOfRole[role];
    const field =
      byHand[role] ?? pickField(free, names) ?? (role === 'options' ? pickField(objects, names) : undefined);
    if (field === undefined) continue;
    found[role] = field;
    free.splice(0, free.length, ...free.filter((other) => other !== field));
  }
  if (columns !== undefined) found.options ??= columns;
  return found;
}

/** Names as they are written in the wild, best first, in the form of `nameKey`. */
const namesOfRole: Record<keyof FieldMapping, readonly string[]> = {
  text: list(
    'question problem questiontext problemtext problemstatement questionstem stem query questioncontent prompt content input',
    'instruction task statement messages conversation conversations exercise q 题目 问题',
  ),
  answer: list(
    'answer gold goldanswer groundtruth groundtruthanswer gt expectedanswer referenceanswer correctanswer finalanswer answerkey',
    'ideal target reference solutionanswer correctoption correct cop label expected answers a 答案',
  ),
  solution: list(
    'solution referencesolution goldsolution gtcot cot rationale explanation reasoning workedsolution solutions steps analysis 解析',
  ),
  options: list('options choices candidates alternatives answerchoices answeroptions mcoptions 选项'),
  id: list('id uid uniqueid problemid questionid qid taskid docid idx index'),
  level: list('level difficulty grade'),
  context: list('passage context'),
};

/** `context` comes first so that a passage is never taken for a question; `solution` last: it may stand in for an answer. */
const roles: readonly (keyof FieldMapping)[] = ['context', 'text', 'answer', 'options', 'id', 'level', 'solution'];

function list(...lines: string[]): readonly string[] {
  return lines.join(' ').split(' ');
}

/** `Expected_Answer`, `expected answer` and `expectedAnswer` are one name. */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/**
 * The first of `names` that a field carries; fields of the row itself before fields of objects inside it (`doc.question`).
 * `names` are in the form of `nameKey`.
 */
export function pickField(fields: readonly string[], names: readonly string[]): string | undefined {
  const byName = new Map<string, string>();
  const nested = new Map<string, string>();
  for (const field of fields) {
    const target = field.includes('.') ? nested : byName;
    const key = nameKey(field.slice(field.lastIndexOf('.') + 1));
    if (!target.has(key)) target.set(key, field);
    const whole = nameKey(field);
    if (target === nested && !byName.has(whole)) byName.set(whole, field);
  }
  const name = names.find((candidate) => byName.has(candidate));
  if (name !== undefined) return byName.get(name);
  const inner = names.find((candidate) => nested.has(candidate));
  return inner === undefined ? undefined : nested.get(inner);
}

/** `A,B,C,D` where a file keeps each option in a column of its own: `A`, `option_a`, `Choice B`, `opa`. */
function optionColumns(fields: readonly string[]): string | undefined {
  const byLetter = new Map<string, string>();
  for (const field of fields) {
    const letter = /^(?:option|choice|answer|op)?([a-j])$/.exec(nameKey(field))?.[1];
    if (letter !== undefined && !field.includes('.') && !byLetter.has(letter)) byLetter.set(letter, field);
  }
  const run = [...'abcdefghij'].map((letter) => byLetter.get(letter));
  const end = run.indexOf(undefined);
  const columns = (end < 0 ? run : run.slice(0, end)).filter((field) => field !== undefined);
  return columns.length >= 2 && columns.every((field) => !field.includes(',')) ? columns.join(',') : undefined;
}

/** The value at a dotted path; a field whose own name holds the dots is found first. `undefined` where there is none. */
export function valueAt(row: unknown, path: string): unknown {
  if (typeof row !== 'object' || row === null) return undefined;
  if (Object.hasOwn(row, path)) return (row as Record<string, unknown>)[path];
  let value: unknown = row;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** What a field was seen to hold, over many rows. */
export type FieldContent = 'nothing' | 'object' | 'value';

/** Notes a row's fields in `into`, objects inside it entered to a depth of 3 (`doc.question`), lists not; at most 200 fields. */
export function noteFields(row: unknown, into: Map<string, FieldContent>): void {
  collect(row, '', 0, into);
}

function collect(value: unknown, prefix: string, depth: number, into: Map<string, FieldContent>): void {
  if (!isPlainObject(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    const path = prefix + name;
    const known = into.get(path);
    if (known === undefined && into.size >= mostFields) return;
    const content = contentOf(inner);
    if (known === undefined || known === 'nothing' || content === 'value') into.set(path, content);
    if (depth + 1 < deepest) collect(inner, `${path}.`, depth + 1, into);
  }
}

function contentOf(value: unknown): FieldContent {
  if (value === null || value === undefined || value === '') return 'nothing';
  return isPlainObject(value) ? 'object' : 'value';
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const mostFields = 200;
const deepest = 3;
