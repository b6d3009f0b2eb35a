import { ModelFailure } from '../../model.ts';
import type { ErrorBody } from './httpReply.ts';

/** A request that is refused, as OpenAI's API would say it. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly body: ErrorBody;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: ErrorBody, headers: Record<string, string> = {}) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** A field that is missing, of the wrong type or out of its bounds. */
export function badField(param: string, message: string, code = 'invalid_value'): ApiError {
  return new ApiError(400, { message, param, code });
}

/** A flood: the client is to come back. */
export function tooMany(message: string): ApiError {
  return new ApiError(429, { message, type: 'requests', code: 'rate_limit_exceeded' }, { 'Retry-After': '1' });
}

/** Whatever a request threw; undefined for a bug, of which a client learns nothing. */
export function toApiError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (!(error instanceof ModelFailure)) return undefined;
  const { message, reason } = error;
  if (reason === 'badRequest') return new ApiError(400, { message, code: 'invalid_prompt' });
  if (reason === 'notFound') return new ApiError(404, { message, param: 'model', code: 'model_not_found' });
  return new ApiError(500, { message, type: 'server_error', code: null });
}
