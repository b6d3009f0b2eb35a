import type { Problem } from '../problem/problem.ts';
import type { Span } from '../trace/trace.ts';
import { findBoxes } from './boxed.ts';
import { findOption } from './choice.ts';
import { type Formula, findFormulas, formulaAt, joins, trimSpan } from './formulas.ts';
import { lastNumber, numbersIn, tailStart } from './numbers.ts';
import type { ExtractedAnswer } from './verdict.ts';

/** Only this much of a text's end is searched at all. */
const maxText = 100_000;
/** Only this much of a text's end is searched for phrases and numbers: the answer stands at the end. */
const tailLength = 4000;

/**
 * The final answer of a trace, null where none was found. The last of: a box, `#### x`, "the answer is x", a line `Answer: x` or
 * `A: x`; failing those the last number, then the last formula. Boxes and formulas that are joined by "and" are one answer of several
 * parts. For multiple choice the option's letter is what is returned.
 */
export function extractAnswer(text: string, problem?: Pick<Problem, 'kind' | 'options'>): ExtractedAnswer | null {
  const offset = tailStart(text, maxText);
  const found = answerIn(offset === 0 ? text : text.slice(offset), problem);
  return found === null ? null : { ...found, start: offset + found.start, end: offset + found.end };
}

function answerIn(text: string, problem?: Pick<Problem, 'kind' | 'options'>): ExtractedAnswer | null {
  const stated = fromBoxes(text) ?? fromHashes(text) ?? fromPhrases(text);
  if (problem?.kind === 'choice') return findOption(text, stated, problem.options ?? []);
  return stated ?? lastOf(text);
}

/** The gold answer within a reference solution: after the last `####`, in the last box, else the whole text trimmed. */
export function extractGold(text: string): string {
  return (fromHashes(text) ?? fromBoxes(text))?.text ?? text.trim();
}

/** The last box; boxes joined by no more than "and" or a comma, and names they are given to, are one answer of several parts. */
function fromBoxes(text: string): ExtractedAnswer | null {
  const boxes = findBoxes(text).filter((box) => box.end > box.start);
  const last = boxes.at(-1);
  if (last === undefined) return null;
  let first = boxes.length - 1;
  while (first > 0 && boxesJoin(text, boxes[first - 1], boxes[first])) first--;
  const parts = boxes.slice(first);
  const start = parts[0]?.start ?? last.start;
  const named = parts.map((box) => `${parts.length > 1 ? nameBefore(text, box) : ''}${text.slice(box.start, box.end)}`);
  return { text: named.join(', '), start, end: last.end, rule: 'boxed' };
}

function boxesJoin(text: string, left: Span | undefined, right: Span | undefined): boolean {
  if (left === undefined || right === undefined || right.start < left.end) return false;
  const between = text.slice(left.end, right.start);
  if (between.length > 80) return false;
  const opened = /^\}(.*?)(?:\\?[a-zA-Z](?:_\{?\w\}?)?\s?(?:=|\\in)\s*)?\\(?:boxed|fbox)\s*\{\s*$/s.exec(between);
  return opened?.[1] !== undefined && joins(opened[1], false);
}

