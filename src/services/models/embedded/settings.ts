import type { ModelSettings } from '../../../core/budget/model.ts';

/** The base URL of models that run in this program: nothing is ever sent to it. */
const embeddedUrl = 'embedded:';

/** Whether a model is one of those that come with the program, and runs in it. */
export function isEmbedded({ baseUrl }: Pick<ModelSettings, 'baseUrl'>): boolean {
  return baseUrl === embeddedUrl;
}

/** The pair that comes with the program, by its files' names in `media/models/`. */
export type EmbeddedName = 'weak' | 'strong';

/** The pair as models that can be chosen like any other. They were trained on bare problems: no system text, no template. */
export const embeddedModels: readonly ModelSettings[] = [settings('weak', 114_576), settings('strong', 579_552)];

/** @param parameters as the weights' header counts them: both arms' FLOPs are worked out from it. */
function settings(model: EmbeddedName, parameters: number): ModelSettings {
  return {
    name: `embedded:${model}`,
    baseUrl: embeddedUrl,
    model,
    activeParamsB: parameters / 1e9,
    inputPrice: 0,
    outputPrice: 0,
    prompt: { system: '', template: '{problem}' },
    sampling: { temperature: 0.7, maxTokens: 128 },
    concurrency: 32,
  };
}
