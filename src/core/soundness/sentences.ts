import type { Span } from '../trace/trace.ts';

/** A trace taken apart. Spans are without the white space around them. */
export interface TraceParts {
  sentences: Span[];
  /** From the first `####` to the end of its line. */
  final: Span | null;
  /** What follows the final line, or what lies beyond the caps. */
  excess: Span | null;
}

/** A trace of the pair has at most 10 sentences of 100 characters: what is much longer is none, and is not read further. */
export const maxCharacters = 20_000;
export const maxSentences = 200;
const maxSentenceCharacters = 1000;

/** A sentence ends at a stop or at the end of its line. */
export function takeApart(text: string): TraceParts {
  const read = text.slice(0, maxCharacters);
  const mark = read.indexOf('####');
  const body = mark < 0 ? read.length : mark;
  const sentences = sentencesIn(read, body);
  const beyond = sentences.length > maxSentences ? (sentences[maxSentences]?.start ?? 0) : null;
  if (beyond !== null)
    return { sentences: sentences.slice(0, maxSentences), final: null, excess: trim(text, beyond, text.length) };
  if (mark < 0)
    return { sentences, final: null, excess: text.length > body ? { start: body, end: text.length } : null };
  const lineEnd = read.indexOf('\n', mark);
  const end = lineEnd < 0 ? read.length : lineEnd;
  return { sentences, final: trim(text, mark, end), excess: trim(text, end, text.length) };
}

function sentencesIn(text: string, body: number): Span[] {
  const spans: Span[] = [];
  for (let start = 0; start < body && spans.length <= maxSentences; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? body : Math.min(newline, body);
    spans.push(...lineSentences(text, start, end));
    start = end + 1;
  }
  return spans;
}

/** A stop between two digits is a decimal point. */
const sentenceEnd = /(?:(?<!\d)\.|\.(?!\d)|[!?])+/g;

function lineSentences(text: string, start: number, end: number): Span[] {
  const line = text.slice(start, end);
  const ends = [...line.matchAll(sentenceEnd)].map((stop) => start + stop.index + stop[0].length);
  const cuts = [start, ...ends, end];
  return cuts.slice(1).flatMap((cut, index) => trim(text, cuts[index] ?? cut, cut) ?? []);
}

/** The span without white space at its ends; null where nothing else is in it. */
function trim(text: string, start: number, end: number): Span | null {
  const part = text.slice(start, end);
  const from = start + part.length - part.trimStart().length;
  return part.trim() === '' ? null : { start: from, end: from + part.trim().length };
}

/** A sentence taken apart: its words with `@` where its equation stood, and the tokens of every equation in it. */
export interface SentenceParts {
  words: string;
  equations: string[][];
}

const token = /\d+(?:[.,]\d+)*|[A-Za-z]+|[^\sA-Za-z\d]/g;
const symbols = new Set('+-*/=<>');
const relations = new Set('=<>');

/** Reads a sentence: spacing and its last stop don't matter. Null: too long to be one of ours. */
export function readSentence(sentence: string): SentenceParts | null {
  if (sentence.length > maxSentenceCharacters) return null;
  const words: string[] = [];
  const equations: string[][] = [];
  let run: string[] = [];
  const endRun = () => {
    if (run.some((one) => relations.has(one))) {
      equations.push(run);
      words.push('@');
    } else words.push(...run);
    run = [];
  };
  for (const [one] of sentence.matchAll(token)) {
    if (/^\d/.test(one) || symbols.has(one)) run.push(one);
    else {
      endRun();
      words.push(one);
    }
  }
  endRun();
  return { words: words.join(' ').replace(/(?: [.!?])+$/, ''), equations };
}
