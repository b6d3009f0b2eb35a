import type { Arm, Usage } from '../trace/trace.ts';

/** What makes two arms' spending comparable: FLOPs, money, or a plain number of samples (the number-matched baseline). */
export type Match = 'flops' | 'price' | 'count';

/** What a model costs. A figure that is absent is unknown; matching by it then gives a `UserError`. */
export interface ModelCost {
  /** Parameters active per token, in billions (a mixture of experts counts the active ones). */
  activeParamsB?: number;
  /** US dollars per million tokens. */
  inputPrice?: number;
  outputPrice?: number;
}

/** What one arm spent, or is expected to spend. */
export interface Spend {
  samples: number;
  promptTokens: number;
  completionTokens: number;
  /** null: the model's active parameters are unknown. */
  flops: number | null;
  /** US dollars; null: its prices are unknown. */
  usd: number | null;
}

/** Expected mean tokens of one sample, before a run or from a pilot. */
export type MeanTokens = Pick<Usage, 'promptTokens' | 'completionTokens'>;

/** One point of the budget grid: samples per problem of each arm. */
export type GridPoint = Record<Arm, number>;

/** Were both arms given the same? `ratio` is weak spend over strong spend in the unit of the match; null where it is unknown. */
export interface MatchRatio {
  match: Match;
  ratio: number | null;
  /** Equal as far as whole samples allow (one weak sample more would exceed the strong arm's spend), or within 2 %. */
  matched: boolean;
}
