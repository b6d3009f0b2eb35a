import type { Span } from '../trace/trace.ts';

/** Boxes searched from the end; a trace with more of them is not an answer but an attack. */
const maxBoxes = 64;

/** The contents of every `\boxed{…}` and `\fbox{…}`, nested braces included, in order; at most the last 64. A box without its end is left out. */
export function findBoxes(text: string): Span[] {
  const starts: number[] = [];
  for (let at = lastBox(text, text.length); at >= 0 && starts.length < maxBoxes; at = lastBox(text, at - 1)) {
    starts.unshift(at);
  }
  return starts.map((at) => contentOf(text, at)).filter((span) => span !== null);
}

function lastBox(text: string, before: number): number {
  if (before < 0) return -1;
  return Math.max(text.lastIndexOf('\\boxed', before), text.lastIndexOf('\\fbox', before));
}

function contentOf(text: string, at: number): Span | null {
  const open = text.indexOf('{', at);
  const name = open < 0 ? '' : text.slice(at, Math.min(open, at + 12)).trim();
  if (name === '\\boxed' || name === '\\fbox') return braced(text, open);
  // `\boxed 5`, which TeX allows.
  const bare = /^\\boxed\s+(-?[\w./]+)/.exec(text.slice(at, at + 60));
  if (bare?.[1] === undefined) return null;
  const start = at + bare[0].length - bare[1].length;
  return { start, end: start + bare[1].length };
}

/** No box of an answer is longer than this, so text without a closing brace is not searched to its end again and again. */
const maxContent = 20_000;

function braced(text: string, open: number): Span | null {
  let depth = 0;
  for (let at = open; at < text.length && at - open < maxContent; at++) {
    const character = text.charAt(at);
    if (character === '\\') at++;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return trimSpan(text, open + 1, at);
  }
  return null;
}

/** The span without white space at its ends. */
export function trimSpan(text: string, from: number, to: number): Span {
  let [start, end] = [from, to];
  while (start < end && /\s/.test(text.charAt(start))) start++;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  return { start, end };
}
