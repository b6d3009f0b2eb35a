import { commands, longSymbols, silent, symbols, type TokenKind, textCommands } from './symbols.ts';
import type { Span } from './trace.ts';

/** A piece of running text as arithmetic sees it. White space, sizes, currency signs and calculator notes `<<…>>` leave none. */
export interface Token extends Span {
  kind: TokenKind;
  /** In one spelling: `1,234.50` is `1234.50`, `\times` is `*`, `≤` is `<=`. */
  text: string;
  /** White space, a line's start or nothing stood before it. */
  spaced: boolean;
}

/** Text beyond this many UTF-16 units is not scanned: no trace that a model writes is longer. */
export const maxScanned = 200_000;

/** The tokens of `text` between two offsets, in one pass. */
export function tokenise(text: string, from = 0, to = Math.min(text.length, maxScanned)): Token[] {
  const tokens: Token[] = [];
  const reader: Reader = { text, to, tokens, at: from, spaced: true, mathDollars: null };
  while (reader.at < to) readToken(reader);
  return tokens;
}

interface Reader {
  readonly text: string;
  readonly to: number;
  readonly tokens: Token[];
  at: number;
  spaced: boolean;
  /** Offsets of the `$` that delimit maths in the present line; null until a line with one is met. */
  mathDollars: Set<number> | null;
}

function readToken(reader: Reader): void {
  const code = reader.text.charCodeAt(reader.at);
  if (code === 32 || code === 9 || code === 13 || code === 0xa0) {
    reader.at++;
    reader.spaced = true;
  } else if (code === 10) {
    emit(reader, 'line', '\n', 1);
    reader.spaced = true;
    reader.mathDollars = null;
  } else if (isDigit(code) || (code === 46 && isDigit(reader.text.charCodeAt(reader.at + 1)))) readNumber(reader);
  else if (isLetter(code)) readWord(reader);
  else if (code === 92) readCommand(reader);
  else readSymbol(reader);
}

function emit(reader: Reader, kind: TokenKind, text: string, length: number): void {
  reader.tokens.push({ kind, text, start: reader.at, end: reader.at + length, spaced: reader.spaced });
  reader.at += length;
  reader.spaced = false;
}

function skip(reader: Reader, length: number): void {
  reader.at += length;
}

