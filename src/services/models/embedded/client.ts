import type { ModelSettings } from '../../../core/budget/model.ts';
import type { RunModel } from '../../../core/trace/run.ts';
import { type ModelClient, ModelFailure } from '../model.ts';
import type { EmbeddedModels } from './generate.ts';
import { requestOf } from './request.ts';

/** A model that runs in this program. Its draws count exactly, and a seed gives the same text always. */
export function embeddedClient(
  settings: ModelSettings | RunModel,
  models: Pick<EmbeddedModels, 'generate'>,
): ModelClient {
  return {
    draw: async ({ messages, seed }, signal) => {
      const request = requestOf(settings, messages, seed);
      const { text, finish, promptTokens, completionTokens } = await models.generate(request, signal);
      const usage = { promptTokens, completionTokens };
      const model = `embedded:${request.model}`;
      if (!text.trim() && finish === 'stop')
        throw new ModelFailure('emptyReply', `The model “${model}” returned an empty reply.`, { usage });
      return { text, finish, usage, model, seed: request.seed };
    },
  };
}
