import type { ProblemId } from '../problem/problem.ts';

/** One of the two models of a run. */
export type Arm = 'weak' | 'strong';
export const arms: readonly Arm[] = ['weak', 'strong'];

/** `<problem id>/<w|s><sample index>`, unique within a run. Made by `traceId`. */
export type TraceId = string;

/** A sampled chain of thought with its token usage and provenance: one line of `traces.jsonl`. Never edited. */
export interface Trace {
  id: TraceId;
  problem: ProblemId;
  arm: Arm;
  /** 0-based index among the samples of this problem and arm. */
  sample: number;
  /** The model as the server named it. */
  model: string;
  /** The seed that was sent; null where none was (imported traces). */
  seed: number | null;
  text: string;
  /** Reasoning that the server returned apart from the text. */
  thinking?: string;
  finish: FinishReason;
  usage: Usage;
  /** ISO 8601, UTC; the request that gave this trace. */
  startedAt: string;
  durationMs: number;
  /** 1-based number of the attempt that succeeded; the failed ones before it stand in `attempts.jsonl`. */
  attempt: number;
  /** The server's id of the request, where it gave one. */
  requestId?: string;
  /** What an imported line held beyond the fields above, e.g. the publisher's `is_correct`. */
  extra?: Record<string, unknown>;
}

export type FinishReason = 'stop' | 'length' | 'contentFilter' | 'unknown';

/** Tokens as the server counted them; `estimated` when it did not and the text's length stands in. */
export interface Usage {
  promptTokens: number;
  /** All generated tokens, hidden reasoning included. */
  completionTokens: number;
  reasoningTokens?: number;
  estimated?: true;
}

/** An attempt that gave no trace: one line of `attempts.jsonl`. */
export interface FailedAttempt {
  id: TraceId;
  /** 1-based. */
  attempt: number;
  startedAt: string;
  durationMs: number;
  reason: FailureReason;
  /** One sentence; never holds a key. */
  message: string;
  httpStatus?: number;
  retryAfterMs?: number;
  /** No further attempt follows in this session: the sample is missing until the run is resumed. */
  final?: true;
  usage?: Usage;
}

export type FailureReason =
  | 'rateLimited'
  | 'serverError'
  | 'network'
  | 'idleTimeout'
  | 'cutStream'
  | 'malformed'
  | 'emptyReply'
  | 'wrongKey'
  | 'notFound'
  | 'badRequest';

export function traceId(problem: ProblemId, arm: Arm, sample: number): TraceId {
  return `${problem}/${arm === 'weak' ? 'w' : 's'}${sample}`;
}

/** A stretch of a trace's text: UTF-16 offsets, `end` exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** One unit of a trace's reasoning. The steps of a text, joined, are the text again. */
export interface Step extends Span {
  /** 0-based. */
  index: number;
}
