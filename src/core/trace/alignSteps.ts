import { diffArrays } from 'diff';
import { likeness, type StepSubstance } from './stepSubstance.ts';

/** Two steps side by side, or one alone. */
export interface StepPair {
  left: StepSubstance | null;
  right: StepSubstance | null;
}

/** Pairs equal steps first, and what stands between them by likeness; both sides keep their order and every step appears once. */
export function alignSteps(left: readonly StepSubstance[], right: readonly StepSubstance[]): StepPair[] {
  const changes = diffArrays(
    left.map(({ plain }) => plain),
    right.map(({ plain }) => plain),
    { maxEditLength: mostEdits },
  );
  // `undefined`: more edits than are worth counting, so nothing is known to be equal.
  if (changes === undefined) return pairBlock(left, right);
  const pairs: StepPair[] = [];
  let [leftAt, rightAt, leftFrom, rightFrom] = [0, 0, 0, 0];
  const closeBlock = () => {
    pairs.push(...pairBlock(left.slice(leftFrom, leftAt), right.slice(rightFrom, rightAt)));
  };
  for (const { added, removed, count } of changes) {
    if (removed) leftAt += count;
    else if (added) rightAt += count;
    else {
      closeBlock();
      for (let end = leftAt + count; leftAt < end; leftAt++, rightAt++) {
        pairs.push({ left: left[leftAt] ?? null, right: right[rightAt] ?? null });
      }
      [leftFrom, rightFrom] = [leftAt, rightAt];
    }
  }
  closeBlock();
  return pairs;
}

/** Two traces of 500 steps with nothing in common need 1,000. */
const mostEdits = 1000;

/** The order-preserving pairing with the greatest sum of likenesses; place by place where the block is too large for that. */
function pairBlock(left: readonly StepSubstance[], right: readonly StepSubstance[]): StepPair[] {
  if (left.length === 0 || right.length === 0) {
    return [
      ...left.map((step) => ({ left: step, right: null })),
      ...right.map((step) => ({ left: null, right: step })),
    ];
  }
  if (left.length * right.length > mostCells) return pairByPlace(left, right);
  const width = right.length + 1;
  const scores = left.map((mine) => right.map((other) => likeness(mine, other)));
  const score = (row: number, column: number) => scores[row]?.[column] ?? 0;
  // best[i * width + j]: of the steps from i on the left and from j on the right.
  const best = new Float64Array((left.length + 1) * width);
  const bestAt = (row: number, column: number) => best[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      const alike = score(row, column);
      const paired = alike >= leastLikeness ? alike + bestAt(row + 1, column + 1) : 0;
      best[row * width + column] = Math.max(paired, bestAt(row + 1, column), bestAt(row, column + 1));
    }
  }
  const pairs: StepPair[] = [];
  let [row, column] = [0, 0];
  while (row < left.length && column < right.length) {
    const alike = score(row, column);
    const [mine, other] = [left[row] ?? null, right[column] ?? null];
    if (alike >= leastLikeness && bestAt(row, column) === alike + bestAt(row + 1, column + 1)) {
      pairs.push({ left: mine, right: other });
      row++;
      column++;
    } else if (bestAt(row, column) === bestAt(row + 1, column)) {
      pairs.push({ left: mine, right: null });
      row++;
    } else {
      pairs.push({ left: null, right: other });
      column++;
    }
  }
  return [
    ...pairs,
    ...left.slice(row).map((step) => ({ left: step, right: null })),
    ...right.slice(column).map((step) => ({ left: null, right: step })),
  ];
}

/** Less alike than this, two steps stand alone. Steps of one problem share a few words whatever they say. */
const leastLikeness = 0.3;
/** A block of 200 by 200 steps. */
const mostCells = 40_000;

function pairByPlace(left: readonly StepSubstance[], right: readonly StepSubstance[]): StepPair[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) => ({
    left: left[at] ?? null,
    right: right[at] ?? null,
  }));
}
