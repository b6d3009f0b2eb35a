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
    const errors = document.errors.map(({ pos, message }) => ({ at: pos[0], message }));
    const broken = errors.slice(0, mostErrors).map(({ at, message }) => {
      const place = lines.linePos(at);
      return { line: place.line, column: place.col, message: `Not valid YAML: ${oneSentence(message)}` };
    });
    const touched = (node: Node | null) => errors.some(({ at }) => at >= startOf(node) && at < endOf(node));
    const good = placedRows(document).flatMap(({ path, value }) => {
      const node = nodeAt(document, path);
      return touched(node) ? [] : [{ line: lines.linePos(startOf(node)).line, value }];
    });
    rows.push(...[...good, ...broken].sort((left, right) => left.line - right.line));
  }
  return rows;
}

const mostErrors = 100;

/** Null where the nesting exhausts the stack of the parser. */
function parse(text: string, lineCounter: LineCounter): Document.Parsed[] | null {
  try {
    const parsed = parseAllDocuments(text, { lineCounter, intAsBigInt: true, logLevel: 'silent', uniqueKeys: false });
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function placedRows(document: Document.Parsed): PlacedRow[] {
  if (document.contents === null) return [];
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

function nodeAt(document: Document.Parsed, path: PlacedRow['path']): Node | null {
  let node: unknown = document.contents;
  for (const part of path) {
    if (isSeq(node)) node = node.items[Number(part)];
    else if (isMap(node)) node = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === part)?.value;
  }
  return isScalar(node) || isCollection(node) ? (node as Node) : document.contents;
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
