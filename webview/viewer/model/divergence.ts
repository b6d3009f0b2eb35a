import type { Comparison, ComparisonRow } from '../../../src/protocol/engine.ts';

/** What a row's sign means, for people. */
export const signWords: Record<ComparisonRow['sign'], string> = {
  '=': 'the same',
  '≈': 'the same equations in other words',
  '≠': 'different',
  '+': 'only on the right',
  '−': 'only on the left',
};

/** Indices of the rows whose sides part ways in substance. */
export function divergences(comparison: Comparison): number[] {
  return comparison.rows.flatMap((row, index) => (row.sign === '=' || row.sign === '≈' ? [] : [index]));
}

/** The divergence after (or before) the row `at`; the last (or first) stays. */
export function nextDivergence(rows: readonly number[], at: number, direction: 1 | -1): number {
  const next = direction === 1 ? rows.find((row) => row > at) : rows.findLast((row) => row < at);
  return next ?? rows.at(direction === 1 ? -1 : 0) ?? -1;
}

/** E.g. `step 3 of both: 26 against 24`, `step 4 on the right alone`. */
export function divergenceWords({ left, right }: ComparisonRow): string {
  if (!left) return right ? `step ${right.step + 1} on the right alone` : '';
  if (!right) return `step ${left.step + 1} on the left alone`;
  const where =
    left.step === right.step ? `step ${left.step + 1} of both` : `step ${left.step + 1} against step ${right.step + 1}`;
  const [ours, theirs] = [shortChange(left.parts), shortChange(right.parts)];
  return ours && theirs ? `${where}: ${ours} against ${theirs}` : where;
}

/** The one changed number, or the change as a whole where it is short. */
function shortChange(parts: readonly { text: string; changed: boolean }[]): string {
  const texts = parts.filter((part) => part.changed).map((part) => part.text.trim());
  const changed = [...new Set(texts)].filter((text) => text !== '');
  const numbers = changed.filter((text) => /^[−+-]?[\d.,/%]*\d[\d.,/%]*$/.test(text));
  const said = numbers.length === 1 ? (numbers[0] ?? '') : changed.join(' … ');
  return said.length <= 24 ? said.replace(/[.,;]$/, '') : '';
}

/** The comparison seen from the other side. */
export function swapped(comparison: Comparison): Comparison {
  const { left, right, rows } = comparison;
  const signs: Partial<Record<ComparisonRow['sign'], ComparisonRow['sign']>> = { '+': '−', '−': '+' };
  return {
    ...comparison,
    left: right,
    right: left,
    rows: rows.map((row) => ({ sign: signs[row.sign] ?? row.sign, left: row.right, right: row.left })),
  };
}