/** `y_1 = ` in front of a box. */
function nameBefore(text: string, box: Span): string {
  const before = /(\\?[a-zA-Z](?:_(?:\{\w+\}|\w))?\s?=)\s*\\(?:boxed|fbox)\s*\{\s*$/.exec(
    text.slice(Math.max(0, box.start - 40), box.start),
  );
  return before?.[1] === undefined ? '' : `${before[1]} `;
}

function fromHashes(text: string): ExtractedAnswer | null {
  const at = text.lastIndexOf('####');
  if (at < 0) return null;
  const end = text.indexOf('\n', at);
  return answerWithin(text, at + 4, end < 0 ? text.length : end, 'hashes');
}

const phrase =
  /(?:final\s+answer(?:\s+is)?|(?:(?:correct|right)?\s*answer|(?:correct|right|best)\s+(?:option|choice))\s+(?:is|would\s+be|should\s+be|=|equals)|答案(?:是|为|：|:))\s*(?:\**\s*[:：]?\s*\**)?(?:therefore|simply|thus)?\s*/gi;
const line = /(?:^|\n)[ \t>*#-]{0,8}(?:answer|ans|a)\**[ \t]*[:：][ \t]*\**[ \t]*/gi;

function fromPhrases(text: string): ExtractedAnswer | null {
  const offset = tailStart(text, tailLength);
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
  for (let at = from; at < text.length && at - from < 400; at++) {
    const character = text.charAt(at);
    if (character === '\n' || character === '。') return at;
    if (character === '.' && (at + 1 === text.length || /\s/.test(text.charAt(at + 1)))) return at;
  }
  return Math.min(text.length, from + 400);
}

function answerWithin(text: string, from: number, to: number, rule: ExtractedAnswer['rule']): ExtractedAnswer | null {
  const formulas = formulasFrom(text, from);
  const [formula] = formulas;
  if (formula !== undefined) return joinedAnswer(text, formulas, rule);
  const span = trimMarks(text, trimSpan(text, from, to));
  if (span.end <= span.start) return null;
  const words = text.slice(span.start, span.end);
  // "that Janet makes $18 a day": a sentence with one number in it.
  const numbers = /[a-zA-Z]{3,}/.test(words) && !/[\\{]/.test(words) ? numbersIn(words) : [];
  const [only] = numbers;
  if (numbers.length === 1 && only !== undefined) {
    const start = span.start + only.index;
    return { text: only[0], start, end: start + only[0].length, rule };
  }
  return { text: words, ...span, rule };
}

/** The formula that starts at `from` and those that "and" or a comma joins to it. */
function formulasFrom(text: string, from: number): Formula[] {
  const start = from + (/^[\s*"\\]{0,3}?(?=\$|\\[([])/.exec(text.slice(from, from + 8))?.[0].length ?? 0);
  const found: Formula[] = [];
  for (let next = formulaAt(text, start); next !== null; ) {
    found.push(next);
    const gap = /^[\s,;]*(?:and|or)?[\s,;]*(?=\$|\\[([])/.exec(text.slice(next.outerEnd, next.outerEnd + 20));
    next = gap === null ? null : formulaAt(text, next.outerEnd + gap[0].length);
  }
  return found;
}

/** Several formulas as one answer; `$12 $ and $13 $` is `12, 13`. */
function joinedAnswer(
  text: string,
  formulas: readonly Formula[],
  rule: ExtractedAnswer['rule'],
): ExtractedAnswer | null {
  const spans = formulas.map((formula) => trimMarks(text, formula)).filter((span) => span.end > span.start);
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined) return null;
  const parts = spans.map((span) => text.slice(span.start, span.end));
  return { text: parts.join(', '), start: first.start, end: last.end, rule };
}

function trimMarks(text: string, span: Span): Span {
  let { start, end } = span;
  while (start < end && '*_:`"\' \n'.includes(text.charAt(start))) start++;
  while (end > start && '*_.`"\',; \n'.includes(text.charAt(end - 1))) end--;
  return { start, end };
}

/** The last formula of the text; a number in the prose after it wins. */
function lastOf(text: string): ExtractedAnswer | null {
  const offset = tailStart(text, tailLength);
  const tail = text.slice(offset);
  const formulas = findFormulas(tail);
  const number = lastNumber(text, tailLength);
  const end = offset + (formulas.at(-1)?.end ?? 0);
  const formula = number !== null && number.end > end ? null : lastExpression(tail, formulas);
  return formula === null ? number : { ...formula, start: offset + formula.start, end: offset + formula.end };
}

/** The last formula that is no condition ("…, when $x = 2$"), with those that "and" joins to it. */
function lastExpression(tail: string, formulas: Formula[]): ExtractedAnswer | null {
  while (formulas.length > 1 && isCondition(tail, formulas.at(-2), formulas.at(-1))) formulas.pop();
  let first = formulas.length - 1;
  while (first > 0 && formulasJoin(tail, formulas[first - 1], formulas[first])) first--;
  return joinedAnswer(tail, formulas.slice(Math.max(0, first)), 'lastExpression');
}

function isCondition(text: string, left: Formula | undefined, right: Formula | undefined): boolean {
  if (left === undefined || right === undefined || right.outerStart - left.outerEnd > 30) return false;
  return /^[\s,]*(?:when|where|if|for|at|since|because|with|as|given|provided)(?:\s+that)?\s*$/i.test(
    text.slice(left.outerEnd, right.outerStart),
  );
}

function formulasJoin(text: string, left: Formula | undefined, right: Formula | undefined): boolean {
  return left !== undefined && right !== undefined && joins(text.slice(left.outerEnd, right.outerStart), true);
}
