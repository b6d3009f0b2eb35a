import type { Generated, LikelyToken, TokenLogprob } from '../generate.ts';
import type { CompletionRequest } from './completionRequest.ts';

/** What all parts of one reply have in common. */
export interface ReplyHead {
  id: string;
  /** Seconds since 1970. */
  created: number;
  model: string;
  /** The same for the same weights. */
  system_fingerprint: string;
}

/** One part of a text, as it is streamed. */
export interface Part {
  text: string;
  /** Of the tokens that make the part. */
  logprobs?: readonly TokenLogprob[];
  /** Where the part begins in the text, in UTF-16 units; told of beside log probabilities only. */
  offset: number;
}

type Api = Pick<CompletionRequest, 'chat' | 'logprobs'>;

/** The reply in one piece, in the shape of OpenAI's chat or completions API. */
export function wholeReply(head: ReplyHead, api: Api, texts: readonly Generated[]): string {
  const choices = texts.map((generated, index) => {
    const { text, finish } = generated;
    const logprobs = logprobsOf(api, { text, logprobs: generated.logprobs, offset: 0 });
    const said = api.chat ? { message: { role: 'assistant', content: text, refusal: null } } : { text };
    return { index, ...said, logprobs, finish_reason: finish };
  });
  const object = api.chat ? 'chat.completion' : 'text_completion';
  return JSON.stringify({ ...head, object, choices, usage: usageOf(texts) });
}

/** The events of a streamed reply. */
export interface StreamEvents {
  /** The first of a text in the chat API; empty elsewhere. */
  begin(index: number): string;
  part(index: number, part: Part): string;
  end(index: number, finish: Generated['finish']): string;
  usage(texts: readonly Generated[]): string;
}

export function streamEvents(head: ReplyHead, api: Api): StreamEvents {
  const object = api.chat ? 'chat.completion.chunk' : 'text_completion';
  const event = (fields: object) => `data: ${JSON.stringify({ ...head, object, ...fields })}\n\n`;
  const choice = (index: number, delta: object, part: Part, finish: Generated['finish'] | null) => {
    const said = api.chat ? { delta } : { text: part.text };
    return event({ choices: [{ index, ...said, logprobs: logprobsOf(api, part), finish_reason: finish }] });
  };
  const nothing: Part = { text: '', offset: 0 };
  return {
    begin: (index) => (api.chat ? choice(index, { role: 'assistant', content: '' }, nothing, null) : ''),
    part: (index, part) => choice(index, { content: part.text }, part, null),
    end: (index, finish) => choice(index, {}, nothing, finish),
    usage: (texts) => event({ choices: [], usage: usageOf(texts) }),
  };
}

/** The prompt counts once, however many texts answer it. */
function usageOf(texts: readonly Generated[]) {
  const prompt = texts[0]?.promptTokens ?? 0;
  const completion = texts.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function logprobsOf(api: Api, { logprobs, offset }: Part): object | null {
  if (api.logprobs === undefined || !logprobs) return null;
  if (api.chat) return { content: logprobs.map(chatLogprob), refusal: null };
  const offsets: number[] = [];
  let at = offset;
  for (const { token } of logprobs) {
    offsets.push(at);
    at += token.length;
  }
  return {
    tokens: logprobs.map(({ token }) => token),
    token_logprobs: logprobs.map(({ logprob }) => logprob),
    top_logprobs: logprobs.map(({ top }) => Object.fromEntries(top.map(({ token, logprob }) => [token, logprob]))),
    text_offset: offsets,
  };
}

function chatLogprob(token: TokenLogprob) {
  return { ...withBytes(token), top_logprobs: token.top.map(withBytes) };
}

function withBytes({ token, logprob }: LikelyToken) {
  return { token, logprob, bytes: [...Buffer.from(token, 'utf8')] };
}
