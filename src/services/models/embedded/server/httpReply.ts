import type { ServerResponse } from 'node:http';

/** Ends a stream of server-sent events, as OpenAI's API has it. */
export const endOfStream = 'data: [DONE]\n\n';

/** What OpenAI's API says of a refused request. */
export interface ErrorBody {
  message: string;
  /** Default `invalid_request_error`. */
  type?: string;
  param?: string | null;
  code: string | null;
}

export function sendError(response: ServerResponse, status: number, error: ErrorBody): void {
  sendJson(response, status, { error: errorBody(error) });
}

export function errorBody({ message, type = 'invalid_request_error', param = null, code }: ErrorBody) {
  return { message, type, param, code };
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

export function sendWebPage(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
  response.end('<!DOCTYPE html>\n<html><head><title>Hello</title></head><body><h1>Hello</h1></body></html>\n');
}
