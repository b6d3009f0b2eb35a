import { join } from 'node:path';
import type { ModelSettings } from '../../core/budget/model.ts';
import type { RunModel } from '../../core/trace/run.ts';
import { UserError } from '../../core/userError.ts';
import { embeddedClient } from './embedded/client.ts';
import { createEmbeddedModels } from './embedded/embeddedModels.ts';
import type { EmbeddedModels } from './embedded/generate.ts';
import { isEmbedded } from './embedded/settings.ts';
import type { ModelClient } from './model.ts';
import { openaiClient } from './openai.ts';

/** Makes the client of any model: one that runs in this program, or one behind an API. */
export interface Clients {
  /** @param apiKey asked only for a model behind an API. */
  of(settings: ModelSettings | RunModel, apiKey: () => Promise<string | undefined>): Promise<ModelClient>;
  /** Null where nothing ships beside the code. */
  readonly embedded: EmbeddedModels | null;
  /** Ends the threads of embedded models. Closing twice is safe. */
  close(): Promise<void>;
}

/** @param media the folder of what ships beside the code, if there is one; embedded models are in its `models`. */
export function createClients(media: string | undefined, fetchOfModels: typeof fetch): Clients {
  const embedded = media === undefined ? null : createEmbeddedModels({ folder: join(media, 'models') });
  return {
    embedded,
    of: async (settings, apiKey) => {
      if (!isEmbedded(settings)) return openaiClient({ settings, apiKey: await apiKey(), fetch: fetchOfModels });
      if (!embedded) throw new UserError(`There is no “${settings.name}” here: choose another model.`);
      return embeddedClient(settings, embedded);
    },
    close: async () => embedded?.close(),
  };
}
