import type { Arm, TraceId } from '../../../src/core/trace/trace.ts';
import type { SampleCell } from '../../../src/protocol/engine.ts';

/** One arm's samples of a problem as shapes: one path per shape, in cells of 9 x 12. */
export interface StripShapes {
  correct: string;
  flagged: string;
  incorrect: string;
  ungradable: string;
  sound: string;
  unsound: string;
  unsure: string;
  /** The frame around the open trace. */
  current: string;
  /** Width of the cells together. */
  width: number;
}

export const cellWidth = 9;
export const cellHeight = 12;

const stateOrder: readonly SampleCell['state'][] = ['correct', 'flagged', 'incorrect', 'ungradable'];

/** The cells as they are drawn: the states together; inside each as the run gives them, by sample. */
export function orderCells(cells: readonly SampleCell[]): SampleCell[] {
  return stateOrder.flatMap((state) => cells.filter((cell) => cell.state === state));
}

export function stripShapes(ordered: readonly SampleCell[], current: TraceId | null): StripShapes {
  const shapes = {
    correct: '',
    flagged: '',
    incorrect: '',
    ungradable: '',
    sound: '',
    unsound: '',
    unsure: '',
    current: '',
  };
  ordered.forEach((cell, index) => {
    const x = index * cellWidth;
    shapes[cell.state] += stateShapes[cell.state](x);
    if (cell.soundness) shapes[cell.soundness] += soundnessShapes[cell.soundness](x);
    if (cell.trace === current) shapes.current = `M${x - 0.5} -.5h10v13h-10z`;
  });
  return { ...shapes, width: ordered.length * cellWidth };
}

type Shape = (x: number) => string;

const stateShapes: Record<SampleCell['state'], Shape> = {
  correct: (x) => `M${x + 1} 1h7v7h-7z`,
  flagged: (x) => `M${x + 4.5} .5l4.2 7.5h-8.4z`,
  incorrect: (x) => `M${x + 1.5} 1.5h6v6h-6zm0 6l6-6`,
  ungradable: (x) => `M${x + 1} 4h7v1.5h-7z`,
};

const soundnessShapes: Record<'sound' | 'unsound' | 'unsure', Shape> = {
  sound: (x) => `M${x + 1} 10h7v1.5h-7z`,
  unsound: (x) => `M${x + 1} 10h2v1.5h-2zm5 0h2v1.5h-2z`,
  unsure: (x) => `M${x + 3.5} 10h2v1.5h-2z`,
};

/** The cell under a point of the strip, `share` 0..1 of its width. */
export function cellAt(ordered: readonly SampleCell[], share: number): SampleCell | undefined {
  return ordered[Math.min(ordered.length - 1, Math.max(0, Math.floor(share * ordered.length)))];
}

/** E.g. `weak: 19 of 30 correct, 3 flagged, 2 judged`. */
export function stripSentence(arm: Arm, cells: readonly SampleCell[]): string {
  if (cells.length === 0) return `${arm}: no samples yet`;
  const flagged = count(cells, 'flagged');
  const judged = cells.filter((cell) => cell.soundness !== null).length;
  const correct = count(cells, 'correct') + flagged;
  return `${arm}: ${correct} of ${cells.length} correct, ${flagged} flagged, ${judged} judged`;
}

/** Share of the samples that are correct, flagged or not; null without samples. */
export function correctShare(cells: readonly SampleCell[]): number | null {
  if (cells.length === 0) return null;
  return (count(cells, 'correct') + count(cells, 'flagged')) / cells.length;
}

function count(cells: readonly SampleCell[], state: SampleCell['state']): number {
  return cells.filter((cell) => cell.state === state).length;
}
