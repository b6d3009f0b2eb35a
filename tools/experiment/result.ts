import type { WrongReason } from '../../src/core/soundness/keys.ts';
import type { Arm } from '../../src/core/trace/trace.ts';
import type { Figures, PointFigures } from './figures.ts';

/** All that the experiment found, as `--json` prints it and `--from` reads it again. */
export interface Experiment {
  /** Per problem; every training seed draws as many. */
  samples: Record<Arm, number>;
  temperature: number;
  samplingSeed: number;
  /** The pair as it is shipped, over its training seeds. */
  pair: TrainedPair;
  /** The same with weak models that were trained for longer; null where there are no such weights. */
  longer: TrainedPair | null;
}

export interface TrainedPair {
  weights: PairWeights[];
  figures: Figures;
}

/** The weights of one training seed. */
export interface PairWeights extends Record<Arm, WeightsFacts> {
  seed: number;
  /** Whether this is the pair in `media/models`. */
  shipped: boolean;
}

/** What a weights file says of itself. */
export interface WeightsFacts {
  parameters: number;
  steps: number;
  /** Of its data. */
  sha256: string;
}

/** The figures that a point of the grid has. */
export const measures = ['coverage', 'coverageBySound', 'diversity'] as const satisfies (keyof PointFigures)[];
export type Measure = (typeof measures)[number];

export interface MeasureWords {
  title: string;
  about: string;
  /** Shares are told in percent, their differences in points; means as they are. */
  share: boolean;
}

export const measureWords: Record<Measure | 'fpr' | 'passAt1', MeasureWords> = {
  coverage: { title: 'Coverage', about: '% of problems with a right answer', share: true },
  coverageBySound: {
    title: 'Coverage by sound traces',
    about: '% of problems with a right answer, rightly reasoned',
    share: true,
  },
  diversity: { title: 'Diversity', about: 'distinct right solutions per problem', share: false },
  fpr: { title: 'False positives', about: '% of right answers that rest on wrong reasoning', share: true },
  passAt1: { title: 'pass@1', about: '% of samples with a right answer', share: true },
};

export const reasonWords: Record<WrongReason, string> = {
  operands: 'wrong operands',
  swapped: 'swapped quantities',
  label: 'wrong name',
  arithmetic: 'false equation',
  skipped: 'skipped step',
  form: 'no readable step',
  final: 'unfounded final line',
};
