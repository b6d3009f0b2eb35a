import { html, nothing, type TemplateResult } from 'lit';
import type { Span } from '../../src/core/trace/trace.ts';
import { cutFormula, type FormulaLimits, type FoundFormula, findFormulas } from './formulas.ts';
import { findMarks, type Mark } from './marks.ts';

/*
 * Text written by models, made fit to be looked at: formulas are set, characters that hide or reorder others are shown by name.
 * It stays data: nothing here makes HTML of it, and a link in it is text.
 */

/** Emphasis on a stretch of a text. */
export interface Emphasis extends Span {
  /** Ours, never the text's. */
  className: string;
  /** Shown on hover. */
  title?: string;
}

/** How much of a trace is drawn before one asks for more. Characters. */
export const richLimit = 65_536;

/** The text with its formulas, visible marks, and emphasis. A formula takes the emphasis of any part of it. */
export function drawText(text: string, emphases: readonly Emphasis[] = [], limits?: FormulaLimits): TemplateResult {
  return html`<bdi>${cutPieces(splitText(text, limits), emphases).map((run) => drawRun(text, run))}</bdi>`;
}

/** The text as it is, with visible marks alone: no formulas. */
export function drawPlain(text: string): TemplateResult {
  const pieces = between(findMarks(text), text.length);
  return html`<bdi>${pieces.map((piece) => drawRun(text, { piece, classNames: [], titles: [] }))}</bdi>`;
}

/** A stretch of a text. Offsets are UTF-16, relative to the text that was split. */
export type Piece = (Span & { kind: 'text' }) | FoundFormula | Mark;

/** The text in pieces: plain stretches, formulas, and marks. They cover it in order; none is empty. */
export function splitText(text: string, limits?: FormulaLimits): Piece[] {
  const formulas = findFormulas(text, limits);
  const special: Piece[] = [];
  let next = 0;
  for (const mark of findMarks(text)) {
    for (let one = formulas[next]; one && one.start < mark.start; one = formulas[++next]) special.push(one);
    special.push(mark);
  }
  special.push(...formulas.slice(next));
  return between(special, text.length);
}

/** The special pieces with the plain stretches between them. */
function between(special: readonly Piece[], length: number): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const piece of special) {
    if (piece.start > at) pieces.push({ kind: 'text', start: at, end: piece.start });
    pieces.push(piece);
    at = piece.end;
  }
  if (at < length) pieces.push({ kind: 'text', start: at, end: length });
  return pieces;
}

/** A piece, or a part of a plain one, with the emphases that lie on all of it. */
export interface Run {
  piece: Piece;
  classNames: string[];
  titles: string[];
}

/** Cuts plain pieces where an emphasis starts or ends, and formulas at the relations nearest to it. Emphases may overlap. */
export function cutPieces(pieces: readonly Piece[], emphases: readonly Emphasis[]): Run[] {
  const sorted = emphases.filter((one) => one.end > one.start).sort((a, b) => a.start - b.start);
  const cuts = [...new Set(sorted.flatMap((one) => [one.start, one.end]))].sort((a, b) => a - b);
  const runs: Run[] = [];
  let next = 0;
  let open: Emphasis[] = [];
  const add = (piece: Piece) => {
    for (let one = sorted[next]; one && one.start < piece.end; one = sorted[++next]) open.push(one);
    open = open.filter((one) => one.end > piece.start);
    const titles = open.flatMap((one) => one.title ?? []);
    runs.push({ piece, classNames: [...new Set(open.map((one) => one.className))], titles: [...new Set(titles)] });
  };
  let cut = 0;
  for (const piece of cutFormulas(pieces, cuts)) {
    let { start } = piece;
    for (let place = cuts[cut]; place !== undefined && place < piece.end; place = cuts[++cut]) {
      if (piece.kind !== 'text' || place <= start) continue;
      add({ kind: 'text', start, end: place });
      start = place;
    }
    add(piece.kind === 'text' ? { ...piece, start } : piece);
  }
  return runs;
}

/** The pieces, with each formula that a cut falls into in pieces of its own. */
function cutFormulas(pieces: readonly Piece[], cuts: readonly number[]): Piece[] {
  let cut = 0;
  return pieces.flatMap((piece): Piece[] => {
    if (piece.kind !== 'math') return [piece];
    const delimiter = (piece.end - piece.start - piece.tex.length) / 2;
    while ((cuts[cut] ?? Number.POSITIVE_INFINITY) <= piece.start + delimiter) cut++;
    return (cuts[cut] ?? Number.POSITIVE_INFINITY) < piece.end - delimiter ? cutFormula(piece) : [piece];
  });
}

function drawRun(text: string, { piece, classNames, titles }: Run): TemplateResult | string {
  const source = text.slice(piece.start, piece.end);
  const content = drawPiece(piece, source);
  if (classNames.length === 0) return content;
  // A wavy line under text would break at an inline block, so formulas get theirs by other means.
  return html`<span
    class=${classNames.join(' ')}
    ?data-math=${piece.kind === 'math'}
    title=${titles.length > 0 ? titles.join('\n') : nothing}
    >${content}</span
  >`;
}

function drawPiece(piece: Piece, source: string): TemplateResult | string {
  if (piece.kind === 'mark') return html`<span class="mark" title=${piece.title}>${piece.name}</span>`;
  if (piece.kind === 'text') return source;
  return html`<tl-math .formula=${{ tex: piece.tex, display: piece.display, source }}></tl-math>`;
}
