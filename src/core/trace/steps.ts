import { findProtected } from './protected.ts';
import type { Span, Step } from './trace.ts';

/**
 * Parts a free chain of thought into steps, which joined are the text again. In order of preference: numbered steps, paragraphs,
 * lines, sentences. Never inside maths, code fences or tables; no step is only white space unless the whole text is.
 */
export function splitSteps(text: string): Step[] {
  if (text === '') return [];
  const guarded = findProtected(text);
  const cuts = chooseCuts(text, guarded);
  return fromCuts(text, cuts);
}

/** One paragraph longer than this is parted further. */
const longBlock = 400;

function chooseCuts(text: string, guarded: readonly Span[]): number[] {
  const numbered = cutsAt(text, numberedLine, guarded);
  if (numbered.length >= 2 || (numbered.length === 1 && startsNumbered.test(text))) return numbered;
  const paragraphs = cutsAt(text, paragraphEnd, guarded);
  if (paragraphs.length >= 2) return paragraphs;
  if (paragraphs.length === 1 && text.length < 2 * longBlock) return paragraphs;
  const lines = cutsAt(text, lineEnd, guarded);
  if (lines.length >= 1) return paragraphs.length > lines.length ? paragraphs : lines;
  return sentenceCuts(text, guarded);
}

const numberedLine =
  /(?<=^|\n)[ \t]{0,8}(?:[*#]{0,4}[ \t]?(?:step|Step|STEP)[ \t]+\d{1,3}\b|\*{0,2}\d{1,3}[.)][ \t]|第[一二三四五六七八九十\d]{1,3}步)/g;
const startsNumbered = new RegExp(`^(?:${numberedLine.source})`);
const paragraphEnd = /\n[ \t\r]*\n\s*/g;
const lineEnd = /\n\s*/g;

/** Offsets where a new step begins: the end of a gap, or the start of a number. */
function cutsAt(text: string, pattern: RegExp, guarded: readonly Span[]): number[] {
  const cuts: number[] = [];
  const free = freeWalk(guarded);
  for (const match of text.matchAll(pattern)) {
    const cut = pattern === numberedLine ? match.index : match.index + match[0].length;
    if (cut > 0 && cut < text.length && free(cut)) cuts.push(cut);
  }
  return cuts;
}

/** Says of ascending offsets whether they lie outside every guarded span. */
function freeWalk(guarded: readonly Span[]): (offset: number) => boolean {
  let at = 0;
  return (offset) => {
    while (at < guarded.length && (guarded[at]?.end ?? 0) <= offset) at++;
    const span = guarded[at];
    return span === undefined || offset <= span.start;
  };
}

const sentenceEnd = /(?:[.!?]['")\]*]{0,3}\s+|[。！？；]['"”’）]{0,3}\s*)/g;

function sentenceCuts(text: string, guarded: readonly Span[]): number[] {
  const cuts: number[] = [];
  const free = freeWalk(guarded);
  for (const match of text.matchAll(sentenceEnd)) {
    const cut = match.index + match[0].length;
    if (cut < text.length && free(cut) && endsSentence(text, match.index, cut)) cuts.push(cut);
  }
  return cuts;
}

const abbreviations = new Set(
  'e.g i.e etc vs mr mrs ms dr st no fig eq approx prof jr sr inc ltd co al cf resp a.m p.m u.s ex'.split(' '),
);

/** A stop after an abbreviation, an initial or a list's number is none. */
function endsSentence(text: string, stop: number, next: number): boolean {
  if (text.charAt(stop) !== '.') return true;
  const word = /[\p{L}\d.]*$/u.exec(text.slice(Math.max(0, stop - 12), stop))?.[0] ?? '';
  if (abbreviations.has(word.toLowerCase())) return word.toLowerCase() === 'etc' && /^\p{Lu}/u.test(text.slice(next));
  if (
    /^\p{Lu}$/u.test(word) ||
    (/^\d{1,2}$/.test(word) &&
      (stop < 3 ||
        (/\s/.test(text.charAt(stop - word.length - 1)) &&
          /[:\n]\s*$/.test(text.slice(Math.max(0, stop - 8), stop - word.length)))))
  )
    return false;
  return !/^\p{Ll}/u.test(text.slice(next, next + 1));
}

/** Joins pieces of white space alone to a neighbour, so that every step says something. */
function fromCuts(text: string, cuts: readonly number[]): Step[] {
  const steps: Step[] = [];
  let start = 0;
  for (const cut of [...cuts, text.length]) {
    if (cut <= start) continue;
    const blank = text.slice(start, cut).trim() === '';
    const last = steps.at(-1);
    if (blank && last !== undefined) last.end = cut;
    else if (!blank || cut === text.length) steps.push({ index: steps.length, start, end: cut });
    else continue;
    start = cut;
  }
  return steps;
}
