import papaparse from 'papaparse';
import { mostLineBytes, notUtf8, type Row } from './lines.ts';

/**
 * The rows of a CSV file with a header line, as objects of texts, a batch for each piece of bytes. Records are cut out first, so
 * lines are known, a broken record costs no other, and the file need not stand in memory.
 */
export async function* readCsv(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Iterable<Row>> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const table = new Table();
  for await (const chunk of chunks) yield table.take(decoder.decode(chunk, { stream: true }));
  yield table.take(decoder.decode());
  yield table.end();
}

class Table {
  readonly #cutter = new RecordCutter();
  #header: string[] | null = null;
  #delimiter = ',';

  *take(text: string): Generator<Row> {
    yield* this.#rows(this.#cutter.take(text));
  }

  *end(): Generator<Row> {
    yield* this.#rows(this.#cutter.end());
  }

  *#rows(records: Iterable<CsvRecord>): Generator<Row> {
    for (const record of records) {
      if (record.text.trim() === '') continue;
      if (record.problem !== undefined) yield { line: record.line, column: 1, message: record.problem };
      else if (this.#header === null) this.#readHeader(record.text);
      else yield toRow(record, this.#header, this.#delimiter);
    }
  }

  #readHeader(text: string): void {
    this.#delimiter = guessDelimiter(text);
    this.#cutter.delimiters = [this.#delimiter.charCodeAt(0)];
    const names = fieldsOf(text, this.#delimiter) ?? [];
    this.#header = names.map((name, index) => name.trim() || `column ${index + 1}`);
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

/** Null where a quote is not closed. Without quotes there is nothing to parse, and `papaparse` costs 20 µs for each call. */
function fieldsOf(record: string, delimiter: string): string[] | null {
  if (!record.includes('"')) return record.split(delimiter);
  // The line break lets blanks stand after the last quote.
  const parser = new papaparse.Parser({ delimiter, newline: '\n' });
  const { data, errors } = parser.parse(`${record}\n`, 0, false) as papaparse.ParseResult<string[]>;
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
class RecordCutter {
  /** A quote opens a field only after one of these; until the header has told, any delimiter may be in use. */
  delimiters: readonly number[] = [...',\t;|'].map((mark) => mark.charCodeAt(0));
  #text = '';
  #line = 1;
  /** Where the current record begins, where the search goes on, and whether that place is inside quotes. */
  #start = 0;
  #at = 0;
  #quoted = false;
  #givenUp = 0;

  *take(text: string): Generator<CsvRecord> {
    this.#text = this.#text.slice(this.#start) + text;
    this.#at -= this.#start;
    this.#start = 0;
    for (let end = this.#findEnd(); end >= 0; end = this.#findEnd()) yield this.#record(end);
    if (this.#text.length - this.#start > mostLineBytes) {
      yield* this.#giveUp('This row is longer than 16 MB: shorten its fields.');
    }
  }

  *end(): Generator<CsvRecord> {
    // A line break at the end closes the last record; a quote that is still open was never closed.
    yield* this.take('\n');
    while (this.#start < this.#text.length) yield* this.#giveUp(openQuote);
  }

  /** Gives up the record's first line and reads the others again; after 20 of them, gives up the rest. */
  *#giveUp(problem: string): Generator<CsvRecord> {
    const text = this.#text.slice(this.#start);
    const lineEnd = text.indexOf('\n');
    const stop = lineEnd < 0 || this.#givenUp++ >= mostGivenUp;
    yield { line: this.#line, text: text.slice(0, 100), problem };
    this.#line += stop ? 0 : 1;
    this.#text = '';
    this.#start = 0;
    this.#at = 0;
    this.#quoted = false;
    if (!stop) yield* this.take(text.slice(lineEnd + 1));
  }

  #record(end: number): CsvRecord {
    const text = this.#text.slice(this.#start, end);
    const line = this.#line++;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#line++;
    this.#start = end + 1;
    this.#at = end + 1;
    return { line, text: text.endsWith('\r') ? text.slice(0, -1) : text };
  }

  /** The offset of the line break that ends the current record; -1 where more text is needed. */
  #findEnd(): number {
    const text = this.#text;
    while (this.#at < text.length) {
      if (this.#quoted) {
        const quote = text.indexOf('"', this.#at);
        if (quote < 0 || quote + 1 === text.length) {
          this.#at = quote < 0 ? text.length : quote;
          return -1;
        }
        // A doubled quote is a quote; any other ends the quoted part.
        this.#quoted = text.charCodeAt(quote + 1) === quoteMark;
        this.#at = quote + (this.#quoted ? 2 : 1);
        continue;
      }
      const mark = nextMark(text, this.#at);
      if (mark < 0) {
        this.#at = text.length;
        return -1;
      }
      if (text.charCodeAt(mark) !== quoteMark) return mark;
      this.#quoted = mark === this.#start || this.delimiters.includes(text.charCodeAt(mark - 1));
      this.#at = mark + 1;
    }
    return -1;
  }
}

/** The next quote or line break. */
function nextMark(text: string, from: number): number {
  marks.lastIndex = from;
  return marks.exec(text)?.index ?? -1;
}

const marks = /["\n]/g;
const mostGivenUp = 20;
const quoteMark = 34;
