/** What a reader found in a file: a row's value, or why it could not be read. Lines and columns are 1-based. */
export type Row = { line: number; value: unknown } | BrokenRow;

export interface BrokenRow {
  line: number;
  column: number;
  /** One sentence with the remedy. */
  message: string;
}

export type TextLine = { line: number; text: string } | BrokenRow;

/**
 * The lines of UTF-8 bytes, without their `\n` or `\r\n`, a batch for each piece of bytes: waiting for every single line would
 * cost more than reading it. A batch is read to its end before the next is asked for. A line over `maxBytes` is skipped without
 * being kept, and a line with bytes that are not UTF-8 is broken; the lines after them are read.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes = mostLineBytes,
): AsyncGenerator<Iterable<TextLine>> {
  const cutter = new LineCutter(maxBytes);
  for await (const chunk of chunks) yield cutter.take(chunk);
  yield cutter.end();
}

class LineCutter {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** The beginning of the current line; dropped, and only its size kept, once it is too long. */
  #pieces: Uint8Array[] = [];
  #size = 0;
  #line = 1;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  *take(chunk: Uint8Array): Generator<TextLine> {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      yield this.#close(chunk.subarray(from, at));
      from = at + 1;
    }
    const tail = chunk.subarray(from);
    this.#size += tail.length;
    if (this.#size > this.#maxBytes) this.#pieces = [];
    else if (tail.length > 0) this.#pieces.push(tail);
  }

  *end(): Generator<TextLine> {
    if (this.#size > 0) yield this.#close(new Uint8Array(0));
  }

  #close(last: Uint8Array): TextLine {
    const whole = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
    const tooLong = this.#size + last.length > this.#maxBytes;
    this.#pieces = [];
    this.#size = 0;
    const line = this.#line++;
    return tooLong ? overlong(line, this.#maxBytes) : decodeLine(whole, line, this.#decoder);
  }
}

/** 16 MB: the longest line or record that is read. */
export const mostLineBytes = 16 * 1024 ** 2;

function overlong(line: number, maxBytes: number): BrokenRow {
  const megabytes = Math.round(maxBytes / 1024 ** 2);
  return { line, column: 1, message: `This line is longer than ${megabytes} MB: shorten its fields.` };
}

function decodeLine(bytes: Uint8Array, line: number, decoder: InstanceType<typeof TextDecoder>): TextLine {
  const end = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length;
  if (end === 0) return { line, text: '' };
  const body = bytes.subarray(0, end);
  try {
    return { line, text: decoder.decode(body) };
  } catch {
    return { line, column: invalidColumn(body), message: notUtf8 };
  }
}

/** Also said of a row with U+FFFD itself, the mark that other programs leave where they lost characters. */
export const notUtf8 =
  'This row holds bytes that are not UTF-8, or characters lost earlier (�): save the file as UTF-8.';

/** Where the bytes stop being UTF-8: what replacing the wrong ones would change first. */
function invalidColumn(bytes: Uint8Array): number {
  const repaired = Buffer.from(bytes).toString('utf8');
  const again = Buffer.from(repaired);
  let at = 0;
  while (at < bytes.length && bytes[at] === again[at]) at++;
  // The replacement character begins with 0xEF, as a wrong byte may too: step back to the character's start.
  return (
    Buffer.from(bytes.subarray(0, at))
      .toString('utf8')
      .replace(/\uFFFD+$/, '').length + 1
  );
}

/** Gives the 1-based line and column of offsets that are asked for in ascending order; linear over all calls. */
export function lineCounter(text: string): (offset: number) => { line: number; column: number } {
  let line = 1;
  let start = 0;
  return (offset) => {
    for (let at = text.indexOf('\n', start); at >= 0 && at < offset; at = text.indexOf('\n', start)) {
      line++;
      start = at + 1;
    }
    return { line, column: offset - start + 1 };
  };
}
