import { exactValue } from './exact.ts';
import { partsOf, type Tree, wholeTree } from './tree.ts';
import { spend, type Work } from './work.ts';

export type Rows = readonly (readonly Tree[])[];

export function holdsMatrix(tree: Tree): boolean {
  return tree.kind === 'matrix' || partsOf(tree).some(holdsMatrix);
}

/**
 * An expression of matrices as one matrix (or, as a determinant, one number): sums, products, whole powers, inverses up to 3 × 3 and
 * transposes carried out. Null where shapes don't fit.
 */
export function folded(tree: Tree, work: Work): Tree | null {
  if (!spend(work)) return null;
  if (!holdsMatrix(tree)) return tree;
  switch (tree.kind) {
    case 'matrix':
      return tree;
    case 'negate':
      return mapped(folded(tree.of, work), (cell) => ({ kind: 'negate', of: cell }));
    case 'add':
      return sum(folded(tree.left, work), folded(tree.right, work));
    case 'multiply':
      return product(folded(tree.left, work), folded(tree.right, work), work);
    case 'divide':
      return mapped(folded(tree.left, work), (cell) => ({ kind: 'divide', left: cell, right: tree.right }));
    case 'power':
      return power(folded(tree.left, work), tree.right, work);
    case 'call': {
      const of = tree.args[0] === undefined ? null : folded(tree.args[0], work);
      return tree.name === 'det' && of?.kind === 'matrix' ? determinant(of.rows, work) : null;
    }
    default:
      return null;
  }
}

/** A row or a column as its entries; null for other matrices. */
export function vectorEntries(tree: Tree): readonly Tree[] | null {
  if (tree.kind !== 'matrix') return null;
  if (tree.rows.length === 1) return tree.rows[0] ?? null;
  return tree.rows.every((row) => row.length === 1) ? tree.rows.flat() : null;
}

function mapped(tree: Tree | null, change: (cell: Tree) => Tree): Tree | null {
  if (tree === null) return null;
  return tree.kind === 'matrix'
    ? { kind: 'matrix', rows: tree.rows.map((row) => row.map((cell) => settled(change(cell)))) }
    : change(tree);
}

/** Exact numbers are computed at once, so that trees of products stay small. */
function settled(tree: Tree): Tree {
  const value = exactValue(tree);
  return value === null ? tree : { kind: 'number', value };
}

function sum(a: Tree | null, b: Tree | null): Tree | null {
  if (a?.kind !== 'matrix' || b?.kind !== 'matrix') return null;
  if (a.rows.length !== b.rows.length || a.rows[0]?.length !== b.rows[0]?.length) return null;
  const rows = a.rows.map((row, y) =>
    row.map((cell, x) => settled({ kind: 'add', left: cell, right: b.rows[y]?.[x] ?? wholeTree(0) })),
  );
  return { kind: 'matrix', rows };
}

function product(a: Tree | null, b: Tree | null, work: Work): Tree | null {
  if (a === null || b === null) return null;
  if (a.kind !== 'matrix') return mapped(b, (cell) => ({ kind: 'multiply', left: a, right: cell }));
  if (b.kind !== 'matrix') return mapped(a, (cell) => ({ kind: 'multiply', left: cell, right: b }));
  const width = b.rows[0]?.length ?? 0;
  if (a.rows[0]?.length !== b.rows.length || !spend(work, 20 * a.rows.length * width * b.rows.length)) return null;
  const rows = a.rows.map((row) => Array.from({ length: width }, (_, x) => settled(dot(row, b.rows, x))));
  return { kind: 'matrix', rows };
}

function dot(row: readonly Tree[], rows: Rows, column: number): Tree {
  return row
    .map((cell, at): Tree => ({ kind: 'multiply', left: cell, right: rows[at]?.[column] ?? wholeTree(0) }))
    .reduce((left, right) => ({ kind: 'add', left, right }));
}

function power(base: Tree | null, exponent: Tree, work: Work): Tree | null {
  if (base?.kind !== 'matrix') return null;
  if (exponent.kind === 'symbol') return exponent.name === 'T' ? { kind: 'matrix', rows: transposed(base.rows) } : null;
  const size = exactValue(exponent);
  if (size === null || size.denominator !== 1n || size.numerator > 8n || size.numerator < -1n) return null;
  if (size.numerator === -1n) return inverse(base.rows, work);
  let result: Tree | null = size.numerator === 0n ? null : base;
  for (let count = 1n; count < size.numerator; count++) result = product(result, base, work);
  return result;
}

function transposed(rows: Rows): Rows {
  return (rows[0] ?? []).map((_, x) => rows.map((row) => row[x] ?? wholeTree(0)));
}

function determinant(rows: Rows, work: Work): Tree | null {
  if (rows.length !== rows[0]?.length || rows.length > 5 || !spend(work, 10 ** Math.max(1, rows.length - 2)))
    return null;
  const [first, ...rest] = rows;
  if (rest.length === 0) return first?.[0] ?? null;
  let total: Tree | null = null;
  for (const [x, cell] of (first ?? []).entries()) {
    const minor = determinant(without(rest, x), work);
    if (minor === null) return null;
    const term: Tree = { kind: 'multiply', left: x % 2 === 0 ? cell : { kind: 'negate', of: cell }, right: minor };
    total = total === null ? term : { kind: 'add', left: total, right: term };
  }
  return total === null ? null : settled(total);
}

function without(rows: Rows, column: number): Rows {
  return rows.map((row) => row.filter((_, x) => x !== column));
}

/** Cofactors over the determinant. */
function inverse(rows: Rows, work: Work): Tree | null {
  const whole = rows.length > 3 ? null : determinant(rows, work);
  if (whole === null || exactValue(whole)?.numerator === 0n) return null;
  const cells = rows.map((row, y) =>
    row.map((_, x): Tree => {
      const others = rows.filter((__, at) => at !== x);
      const minor = rows.length === 1 ? wholeTree(1) : (determinant(without(others, y), work) ?? wholeTree(0));
      return settled({ kind: 'divide', left: (x + y) % 2 === 0 ? minor : { kind: 'negate', of: minor }, right: whole });
    }),
  );
  return { kind: 'matrix', rows: cells };
}
