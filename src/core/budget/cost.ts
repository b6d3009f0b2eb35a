import type { Match, MeanTokens, ModelCost, Spend } from './budget.ts';

/**
 * What `samples` samples with these tokens in all cost: FLOPs = 2 · active parameters · generated tokens, US dollars by
 * the model's prices per million tokens. A figure that the model does not give makes its cost null, never zero.
 *
 * Prompt tokens cost money but, as in the paper, no FLOPs: a server reads a problem's prompt once for all its samples.
 * The attention term (4 · layers · width · context) is left out too: about 3 % at 1,000 tokens for 8B parameters, half at 32,000.
 * Source: Kaplan et al. 2020, arXiv:2001.08361 (2 FLOPs per parameter and token); Bansal et al. 2024, arXiv:2408.16737.
 */
export function spendOf(model: ModelCost, samples: number, promptTokens: number, completionTokens: number): Spend {
  return {
    samples,
    promptTokens,
    completionTokens,
    flops: flopsOf(model, completionTokens),
    usd: usdOf(model, promptTokens, completionTokens),
  };
}

/** Nothing spent yet: the start of a sum. */
export const noSpend: Spend = { samples: 0, promptTokens: 0, completionTokens: 0, flops: 0, usd: 0 };

/** The sum; a cost that is unknown in one part is unknown in the whole. */
export function addSpend(a: Spend, b: Spend): Spend {
  return {
    samples: a.samples + b.samples,
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    flops: addKnown(a.flops, b.flops),
    usd: addKnown(a.usd, b.usd),
  };
}

/** The spend in the unit of the match: FLOPs, US dollars or samples; null where it is unknown. */
export function spendIn(match: Match, spend: Spend): number | null {
  if (match === 'count') return spend.samples;
  return match === 'flops' ? spend.flops : spend.usd;
}

/** Cost of one sample of these lengths in the unit of the match; null where the model's figures are unknown. */
export function costPerSample(match: Match, model: ModelCost, tokens: MeanTokens): number | null {
  return spendIn(match, spendOf(model, 1, tokens.promptTokens, tokens.completionTokens));
}

function flopsOf(model: ModelCost, tokens: number): number | null {
  return isKnown(model.activeParamsB) ? 2 * model.activeParamsB * 1e9 * tokens : null;
}

function usdOf(model: ModelCost, promptTokens: number, completionTokens: number): number | null {
  if (!isKnown(model.inputPrice) || !isKnown(model.outputPrice)) return null;
  return (promptTokens * model.inputPrice + completionTokens * model.outputPrice) / 1e6;
}

/** Settings are written by hand: a negative or non-finite figure is as good as none. */
export function isKnown(figure: number | undefined): figure is number {
  return figure !== undefined && Number.isFinite(figure) && figure >= 0;
}

function addKnown(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
