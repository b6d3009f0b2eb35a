import type { Span } from '../../src/core/trace/trace.ts';

/** A character that can't be seen or that reorders its neighbours, under its code point's name, e.g. `U+202E`. */
export interface Mark extends Span {
  kind: 'mark';
  name: string;
  title: string;
}

/** The marks of a text in order. Offsets are UTF-16. */
export function findMarks(text: string): Mark[] {
  const found: Mark[] = [];
  for (const { 0: char, index: start } of text.matchAll(everyMark)) {
    if (isJoinerOfWords(text, start)) continue;
    found.push({ kind: 'mark', start, end: start + char.length, ...nameOf(char.codePointAt(0) ?? 0) });
  }
  return found;
}

export function hasMark(text: string): boolean {
  return oneMark.test(text);
}

/**
 * Controls, zero-width characters, bidi marks and overrides, line separators, tags, byte-order marks and halves of surrogate
 * pairs. Tabs, line ends (CR before LF too) and the selectors that emoji need are left alone.
 */
const oneMark =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|\u17b4|\u17b5|[\u180b-\u180d]|\r(?!\n)|[\u{e0000}-\u{e007f}]|\p{Surrogate}/u;
const everyMark = new RegExp(oneMark.source, 'gu');

/** Joiners that make emoji (👩‍🔬) and letters of Indic and Persian scripts look right hide nothing. */
function isJoinerOfWords(text: string, at: number): boolean {
  const char = text[at];
  if (char !== '\u200c' && char !== '\u200d') return false;
  const before = text.slice(Math.max(0, at - 3), at);
  const after = text.slice(at + 1, at + 3);
  return joinedBefore.test(before) && joinedAfter.test(after);
}

const joinedBefore = /(?:\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier}|[\u0620-\u0dff])$/u;
const joinedAfter = /^(?:\p{Extended_Pictographic}|[\u0620-\u0dff])/u;

function nameOf(code: number): Pick<Mark, 'name' | 'title'> {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return { name, title: titles.get(code) ?? kindOf(code) };
}

function kindOf(code: number): string {
  if (code >= 0xd800 && code <= 0xdfff) return 'half of a surrogate pair';
  return code < 0x20 || (code >= 0x7f && code < 0xa0) ? 'control character' : 'invisible character';
}

const titles = new Map<number, string>([
  [0x00, 'null'],
  [0x07, 'bell'],
  [0x08, 'backspace'],
  [0x0d, 'carriage return'],
  [0x1b, 'escape'],
  [0x7f, 'delete'],
  [0xad, 'soft hyphen'],
  [0x61c, 'Arabic letter mark'],
  [0x200b, 'zero-width space'],
  [0x200c, 'zero-width non-joiner'],
  [0x200d, 'zero-width joiner'],
  [0x200e, 'left-to-right mark'],
  [0x200f, 'right-to-left mark'],
  [0x2028, 'line separator'],
  [0x2029, 'paragraph separator'],
  [0x202a, 'left-to-right embedding'],
  [0x202b, 'right-to-left embedding'],
  [0x202c, 'pop directional formatting'],
  [0x202d, 'left-to-right override'],
  [0x202e, 'right-to-left override'],
  [0x2060, 'word joiner'],
  [0x2066, 'left-to-right isolate'],
  [0x2067, 'right-to-left isolate'],
  [0x2068, 'first strong isolate'],
  [0x2069, 'pop directional isolate'],
  [0xfeff, 'byte-order mark'],
]);
