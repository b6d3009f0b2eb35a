import { extractAnswer, extractGold } from '../../core/answer/extract.ts';
import { valueAt } from '../../core/problem/fields.ts';
import { indexBase, letterOf, readOptions } from '../../core/problem/options.ts';
import type { FieldMapping, Problem } from '../../core/problem/problem.ts';

/** How a file's rows are read: which field is what, and whether golds count options (from 0 or 1) instead of naming them. */
export interface RowReading {
  mapping: FieldMapping;
  optionBase: 0 | 1 | null;
}

/** A problem without its id and place, with the id that the row itself gives. */
export type ProblemRow = Omit<Problem, 'id' | 'source'> & { ownId: string | null };

/** A row's problem, or one sentence: which field is missing or unusable, and the remedy. */
export function readProblemRow(row: unknown, { mapping, optionBase }: RowReading): ProblemRow | string {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return `This row is ${kindOf(row)}, not an object with fields: write e.g. {"question": "…", "answer": "…"}.`;
  }
  const question = textOf(at(row, mapping.text), 'user');
  if (question === null || question === '') return missing(row, mapping.text, 'problem’s text');
  const gold = readGold(row, mapping);
  if ('fault' in gold) return gold.fault;
  const passage = textOf(at(row, mapping.context), 'user');
  const problem: ProblemRow = {
    text: passage ? `${passage}\n\n${question}` : question,
    answer: gold.answer,
    kind: 'free',
    ownId: readId(at(row, mapping.id)),
  };
  if (gold.solution !== undefined) problem.solution = gold.solution;
  const level = at(row, mapping.level);
  if (typeof level === 'string' || typeof level === 'number' || typeof level === 'bigint')
    problem.level = String(level);
  const options = optionsValue(row, mapping.options);
  return options === null ? problem : withOptions(problem, options, mapping, optionBase);
}

function withOptions(
  problem: ProblemRow,
  value: unknown,
  mapping: FieldMapping,
  optionBase: 0 | 1 | null,
): ProblemRow | string {
  const options = readOptions(value);
  if (options === null) {
    return `The options in "${mapping.options}" can’t be told apart: write them as a list, or as "A) … B) …".`;
  }
  const letter = letterOf(problem.answer, options, optionBase);
  if (letter === null) {
    const shown = problem.answer.slice(0, 40);
    return `The gold answer "${shown}" is none of the ${options.length} options: write an option’s letter or its text.`;
  }
  return { ...problem, answer: letter, kind: 'choice', options };
}

/** Whether a file's golds count options; decided on many rows, for one alone can't tell an option `2` from option number 2. */
export function findOptionBase(rows: readonly unknown[], mapping: FieldMapping): 0 | 1 | null {
  if (mapping.options === undefined) return null;
  const read = rows.flatMap((row) => {
    const options = readOptions(optionsValue(row, mapping.options));
    const gold = textOf(at(row, mapping.answer), 'assistant');
    return options === null || gold === null ? [] : [{ gold, options }];
  });
  return indexBase(read);
}

/**
 * The gold answer: what is marked in the answer field (`#### x`, `\boxed{x}`, "the answer is x"), or the field as it stands; else
 * what is marked in the solution. JSON numbers lose an empty fraction: 27.0 is 27.
 */