const numberPattern = /(?:\d{1,3}(?:(?:,|\{,\}|\\,|,\\!)\d{3})+(?!\d)|\d+)?(?:\.\d+)?/y;
/** What makes a number no number: `0.333…`, `1.2.3`, `12:30`, `1st`, `0.(3)`. */
const spoiled = /(?:\s?(?:\.{2,}|…|\\[lc]?dots)|\.\d|:\d|(?:st|nd|rd|th)(?![a-z])|\.?\\overline|\.\(|_|['′″])/y;

function readNumber(reader: Reader): void {
  numberPattern.lastIndex = reader.at;
  const raw = numberPattern.exec(reader.text)?.[0] ?? '';
  spoiled.lastIndex = reader.at + raw.length;
  const digits = raw.length > 3 ? raw.replace(/[^\d.]/g, '') : raw;
  const usable = raw.length <= 40 && !spoiled.test(reader.text);
  emit(reader, usable ? 'number' : 'bad', digits, Math.max(1, raw.length));
}

const wordPattern = /[\p{L}]+(?:['’-][\p{L}]+)*/uy;

function readWord(reader: Reader): void {
  wordPattern.lastIndex = reader.at;
  const word = wordPattern.exec(reader.text)?.[0] ?? reader.text.charAt(reader.at);
  const kind = word === 'mod' ? 'bad' : word.length === 1 ? 'letter' : 'word';
  emit(reader, kind, word, word.length);
}

const commandPattern = /\\([a-zA-Z]+)\*?/y;
const textPattern = /\s*\{([^{}]{0,80})\}/y;

function readCommand(reader: Reader): void {
  commandPattern.lastIndex = reader.at;
  const match = commandPattern.exec(reader.text);
  const name = match?.[1];
  if (match === null || name === undefined) readEscape(reader);
  else readNamed(reader, name, match[0].length);
}

function readNamed(reader: Reader, name: string, length: number): void {
  const known = commands.get(name);
  if (known !== undefined) emit(reader, known[0], known[1], length);
  else if (name === 'begin' || name === 'end') readEnvironment(reader, length);
  else if (textCommands.has(name)) readTextCommand(reader, length);
  // `\left.` is an invisible bracket.
  else if (silent.has(name)) skip(reader, length + (reader.text.charAt(reader.at + length) === '.' ? 1 : 0));
  else emit(reader, 'letter', `\\${name}`, length);
}

const environmentName = /\{[a-zA-Z]{1,20}\*?\}/y;

function readEnvironment(reader: Reader, length: number): void {
  environmentName.lastIndex = reader.at + length;
  const name = environmentName.exec(reader.text)?.[0] ?? '';
  emit(reader, 'break', name, length + name.length);
}

function readTextCommand(reader: Reader, length: number): void {
  textPattern.lastIndex = reader.at + length;
  const match = textPattern.exec(reader.text);
  const words = match?.[1]?.trim();
  if (match === null || words === undefined) emit(reader, 'bad', '', length);
  else emit(reader, isUnit(words) ? 'unit' : 'break', words, length + match[0].length);
}

function isUnit(words: string): boolean {
  return !/\d/.test(words) && !/^(?:and|or|if|so|then|is|to|for|where|mod)\b/i.test(words);
}

function readEscape(reader: Reader): void {
  const next = reader.text.charAt(reader.at + 1);
  if ('()[]'.includes(next)) emit(reader, 'delimiter', next, 2);
  else if (next === '\\') emit(reader, 'line', '\\\\', 2);
  else if (next === '%' || next === '*') emit(reader, 'operator', next, 2);
  else if ('$!,;: '.includes(next)) skip(reader, 2);
  else emit(reader, 'break', next, 2);
}

const annotation = /<<[^<>\n]{0,200}>>/y;

function readSymbol(reader: Reader): void {
  const character = reader.text.charAt(reader.at);
  const note = character === '<' ? noteLength(reader) : 0;
  if (note > 0) skip(reader, note);
  else if (character === '$') readDollar(reader);
  else if (character === '*' && reader.text.charAt(reader.at + 1) === '*') readStars(reader);
  else readSign(reader, character);
}

function noteLength(reader: Reader): number {
  annotation.lastIndex = reader.at;
  return annotation.exec(reader.text)?.[0].length ?? 0;
}

function readSign(reader: Reader, character: string): void {
  const long = longSymbols.find(([sign]) => reader.text.startsWith(sign, reader.at));
  const known = symbols.get(character);
  if (long !== undefined) emit(reader, long[1], long[2], long[0].length);
  else if (known === null) skip(reader, 1);
  else if (known !== undefined) emit(reader, known[0], known[1], 1);
  else emit(reader, 'break', character, 1);
}

/** `**` is a power between numbers and bold print elsewhere. */
function readStars(reader: Reader): void {
  const before = reader.text.charCodeAt(reader.at - 1);
  const after = reader.text.charCodeAt(reader.at + 2);
  if ((isDigit(before) || before === 41) && (isDigit(after) || after === 40 || after === 45))
    emit(reader, 'operator', '^', 2);
  else skip(reader, 2);
}

/** `$` is money or a delimiter: decided per line, as Pandoc does (no space inside, no digit after the closing one). */
function readDollar(reader: Reader): void {
  reader.mathDollars ??= pairDollars(reader.text, reader.at);
  const double = reader.text.charAt(reader.at + 1) === '$';
  if (double) emit(reader, 'delimiter', '$', 2);
  else if (reader.mathDollars.has(reader.at)) emit(reader, 'delimiter', '$', 1);
  else skip(reader, 1);
}

const maxDollars = 200;

function pairDollars(text: string, from: number): Set<number> {
  const newline = text.indexOf('\n', from);
  const end = Math.min(newline < 0 ? text.length : newline, from + 4000);
  const pairs = new Set<number>();
  let open = -1;
  for (
    let at = text.indexOf('$', from);
    at >= 0 && at < end && pairs.size < maxDollars;
    at = text.indexOf('$', at + 1)
  ) {
    if (text.charAt(at - 1) === '\\' || text.charAt(at + 1) === '$' || text.charAt(at - 1) === '$') continue;
    const closes = open >= 0 && !isSpace(text.charCodeAt(at - 1)) && !isDigit(text.charCodeAt(at + 1));
    if (closes && at > open + 1) {
      pairs.add(open).add(at);
      open = -1;
    } else open = isSpace(text.charCodeAt(at + 1)) ? -1 : at;
  }
  return pairs;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Latin, and everything beyond it that is written as words (Chinese, Greek, accents); signs below U+00C0 are no letters. */
function isLetter(code: number): boolean {
  if (code < 128) return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return (
    (code >= 0xc0 && code < 0x2000 && code !== 0xd7 && code !== 0xf7 && code !== 0x3c0) ||
    (code >= 0x3041 && code < 0xff00)
  );
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || Number.isNaN(code);
}
