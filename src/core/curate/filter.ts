import type { Soundness } from '../annotation/annotation.ts';
import { answerKey } from '../answer/equal.ts';
import type { Verdict } from '../answer/verdict.ts';
import type { RuleName } from '../flags/flag.ts';
import type { ReferenceCheck } from '../soundness/keys.ts';
import type { Arm, FinishReason } from '../trace/trace.ts';
import { UserError } from '../userError.ts';

/** A filter as it was written, read into terms that must all hold. */
export interface Filter {
  terms: FilterTerm[];
}

export type FilterTerm =
  | { field: 'arm'; value: Arm }
  | { field: 'verdict'; value: Verdict }
  | { field: 'flag'; value: 'any' | 'none' | RuleName }
  /** `none`: nothing was said of it. `bad`: the problem itself is at fault. */
  | { field: 'soundness'; value: Soundness | 'none' | 'bad' }
  /** `none`: the problem is no embedded one, so that there is no exact check. */
  | { field: 'reference'; value: ReferenceCheck['soundness'] | 'none' }
  /** `key` as `shortKey(answerKey(…))`; null: no answer was found. */
  | { field: 'answer'; key: string | null }
  | { field: 'steps' | 'tokens'; comparison: Comparison; value: number }
  | { field: 'problem' | 'model'; value: string }
  | { field: 'finish'; value: FinishReason }
  /** Words of the trace's or its problem's text; `phrase`: next to each other, else each as the beginning of a word. */
  | { field: 'words'; value: string; phrase: boolean };

export type FilterField = FilterTerm['field'];
type Comparison = '=' | '<' | '<=' | '>' | '>=';

/** What of a trace a filter can see. */
export interface FilterFacts {
  problem: string;
  arm: Arm;
  model: string;
  verdict: Verdict;
  /** See `shortKey`. */
  answerKey: string | null;
  flags: readonly RuleName[];
  soundness: Soundness | null;
  badProblem: boolean;
  /** What the exact check says; null where there is none. */
  reference: ReferenceCheck['soundness'] | null;
  steps: number;
  completionTokens: number;
  finish: FinishReason;
}

/**
 * Reads a filter such as `arm:weak verdict:correct flag:any soundness:none answer:72 steps>8 tokens<=400 problem:gsm/17
 * finish:length model:gemma-2-9b "half as many" orchard`. Terms are joined by "and"; quotes hold spaces together.
 *
 * Rejects with a `UserError` that quotes the term at fault.
 */
export function parseFilter(text: string): Filter {
  if (text.length > maxLength) throw new UserError(`The filter is longer than ${maxLength} characters; shorten it.`);
  const words = splitWords(text);
  if (words.length > maxTerms) throw new UserError(`The filter has more than ${maxTerms} terms; take some away.`);
  return { terms: words.map(parseTerm) };
}

/** The filter without its terms on these fields, e.g. for a matrix of answer × reasoning. */
export function withoutTerms(filter: Filter, fields: readonly FilterField[]): Filter {
  return { terms: filter.terms.filter((term) => !fields.includes(term.field)) };
}

/** The filter as a test. `words` decides the terms on text, which facts don't hold; without it they are a `UserError`. */
export function filterPredicate<T extends FilterFacts>(
  filter: Filter,
  words: (term: FilterTerm & { field: 'words' }) => (facts: T) => boolean = refuseWords,
): (facts: T) => boolean {
  const tests = filter.terms.map((term) => (term.field === 'words' ? words(term) : (facts: T) => holds(term, facts)));
  return (facts) => tests.every((test) => test(facts));
}

/** An answer's or path's key in at most 64 characters, so that an index stays narrow: the end of a longer one becomes a hash. */
export function shortKey(key: string): string {
  return key.length <= 64 ? key : `${key.slice(0, 48)}#${hash53(key)}`;
}

const maxLength = 2_000;
const maxTerms = 50;

function holds(term: Exclude<FilterTerm, { field: 'words' }>, facts: FilterFacts): boolean {
  switch (term.field) {
    case 'flag':
      if (term.value === 'any') return facts.flags.length > 0;
      return term.value === 'none' ? facts.flags.length === 0 : facts.flags.includes(term.value);
    case 'soundness':
      if (term.value === 'bad') return facts.badProblem;
      return term.value === 'none' ? facts.soundness === null && !facts.badProblem : facts.soundness === term.value;
    case 'reference':
      return term.value === (facts.reference ?? 'none');
    case 'answer':
      return facts.answerKey === term.key;
    case 'steps':
      return compare(facts.steps, term.comparison, term.value);
    case 'tokens':
      return compare(facts.completionTokens, term.comparison, term.value);
    default:
      return facts[term.field] === term.value;
  }
}

