import { basename } from 'node:path';
import type { ProblemFileSummary } from '../../protocol/engine.ts';
import {
  type ByteSource,
  joinText,
  mostHandwrittenBytes,
  mostStreamedBytes,
  mostWholeBytes,
  readTextBytes,
} from './bytes.ts';
import { readCsv } from './csv.ts';
import { parseJson, readJsonLines, readJsonRows } from './json.ts';
import { mostLineBytes, notUtf8, type Row } from './lines.ts';
import { readMarkdownRows } from './markdown.ts';
import { readYamlRows } from './yaml.ts';

export type Format = NonNullable<ProblemFileSummary['format']>;

export interface RowFile {
  format: Format;
  /** In batches, each to be read to its end before the next. */
  rows: AsyncIterable<Iterable<Row>>;
}

/** `mapped`: the user named fields by hand, so a file that looks like a prompt is read all the same. */
export type RowRequest = Omit<ByteSource, 'maxBytes'> & { mapped?: boolean };

/**
 * A file's rows in its order, and the format they were read as: the ending decides, but `.json` and `.jsonl` are told apart by what
 * they hold, since each is often named as the other. Rejects with a `UserError` for a file that can't be read.
 */
export async function openRows(request: RowRequest): Promise<RowFile> {
  const name = basename(request.path).replace(/\.gz$/i, '').toLowerCase();
  const ending = name.slice(name.lastIndexOf('.') + 1);
  if (ending === 'csv' || ending === 'tsv') return { format: 'CSV', rows: readCsv(stream(request)) };
  const written = handwritten[ending];
  if (written !== undefined) return { format: written, rows: whole(request, written) };
  return sniffJson(request, ending);
}

const handwritten: Record<string, 'YAML' | 'MD' | 'TXT'> = {
  yaml: 'YAML',
  yml: 'YAML',
  md: 'MD',
  markdown: 'MD',
  txt: 'TXT',
};

function stream(request: RowRequest): AsyncGenerator<Uint8Array> {
  return readTextBytes({ ...request, maxBytes: mostStreamedBytes });
}

async function* whole(request: RowRequest, format: 'YAML' | 'MD' | 'TXT'): AsyncGenerator<Row[]> {
  const name = basename(request.path);
  const { text, damaged } = await joinText(stream(request), name, mostHandwrittenBytes);
  const rows = format === 'YAML' ? readYamlRows(text, name) : readMarkdownRows(text, name, request.mapped);
  yield damaged ? rows.map(refuseDamaged) : rows;
}

/** JSON Lines, or one JSON value that stands in memory as a whole. */
async function sniffJson(request: RowRequest, ending: string): Promise<RowFile> {
  const { firstLine, more, chunks } = await takeFirstLine(stream(request));
  if (isJsonLines(firstLine, more, ending)) return { format: 'JSONL', rows: readJsonLines(chunks) };
  return { format: 'JSON', rows: jsonRows(chunks, basename(request.path)) };
}

async function* jsonRows(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Row[]> {
  const { text, damaged } = await joinText(chunks, name, mostWholeBytes);
  if (text.trim() === '') return;
  const rows = readJsonRows(text);
  yield damaged ? rows.map(refuseDamaged) : rows;
}

/** A whole line decides: each of the two formats is often kept under the other's ending. */
function isJsonLines(firstLine: string, more: boolean, ending: string): boolean {
  const named = /^(jsonl|ndjson|jsonlines)$/.test(ending);
  if (firstLine === '') return named;
  try {
    const value = parseJson(firstLine);
    return more || (named && !Array.isArray(value));
  } catch {
    const pretty = /^[[{]$|[,[{]$/.test(firstLine);
    return named ? !pretty : firstLine.startsWith('{') && firstLine.endsWith('}');
  }
}

/** The first line that is not blank, whether more follows it, and all bytes again from the start. */
async function takeFirstLine(
  source: AsyncGenerator<Uint8Array>,
): Promise<{ firstLine: string; more: boolean; chunks: AsyncIterable<Uint8Array> }> {
  const held: Uint8Array[] = [];
  let size = 0;
  let text = '';
  let more = false;
  while (!more && size <= mostLineBytes) {
    const next = await source.next();
    if (next.done) break;
    held.push(next.value);
    size += next.value.length;
    // Joining again for each piece would be quadratic for one long line: wait for a line break.
    if (!next.value.includes(10)) continue;
    text = Buffer.concat(held).toString('utf8').trimStart();
    more = /\n\s*\S/.test(text);
  }
  if (!more) text = Buffer.concat(held).toString('utf8').trim();
  async function* chunks() {
    yield* held.splice(0);
    yield* source;
  }
  return { firstLine: (text.split('\n', 1)[0] ?? '').trim(), more: more || size > mostLineBytes, chunks: chunks() };
}

/** In a file with bytes that are not UTF-8, the rows that hold the replacement character are the damaged ones. */
function refuseDamaged(row: Row): Row {
  if ('message' in row || !holdsReplacement(row.value)) return row;
  return { line: row.line, column: 1, message: notUtf8 };
}

function holdsReplacement(value: unknown): boolean {
  const open: unknown[] = [value];
  for (let inner = open.pop(); inner !== undefined; inner = open.pop()) {
    if (typeof inner === 'string' && inner.includes('\uFFFD')) return true;
    if (typeof inner === 'object' && inner !== null) open.push(...Object.values(inner).map((part) => part ?? null));
  }
  return false;
}
