import { addTo, noSums } from '../../src/core/metrics/interval.ts';
import type { LabelledTrace, StudiedProblem } from '../../src/core/metrics/rate.ts';

/** A judge's chances: of calling an unsound trace unsound, and a sound one sound. */
export interface Judge {
  sensitivity: number;
  specificity: number;
}

/** GPT-4o on correct-answer traces (as published in arXiv:2502.06217), and one that is far better. */
export const publishedJudge: Judge = { sensitivity: 0.71, specificity: 0.85 };
export const goodJudge: Judge = { sensitivity: 0.9, specificity: 0.95 };

export function verdictOf({ sensitivity, specificity }: Judge, random: () => number): (unsound: boolean) => number {
  return (unsound) => Number(random() < (unsound ? sensitivity : 1 - specificity));
}

/** One problem of the population: which of either arm's correct traces are unsound. */
export type PopulationProblem = readonly [weak: readonly boolean[], strong: readonly boolean[]];

export interface Design {
  /** Labels per arm, drawn at random among its correct traces. */
  labels: number;
  /** Problems of the simulated run, drawn with replacement. */
  problems: number;
  /** The helper's signal on a trace; null where there is no helper. */
  signals: readonly [weak: ((unsound: boolean) => number) | null, strong: ((unsound: boolean) => number) | null];
}

/** One simulated run with its annotations: problems are drawn, every correct trace is judged, a random few are labelled. */
export function drawStudies(
  population: readonly PopulationProblem[],
  { labels, problems, signals }: Design,
  random: () => number,
): [weak: StudiedProblem[], strong: StudiedProblem[]] {
  const drawn = Array.from({ length: problems }, () => population[Math.floor(random() * population.length)]);
  const arm = (of: 0 | 1) =>
    drawArm(
      drawn.map((problem) => problem?.[of] ?? []),
      labels,
      signals[of],
      random,
    );
  return [arm(0), arm(1)];
}

function drawArm(
  drawn: readonly (readonly boolean[])[],
  labels: number,
  signal: ((unsound: boolean) => number) | null,
  random: () => number,
): StudiedProblem[] {
  let left = drawn.reduce((sum, traces) => sum + traces.length, 0);
  let wanted = Math.min(labels, left);
  return drawn.map((traces, index) => {
    const judged = noSums();
    const labelled: LabelledTrace[] = [];
    for (const unsound of traces) {
      const value = signal?.(unsound) ?? null;
      if (value !== null) addTo(judged, value);
      // Selection sampling: every set of `labels` traces is equally likely.
      if (random() * left-- >= wanted) continue;
      wanted--;
      labelled.push({ unsound, signal: value });
    }
    return { problem: String(index), correct: traces.length, labelled, judged };
  });
}

/** Of an arm's traces, over the whole population. */
export function trueShare(population: readonly PopulationProblem[], of: 0 | 1): number {
  const traces = population.flatMap((problem) => problem[of]);
  return traces.filter(Boolean).length / traces.length;
}
