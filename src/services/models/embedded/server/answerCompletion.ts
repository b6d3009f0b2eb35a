import { randomInt, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { EmbeddedModels, Generated, TokenLogprob } from '../generate.ts';
import type { Slots } from './admission.ts';
import { type ReplyHead, type StreamEvents, streamEvents, wholeReply } from './completionReply.ts';
import type { CompletionRequest } from './completionRequest.ts';
import { sendStream, sendWhole } from './faultReplies.ts';
import type { FaultKind } from './faults.ts';
import { endOfStream } from './httpReply.ts';

export interface Answering {
  models: EmbeddedModels;
  slots: Slots;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
  /** Done to a reply that is otherwise right. */
  fault: FaultKind | null;
}

/** Generates the texts of a request and sends them, each piece at once where the client wants a stream. */
export async function answerCompletion(
  wanted: CompletionRequest,
  response: ServerResponse,
  answering: Answering,
): Promise<void> {
  const { fault } = answering;
  const request = fault === 'ignoredN' ? { ...wanted, n: 1 } : wanted;
  const info = await answering.models.info(request.model);
  const head = headOf(request, info.sha256);
  const maxTokens = Math.min(request.maxTokens ?? info.context, info.context);
  const generate = (listener?: Listener) => generateAll({ ...request, maxTokens }, answering, listener);
  const live = request.stream && (fault === null || fault === 'ignoredN');
  if (live) return streamLive(request, head, response, generate);
  const texts = (await generate()).map((text) => (fault === 'empty' ? emptied(text) : text));
  if (request.stream) sendStream(response, eventsOf(request, head, texts), fault);
  else sendWhole(response, wholeReply(head, request, texts), fault);
}

function headOf({ chat, model }: CompletionRequest, sha256: string): ReplyHead {
  return {
    id: `${chat ? 'chatcmpl' : 'cmpl'}-${randomUUID().replaceAll('-', '')}`,
    created: Math.floor(Date.now() / 1000),
    model: `embedded:${model}`,
    system_fingerprint: `fp_${sha256.slice(0, 10)}`,
  };
}

async function streamLive(
  request: CompletionRequest,
  head: ReplyHead,
  response: ServerResponse,
  generate: (listener: Listener) => Promise<Generated[]>,
): Promise<void> {
  const events = streamEvents(head, request);
  const begun = new Set<number>();
  const send = (event: string) => {
    if (!response.headersSent) response.setHeader('content-type', 'text/event-stream');
    response.write(event);
  };
  const begin = (index: number) => {
    if (!begun.has(index)) send(events.begin(index));
    begun.add(index);
  };
  const texts = await generate({
    onText(index, text) {
      begin(index);
      send(events.part(index, { text, offset: 0 }));
    },
    onEnd(index, generated) {
      begin(index);
      if (generated.logprobs) for (const event of partEvents(events, index, generated)) send(event);
      send(events.end(index, generated.finish));
    },
  });
  if (request.includeUsage) send(events.usage(texts));
  response.end(endOfStream);
}

interface Listener {
  onText(index: number, delta: string): void;
  onEnd(index: number, generated: Generated): void;
}

/** The texts in the order of their seeds. The first failure ends the others. */
async function generateAll(
  request: CompletionRequest & { maxTokens: number },
  { models, slots, signal }: Answering,
  listener?: Listener,
): Promise<Generated[]> {
  const { n, seed = randomInt(2 ** 31 - n), model, problem, temperature, topP, topK, minP, maxTokens } = request;
  const { stop, logprobs } = request;
  const settings = { model, problem, temperature, topP, topK, minP, maxTokens, stop, logprobs };
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const one = async (index: number) => {
    // Log probabilities are known at the end only, and pieces must come with theirs: such a text is sent when it is whole.
    const live = listener && logprobs === undefined;
    const onText = (delta: string) => listener?.onText(index, delta);
    const asked = { ...settings, seed: seed + index, ...(live ? { onText } : {}) };
    const generated = await slots.run(() => models.generate(asked, either), either);
    listener?.onEnd(index, generated);
    return generated;
  };
  const texts = Array.from({ length: n }, (_, index) => one(index));
  try {
    return await Promise.all(texts);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(texts);
    throw error;
  }
}

function eventsOf(request: CompletionRequest, head: ReplyHead, texts: readonly Generated[]): string[] {
  const events = streamEvents(head, request);
  const lines = texts.flatMap((generated, index) => [
    events.begin(index),
    ...partEvents(events, index, generated),
    events.end(index, generated.finish),
  ]);
  return [...lines, ...(request.includeUsage ? [events.usage(texts)] : [])].filter(Boolean);
}

/** A text in pieces: its tokens where they are known, else its words. */
function partEvents(events: StreamEvents, index: number, { text, logprobs }: Generated): string[] {
  let offset = 0;
  const part = (piece: string, token?: TokenLogprob) => {
    const event = events.part(index, { text: piece, offset, logprobs: token && [token] });
    offset += piece.length;
    return event;
  };
  if (logprobs) return logprobs.map((token) => part(token.token, token));
  return (text.match(/\s*\S+|\s+$/g) ?? []).map((piece) => part(piece));
}

function emptied(generated: Generated): Generated {
  return { ...generated, text: '', finish: 'stop', completionTokens: 0, ...(generated.logprobs && { logprobs: [] }) };
}
