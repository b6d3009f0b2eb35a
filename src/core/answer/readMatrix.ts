import { fail, type State, take, takePattern } from './readerState.ts';
import type { Tree } from './tree.ts';

const maxCells = 64;

/** `\begin{pmatrix} a & b \\ c & d \end{pmatrix}`, arrays in brackets included; `vmatrix` is its determinant. */
export function matrix(state: State): Tree {
  const name = takePattern(state, opening)?.[1];
  if (name === undefined) return fail(state);
  const rows: Tree[][] = [];
  for (let cells = 0; cells < maxCells && !state.failed; ) {
    if (take(state, `\\end{${name}}`)) break;
    const row = readRow(state);
    rows.push(row);
    cells += row.length;
  }
  const width = rows[0]?.length ?? 0;
  if (width === 0 || rows.some((row) => row.length !== width)) return fail(state);
  const tree: Tree = { kind: 'matrix', rows };
  return /^[vV]/.test(name) ? { kind: 'call', name: 'det', args: [tree] } : tree;
}
const opening = /\{((?:[pbBvV]|small)?matrix|array)\}\s?(?:\{[clr| ]{0,40}\})?/y;

function readRow(state: State): Tree[] {
  const cells = [state.grammar.sum(state)];
  while (!state.failed && cells.length < maxCells && take(state, '&')) cells.push(state.grammar.sum(state));
  if (!state.failed && !take(state, '\\\\') && !state.text.startsWith('\\end', skip(state))) fail(state);
  return cells;
}

function skip(state: State): number {
  take(state, ' ');
  return state.at;
}
