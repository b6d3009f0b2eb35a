import type { ModelSettings } from '../../core/budget/model.ts';
import type { RunModel } from '../../core/trace/run.ts';
import { type FailureContext, server, toFailure, webPage, wordsOf } from './failure.ts';
import { type Draw, type DrawRequest, type ModelClient, ModelFailure } from './model.ts';
import { createReplyReader, objectOf, type ReplyReader } from './reply.ts';
import { type OptionalField, requestBody } from './requestBody.ts';
import { createSender, type SdkOptions, type Send } from './sdk.ts';
import { readEvents } from './sse.ts';

export interface OpenaiClientOptions extends SdkOptions {
  settings: ModelSettings | RunModel;
  /** Silence after which a request is given up: before the first byte, and between two. Default 3 minutes. */
  idleTimeoutMs?: number;
}

export const defaultIdleTimeoutMs = 180_000;

/**
 * A model behind an OpenAI-compatible API. Each `draw` is one request; nothing is retried here.
 *
 * Replies are streamed, so that silence is told from work and a stop ends the server's work at once. It costs some 2 ms of
 * processor time per 1,000 tokens (and, in the editor, a message to the worker per piece of the reply). `"stream": false`
 * in `sampling.extraBody` turns it off; the whole reply is then waited for, four times the idle timeout at most.
 */
export function openaiClient(options: OpenaiClientOptions): ModelClient {
  const { settings, apiKey, idleTimeoutMs = defaultIdleTimeoutMs } = options;
  const refused = new Set<OptionalField>();
  // Begun at once, so that loading the package overlaps with what else a run must prepare.
  const sender = createSender(options, settings.api === 'completions' ? '/completions' : '/chat/completions').catch(
    (error): Send => {
      const failure = toFailure(error, { settings, apiKey, answered: false, now: Date.now() });
      return () => Promise.reject(failure);
    },
  );

  const draw = async (request: DrawRequest, signal: AbortSignal): Promise<Draw> => {
    const send = await sender;
    signal.throwIfAborted();
    const body = requestBody(settings, request.messages, request.seed, refused);
    const guard = createGuard(body.stream ? idleTimeoutMs : 4 * idleTimeoutMs, signal);
    const reader = createReplyReader(settings.model, request.messages);
    const context: FailureContext = { settings, apiKey, answered: false, now: 0 };
    try {
      const requestId = await receive(send, body, reader, guard, context);
      const reply = reader.draw();
      return { ...reply, seed: 'seed' in body ? request.seed : null, requestId: requestId ?? reply.requestId };
    } catch (error) {
      signal.throwIfAborted();
      const usage = reader.empty ? undefined : reader.usage();
      if (guard.idle) throw silent(guard.timeoutMs, usage, context);
      throw refusedField(error, body, refused, context) ?? toFailure(error, { ...context, usage, now: Date.now() });
    } finally {
      guard.end();
    }
  };
  return { draw };
}

/** Sends the request and feeds the reply to the reader; gives the id that the response's head names. */
async function receive(
  send: Send,
  body: Record<string, unknown>,
  reader: ReplyReader,
  guard: Guard,
  context: FailureContext,
): Promise<string | undefined> {
  const response = await send(body, guard.signal);
  guard.alive();
  context.answered = true;
  const kind = response.headers.get('content-type') ?? '';
  if (/\bhtml\b/i.test(kind)) {
    void response.body?.cancel();
    throw webPage(context);
  }
  if (body.stream && response.body && !/\bjson\b/i.test(kind)) {
    await readEvents(response.body, (data) => addChunk(data, reader), guard.alive);
    guard.signal.throwIfAborted();
    // A proxy may cut a stream politely, as if it had ended.
    if (!reader.finished && !reader.empty) throw new Error('The stream ended before the reply was finished.');
  } else addChunk(await response.text(), reader);
  if (reader.empty) throw new ModelFailure('malformed', `${server(context)} sent a reply without choices.`);
  return response.headers.get('x-request-id') ?? undefined;
}

/** Servers put errors of a begun reply into the stream, and some send them as good replies. */
function addChunk(data: string, reader: ReplyReader): void {
  const chunk = objectOf(JSON.parse(data));
  if (chunk.error) throw Object.assign(new Error('The server broke off.'), streamError(chunk.error));
  reader.add(chunk);
}

/** In the shape of the package's errors; `code` is an HTTP status at some servers. */
function streamError(error: unknown): { error: unknown; status?: number } {
  const code = Number(objectOf(error).code);
  return { error, ...(code >= 400 && code < 600 ? { status: code } : {}) };
}

/** Aborts a request when the user stops it or when nothing was heard for too long. */
interface Guard {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly idle: boolean;
  /** Something was heard. */
  alive(): void;
  end(): void;
}

function createGuard(timeoutMs: number, outer: AbortSignal): Guard {
  const controller = new AbortController();
  let idle = false;
  const stop = () => controller.abort(outer.reason);
  const timer = setTimeout(() => {
    idle = true;
    controller.abort(new Error('idle'));
  }, timeoutMs);
  outer.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    timeoutMs,
    get idle() {
      return idle;
    },
    alive: () => timer.refresh(),
    end() {
      clearTimeout(timer);
      outer.removeEventListener('abort', stop);
    },
  };
}

function silent(timeoutMs: number, usage: ModelFailure['usage'], context: FailureContext): ModelFailure {
  const seconds = Number((timeoutMs / 1000).toPrecision(2));
  return new ModelFailure('idleTimeout', `${server(context)} sent nothing for ${seconds} seconds.`, { usage });
}

/**
 * Some servers refuse fields that we can do without. The first refusal costs one attempt, which is on record; later
 * requests leave the field out.
 */
function refusedField(
  error: unknown,
  body: Record<string, unknown>,
  refused: Set<OptionalField>,
  context: FailureContext,
): ModelFailure | undefined {
  const { status, param } = objectOf(error);
  if (status !== 400 && status !== 422) return undefined;
  const words = wordsOf(error, context);
  const field = optionalFields.find((name) => name in body && (param === name || complainsOf(name, words)));
  if (!field) return undefined;
  refused.add(field);
  const message = `${server(context)} takes no “${field}” (${status}): sampling goes on without it.`;
  return new ModelFailure('badRequest', message, { scope: 'attempt', httpStatus: status, cause: error });
}

const optionalFields: readonly OptionalField[] = ['stream_options', 'seed'];

function complainsOf(field: OptionalField, words: string): boolean {
  const complaint = /unknown|unrecogni[sz]ed|unsupported|unexpected|not supported|not permitted|not allowed|extra/i;
  return new RegExp(`\\b${field}\\b`).test(words) && complaint.test(words);
}
