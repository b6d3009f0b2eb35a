import type { Span } from '../trace/trace.ts';
import { trimSpan } from './formulas.ts';

/** Boxes searched from the end; a trace with more of them is not an answer but an attack. */
const maxBoxes = 64;

/** The contents of every `\boxed{…}` and `\fbox{…}`, nested braces included, in order; at most the last 64. A box without its end is left out. */
export function findBoxes(text: string): Span[] {
  const starts = [...lastOf(text, '\\boxed'), ...lastOf(text, '\\fbox')].sort((a, b) => a - b).slice(-maxBoxes);
  const steps = { left: maxSteps };
  return starts
    .reverse()
    .map((at) => contentOf(text, at, steps))
    .filter((span) => span !== null)
    .reverse();
}

function lastOf(text: string, command: string): number[] {
  const starts: number[] = [];
  let at = text.lastIndexOf(command);
  while (at >= 0 && starts.length < maxBoxes) {
    starts.push(at);
    at = at === 0 ? -1 : text.lastIndexOf(command, at - 1);
  }
  return starts;
}

function contentOf(text: string, at: number, steps: { left: number }): Span | null {
  const open = text.indexOf('{', at);
  const name = open < 0 ? '' : text.slice(at, Math.min(open, at + 12)).trim();
  if (name === '\\boxed' || name === '\\fbox') return braced(text, open, steps);
  // `\boxed 5`, which TeX allows.
  const bare = /^\\boxed\s+(-?[\w./]+)/.exec(text.slice(at, at + 60));
  if (bare?.[1] === undefined) return null;
  const start = at + bare[0].length - bare[1].length;
  return { start, end: start + bare[1].length };
}

/** Characters looked at for all boxes together, so that boxes without an end are not searched for it again and again. */
const maxSteps = 40_000;

function braced(text: string, open: number, steps: { left: number }): Span | null {
  let depth = 0;
  for (let at = open; at < text.length && steps.left-- > 0; at++) {
    const code = text.charCodeAt(at);
    if (code === backslash) at++;
    else if (code === opening) depth++;
    else if (code === closing && --depth === 0) return trimSpan(text, open + 1, at);
  }
  return null;
}
const [backslash, opening, closing] = [92, 123, 125];
