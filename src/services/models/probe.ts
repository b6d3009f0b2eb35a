import type { OpenAI } from 'openai';
import type { ModelSettings } from '../../core/budget/model.ts';
import type { ConnectionReport } from '../../protocol/engine.ts';
import { type FailureContext, server, toFailure, webPage } from './failure.ts';
import { type ChatMessage, type Draw, type ModelClient, ModelFailure } from './model.ts';
import { nearestName } from './nearestName.ts';
import { openaiClient } from './openai.ts';
import { objectOf } from './reply.ts';
import { requestBody } from './requestBody.ts';
import { createSdk } from './sdk.ts';

export interface TestConnectionOptions {
  settings: ModelSettings;
  apiKey: string | undefined;
  fetch: typeof fetch;
  /** For each request; default 30 seconds, for local servers load a model on its first request. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/**
 * Finds out whether a model can be sampled, and what its server honours, with seven small requests.
 *
 * Never rejects but for the signal: what is wrong is the report's message, one sentence with the remedy.
 */
export async function testConnection(options: TestConnectionOptions): Promise<ConnectionReport> {
  const { settings, timeoutMs = defaultTimeoutMs, signal = new AbortController().signal } = options;
  const probe: Probe = { options, timeoutMs, signal, sdk: await createSdk(options) };
  const started = performance.now();
  let models: string[] = [];
  try {
    models = await listModels(probe);
    const latencyMs = Math.round(performance.now() - started);
    const honours = await findOut(probe);
    const message = `Connected to ${server({ settings })} in ${latencyMs} ms; “${settings.model}” ${summary(honours)}.`;
    return { ok: true, message, latencyMs, models, honours };
  } catch (error) {
    signal.throwIfAborted();
    const message = explain(error, models, probe);
    const wantsKey = error instanceof ModelFailure && error.reason === 'wrongKey';
    return { ok: false, message, ...(wantsKey ? { wantsKey } : {}), latencyMs: null, models, honours: nothingKnown };
  }
}

const defaultTimeoutMs = 30_000;
const nothingKnown: Honours = { n: null, seed: null, usage: null, logprobs: null };

type Honours = ConnectionReport['honours'];

interface Probe {
  options: TestConnectionOptions;
  timeoutMs: number;
  signal: AbortSignal;
  sdk: OpenAI;
}

/** Empty where the server has no such list: the API asks for none. */
async function listModels(probe: Probe): Promise<string[]> {
  try {
    const { data } = objectOf(await request(probe, 'get', '/models'));
    const ids = Array.isArray(data) ? data.map((model) => objectOf(model).id) : [];
    return ids.filter((id) => typeof id === 'string');
  } catch (error) {
    // Servers without the list answer 404 in many ways; whether the path is right shows when a reply is asked for.
    if (error instanceof ModelFailure && error.reason === 'notFound') return [];
    throw error;
  }
}

/** The replies must differ by chance, or equal ones would not speak for the seed. */
const question: ChatMessage[] = [{ role: 'user', content: 'Write eight random digits.' }];

async function findOut(probe: Probe): Promise<Honours> {
  const { options, timeoutMs } = probe;
  const settings = smallSettings(options.settings, 16);
  const client = openaiClient({ ...options, settings, idleTimeoutMs: timeoutMs });
  const [first, again, other] = [
    await draw(client, 1, probe),
    await draw(client, 1, probe),
    await draw(client, 2, probe),
  ];
  return {
    seed: seedHonoured(first, again, other),
    usage: !first.usage.estimated,
    n: await honours(probe, { n: 2 }, (reply) => choicesOf(reply).length === 2),
    logprobs: await honours(probe, logprobFields(probe), (reply) => hasLogprobs(choicesOf(reply)[0])),
  };
}

/** Equal seeds must give equal replies, and different ones different replies; else chance may have made them equal. */
function seedHonoured(first: Draw, again: Draw, other: Draw): boolean | null {
  const said = (draw: Draw) => `${draw.thinking ?? ''}\n${draw.text}`;
  if (first.seed === null || said(first) !== said(again)) return false;
  return said(first) === said(other) ? null : true;
}

/** Draws as a run would. A field that the server refuses is left out of the next attempt. */
async function draw(client: ModelClient, seed: number, { signal }: Probe): Promise<Draw> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.draw({ messages: question, seed }, signal);
    } catch (error) {
      const again = error instanceof ModelFailure && error.reason === 'badRequest' && error.scope === 'attempt';
      if (!again || attempt === 3) throw error;
    }
  }
}