function compare(left: number, comparison: Comparison, right: number): boolean {
  if (comparison === '=') return left === right;
  if (comparison === '<') return left < right;
  if (comparison === '<=') return left <= right;
  return comparison === '>' ? left > right : left >= right;
}

function refuseWords(): never {
  throw new UserError('Words in the text can only be searched with the full-text index, which this editor lacks.');
}

interface Word {
  /** As written. */
  written: string;
  /** Without quotes. */
  value: string;
  /** Where in `value` the first quoted character stands; Infinity where none is. */
  quotedFrom: number;
}

function splitWords(text: string): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < text.length; ) {
    if (isSpace(text[at])) at += 1;
    else {
      const word = readWord(text, at);
      at += word.written.length;
      if (word.value) words.push(word);
    }
  }
  return words;
}

function readWord(text: string, from: number): Word {
  let value = '';
  let quotedFrom = Number.POSITIVE_INFINITY;
  let quoted = false;
  let at = from;
  for (; at < text.length && (quoted || !isSpace(text[at])); at++) {
    if (text[at] === '"') {
      quoted = !quoted;
      quotedFrom = Math.min(quotedFrom, value.length);
    } else if (text[at] === '\\' && text[at + 1] === '"') value += text[++at];
    else value += text[at];
  }
  const written = text.slice(from, at);
  if (quoted) throw new UserError(`The quotation mark in ${written} is not closed; write "…" around the words.`);
  return { written, value, quotedFrom };
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}

function parseTerm(word: Word): FilterTerm {
  const match = /^([a-zA-Z]+)(:|<=|>=|<|>|=)(.*)$/s.exec(word.value);
  const isTerm = match !== null && word.quotedFrom > (match[1]?.length ?? 0);
  const [, name = '', sign = '', value = ''] = (isTerm && match) || [];
  const field = name.toLowerCase();
  if (Object.hasOwn(choices, field)) return choiceTerm(word, field as keyof typeof choices, sign, value);
  if (field === 'steps' || field === 'tokens') return numberTerm(word, field, sign, value);
  if (field === 'flag' || field === 'answer' || field === 'problem' || field === 'model') {
    return textTerm(word, field, sign, value);
  }
  if (sign === ':') {
    throw new UserError(
      `There is no filter ${name}: as in ${word.written}; use ${fieldNames}, or write "${word.value}" in quotes to search for it.`,
    );
  }
  return { field: 'words', value: word.value, phrase: word.quotedFrom === 0 };
}

const choices = {
  arm: ['weak', 'strong'],
  verdict: ['correct', 'incorrect', 'ungradable'],
  soundness: ['sound', 'unsound', 'unsure', 'none', 'bad'],
  reference: ['sound', 'unsound', 'none'],
  finish: ['stop', 'length', 'contentFilter', 'unknown'],
} as const;

const fieldNames = 'arm, verdict, flag, soundness, reference, answer, steps, tokens, problem, finish or model';

function choiceTerm(word: Word, field: keyof typeof choices, sign: string, written: string): FilterTerm {
  requireColon(word, field, sign);
  const value = choices[field].find((choice) => choice.toLowerCase() === written.toLowerCase());
  if (value) return { field, value } as FilterTerm;
  throw new UserError(`${word.written} is not a filter; write ${field}: with one of ${choices[field].join(', ')}.`);
}

function numberTerm(word: Word, field: 'steps' | 'tokens', sign: string, written: string): FilterTerm {
  const value = Number(written);
  if (!/^\d{1,15}$/.test(written)) {
    throw new UserError(`${word.written} needs a whole number after the sign, e.g. ${field}>8.`);
  }
  return { field, comparison: (sign === ':' ? '=' : sign) as Comparison, value };
}

function textTerm(word: Word, field: 'flag' | 'answer' | 'problem' | 'model', sign: string, value: string): FilterTerm {
  requireColon(word, field, sign);
  if (!value) throw new UserError(`${word.written} has nothing after the colon; write e.g. ${examples[field]}.`);
  if (field !== 'answer') return { field, value };
  return { field, key: value.toLowerCase() === 'none' ? null : shortKey(answerKey(value)) };
}

const examples = { flag: 'flag:any', answer: 'answer:72', problem: 'problem:gsm/17', model: 'model:gemma-2-9b' };

function requireColon(word: Word, field: string, sign: string): void {
  if (sign !== ':') throw new UserError(`${word.written} can't be compared; write ${field}: and the value.`);
}

/** cyrb53, a public-domain 53-bit hash by bryc (github.com/bryc/code, jshash/experimental/cyrb53.js). */
function hash53(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}
