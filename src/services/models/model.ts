import type { FailureReason, FinishReason, Usage } from '../../core/trace/trace.ts';

/**
 * One model that answers requests, whatever stands behind it.
 *
 * `draw` makes exactly one request and never retries: the sampler owns retries, so that every attempt is on record.
 */
export interface ModelClient {
  /** Rejects with a `ModelFailure`, or with the signal's reason once it is aborted. */
  draw(request: DrawRequest, signal: AbortSignal): Promise<Draw>;
}

export interface DrawRequest {
  messages: readonly ChatMessage[];
  /** An integer from 0 to 2³¹ − 1; null: the server chooses. */
  seed: number | null;
}

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** What a model answered. */
export interface Draw {
  text: string;
  /** Reasoning that the server returned apart from the text. */
  thinking?: string;
  finish: FinishReason;
  usage: Usage;
  /** The model as the server named it. */
  model: string;
  /** The seed that was sent; null where the server takes none. */
  seed: number | null;
  /** The server's id of the request, where it gave one. */
  requestId?: string;
}

/** A request that gave no answer. `message` is one sentence for people and never holds a key. */
export class ModelFailure extends Error {
  override name = 'ModelFailure';
  readonly reason: FailureReason;
  readonly scope: FailureScope;
  readonly httpStatus?: number;
  readonly retryAfterMs?: number;
  /** What the failed request generated all the same, and probably cost. */
  readonly usage?: Usage;

  constructor(reason: FailureReason, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause });
    this.reason = reason;
    this.scope = details.scope ?? scopes[reason];
    this.httpStatus = details.httpStatus;
    this.retryAfterMs = details.retryAfterMs;
    this.usage = details.usage;
  }
}

/**
 * How far a failure reaches: the `attempt` may succeed when it is made again, the `sample` will fail again, or every
 * request to this `model` will.
 */
export type FailureScope = 'attempt' | 'sample' | 'model';

export interface FailureDetails {
  scope?: FailureScope;
  httpStatus?: number;
  retryAfterMs?: number;
  usage?: Usage;
  cause?: unknown;
}

const scopes: Record<FailureReason, FailureScope> = {
  rateLimited: 'attempt',
  serverError: 'attempt',
  network: 'attempt',
  idleTimeout: 'attempt',
  cutStream: 'attempt',
  malformed: 'attempt',
  emptyReply: 'attempt',
  wrongKey: 'model',
  notFound: 'model',
  badRequest: 'sample',
};
