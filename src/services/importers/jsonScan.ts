/** Where a text stops being JSON: `offset` is in UTF-16 units, `message` says what is wrong there, with the remedy. */
export interface JsonError {
  offset: number;
  message: string;
}

/** A value inside a JSON text: `path` from the top, `end` exclusive. */
export interface JsonSpan {
  path: readonly (string | number)[];
  start: number;
  end: number;
}

/**
 * Finds the first syntax error of a JSON text, or null. `JSON.parse` names no place for many errors; this reader does, and gives the
 * places of values up to `deepest` levels down, which `JSON.parse` does not tell at all.
 *
 * Without recursion, so nesting costs memory and never the stack; linear in the text's length.
 */
export function scanJson(text: string, onValue: (span: JsonSpan) => void = () => {}, deepest = 2): JsonError | null {
  const open: Container[] = [];
  let at = skipSpace(text, 0);
  for (;;) {
    const value = readValue(text, at);
    if ('error' in value) return value.error;
    if (value.opens !== undefined) {
      if (open.length >= deepestNesting)
        return { offset: at, message: `values are nested more than ${deepestNesting} deep here.` };
      open.push({ kind: value.opens, start: at, index: 0, key: '' });
      at = skipSpace(text, at + 1);
      const closing = text.charAt(at) === closerOf[value.opens];
      if (!closing) {
        const next = readKey(text, at, open.at(-1));
        if (next.error) return next.error;
        at = next.at;
        continue;
      }
    } else {
      report(open, at, value.end, onValue, deepest);
      at = skipSpace(text, value.end);
    }
    // After a value: close what ends here, then a comma or the end of the text.
    for (;;) {
      const container = open.at(-1);
      if (container === undefined) return at >= text.length ? null : { offset: at, message: rest(text, at) };
      if (text.charAt(at) !== closerOf[container.kind]) break;
      open.pop();
      report(open, container.start, at + 1, onValue, deepest);
      at = skipSpace(text, at + 1);
    }
    const container = open.at(-1) as Container;
    if (text.charAt(at) !== ',') return { offset: at, message: missingComma(text, at, container.kind) };
    container.index++;
    const next = readKey(text, skipSpace(text, at + 1), container);
    if (next.error) return next.error;
    at = next.at;
  }
}

interface Container {
  kind: '[' | '{';
  start: number;
  /** Of the value being read. */
  index: number;
  key: string;
}

const deepestNesting = 100_000;
const closerOf = { '[': ']', '{': '}' } as const;

function report(
  open: readonly Container[],
  start: number,
  end: number,
  onValue: (span: JsonSpan) => void,
  deepest: number,
): void {
  if (open.length > deepest) return;
  onValue({ path: open.map((container) => (container.kind === '[' ? container.index : container.key)), start, end });
}

type Value = { end: number; opens?: undefined } | { end: number; opens: '[' | '{' } | { error: JsonError };

function readValue(text: string, at: number): Value {
  const first = text.charAt(at);
  if (first === '{' || first === '[') return { end: at + 1, opens: first };
  if (first === '"') return readString(text, at);
  literal.lastIndex = at;
  const match = literal.exec(text);
  return match === null ? { error: { offset: at, message: noValue(text, at) } } : { end: at + match[0].length };
}

const literal = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;

function readString(text: string, start: number): Value {
  let at = start + 1;
  for (;;) {
    plain.lastIndex = at;
    const run = plain.exec(text)?.[0].length ?? 0;
    at += run;
    if (run === longestRun) continue;
    const stop = text.charAt(at);
    if (stop === '"') return { end: at + 1 };
    if (at >= text.length) return { error: { offset: start, message: 'this string has no closing quote: add `"`.' } };
    if (stop !== '\\') return { error: { offset: at, message: controlCharacter(stop) } };
    escaped.lastIndex = at;
    const match = escaped.exec(text);
    if (match === null) {
      const shown = text.slice(at, at + 2);
      return {
        error: { offset: at, message: `\`${shown}\` is no JSON escape: write \`\\${shown}\` for a backslash.` },
      };
    }
    at += match[0].length;
  }
}

/** Characters matched at a time: one match over a string of megabytes would copy it whole. */
const longestRun = 65_000;
const plain = new RegExp(`[^"\\\\\\u0000-\\u001f]{0,${longestRun}}`, 'y');
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function readKey(text: string, at: number, container: Container | undefined): { at: number; error?: JsonError } {
  if (container === undefined || container.kind === '[') return { at };
  if (text.charAt(at) !== '"') {
    const message =
      text.charAt(at) === '}'
        ? 'a comma stands before `}`: remove it.'
        : `a field name in double quotes is expected here${found(text, at)}.`;
    return { at, error: { offset: at, message } };
  }
  const key = readString(text, at);
  if ('error' in key) return { at, error: key.error };
  container.key = unquote(text.slice(at, key.end));
  const colon = skipSpace(text, key.end);
  if (text.charAt(colon) === ':') return { at: skipSpace(text, colon + 1) };
  return { at, error: { offset: colon, message: `a \`:\` is expected after the field name${found(text, colon)}.` } };
}

function unquote(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === 32 || code === 10 || code === 13 || code === 9; ) {
    code = text.charCodeAt(++at);
  }
  return at;
}

function noValue(text: string, at: number): string {
  const word = /^[-\w]{1,20}/.exec(text.slice(at, at + 20))?.[0] ?? '';
  if (/^-?(NaN|Infinity)$/.test(word)) return `\`${word}\` is no JSON value: write \`null\`.`;
  if (/^(None|True|False)$/.test(word)) return `\`${word}\` is Python: write \`${jsonOf[word]}\`.`;
  if (text.charAt(at) === "'") return 'JSON strings stand in double quotes.';
  if (text.charAt(at) === ']' || text.charAt(at) === '}')
    return `a comma stands before \`${text.charAt(at)}\`: remove it.`;
  return `a value is expected here${found(text, at)}.`;
}

const jsonOf: Record<string, string> = { None: 'null', True: 'true', False: 'false' };

function missingComma(text: string, at: number, kind: '[' | '{'): string {
  if (at >= text.length) return `the text ends before its closing \`${closerOf[kind]}\`.`;
  return `a \`,\` or \`${closerOf[kind]}\` is expected here${found(text, at)}.`;
}

function rest(text: string, at: number): string {
  return `the JSON value ended before this${found(text, at)}: one value per line.`;
}

function found(text: string, at: number): string {
  if (at >= text.length) return ', but the text ends';
  return `, not \`${String.fromCodePoint(text.codePointAt(at) ?? 32).trim() || ' '}\``;
}

function controlCharacter(character: string): string {
  const name =
    character === '\n' || character === '\r' ? 'A line break' : character === '\t' ? 'A tab' : 'A control character';
  const remedy = character === '\t' ? '\\t' : '\\n';
  return `${name} inside a string must be written as an escape, e.g. \`${remedy}\`.`;
}
