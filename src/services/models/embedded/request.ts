import type { ModelSettings } from '../../../core/budget/model.ts';
import { type ChatMessage, ModelFailure } from '../model.ts';
import { defaultMaxTokens, defaultTemperature } from '../requestBody.ts';
import type { GenerateRequest } from './generate.ts';
import type { EmbeddedName } from './settings.ts';

/**
 * What a model in this program is asked, so that what is shown to people is what was asked.
 *
 * The problem is the last message of the user; the models never learned to read instructions, so system texts are left
 * out, and so is `sampling.extraBody`. Without a seed it is 0.
 */
export function requestOf(
  { name, model, sampling = {} }: Pick<ModelSettings, 'name' | 'model' | 'sampling'>,
  messages: readonly ChatMessage[],
  seed: number | null,
): GenerateRequest {
  const { temperature = defaultTemperature, maxTokens = defaultMaxTokens, topK, topP, minP, stop } = sampling;
  const problem = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const chosen = { topK, topP, minP, stop: stop?.length ? stop : undefined };
  const given = Object.entries(chosen).filter(([, value]) => value !== undefined);
  return {
    model: nameOf(name, model),
    problem,
    seed: seed ?? 0,
    temperature,
    maxTokens,
    ...Object.fromEntries(given),
  };
}

function nameOf(name: string, model: string): EmbeddedName {
  if (model === 'weak' || model === 'strong') return model;
  throw new ModelFailure(
    'notFound',
    `There is no embedded model “${model}”, which “${name}” names: there are weak and strong.`,
  );
}
