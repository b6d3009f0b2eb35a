import { findRows } from './findRows.ts';
import { scanJson } from './jsonScan.ts';
import { type BrokenRow, lineCounter, type Row, readLines, type TextLine } from './lines.ts';

/** One JSON value per line; blank lines are no rows. In batches, as `readLines` gives them. */
export async function* readJsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Iterable<Row>> {
  for await (const lines of readLines(chunks)) yield parseLines(lines);
}

function* parseLines(lines: Iterable<TextLine>): Generator<Row> {
  for (const line of lines) {
    if ('message' in line) yield line;
    else if (line.text.trim() !== '') yield parseLine(line.text, line.line);
  }
}

function parseLine(text: string, line: number): Row {
  try {
    return { line, value: parseJson(text) };
  } catch {
    return brokenAt(text, line);
  }
}

function brokenAt(text: string, line: number): BrokenRow {
  const error = scanJson(text);
  const message = `Not valid JSON: ${error?.message ?? 'this line can’t be read.'}`;
  return { line, column: (error?.offset ?? 0) + 1, message };
}

/**
 * The rows of a JSON text: an array, one problem, an object with a list inside, an object of problems by id, or columns. Where the
 * text is broken, the rows before the break are read and the break is a broken row.
 */
export function readJsonRows(text: string): Row[] {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return rowsBeforeBreak(text);
  }
  const rows = findRows(value);
  const starts = new Map<string, number>();
  scanJson(text, (span) => starts.set(pathKey(span.path), span.start), rows[0]?.path.length ?? 0);
  const placeOf = lineCounter(text);
  return rows.map((row) => ({ line: placeOf(starts.get(pathKey(row.path)) ?? 0).line, value: row.value }));
}

function pathKey(path: readonly (string | number)[]): string {
  return JSON.stringify(path);
}

function rowsBeforeBreak(text: string): Row[] {
  const lists = new Map<string, { start: number; end: number }[]>();
  const error = scanJson(text, ({ path, start, end }) => {
    if (typeof path.at(-1) !== 'number' || text.charAt(start) !== '{') return;
    const parent = pathKey(path.slice(0, -1));
    const spans = lists.get(parent) ?? [];
    spans.push({ start, end });
    lists.set(parent, spans);
  });
  const longest = [...lists.values()].reduce<{ start: number; end: number }[]>(
    (best, spans) => (spans.length > best.length ? spans : best),
    [],
  );
  const placeOf = lineCounter(text);
  const rows: Row[] = longest.map(({ start, end }) => ({
    line: placeOf(start).line,
    value: parseJson(text.slice(start, end)),
  }));
  const place = placeOf(error?.offset ?? 0);
  const after = longest.length > 0 ? ' Nothing after it was read.' : '';
  rows.push({ ...place, message: `Not valid JSON: ${error?.message ?? 'it can’t be read.'}${after}` });
  return rows;
}

/** `JSON.parse`, but a number with more digits than a double holds stays the text that was written. */
export function parseJson(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text);
  try {
    return JSON.parse(text, keepDigits as Parameters<typeof JSON.parse>[1]);
  } catch (error) {
    // The reviver walks the value by recursion, which a deeply nested one exhausts.
    if (error instanceof RangeError) return JSON.parse(text);
    throw error;
  }
}

const longNumber = /\d[\d.]{15}/;

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined) return value;
  return source.replace(/\D/g, '').length > 15 && String(value) !== source ? source : value;
}
