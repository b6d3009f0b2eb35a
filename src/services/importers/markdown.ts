import type { Row } from './lines.ts';
import { NotProblemsError } from './notProblems.ts';

/**
 * The problems of a Markdown or text file: headed sections (`## Problem 3`, with `### Answer` or `**Answer:** 5` inside) or blocks
 * that begin with `Question:` and `Answer:`. Throws `NotProblemsError` for a prompt of worked examples, unless `force`.
 */
export function readMarkdownRows(text: string, name: string, force = false): Row[] {
  const sections = readSections(text);
  if (!force) refuseFewShot(sections, text, name);
  return sections.filter(isProblem).map((section) => ({ line: section.line, value: toValue(section) }));
}

/** A field's name as it will be shown, and every word that begins it. */
const labels: readonly (readonly [Label, RegExp])[] = [
  ['Problem', /^(?:problem|question|exercise|q|task)$/],
  ['Answer', /^(?:final answer|answer|gold answer|gold|expected answer|correct answer|a|ans)$/],
  ['Solution', /^(?:solution|explanation|rationale|reasoning|worked solution)$/],
  ['Options', /^(?:options|choices)$/],
  ['Level', /^(?:level|difficulty)$/],
  ['ID', /^(?:id|uid)$/],
];

type Label = 'Problem' | 'Answer' | 'Solution' | 'Options' | 'Level' | 'ID';

interface Section {
  line: number;
  /** 1 to 6; 0: the section begins at a `Question:` line. */
  level: number;
  fields: Partial<Record<Label, string[]>>;
  /** A deeper heading follows, so this one only gathers problems. */
  container: boolean;
}

interface Marker {
  label: Label | null;
  /** 0: no heading. */
  level: number;
  rest: string;
}

function readSections(text: string): Section[] {
  const sections: Section[] = [];
  let field: Label = 'Problem';
  let fenced = false;
  for (const { line, number } of bodyLines(text)) {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    const marker = fenced ? null : readMarker(line);
    const current = sections.at(-1);
    if (marker !== null && startsSection(marker, current)) {
      if (current !== undefined && marker.level > current.level && !hasText(current, 'Answer'))
        current.container = current.level > 0;
      sections.push({ line: number, level: marker.level, fields: { Problem: [marker.rest] }, container: false });
      field = 'Problem';
    } else if (marker?.label && current !== undefined) {
      field = marker.label;
      current.fields[field] = [...(current.fields[field] ?? []), marker.rest];
    } else if (current !== undefined) {
      current.fields[field]?.push(line);
    }
  }
  return sections;
}

/** The lines after the front matter (`---` … `---`), with their 1-based numbers. */
function bodyLines(text: string): { line: string; number: number }[] {
  const all = text.split('\n').map((line, index) => ({ line: line.replace(/\r$/, ''), number: index + 1 }));
  if (all[0]?.line.trim() !== '---') return all;
  const end = all.findIndex(({ line }, index) => index > 0 && line.trim() === '---');
  return end < 0 ? all : all.slice(end + 1);
}

/**
 * `## Problem 3`, `### Answer: 5`, `**Answer:** 5`, `Q1. …`, `Answer: 5`; null for any other line. A heading of level 4 or deeper
 * without a known word is text: `#### 42` states a gold answer.
 */
