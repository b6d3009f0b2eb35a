import type { ModelSettings } from '../../core/budget/model.ts';
import type { ChatMessage } from './model.ts';

/** The part of a model's settings that shapes its requests; both `ModelSettings` and `RunModel` have it. */
export type RequestSettings = Pick<ModelSettings, 'baseUrl' | 'model' | 'api' | 'sampling'>;

export const defaultTemperature = 0.7;
export const defaultMaxTokens = 1024;

/** Fields of a request that a server may refuse without loss of what matters: sampling then goes on without them. */
export type OptionalField = 'stream_options' | 'seed';

/**
 * The exact JSON body of one request, so that what is shown to people is what is sent.
 *
 * `sampling.extraBody` comes last and wins over every field, `stream` included. Fields in `refused` are left out.
 */
export function requestBody(
  settings: RequestSettings,
  messages: readonly ChatMessage[],
  seed: number | null,
  refused: ReadonlySet<string> = new Set(),
): Record<string, unknown> {
  const { sampling = {} } = settings;
  const body: Record<string, unknown> = {
    model: settings.model,
    ...(settings.api === 'completions' ? { prompt: promptOf(messages) } : { messages }),
    temperature: sampling.temperature ?? defaultTemperature,
    top_p: sampling.topP,
    top_k: sampling.topK,
    min_p: sampling.minP,
    [tokenLimitField(settings)]: sampling.maxTokens ?? defaultMaxTokens,
    stop: sampling.stop?.length ? sampling.stop : undefined,
    seed: seed ?? undefined,
    stream: true,
    ...sampling.extraBody,
  };
  if (body.stream) body.stream_options ??= { include_usage: true };
  return Object.fromEntries(Object.entries(body).filter(([key, value]) => value !== undefined && !refused.has(key)));
}

/** A base model has no roles: its prompt is the messages' texts, a blank line apart. */
export function promptOf(messages: readonly ChatMessage[]): string {
  return messages.map((message) => message.content).join('\n\n');
}

/** Where the request goes. A base URL may end in a slash or not. */
export function requestUrl(settings: RequestSettings): string {
  const path = settings.api === 'completions' ? 'completions' : 'chat/completions';
  return `${settings.baseUrl.replace(/\/+$/, '')}/${path}`;
}

/**
 * OpenAI's own servers call the chat API's limit `max_completion_tokens` and their reasoning models refuse the old name;
 * most others know only the old one. Writing either in `extraBody` settles it by hand.
 */
function tokenLimitField(settings: RequestSettings): string {
  const byHand = settings.sampling?.extraBody;
  if (byHand && 'max_completion_tokens' in byHand) return 'max_completion_tokens';
  const openai = settings.api !== 'completions' && /^https:\/\/api\.openai\.com(\/|$)/i.test(settings.baseUrl);
  return openai ? 'max_completion_tokens' : 'max_tokens';
}
