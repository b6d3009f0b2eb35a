import type { ModelCost } from '../../core/budget/budget.ts';
import { isKnown } from '../../core/budget/cost.ts';
import { UserError } from '../../core/userError.ts';
import type { ChatMessage } from '../models/model.ts';
import { defaultMaxTokens, type RequestSettings } from '../models/requestBody.ts';

/** Money that may still be spent. What is in flight is reserved at its highest possible cost, so the cap is never exceeded. */
export interface Purse {
  canReserve(usd: number): boolean;
  reserve(usd: number): void;
  /** The request that reserved `reserved` ended and cost `cost`. */
  settle(reserved: number, cost: number): void;
}

/** @param maxUsd absent: no cap. */
export function createPurse(maxUsd: number | undefined, spentUsd: number): Purse {
  let spent = spentUsd;
  let held = 0;
  return {
    canReserve: (usd) => maxUsd === undefined || spent + held + usd <= maxUsd * (1 + rounding),
    reserve(usd) {
      held += usd;
    },
    settle(reserved, cost) {
      held -= reserved;
      spent += cost;
    },
  };
}

/** Lets ten samples of $0.1 fit into $1 although floating point sums them to a little more. */
const rounding = 1e-9;

/**
 * The most that one request can cost, in US dollars: the prompt at two characters per token (English has about four) and
 * every token that it may generate.
 */
export function highestUsd(model: ModelCost & RequestSettings, messages: readonly ChatMessage[]): number {
  const characters = messages.reduce((sum, message) => sum + message.content.length, 0);
  return usd(model, Math.ceil(characters / 2) + 64, model.sampling?.maxTokens ?? defaultMaxTokens);
}

/** Unknown prices count as none here; a cap on a model without prices is refused by `checkCap`. */
export function usd(
  { inputPrice = 0, outputPrice = 0 }: ModelCost,
  promptTokens: number,
  completionTokens: number,
): number {
  return (promptTokens * inputPrice + completionTokens * outputPrice) / 1e6;
}

/** @throws UserError where a cap is set that can't be held because a model's prices are unknown. */
export function checkCap(maxUsd: number | undefined, models: readonly (ModelCost & { name: string })[]): void {
  const unpriced = models.find((model) => !isKnown(model.inputPrice) || !isKnown(model.outputPrice));
  if (maxUsd === undefined || !unpriced) return;
  throw new UserError(
    `The cap of $${maxUsd} can't be held because the prices of “${unpriced.name}” are unknown: set its inputPrice and outputPrice (0 for a local model), or remove the cap.`,
  );
}
