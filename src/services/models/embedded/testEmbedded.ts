import type { ModelSettings } from '../../../core/budget/model.ts';
import type { ConnectionReport } from '../../../protocol/engine.ts';
import { ModelFailure } from '../model.ts';
import type { EmbeddedModels } from './generate.ts';
import { requestOf } from './request.ts';

/** Whether an embedded model can be sampled: its weights are read and checked, and nothing is sent. Never rejects for what is wrong with them. */
export async function testEmbedded(settings: ModelSettings, models: EmbeddedModels): Promise<ConnectionReport> {
  const started = performance.now();
  try {
    const { model } = requestOf(settings, [], null);
    const { parameters, bytes } = await models.info(model);
    const size = `${Math.round(parameters / 1000).toLocaleString('en')} thousand parameters, ${(bytes / 1e6).toFixed(1)} MB`;
    return {
      ok: true,
      message: `“${settings.name}” runs in Trace Loupe itself and is ready (${size}): nothing is sent, and it can read the sample problems only.`,
      latencyMs: Math.round(performance.now() - started),
      models: ['weak', 'strong'],
      honours: { n: false, seed: true, usage: true, logprobs: true },
    };
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    const honours = { n: null, seed: null, usage: null, logprobs: null };
    return { ok: false, message: error.message, latencyMs: null, models: [], honours };
  }
}
