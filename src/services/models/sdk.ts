import type { OpenAI } from 'openai';
import type { ModelSettings } from '../../core/budget/model.ts';

export interface SdkOptions {
  settings: Pick<ModelSettings, 'baseUrl'>;
  /** Absent for servers that need none. */
  apiKey: string | undefined;
  /** In the extension: the one that goes through the extension host's thread, which knows the user's proxy. */
  fetch: typeof fetch;
}

/**
 * The `openai` package, set up so that nothing happens behind our back: no retries (each attempt must be on record), no
 * timeout (it would cover the response's head only), nothing taken from the environment for another server, and no
 * headers that tell of the user's machine. Loaded on first use: it takes some 50 ms.
 */
export async function createSdk({ settings, apiKey, fetch }: SdkOptions): Promise<OpenAI> {
  const { OpenAI } = await import('openai');
  return new OpenAI({
    baseURL: settings.baseUrl.replace(/\/+$/, ''),
    // An empty key makes the package throw; servers without keys ignore what they get.
    apiKey: apiKey || 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    fetch,
    maxRetries: 0,
    timeout: longestTimeoutMs,
    logLevel: 'off',
    defaultHeaders: { 'User-Agent': 'trace-loupe', ...Object.fromEntries(tellTales.map((name) => [name, null])) },
  });
}

/** The longest that a timer takes: 24 days. */
const longestTimeoutMs = 2 ** 31 - 1;

const tellTales = ['Lang', 'Package-Version', 'OS', 'Arch', 'Runtime', 'Runtime-Version', 'Retry-Count', 'Timeout'].map(
  (name) => `X-Stainless-${name}`,
);
