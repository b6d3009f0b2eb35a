import { tailStart } from './numbers.ts';
import type { ExtractedAnswer } from './verdict.ts';

/** The letter of option number `index` (0-based): A, B, C … */
export function optionLetter(index: number): string {
  return String.fromCharCode(65 + index);
}

/**
 * The chosen option's letter: stated as a letter (`(B)`, `\text{B}`, `option b`) or as an option's text; failing that the last
 * `(B)` or lone capital letter of the text. Null where none of `options` is named.
 */
export function findOption(
  text: string,
  stated: ExtractedAnswer | null,
  options: readonly string[],
): ExtractedAnswer | null {
  const count = options.length === 0 ? 5 : Math.min(26, options.length);
  if (stated !== null) {
    const letter = letterOf(stated.text, count) ?? optionNamed(stated.text, options);
    if (letter !== null) return { ...stated, text: letter };
  }
  return lastLetter(text, count);
}

/** The letter alone, in any dress: `B`, `(b)`, `\textbf{(B)}`, `B. 12 cm`, `option B`. */
function letterOf(answer: string, count: number): string | null {
  const bare = answer.replace(/\\[a-z]+\s?\{?|[{}$*"]/g, ' ').trim();
  const match =
    /^(?:option|choice|answer)?[\s_]*\(?\s*([A-Za-z])\s*(?:\)|[.:,]|$)/i.exec(bare) ??
    /^([A-Z])\s(?=[^a-z])/.exec(bare);
  return match?.[1] === undefined ? null : within(match[1], count);
}

function within(letter: string, count: number): string | null {
  const upper = letter.toUpperCase();
  return upper.charCodeAt(0) - 65 < count ? upper : null;
}

function optionNamed(answer: string, options: readonly string[]): string | null {
  const wanted = plain(answer);
  const index = options.findIndex((option) => plain(option) === wanted);
  return index >= 0 && wanted !== '' ? optionLetter(index) : null;
}

function plain(text: string): string {
  return text
    .replace(/^\s*\(?[A-Z][).:]\s*/, '')
    .replace(/[\s$\\.,{}]/g, '')
    .toLowerCase();
}

const tailLength = 2000;
const named =
  /(?:\(([A-Z])\)|\b(?:option|choice|Option|Choice|answer:?)[\s_]+\(?([A-Za-z])\b|(?:^|\n)\s*\**([A-Z])\**\s*(?:[.)]|$))/g;

function lastLetter(text: string, count: number): ExtractedAnswer | null {
  const offset = tailStart(text, tailLength);
  let found: ExtractedAnswer | null = null;
  for (const match of text.slice(offset).matchAll(named)) {
    const raw = match[1] ?? match[2] ?? match[3];
    const letter = raw === undefined ? null : within(raw, count);
    if (letter === null || raw === undefined) continue;
    const start = offset + match.index + match[0].lastIndexOf(raw);
    found = { text: letter, start, end: start + 1, rule: 'optionLetter' };
  }
  return found;
}
