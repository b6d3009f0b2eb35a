import { pickField, valueAt } from '../../core/problem/fields.ts';
import type { FinishReason, Trace, Usage } from '../../core/trace/trace.ts';
import type { TraceMapping } from '../../protocol/engine.ts';
import { type ProblemRow, type RowReading, readProblemRow, textOf } from './problemRow.ts';
import { countAt, extraFields, finishNames, thinkingNames } from './traceFields.ts';

/** What one row of a trace file says: its problem, the system that answered, and its traces (several where it lists several). */
export interface TraceRow {
  problem: ProblemRow;
  system: string;
  traces: Pick<Trace, 'text' | 'thinking' | 'finish' | 'seed' | 'usage' | 'extra'>[];
}

/** How rows are read. `unnamed` is the system of rows without a model. */
export interface TraceReading extends RowReading {
  traces: TraceMapping;
  unnamed: string;
}

/** The row, or one sentence: what is missing, with the remedy. */
export function readTraceRow(row: unknown, reading: TraceReading): TraceRow | string {
  const problem = readProblemRow(row, reading);
  if (typeof problem === 'string') return problem;
  if (typeof row !== 'object' || row === null) return 'This row is not an object with fields.';
  const { traces: mapping } = reading;
  const texts = solutionTexts(mapping.solution === undefined ? undefined : valueAt(row, mapping.solution));
  if (texts.length === 0) {
    return `The solution ("${mapping.solution ?? '?'}") is missing or empty in this row: add it, or map another field to it.`;
  }
  const names = Object.keys(row);
  const thinkingField = pickField(names, thinkingNames);
  const thinking = thinkingField === undefined ? null : textOf(valueAt(row, thinkingField), 'assistant');
  const finishField = pickField(names, finishNames);
  const finish = finishOf(finishField === undefined ? undefined : valueAt(row, finishField));
  const used = [...Object.values(mapping), thinkingField, finishField].filter((field) => field !== undefined);
  const extra = extraFields(row, used);
  const traces = texts.map((text) => ({
    text,
    ...(thinking && thinkingField !== mapping.solution && { thinking }),
    finish,
    seed: countAt(row, mapping.seed),
    usage: usageOf(row, mapping, problem.text, text, texts.length),
    ...(extra && { extra }),
  }));
  return { problem, system: systemOf(row, reading), traces };
}

/** `GPT-3 6B finetuning`: the model, and what else tells systems apart. */
export function systemOf(row: object, { traces: mapping, unnamed }: TraceReading): string {
  const parts = [mapping.model, mapping.system].map((path) =>
    path === undefined ? null : textOf(valueAt(row, path), 'assistant'),
  );
  const name = parts
    .filter((part) => part)
    .join(' ')
    .replace(/\s+/g, ' ')
    .slice(0, 200);
  return name === '' ? unnamed : name;
}

/** One text, a list of texts (samples of one problem, also one list deeper), or the assistant's part of a chat. */
function solutionTexts(value: unknown): string[] {
  if (!Array.isArray(value)) return nonEmpty(textAsIs(value));
  const chat = value.some((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
  if (chat) return nonEmpty(textOf(value, 'assistant'));
  return value.flatMap((item) =>
    Array.isArray(item) ? item.flatMap((inner) => nonEmpty(textAsIs(inner))) : nonEmpty(textAsIs(item)),
  );
}

/** Traces are never edited: white space at their ends stays. */
function textAsIs(value: unknown): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
}

function nonEmpty(text: string | null): string[] {
  return text === null || text.trim() === '' ? [] : [text];
}

/** The counts of a row with several texts are their sum and tell nothing of one. */
function usageOf(row: object, mapping: TraceMapping, problem: string, text: string, texts: number): Usage {
  const prompt = countAt(row, mapping.promptTokens);
  const completion = texts === 1 ? countAt(row, mapping.completionTokens) : null;
  const usage = { promptTokens: prompt ?? tokensIn(problem), completionTokens: completion ?? tokensIn(text) };
  return prompt === null || completion === null ? { ...usage, estimated: true } : usage;
}

/** About four characters make a token in English text; the figure is marked as an estimate. */
function tokensIn(text: string): number {
  return Math.ceil(text.length / 4);
}

function finishOf(value: unknown): FinishReason {
  const name = typeof value === 'string' ? value.toLowerCase().replace(/[^a-z]/g, '') : '';
  if (/^(?:stop|eos|eostoken|endturn|stopsequence|completed?)$/.test(name)) return 'stop';
  if (/^(?:length|maxtokens|maxlength)$/.test(name)) return 'length';
  return name === 'contentfilter' ? 'contentFilter' : 'unknown';
}
