import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultKind, FaultPlan } from './faults.ts';
import { endOfStream, sendError, sendWebPage } from './httpReply.ts';

/** The faults that need no reply; false where the fault shows in the reply's body only. */
export function failEarly(
  fault: FaultKind,
  plan: Pick<FaultPlan, 'retryAfter' | 'retryAfterMs'>,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (fault === 'tooManyRequests') {
    response.setHeader('Retry-After', plan.retryAfter ?? '1');
    sendError(response, 429, { message: 'Rate limit reached for requests', code: 'rate_limit_exceeded' });
  } else if (fault === 'tooManyRequestsMs') {
    response.setHeader('retry-after-ms', String(plan.retryAfterMs ?? 200));
    sendError(response, 429, { message: 'Rate limit reached for tokens', code: 'rate_limit_exceeded' });
  } else if (fault === 'error500')
    sendError(response, 500, { message: 'The server had an error', code: 'server_error' });
  else if (fault === 'error503') sendError(response, 503, { message: 'The engine is overloaded', code: 'overloaded' });
  else if (fault === 'dropped') request.socket.destroy();
  else if (fault === 'webPage') sendWebPage(response, 200);
  else return false;
  return true;
}

/** Sends a reply in one piece, or what the fault leaves of it. A stalled one stays open until somebody closes it. */
export function sendWhole(response: ServerResponse, json: string, fault: FaultKind | null): void {
  const half = json.slice(0, json.length / 2);
  response.setHeader('content-type', 'application/json');
  if (fault === 'malformed') response.end(half);
  else if (fault === 'truncated' || fault === 'stalled') {
    response.setHeader('content-length', Buffer.byteLength(json) + 1000);
    response.write(half, () => fault === 'truncated' && response.destroy());
  } else response.end(json);
}

/** Sends a streamed reply that is ready, or what the fault leaves of it. */
export function sendStream(response: ServerResponse, events: readonly string[], fault: FaultKind | null): void {
  const half = events.slice(0, Math.ceil(events.length / 2)).join('');
  response.setHeader('content-type', 'text/event-stream');
  if (fault === 'truncated') response.write(half, () => response.destroy());
  else if (fault === 'stalled') response.write(half);
  else if (fault === 'malformed') response.end(`${half}data: {"id": "cmpl", "choi\n\n`);
  else response.end(`${events.join('')}${endOfStream}`);
}
