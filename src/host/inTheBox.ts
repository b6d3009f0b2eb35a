import type { ModelSettings } from '../core/budget/model.ts';
import { embeddedModels, isEmbedded } from '../services/models/embedded/settings.ts';

/** What an embedded model is, in a few words; null for any other model. */
export function aboutEmbedded(model: Pick<ModelSettings, 'baseUrl'>): string | null {
  if (!isEmbedded(model)) return null;
  return 'tiny model in the box: knows only the sample problems’ templates; no key, no network';
}

/** Undefined where no embedded model has this name. */
export function embeddedModel(name: string): ModelSettings | undefined {
  return embeddedModels.find((model) => model.name === name);
}

/** The names that start so are kept for the models in the box. */
export function isKeptName(name: string): boolean {
  return name.startsWith('embedded:');
}
