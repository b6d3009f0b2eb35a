import type { FinishReason, Usage } from '../../core/trace/trace.ts';
import { type ChatMessage, type Draw, ModelFailure } from './model.ts';

/** Most text of one reply, in UTF-16 units: some 100 times what the longest reasoning takes. */
const longestText = 8_000_000;

/** Collects a reply, whole or in chunks, of the chat or the completions API. What it is given comes from a server: anything. */
export interface ReplyReader {
  add(chunk: unknown): void;
  /** Nothing that looks like a reply was added. */
  readonly empty: boolean;
  /** A finish reason was seen: the reply is whole. */
  readonly finished: boolean;
  /** What was generated so far, as counted by the server or estimated. */
  usage(): Usage;
  /** @throws ModelFailure `emptyReply` where there is no text and no reason for that. */
  draw(): Omit<Draw, 'seed'>;
}

/** @param model the model that was asked for, used where the server names none. */
export function createReplyReader(model: string, messages: readonly ChatMessage[]): ReplyReader {
  let text = '';
  let thinking = '';
  let finish: string | undefined;
  let counted: RawUsage | undefined;
  let named = model;
  let id: string | undefined;
  let chunks = 0;

  const usage = () => readUsage(counted, messages, text.length + thinking.length);
  return {
    add(raw) {
      const chunk = objectOf(raw);
      if (typeof chunk.model === 'string' && chunk.model) named = chunk.model;
      if (typeof chunk.id === 'string' && chunk.id) id = chunk.id;
      // Servers send it in a last chunk without choices; some in every chunk, growing.
      if (chunk.usage) counted = objectOf(chunk.usage);
      const choice = firstChoice(chunk.choices);
      if (!choice) return;
      chunks++;
      const part = objectOf(choice.delta ?? choice.message);
      text += textOf(part.content) || textOf(part.refusal) || textOf(choice.text);
      thinking += textOf(part.reasoning_content) || textOf(part.reasoning);
      if (typeof choice.finish_reason === 'string') finish = choice.finish_reason;
      if (text.length + thinking.length > longestText) {
        throw new ModelFailure(
          'malformed',
          `The model did not stop after ${longestText} characters: lower maxTokens.`,
          {
            scope: 'sample',
            usage: usage(),
          },
        );
      }
    },
    get empty() {
      return chunks === 0;
    },
    get finished() {
      return finish !== undefined;
    },
    usage,
    draw() {
      const reason = finishReasons[finish ?? ''] ?? 'unknown';
      // A model that thought until the limit, or was silenced, did answer: leaving it out would flatter it.
      if (!text.trim() && reason !== 'length' && reason !== 'contentFilter') {
        throw new ModelFailure('emptyReply', `The model “${named}” returned an empty reply.`, { usage: usage() });
      }
      return { text, ...(thinking ? { thinking } : {}), finish: reason, usage: usage(), model: named, requestId: id };
    },
  };
}

const finishReasons: Record<string, FinishReason> = {
  stop: 'stop',
  eos: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  content_filter: 'contentFilter',
};

type RawUsage = Record<string, unknown>;

/** Servers that do not count get an estimate of four characters per token, and it is marked as one. */
function readUsage(raw: RawUsage | undefined, messages: readonly ChatMessage[], generated: number): Usage {
  const prompt = countOf(raw?.prompt_tokens);
  const completion = countOf(raw?.completion_tokens);
  if (prompt === undefined || completion === undefined || (completion === 0 && generated > 0)) {
    const asked = messages.reduce((sum, message) => sum + message.content.length, 0);
    return { promptTokens: estimateTokens(asked), completionTokens: estimateTokens(generated), estimated: true };
  }
  const reasoning = countOf(objectOf(raw?.completion_tokens_details).reasoning_tokens);
  if (!reasoning) return { promptTokens: prompt, completionTokens: completion };
  // Some servers leave the hidden tokens out of completion_tokens and have them only in the total.
  const total = countOf(raw?.total_tokens) ?? 0;
  return { promptTokens: prompt, completionTokens: Math.max(completion, total - prompt), reasoningTokens: reasoning };
}

/** @param length in UTF-16 units. */
export function estimateTokens(length: number): number {
  return Math.ceil(length / 4);
}

function firstChoice(choices: unknown): Record<string, unknown> | undefined {
  if (!Array.isArray(choices)) return undefined;
  const first = choices.find((choice) => (objectOf(choice).index ?? 0) === 0);
  return first === undefined ? undefined : objectOf(first);
}

/** A text, or the texts of its parts: some servers send a list of `{ type, text }`. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  return value
    .map((part) => objectOf(part).text)
    .filter((text) => typeof text === 'string')
    .join('');
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The fields of an object that came from outside; anything else has none. */
export function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
