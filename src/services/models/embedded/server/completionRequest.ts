import { objectOf } from '../../reply.ts';
import type { EmbeddedName } from '../settings.ts';
import { ApiError, badField } from './apiError.ts';
import { isAbsent, readFlag, readNumber } from './fields.ts';

/** A request for completions, read: what is asked, how often, and how it is to be answered. */
export interface CompletionRequest {
  /** The chat API; else that of plain prompts. */
  chat: boolean;
  model: EmbeddedName;
  problem: string;
  /** How many texts. */
  n: number;
  /** Of the first text, the next have the seeds that follow; undefined: by chance. */
  seed: number | undefined;
  temperature: number;
  topP: number | undefined;
  topK: number | undefined;
  minP: number | undefined;
  /** Undefined: as many as the context leaves room for. */
  maxTokens: number | undefined;
  stop: readonly string[];
  /** How many of the likeliest tokens to report beside each token; undefined: report none. */
  logprobs: number | undefined;
  stream: boolean;
  includeUsage: boolean;
}

export const mostTexts = 128;
const mostStops = 4;
const mostTopLogprobs = { chat: 20, plain: 5 };
/** Many times what the models' context holds; a longer text is not even split into words. */
const longestProblem = 10_000;

/**
 * Reads the body of a request to `/v1/chat/completions` or `/v1/completions`. Fields that it does not know are ignored, and
 * null is as good as absent.
 *
 * @throws ApiError 400 for a field of the wrong type or out of bounds, 404 for a model that there is not.
 */
export function readCompletionRequest(parsed: unknown, chat: boolean): CompletionRequest {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new ApiError(400, { message: 'The body must be a JSON object.', code: null });
  const body = objectOf(parsed);
  const limit = isAbsent(body.max_completion_tokens) ? 'max_tokens' : 'max_completion_tokens';
  const topK = readNumber(body, 'top_k', { least: -1, whole: true });
  return {
    chat,
    model: readModel(body.model),
    problem: readProblem(body, chat),
    n: readNumber(body, 'n', { least: 1, most: mostTexts, whole: true }) ?? 1,
    seed: readNumber(body, 'seed', { whole: true }),
    temperature: readNumber(body, 'temperature', { least: 0, most: 2 }) ?? 1,
    topP: readNumber(body, 'top_p', { least: 0, most: 1 }),
    // -1 and 0 are vLLM's ways to say: all.
    topK: topK && topK > 0 ? topK : undefined,
    minP: readNumber(body, 'min_p', { least: 0, most: 1 }),
    maxTokens: readNumber(body, limit, { least: 1, whole: true }),
    stop: readStop(body.stop),
    logprobs: chat ? readChatLogprobs(body) : readNumber(body, 'logprobs', topBounds('plain')),
    stream: readFlag(body, 'stream'),
    includeUsage: readIncludeUsage(body.stream_options),
  };
}

/** `embedded:weak` or, for short, `weak`; undefined for a name that none has. */
export function modelNamed(name: string): EmbeddedName | undefined {
  const short = name.replace(/^embedded:/, '');
  return short === 'weak' || short === 'strong' ? short : undefined;
}

export function unknownModel(name: string): ApiError {
  const message = `The model \`${name.slice(0, 200)}\` does not exist: there are embedded:weak and embedded:strong.`;
  return new ApiError(404, { message, param: 'model', code: 'model_not_found' });
}

function readModel(value: unknown): EmbeddedName {
  if (typeof value !== 'string' || value === '')
    throw badField('model', 'You must provide a model: embedded:weak or embedded:strong.', 'missing_model');
  const model = modelNamed(value);
  if (!model) throw unknownModel(value);
  return model;
}

function readProblem(body: Record<string, unknown>, chat: boolean): string {
  const [param, problem] = chat ? ['messages', lastUserText(body.messages)] : ['prompt', readPrompt(body.prompt)];
  if (problem.trim() === '') throw badField(param, `'${param}' holds no text to answer.`);
  if (problem.length > longestProblem)
    throw badField(
      param,
      `The problem has ${problem.length} characters: embedded models read short problems only.`,
      'context_length_exceeded',
    );
  return problem;
}

/** What the last message of the user says: the models know nothing of what stands before it. */
function lastUserText(messages: unknown): string {
  if (!Array.isArray(messages) || messages.length === 0)
    throw badField('messages', "'messages' must be a list of at least one message.", 'invalid_type');
  const bad = messages.findIndex((message) => typeof objectOf(message).role !== 'string');
  if (bad >= 0) throw badField(`messages[${bad}].role`, `'messages[${bad}]' has no role.`, 'invalid_type');
  const last = messages.findLastIndex((message) => objectOf(message).role === 'user');
  if (last < 0) throw badField('messages', "'messages' has no message of the user: the problem is the last of them.");
  return textOf(objectOf(messages[last]).content, `messages[${last}].content`);
}

/** A text, or the texts of its parts. */
function textOf(content: unknown, param: string): string {
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? content.map(objectOf) : undefined;
  if (!parts?.every(({ type, text }) => type === 'text' && typeof text === 'string'))
    throw badField(param, `'${param}' must be a text or a list of text parts.`, 'invalid_type');
  return parts.map(({ text }) => text).join('');
}

function readPrompt(prompt: unknown): string {
  const [only, ...more] = Array.isArray(prompt) ? prompt : [prompt];
  if (typeof only !== 'string' || more.length > 0)
    throw badField('prompt', "'prompt' must be one text; for several texts make several requests.", 'invalid_type');
  return only;
}

function readStop(stop: unknown): readonly string[] {
  if (isAbsent(stop)) return [];
  const list: unknown[] = Array.isArray(stop) ? stop : [stop];
  if (!list.every((text) => typeof text === 'string' && text !== ''))
    throw badField('stop', "'stop' must be a text or a list of texts, none of them empty.", 'invalid_type');
  if (list.length > mostStops)
    throw badField('stop', `'stop' takes at most ${mostStops} texts.`, 'array_above_max_length');
  return list as string[];
}

function readChatLogprobs(body: Record<string, unknown>): number | undefined {
  const top = readNumber(body, 'top_logprobs', topBounds('chat'));
  if (readFlag(body, 'logprobs')) return top ?? 0;
  if (top) throw badField('top_logprobs', "'top_logprobs' needs 'logprobs' to be true.");
  return undefined;
}

const topBounds = (api: keyof typeof mostTopLogprobs) => ({ least: 0, most: mostTopLogprobs[api], whole: true });

function readIncludeUsage(options: unknown): boolean {
  if (isAbsent(options)) return false;
  if (typeof options !== 'object' || Array.isArray(options))
    throw badField('stream_options', "'stream_options' must be an object.", 'invalid_type');
  return readFlag(objectOf(options), 'include_usage', 'stream_options.');
}