function readMarker(line: string): Marker | null {
  const heading = /^ {0,3}(#{1,6})[ \t]+(\S.*)$/.exec(line);
  const level = heading?.[1]?.length ?? 0;
  const body = (heading?.[2] ?? line).slice(0, 4000);
  const tail = (heading?.[2] ?? line).slice(4000);
  const match = labelled.exec(body);
  const label = match === null ? null : labelOf(match[1] ?? '');
  const rest = match === null ? '' : body.slice(match[0].length).replace(/^[*_]{1,2}[ \t]*/, '');
  if (label !== null && (level === 0 ? match?.[2] : match?.[2] || rest === ''))
    return { label, level, rest: rest + tail };
  // A title such as `## Apples` names the problem and is no part of its text.
  return level > 0 && level < 4 ? { label: null, level, rest: '' } : null;
}

/** A word or two, a number, a colon (in a heading also nothing): `**Final answer:**`, `Question 12.` is not one. */
const labelled =
  /^[ \t>]{0,8}(?:[-*+][ \t]+)?[*_]{0,2}([A-Za-z]+(?: [a-z]+)?)(?:[ \t]*#?\d{1,6})?[*_]{0,2}[ \t]*([:：]?)[*_]{0,2}[ \t]*/;

function labelOf(word: string): Label | null {
  const lower = word.toLowerCase();
  return labels.find(([, words]) => words.test(lower))?.[0] ?? null;
}

function startsSection(marker: Marker, current: Section | undefined): boolean {
  if (current === undefined) return marker.label === null || marker.label === 'Problem';
  if (marker.label === null) return true;
  if (marker.label !== 'Problem') return false;
  // `Question:` inside a headed section begins its text, unless the section has one.
  return (
    hasText(current, 'Problem') || hasText(current, 'Answer') || (marker.level > 0 && marker.level <= current.level)
  );
}

function hasText(section: Section, label: Label): boolean {
  return textOf(section, label) !== '';
}

function textOf(section: Section, label: Label): string {
  return (section.fields[label] ?? []).join('\n').trim();
}

/** Titles that only gather other sections, and headings with nothing below them, are no problems. */
function isProblem(section: Section): boolean {
  return !section.container && Object.keys(section.fields).some((label) => hasText(section, label as Label));
}

function toValue(section: Section): Record<string, string> {
  const entries = labels.map(([label]) => [label, textOf(section, label)] as const).filter(([, text]) => text !== '');
  const value: Record<string, string> = Object.fromEntries(entries);
  if (value.Options === undefined && /^\W*[A-J]\W*$/.test(value.Answer ?? '')) takeOptions(value);
  return value;
}

/** Lines `A) …`, `B) …` at the end of a problem's text are its options where the answer is a letter. */
function takeOptions(value: Record<string, string>): void {
  const lines = (value.Problem ?? '').split('\n');
  const isOption = (line: string, letter: number) =>
    new RegExp(`^\\s*(?:[-*+]\\s+)?\\(?${String.fromCharCode(65 + letter)}[).:]\\s`).test(`${line} `);
  const first = lines.findIndex((line) => isOption(line, 0));
  if (first < 1) return;
  const options = lines.slice(first).filter((line) => line.trim() !== '');
  if (options.length < 2 || !options.every((line, index) => isOption(line, index))) return;
  value.Problem = lines.slice(0, first).join('\n').trim();
  value.Options = options.map((line) => line.replace(/^\s*[-*+]\s+/, '').trim()).join('\n');
}

/**
 * Worked examples for a prompt look like problems and are none: a few `Question:`/`Answer:` blocks without headings whose every
 * answer is reasoning that ends in "the answer is …", or a place left open for the real problem (`{question}`).
 */
function refuseFewShot(sections: readonly Section[], text: string, name: string): void {
  const open = /\{\{?\s*(?:question|problem|input|instruction|query)\s*\}?\}/i.test(text);
  const problems = sections.filter(isProblem);
  const worked = problems.filter((section) =>
    worksOut(textOf(section, 'Answer') || textOf(section, 'Solution')),
  ).length;
  const examples =
    problems.length > 0 &&
    problems.length <= mostExamples &&
    problems.every(({ level }) => level === 0) &&
    worked >= problems.length * 0.8;
  if (!open && !examples) return;
  const what = open
    ? 'a prompt with a place for the problem'
    : `a few-shot prompt (${problems.length} worked examples)`;
  throw new NotProblemsError(
    `${name} is ${what}, not a problem file: use it as a model's few-shot file (prompt.fewShotFile in traceLoupe.models), or begin each problem with a heading such as "## Problem 1" if these are problems.`,
  );
}

/** Reasoning, and then the answer in a sentence; a gold answer in a reference solution is marked (`####`) or stands alone. */
function worksOut(answer: string): boolean {
  const statement = /(?:the|final) answer is/i.exec(answer);
  return statement !== null && statement.index > 0 && !/^####/m.test(answer);
}

const mostExamples = 32;
