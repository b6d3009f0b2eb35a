import type { Problem } from '../problem/problem.ts';
import type { Span } from '../trace/trace.ts';
import { findBoxes, trimSpan } from './boxed.ts';
import { findOption } from './choice.ts';
import type { ExtractedAnswer } from './verdict.ts';

/** Only this much of a text's end is searched for phrases and numbers: the answer stands at the end. */
const tailLength = 4000;

/**
 * The final answer of a trace, null where none was found. The last of: a box, `#### x`, "the answer is x", a line `Answer: x` or
 * `A: x`; failing those the last number, then the last formula. For multiple choice the option's letter is what is returned.
 */
export function extractAnswer(text: string, problem?: Pick<Problem, 'kind' | 'options'>): ExtractedAnswer | null {
  const stated = fromBoxes(text) ?? fromHashes(text) ?? fromPhrases(text);
  if (problem?.kind === 'choice') return findOption(text, stated, problem.options ?? []);
  return stated ?? later(lastExpression(text), lastNumber(text));
}

/** A formula that ends no earlier than the last number is the answer; a number in the prose after it wins. */
function later(formula: ExtractedAnswer | null, number: ExtractedAnswer | null): ExtractedAnswer | null {
  if (formula === null || number === null) return formula ?? number;
  return formula.end >= number.end ? formula : number;
}

/** The gold answer within a reference solution: after the last `####`, in the last box, else the whole text trimmed. */
export function extractGold(text: string): string {
  return (fromHashes(text) ?? fromBoxes(text))?.text ?? text.trim();
}

/** The last box; boxes joined by no more than "and" or a comma are one answer of several parts. */
function fromBoxes(text: string): ExtractedAnswer | null {
  const boxes = findBoxes(text).filter((box) => box.end > box.start);
  const last = boxes.at(-1);
  if (last === undefined) return null;
  let first = boxes.length - 1;
  while (first > 0 && joined(text, boxes[first - 1], boxes[first])) first--;
  const parts = boxes.slice(first);
  const start = parts[0]?.start ?? last.start;
  return { text: parts.map((box) => text.slice(box.start, box.end)).join(', '), start, end: last.end, rule: 'boxed' };
}

function joined(text: string, left: Span | undefined, right: Span | undefined): boolean {
  if (left === undefined || right === undefined || right.start - left.end > 60 || right.start < left.end) return false;
  return /^\}[\s$,;]*(?:\\q?quad|\\text\{[\s,]*(?:and|or)[\s,]*\}|\\\)|\\\(|\band\b|\bor\b|[\s$,;])*\\boxed\s*\{\s*$/.test(
    text.slice(left.end, right.start),
  );
}

function fromHashes(text: string): ExtractedAnswer | null {
  const at = text.lastIndexOf('####');
  if (at < 0) return null;
  const end = text.indexOf('\n', at);
  return answerWithin(text, at + 4, end < 0 ? text.length : end, 'hashes');
}

const phrase =
  /(?:final\s+answer(?:\s+is)?|(?:correct|right)?\s*answer\s+(?:is|would\s+be|should\s+be|=|equals)|答案(?:是|为|：|:))\s*(?:\**\s*[:：]?\s*\**)?(?:therefore|simply|thus)?\s*/gi;