function readGold(row: object, mapping: FieldMapping): { answer: string; solution?: string } | { fault: string } {
  const value = at(row, mapping.answer);
  const stated = textOf(value, 'assistant');
  const solution = textOf(at(row, mapping.solution), 'assistant') || undefined;
  if (stated !== null && stated !== '') {
    const marked = markedAnswer(stated);
    if (marked === '')
      return { fault: `The gold answer in "${mapping.answer}" is empty after its mark: write it there.` };
    if (marked === null) return { answer: stated, ...(solution && { solution }) };
    return marked === stated
      ? { answer: marked, ...(solution && { solution }) }
      : { answer: marked, solution: solution ?? stated };
  }
  if (stated === null && value !== null && value !== undefined) {
    const inner = typeof value === 'object' ? Object.keys(value)[0] : undefined;
    const hint = inner === undefined ? '' : ` such as "${mapping.answer}.${inner.slice(0, 40)}"`;
    return {
      fault: `"${mapping.answer}" holds ${kindOf(value)}, not an answer: map the gold answer to a field inside it${hint}.`,
    };
  }
  if (solution === undefined) return { fault: missing(row, mapping.answer ?? mapping.solution, 'gold answer') };
  const marked = markedAnswer(solution) ?? (isBare(solution) ? solution : null);
  if (marked !== null && marked !== '') return { answer: marked, solution };
  return {
    fault: `No final answer is marked in "${mapping.solution}": end it with \`#### 42\` or \`\\boxed{42}\`, or map a field with the answer alone.`,
  };
}

/** What a text states as its answer by a mark; null where nothing is marked. */
function markedAnswer(text: string): string | null {
  const gold = extractGold(text);
  if (gold !== text.trim()) return gold;
  if (isBare(text)) return null;
  const found = extractAnswer(text);
  return found !== null && (found.rule === 'finalAnswer' || found.rule === 'answerLine') ? found.text : null;
}

/** An answer that stands alone, rather than in sentences. */
function isBare(text: string): boolean {
  return text.length <= 60 && !/\n|[.!?]\s|\bis\b/.test(text);
}

function at(row: unknown, path: string | undefined): unknown {
  return path === undefined ? undefined : valueAt(row, path);
}

/** Null where the row has no options. Several paths with commas gather one option each. */
function optionsValue(row: unknown, path: string | undefined): unknown {
  if (path === undefined) return null;
  const whole = valueAt(row, path);
  if (whole !== undefined || !path.includes(',')) return isEmpty(whole) ? null : whole;
  const values = path.split(',').map((part) => valueAt(row, part.trim()));
  while (values.length > 0 && isEmpty(values.at(-1))) values.pop();
  return values.length === 0 ? null : values;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** A value as text; null where it is none. Of a chat, what the user (or the assistant) says. Lists of texts are joined. */
export function textOf(value: unknown, role: 'user' | 'assistant'): string | null {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value) || value.length === 0) return null;
  const said = fromChat(value, role);
  if (said !== undefined) return said;
  const parts = value.map((part) => (Array.isArray(part) ? null : textOf(part, role)));
  return parts.includes(null) ? null : parts.join(parts.some((part) => (part ?? '').length > 60) ? '\n' : ', ');
}

/** `[{ role, content }]` or `[{ from, value }]`: the problem is the user's last message, or the first where an assistant replied last. */
function fromChat(messages: readonly unknown[], role: 'user' | 'assistant'): string | null | undefined {
  const read = messages.map((message) => {
    const fields = (typeof message === 'object' && message !== null ? message : {}) as Record<string, unknown>;
    const [who, what] = [fields.role ?? fields.from, fields.content ?? fields.value];
    return typeof who === 'string' && typeof what === 'string' ? { who: who === 'human' ? 'user' : who, what } : null;
  });
  const chat = read.filter((message) => message !== null);
  if (chat.length === 0 || chat.length < read.length) return undefined;
  const mine = chat.filter(({ who }) => who === role || (role === 'assistant' && who === 'gpt'));
  const ends = role === 'assistant' || chat.at(-1)?.who === 'user';
  return (ends ? mine.at(-1) : mine[0])?.what.trim() ?? null;
}

function readId(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return null;
  const id = String(value)
    .trim()
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, '_')
    .slice(0, 200);
  return id === '' ? null : id;
}

function missing(row: object, field: string | undefined, what: string): string {
  const has = Object.keys(row)
    .slice(0, 8)
    .map((name) => name.slice(0, 40))
    .join(', ');
  const absent = field === undefined || !Object.hasOwn(row, field.split('.')[0] ?? field) ? 'is missing' : 'is empty';
  return `The ${what} ("${field ?? '?'}") ${absent} in this row, which has ${has || 'no fields'}: add it, or map another field to it.`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
