import papaparse from 'papaparse';
import { mostLineBytes, notUtf8, type Row } from './lines.ts';

/**
 * The rows of a CSV file with a header line, as objects of texts. Each record is cut out first and parsed alone, so lines are
 * known, a broken record costs no other, and only one record stands in memory.
 */
export async function* readCsv(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  const cutter = new RecordCutter();
  let header: string[] | null = null;
  let delimiter = ',';
  for await (const record of readRecords(chunks, cutter)) {
    if (record.text.trim() === '') continue;
    if (record.problem !== undefined) {
      yield { line: record.line, column: 1, message: record.problem };
      continue;
    }
    if (header === null) {
      delimiter = guessDelimiter(record.text);
      cutter.delimiters = [delimiter.charCodeAt(0)];
      header = (fieldsOf(record.text, delimiter) ?? []).map((name, index) => name.trim() || `column ${index + 1}`);
    } else {
      yield toRow(record, header, delimiter);
    }
  }
}

function toRow(record: CsvRecord, header: readonly string[], delimiter: string): Row {
  if (record.text.includes('\uFFFD')) return { line: record.line, column: 1, message: notUtf8 };
  const fields = fieldsOf(record.text, delimiter);
  if (fields === null) return { line: record.line, column: 1, message: openQuote };
  if (fields.length > header.length && fields.slice(header.length).some((field) => field.trim() !== '')) {
    const message = `This row has ${fields.length} fields and the header ${header.length}: put quotes around texts that hold \`${delimiter}\`.`;
    return { line: record.line, column: columnOfField(record.text, fields, header.length), message };
  }
  const values = header.map((name, index) => [name, fields[index] ?? ''] as const);
  return { line: record.line, value: Object.fromEntries(values) };
}

/** Where field `index` begins on the record's first line; 1 where that can't be told without quotes. */
function columnOfField(record: string, fields: readonly string[], index: number): number {
  if (record.includes('"') || record.includes('\n')) return 1;
  return fields.slice(0, index).reduce((column, field) => column + field.length + 1, 1);
}

/** Null where a quote is not closed. The line break lets blanks stand after the last quote. */
function fieldsOf(record: string, delimiter: string): string[] | null {
  const { data, errors } = papaparse.parse<string[]>(`${record}\n`, { delimiter, newline: '\n' });
  return errors.some((error) => error.code === 'MissingQuotes') ? null : (data[0] ?? []);
}

const openQuote = 'This row has a quote that is never closed: add `"`.';

/** By the header alone: formulas in the rows hold commas, bars and semicolons of their own. */
function guessDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '');
  const counts = [',', '\t', ';', '|'].map((mark) => ({ mark, count: bare.split(mark).length - 1 }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).mark;
}

interface CsvRecord {
  line: number;
  text: string;
  problem?: string;
}

/**
 * Cuts text into records: a line break ends one unless it stands between quotes that opened at a field's start. A quote that is
 * never closed would swallow the rest of the file, so its first line alone is given up and the lines after it are read again.
 */
async function* readRecords(chunks: AsyncIterable<Uint8Array>, cutter: RecordCutter): AsyncGenerator<CsvRecord> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const chunk of chunks) yield* cutter.take(decoder.decode(chunk, { stream: true }));
  yield* cutter.take(decoder.decode());
  yield* cutter.end();
}

class RecordCutter {
  /** A quote opens a field only after one of these; until the header has told, any delimiter may be in use. */
  delimiters: readonly number[] = [...',\t;|'].map((mark) => mark.charCodeAt(0));
  #text = '';
  #line = 1;
  /** Where the search goes on, and whether that place is inside quotes or at a field's start. */
  #at = 0;
  #quoted = false;
  #fieldStart = true;
  #givenUp = 0;

  *take(text: string): Generator<CsvRecord> {
    this.#text += text;
    let from = 0;
    for (let end = this.#findEnd(); end >= 0; end = this.#findEnd()) {
      yield this.#record(from, end);
      from = end + 1;
    }
    this.#text = this.#text.slice(from);
    this.#at -= from;
    if (this.#text.length > mostLineBytes) yield* this.#giveUp('This row is longer than 16 MB: shorten its fields.');
  }

  *end(): Generator<CsvRecord> {
    // A line break at the end closes the last record; a quote that is still open was never closed.
    yield* this.take('\n');
    while (this.#text.length > 0) yield* this.#giveUp(openQuote);
  }

  /** Gives up the first line and reads the others again; after 100 of them, gives up the rest. */
  *#giveUp(problem: string): Generator<CsvRecord> {
    const lineEnd = this.#text.indexOf('\n');
    const stop = lineEnd < 0 || this.#givenUp++ >= mostGivenUp;
    const rest = stop ? '' : this.#text.slice(lineEnd + 1);
    const line = this.#line;
    yield { line, text: this.#text.slice(0, 100), problem };
    this.#line += stop ? 0 : 1;
    this.#text = '';
    this.#at = 0;
    this.#quoted = false;
    this.#fieldStart = true;
    if (rest !== '') yield* this.take(rest);
  }

  #record(from: number, end: number): CsvRecord {
    const text = this.#text.slice(from, end).replace(/\r$/, '');
    const line = this.#line;
    for (let at = from - 1; at < end; this.#line++) {
      at = this.#text.indexOf('\n', at + 1);
      if (at < 0 || at > end) break;
    }
    return { line, text };
  }

  /** The offset of the line break that ends the current record; -1 where more text is needed. */
  #findEnd(): number {
    while (this.#at < this.#text.length) {
      if (this.#quoted) {
        const quote = this.#text.indexOf('"', this.#at);
        if (quote < 0 || quote + 1 === this.#text.length) {
          this.#at = quote < 0 ? this.#text.length : quote;
          return -1;
        }
        // A doubled quote is a quote; any other ends the quoted part.
        this.#quoted = this.#text.charAt(quote + 1) === '"';
        this.#at = quote + (this.#quoted ? 2 : 1);
        this.#fieldStart = false;
        continue;
      }
      const mark = this.#text.charCodeAt(this.#at++);
      if (mark === lineBreak) {
        this.#fieldStart = true;
        return this.#at - 1;
      }
      if (mark === quoteMark && this.#fieldStart) this.#quoted = true;
      this.#fieldStart = this.delimiters.includes(mark);
    }
    return -1;
  }
}

const mostGivenUp = 100;
const lineBreak = 10;
const quoteMark = 34;
