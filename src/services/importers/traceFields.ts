import { type FieldContent, noteFields, pickField, valueAt } from '../../core/problem/fields.ts';
import type { TraceMapping } from '../../protocol/engine.ts';

/** Which of a trace file's fields play which role, by their names; `byHand` wins, role by role. `fields`: those that hold a value. */
export function recogniseTraceFields(fields: readonly string[], byHand: TraceMapping = {}): TraceMapping {
  const taken = new Set(Object.values(byHand));
  let free = fields.filter((field) => !taken.has(field));
  const found: TraceMapping = {};
  for (const role of Object.keys(namesOfRole) as (keyof TraceMapping)[]) {
    const field = byHand[role] ?? pickField(free, namesOfRole[role]);
    if (field === undefined) continue;
    found[role] = field;
    free = free.filter((other) => other !== field);
  }
  return found;
}

/** In the order in which roles choose: `answer` is the gold answer only where nothing says so more clearly. Form of `nameKey`. */
const namesOfRole: Record<keyof TraceMapping, readonly string[]> = {
  problem: words('problem question problemtext questiontext problemstatement query prompt input instruction messages'),
  solution: words(
    'solution generatedsolution generation generatedtext response responses completion completions modeloutput output outputs resps modelsolution trace reasoning prediction generations samples code text',
  ),
  gold: words(
    'goldanswer gold groundtruth groundtruthanswer gt referenceanswer expectedanswer correctanswer target ideal reference answer label',
  ),
  problemId: words('problemid questionid qid taskid docid problemkey uniqueid'),
  model: words('model modelname modelid generator system engine'),
  system: words('method variant strategy promptname config setting'),
  seed: words('seed randomseed'),
  promptTokens: words('prompttokens inputtokens numprompttokens promptlength'),
  completionTokens: words(
    'completiontokens outputtokens generatedtokens numcompletiontokens numgeneratedtokens tokens numtokens completionlength',
  ),
  options: words('options choices'),
};

function words(line: string): readonly string[] {
  return line.split(' ');
}

/** Fields that tell more of a trace than the mapping names; they are read where they stand. */
export const finishNames = words('finishreason stopreason');
export const thinkingNames = words('reasoningcontent thinking thinkingcontent');

/** Every field of the first rows, with what it was seen to hold. */
export function seenFields(rows: readonly unknown[]): Map<string, FieldContent> {
  const fields = new Map<string, FieldContent>();
  for (const row of rows) noteFields(row, fields);
  return fields;
}

/**
 * What an imported row held beyond the fields that were used, e.g. the publisher's `is_correct`: at most 32 fields, each of at most
 * 1,000 characters as JSON. Larger ones are left out; the file still has them.
 */
export function extraFields(row: object, usedPaths: readonly string[]): Record<string, unknown> | undefined {
  const used = new Set(usedPaths.map((path) => (Object.hasOwn(row, path) ? path : path.split('.')[0])));
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (used.has(name) || value === null || value === '' || name.length > 100) continue;
    if (isSmall(value)) kept[name] = value;
    if (Object.keys(kept).length >= 32) break;
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}

/** Counts without recursion, and stops as soon as the value is too large. */
function isSmall(value: unknown): boolean {
  const open: unknown[] = [value];
  let size = 0;
  for (let at = 0; at < open.length; at++) {
    const part = open[at];
    size += typeof part === 'string' ? part.length + 2 : 4;
    if (typeof part === 'object' && part !== null) {
      const entries = Object.entries(part);
      if (entries.length > 250) return false;
      for (const [name, inner] of entries) {
        size += Array.isArray(part) ? 1 : name.length + 4;
        open.push(inner);
      }
    }
    if (size > 1000) return false;
  }
  return true;
}

/** A whole number that is not negative; null for anything else. CSV keeps numbers as texts. */
export function countAt(row: unknown, path: string | undefined): number | null {
  const value = path === undefined ? undefined : valueAt(row, path);
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}
