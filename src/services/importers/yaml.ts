import { type Document, isCollection, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { findRows, type PlacedRow } from './findRows.ts';
import type { Row } from './lines.ts';
import { NotProblemsError } from './notProblems.ts';

/**
 * The rows of a YAML text: a list of problems, an object with such a list, one problem, or one problem per document. Tags of other
 * programs (`!function`) are read as the plain text behind them. Rows that a syntax error touches are broken, the others load.
 */
export function readYamlRows(text: string, name: string): Row[] {
  refuseTaskFile(text, name);
  const lines = new LineCounter();
  const documents = parse(text, lines);
  if (documents === null)
    return [{ line: 1, column: 1, message: 'This YAML is nested too deeply to be read: save it as JSONL.' }];
  const rows: Row[] = [];
  for (const document of documents) {
    const errors = document.errors.toSorted((left, right) => left.pos[0] - right.pos[0]);
    const broken = errors.slice(0, mostErrors).map(({ pos, message }) => {
      const place = lines.linePos(pos[0]);
      return { line: place.line, column: place.col, message: `Not valid YAML: ${oneSentence(message)}` };
    });
    const places = errors.map(({ pos }) => pos[0]);
    const nodes = nodesByPath(document);
    const good = placedRows(document).flatMap(({ path, value }) => {
      const node = nodes.get(JSON.stringify(path)) ?? document.contents;
      return holdsAny(places, node) ? [] : [{ line: lines.linePos(startOf(node)).line, value }];
    });
    rows.push(...[...good, ...broken].sort((left, right) => left.line - right.line));
  }
  return rows;
}

const mostErrors = 100;

/** Null where the nesting exhausts the stack of the parser. */
function parse(text: string, lineCounter: LineCounter): Document.Parsed[] | null {
  if (opensDeeply(text)) return null;
  try {
    const parsed = parseAllDocuments(text, { lineCounter, intAsBigInt: true, logLevel: 'silent', uniqueKeys: false });
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A thousand openings without a word between them: the parser would take seconds and a gigabyte to find that out. */
function opensDeeply(text: string): boolean {
  let run = 0;
  for (let at = 0; at < text.length && run < 1000; at++) {
    const mark = text.charAt(at);
    if (/\s/.test(mark)) continue;
    run = mark === '[' || mark === '{' || (/[-?]/.test(mark) && text.charAt(at + 1) === ' ') ? run + 1 : 0;
  }
  return run >= 1000;
}

/** Keys that are lists or objects become texts that double with each level; no problem file has them. */
function hasCollectionKeys(contents: unknown): boolean {
  const open: unknown[] = [contents];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isMap(node)) {
      if (node.items.some(({ key }) => isCollection(key))) return true;
      for (const { value } of node.items) open.push(value ?? null);
    } else if (isSeq(node)) {
      for (const item of node.items) open.push(item ?? null);
    }
  }
  return false;
}

function placedRows(document: Document.Parsed): PlacedRow[] {
  if (document.contents === null || hasCollectionKeys(document.contents)) return [];
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // Too many aliases, an alias without its anchor, or nesting beyond the stack: hostile or broken, either way not rows.
    if (error instanceof ReferenceError || error instanceof RangeError || error instanceof TypeError) return [];
    throw error;
  }
  return value === null || value === undefined ? [] : findRows(value);
}

/** Nodes to a depth of 2 by their path: where rows stand. */
function nodesByPath(document: Document.Parsed): Map<string, Node> {
  const nodes = new Map<string, Node>();
  const note = (node: unknown, path: PlacedRow['path']) => {
    if (!isScalar(node) && !isCollection(node)) return;
    nodes.set(JSON.stringify(path), node);
    if (path.length === 2) return;
    if (isSeq(node)) for (const [index, item] of node.items.entries()) note(item, [...path, index]);
    if (isMap(node))
      for (const { key, value } of node.items) note(value, [...path, isScalar(key) ? String(key.value) : '']);
  };
  note(document.contents, []);
  return nodes;
}

/** Is one of the ascending `places` inside the node? */
function holdsAny(places: readonly number[], node: Node | null): boolean {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < startOf(node)) low = middle + 1;
    else high = middle;
  }
  return (places[low] ?? Number.POSITIVE_INFINITY) < endOf(node);
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

function endOf(node: Node | null): number {
  return node?.range?.[2] ?? Number.POSITIVE_INFINITY;
}

/** The parser's message names the place, a second time, and shows the line. */
function oneSentence(message: string): string {
  const first = (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
  return `${first.slice(0, 200)}: mend it, or put the text in single quotes.`;
}

/** A task file of lm-evaluation-harness: known by its keys alone, for some are no valid YAML. */
function refuseTaskFile(text: string, name: string): void {
  const keys = new Set(
    Array.from(
      text.matchAll(/^(task|dataset_path|doc_to_text|doc_to_target|output_type)[ \t]*:/gm),
      (match) => match[1],
    ),
  );
  if (keys.size < 2) return;
  const set = /^dataset_path[ \t]*:[ \t]*([^\s#]{1,100})/m.exec(text)?.[1];
  throw new NotProblemsError(
    `${name} is a task file of lm-evaluation-harness, which names a data set${set === undefined ? '' : ` (${set})`} and holds no problems itself: save that data set as JSONL with its questions and answers, and choose that file.`,
  );
}
