import { readFileSync } from 'node:fs';
import { request as send } from 'node:http';
import { join } from 'node:path';
import { OpenAI } from 'openai';
import {
  type EmbeddedServer,
  type EmbeddedServerOptions,
  startEmbeddedServer,
} from '../../src/services/models/embedded/server/server.ts';
import { type ScriptedModels, scriptedModels } from '../fakes/scriptedModels.ts';

/** Where the real pair and its problems lie. */
export const media = join(import.meta.dirname, '../../media');

/** The first of the sample problems: one that the real pair can read. */
export const problem = sampleProblems()[0]?.question ?? '';

export function sampleProblems(): { id: string; question: string }[] {
  const lines = readFileSync(join(media, 'samples/word-problems.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

export const messages = [{ role: 'user' as const, content: problem }];
export const chat = { model: 'embedded:weak', messages, seed: 7 };

interface Ending {
  after(end: () => Promise<void>): void;
}

/** A server of scripted models for one test, and OpenAI's own client for it, which tries once. */
export async function serve(
  t: Ending,
  options: Partial<EmbeddedServerOptions> & { models?: ScriptedModels } = {},
): Promise<{ server: EmbeddedServer; client: OpenAI; models: ScriptedModels }> {
  const models = options.models ?? scriptedModels();
  const server = await startEmbeddedServer({ ...options, models });
  t.after(() => server.close());
  return { server, models, client: clientOf(server) };
}

export function clientOf({ url }: Pick<EmbeddedServer, 'url'>): OpenAI {
  return new OpenAI({ baseURL: url, apiKey: 'any', maxRetries: 0, logLevel: 'off' });
}

export interface RawReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A request without a client's help: any method, path, headers and body. Rejects where the connection breaks. */
export function raw(
  { port }: Pick<EmbeddedServer, 'port'>,
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const request = send({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

export const post = (server: Pick<EmbeddedServer, 'port'>, body: unknown, headers: Record<string, string> = {}) =>
  raw(server, '/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

export interface ApiErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null };
}

export const errorOf = ({ text }: RawReply) => (JSON.parse(text) as ApiErrorBody).error;

/** What runs and waits in the server, now. */
export async function load(server: EmbeddedServer): Promise<{ running: number; waiting: number }> {
  const { running, waiting } = JSON.parse((await raw(server, '/health')).text) as { running: number; waiting: number };
  return { running, waiting };
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
}
