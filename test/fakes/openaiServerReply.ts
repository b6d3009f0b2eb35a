import type { ServerResponse } from 'node:http';
import { sendStream, sendWhole } from '../../src/services/models/embedded/server/faultReplies.ts';
import type { FaultKind } from '../../src/services/models/embedded/server/faults.ts';
import type { FakeServerOptions } from './openaiServer.ts';

/** Writes a reply that is ready. */
export type Send = (response: ServerResponse) => void;

export interface Reply {
  chat: boolean;
  id: string;
  model: string;
  prompt: string;
  texts: { text: string; finish: string }[];
  body: Record<string, unknown>;
}

export const charactersPerToken = 4;

export function prepareWhole(options: FakeServerOptions, reply: Reply, fault: FaultKind | null): Send {
  const { chat, body } = reply;
  const choices = reply.texts.map(({ text, finish }, index) => ({
    index,
    finish_reason: finish,
    ...(chat
      ? {
          message: {
            role: 'assistant',
            content: text,
            ...(options.thinking ? { reasoning_content: options.thinking } : {}),
          },
        }
      : { text }),
    ...(body.logprobs && !options.noLogprobs ? { logprobs: logprobs(chat, text) } : {}),
  }));
  const object = chat ? 'chat.completion' : 'text_completion';
  const usage = options.noUsage ? {} : { usage: usageOf(options, reply) };
  const json = JSON.stringify({ id: reply.id, object, created: 0, model: reply.model, choices, ...usage });
  return (response) => sendWhole(response, json, fault);
}

const charactersPerChunk = 60;

export function prepareStream(options: FakeServerOptions, reply: Reply, fault: FaultKind | null): Send {
  const { chat, id, model, texts, body } = reply;
  const object = chat ? 'chat.completion.chunk' : 'text_completion';
  const line = (fields: object) => `data: ${JSON.stringify({ id, object, created: 0, model, ...fields })}\n\n`;
  const choice = (index: number, delta: object, text: string, finish: string | null) =>
    line({ choices: [{ index, ...(chat ? { delta } : { text }), finish_reason: finish }] });
  const lines = texts.flatMap(({ text, finish }, index) => [
    ...(chat ? [choice(index, { role: 'assistant', content: '' }, '', null)] : []),
    ...(chat && options.thinking ? [choice(index, { reasoning_content: options.thinking }, '', null)] : []),
    ...pieces(text).map((piece) => choice(index, { content: piece }, piece, null)),
    choice(index, {}, '', finish),
  ]);
  if (!options.noUsage && (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage) {
    lines.push(line({ choices: [], usage: usageOf(options, reply) }));
  }
  return (response) => sendStream(response, lines, fault);
}

function pieces(text: string): string[] {
  return Array.from({ length: Math.ceil(text.length / charactersPerChunk) }, (_, index) =>
    text.slice(index * charactersPerChunk, (index + 1) * charactersPerChunk),
  );
}

function usageOf({ thinking = '' }: FakeServerOptions, { prompt, texts }: Reply) {
  const count = (text: string) => Math.ceil(text.length / charactersPerToken);
  const reasoning = count(thinking) * texts.length;
  const completion = texts.reduce((sum, { text }) => sum + count(text), reasoning);
  return {
    prompt_tokens: count(prompt),
    completion_tokens: completion,
    total_tokens: count(prompt) + completion,
    ...(thinking ? { completion_tokens_details: { reasoning_tokens: reasoning } } : {}),
  };
}

function logprobs(chat: boolean, text: string): object {
  const token = text.slice(0, charactersPerToken);
  return chat ? { content: [{ token, logprob: -0.1, top_logprobs: [] }] } : { tokens: [token], token_logprobs: [-0.1] };
}