const line = /(?:^|\n)[ \t>*#-]{0,8}(?:answer|ans|a)\**[ \t]*[:：][ \t]*\**[ \t]*/gi;

function fromPhrases(text: string): ExtractedAnswer | null {
  const offset = Math.max(0, text.length - tailLength);
  const tail = text.slice(offset);
  const said = lastEnd(tail, phrase);
  const lined = lastEnd(tail, line);
  if (said < 0 && lined < 0) return null;
  const from = offset + Math.max(said, lined);
  return answerWithin(text, from, sentenceEnd(text, from), said >= lined ? 'finalAnswer' : 'answerLine');
}

function lastEnd(text: string, pattern: RegExp): number {
  let end = -1;
  for (const match of text.matchAll(pattern)) end = match.index + match[0].length;
  return end;
}

/** The end of the line or of the sentence: a stop before a space, not one within a number or a formula. */
function sentenceEnd(text: string, from: number): number {
  const formula = formulaAt(text, from);
  if (formula !== null) return formula.end;
  for (let at = from; at < text.length && at - from < 400; at++) {
    const character = text.charAt(at);
    if (character === '\n' || character === '。') return at;
    if (character === '.' && (at + 1 === text.length || /\s/.test(text.charAt(at + 1)))) return at;
  }
  return Math.min(text.length, from + 400);
}

function answerWithin(text: string, from: number, to: number, rule: ExtractedAnswer['rule']): ExtractedAnswer | null {
  const formula = formulaAt(text, from);
  const wide = formula ?? trimSpan(text, from, to);
  const span = trimMarks(text, wide);
  if (span.end <= span.start) return null;
  const words = text.slice(span.start, span.end);
  // "that Janet makes $18 a day": a sentence with one number in it.
  const numbers = formula === null && /[a-zA-Z]{3,}/.test(words) ? [...words.matchAll(numberPattern)] : [];
  const [only] = numbers;
  if (numbers.length === 1 && only !== undefined && !/[\\{]/.test(words)) {
    return numberAnswer(span.start + only.index, only[0], rule);
  }
  return { text: words, ...span, rule };
}

/** A formula in `$…$`, `\(…\)` or `\[…\]` that starts at `from`. */
function formulaAt(text: string, from: number): Span | null {
  const start = from + (/^[\s*]*/.exec(text.slice(from, from + 40))?.[0].length ?? 0);
  for (const [open, close] of delimiters) {
    if (!text.startsWith(open, start)) continue;
    const end = text.indexOf(close, start + open.length);
    // `$18 and $20` are prices.
    const content = end < 0 ? '' : text.slice(start + open.length, end);
    if (content !== '' && content.length < 400 && (open !== '$' || !/\s$|^\s/.test(content)))
      return trimSpan(text, start + open.length, end);
  }
  return null;
}
const delimiters = [
  ['$$', '$$'],
  ['\\(', '\\)'],
  ['\\[', '\\]'],
  ['$', '$'],
] as const;

function trimMarks(text: string, span: Span): Span {
  let { start, end } = span;
  while (start < end && '*_:"\' \n'.includes(text.charAt(start))) start++;
  while (end > start && '*_."\',; \n'.includes(text.charAt(end - 1))) end--;
  return { start, end };
}

/** A number as people write it: sign, currency, thousands, decimals, a fraction, percent. */
const numberPattern =
  /(?<![\w.])(?:[-−]\s?)?\\?\$?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:\s?\/\s?\d+)?(?:\\?%)?|(?<![\w.])\.\d+/g;

function lastNumber(text: string): ExtractedAnswer | null {
  const offset = Math.max(0, text.length - tailLength);
  let last: RegExpExecArray | null = null;
  for (const match of text
    .slice(offset)
    .replace(/<<[^<>]{0,200}>>/g, blank)
    .matchAll(numberPattern))
    last = match;
  if (last === null) return null;
  return numberAnswer(offset + last.index, last[0], 'lastNumber');
}

/** As long as what it replaces, so that offsets stay. */
function blank(annotation: string): string {
  return ' '.repeat(annotation.length);
}

function numberAnswer(start: number, words: string, rule: ExtractedAnswer['rule']): ExtractedAnswer {
  return { text: words, start, end: start + words.length, rule };
}

function lastExpression(text: string): ExtractedAnswer | null {
  const offset = Math.max(0, text.length - tailLength);
  let last: RegExpExecArray | null = null;
  for (const match of text.slice(offset).matchAll(formula)) last = match;
  const content = last?.[1] ?? last?.[2] ?? last?.[3];
  if (last === null || content === undefined) return null;
  const start = offset + last.index + last[0].indexOf(content);
  const span = trimSpan(text, start, start + content.length);
  return { text: text.slice(span.start, span.end), ...span, rule: 'lastExpression' };
}
const formula =
  /\$(?!\s)((?:[^$\n\\]|\\[^\n]){1,400}?)(?<!\s)\$(?!\d)|\\\(([^\n]{1,400}?)\\\)|\\\[([^\n]{1,400}?)\\\]/g;