/** The user's own settings, so that a field that the server refuses comes to light, but for the length. */
function smallSettings(settings: ModelSettings, maxTokens: number): ModelSettings {
  const { max_tokens, max_completion_tokens, ...extraBody } = settings.sampling?.extraBody ?? {};
  const limit = max_completion_tokens === undefined ? {} : { max_completion_tokens: maxTokens };
  const sampling = { ...settings.sampling, temperature: 1, maxTokens, extraBody: { ...extraBody, ...limit } };
  return { ...settings, sampling };
}

/** Asks for one token with further fields; false where the server refuses them or `check` finds nothing. */
async function honours(probe: Probe, fields: object, check: (reply: unknown) => boolean): Promise<boolean> {
  const { settings } = probe.options;
  const body = requestBody(smallSettings(settings, 1), question, null);
  const { stream_options: _, ...plain } = { ...body, stream: false, ...fields } as Record<string, unknown>;
  try {
    return check(
      await request(probe, 'post', settings.api === 'completions' ? '/completions' : '/chat/completions', plain),
    );
  } catch (error) {
    if (error instanceof ModelFailure && (error.reason === 'badRequest' || error.reason === 'serverError'))
      return false;
    throw error;
  }
}

function logprobFields({ options }: Probe): object {
  return options.settings.api === 'completions' ? { logprobs: 1 } : { logprobs: true };
}

function choicesOf(reply: unknown): unknown[] {
  const { choices } = objectOf(reply);
  return Array.isArray(choices) ? choices : [];
}

function hasLogprobs(choice: unknown): boolean {
  const { content, token_logprobs } = objectOf(objectOf(choice).logprobs);
  return [content, token_logprobs].some((list) => Array.isArray(list) && list.length > 0);
}

async function request(probe: Probe, method: 'get' | 'post', path: string, body?: object): Promise<unknown> {
  const { options, sdk, timeoutMs } = probe;
  const timeout = AbortSignal.timeout(timeoutMs);
  const context: FailureContext = {
    settings: options.settings,
    apiKey: options.apiKey,
    answered: false,
    now: Date.now(),
  };
  try {
    const response = await sdk[method](path, { body, signal: AbortSignal.any([timeout, probe.signal]) }).asResponse();
    context.answered = true;
    const text = await response.text();
    if (/^\s*</.test(text)) throw webPage(context);
    return JSON.parse(text);
  } catch (error) {
    if (timeout.aborted)
      throw new ModelFailure('idleTimeout', `${server(context)} sent nothing for ${timeoutMs / 1000} seconds.`);
    throw toFailure(error, context);
  }
}

function explain(error: unknown, models: readonly string[], { options }: Probe): string {
  const { settings } = options;
  if (!(error instanceof ModelFailure))
    return `The test failed: ${error instanceof Error ? error.message : String(error)}`;
  const wrongName = models.length > 0 && !models.includes(settings.model);
  if (wrongName && (error.reason === 'notFound' || error.reason === 'badRequest')) {
    const nearest = nearestName(settings.model, models);
    return `${server({ settings })} does not list the model “${settings.model}”; the nearest name is “${nearest}”: correct “model” of “${settings.name}”.`;
  }
  if (error.reason === 'emptyReply') {
    return `${server({ settings })} answers, but “${settings.model}” returned nothing: check that it is a model for “${settings.api ?? 'chat'}” and its stop texts.`;
  }
  if (error.reason === 'idleTimeout')
    return `${error.message} Is the model still loading? Try again, or check the server.`;
  return error.message;
}

function summary(honours: Honours): string {
  const names: Record<keyof Honours, string> = { n: 'n', seed: 'seeds', usage: 'token counts', logprobs: 'logprobs' };
  const keys = Object.keys(names) as (keyof Honours)[];
  const named = (value: boolean) =>
    keys
      .filter((key) => honours[key] === value)
      .map((key) => names[key])
      .join(', ');
  const found = named(true) && `, with ${named(true)}`;
  const lacking = named(false) && `, without ${named(false)}`;
  return `answers${found}${lacking}`;
}
