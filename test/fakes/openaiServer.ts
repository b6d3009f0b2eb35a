import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { failEarly } from '../../src/services/models/embedded/server/faultReplies.ts';
import {
  type FaultKind,
  type FaultPlan,
  faultSource,
  seededRandom,
} from '../../src/services/models/embedded/server/faults.ts';
import { sendError, sendJson, sendWebPage } from '../../src/services/models/embedded/server/httpReply.ts';
import { type ReplayTrace, readReplayFile, replayWriter, type Writer } from './openaiServerReplay.ts';
import { charactersPerToken, prepareStream, prepareWhole, type Reply, type Send } from './openaiServerReply.ts';

export interface FakeServerOptions {
  /** 0, the default: any free one. */
  port?: number;
  /** What `/v1/models` lists; default `weak` and `strong`, and the models of the traces. */
  models?: string[];
  /** Answer only to listed models. */
  strictModels?: boolean;
  traces?: readonly ReplayTrace[];
  /** Overrides replaying. */
  write?: Writer;
  /** From a request's arrival to the end of its reply. */
  latencyMs?: number;
  /** Requests without it get 401. */
  apiKey?: string;
  faults?: FaultPlan;
  /** Seeds of requests that bring none. */
  seed?: number;
  /** Takes `seed` for no more than a word. */
  ignoreSeed?: boolean;
  ignoreN?: boolean;
  ignoreStream?: boolean;
  noUsage?: boolean;
  noLogprobs?: boolean;
  /** Returned as `reasoning_content`, apart from the text. */
  thinking?: string;
  /** Fields that are refused with 400, as strict servers do. */
  refuseFields?: string[];
  /** Where the API lies; default `/v1`. Elsewhere there is a web page. */
  basePath?: string;
}

export interface FakeServer {
  /** The base URL, e.g. `http://127.0.0.1:4711/v1`. */
  url: string;
  port: number;
  /** Every request so far, in order of arrival; those for models included. */
  requests: FakeRequest[];
  /** TCP connections that were made. */
  connections(): number;
  /** Requests that wait for their reply, now. */
  inFlight(): number;
  setFaults(plan: FaultPlan): void;
  close(): Promise<void>;
}

export interface FakeRequest {
  path: string;
  body: Record<string, unknown>;
  headers: IncomingMessage['headers'];
  fault: FaultKind | null;
  /** The client went away before the reply was whole. */
  aborted: boolean;
}

/** An OpenAI-compatible server that replays recorded traces, and fails on demand. */
export async function startServer(options: FakeServerOptions = {}): Promise<FakeServer> {
  const state = {
    options,
    write: options.write ?? replayWriter(options.traces ?? []),
    random: seededRandom(options.seed ?? 1),
    nextFault: faultSource(options.faults ?? {}),
    plan: options.faults ?? {},
    requests: [] as FakeRequest[],
    inFlight: 0,
    connections: 0,
  };
  const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (request, response) => {
    state.inFlight++;
    response.once('close', () => state.inFlight--);
    handle(state, request, response).catch(() => response.destroy());
  });
  server.on('connection', () => state.connections++);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${options.basePath ?? '/v1'}`,
    port,
    requests: state.requests,
    connections: () => state.connections,
    inFlight: () => state.inFlight,
    setFaults(plan) {
      state.plan = plan;
      state.nextFault = faultSource(plan);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface State {
  options: FakeServerOptions;
  write: Writer;
  random: () => number;
  nextFault: () => FaultKind | null;
  plan: FaultPlan;
  requests: FakeRequest[];
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { options } = state;
  const path = (request.url ?? '').split('?')[0] ?? '';
  const arrived = performance.now();
  const body = parseBody(await readBody(request));
  const record: FakeRequest = { path, body, headers: request.headers, fault: null, aborted: false };
  state.requests.push(record);
  response.on('close', () => {
    record.aborted = !response.writableFinished;
  });
  const route = path.startsWith(options.basePath ?? '/v1') ? path.slice((options.basePath ?? '/v1').length) : '';
  if (options.apiKey && request.headers.authorization !== `Bearer ${options.apiKey}`)
    return refuseKey(request, response);
  if (route === '/models' && request.method === 'GET') return listModels(options, response);
  if (route !== '/chat/completions' && route !== '/completions') return sendWebPage(response, 404);
  const complaint = complaintAbout(options, body);
  if (complaint) return sendError(response, complaint.status, complaint);
  record.fault = state.nextFault();
  // Made before the wait, so that a reply ends when its latency does.
  const send = prepare(state, route === '/chat/completions', record);
  const rest = (options.latencyMs ?? 0) - (performance.now() - arrived);
  if (rest > 0) await sleep(rest);
  if (record.fault && failEarly(record.fault, state.plan, request, response)) return;
  send(response);
}

function complaintAbout(options: FakeServerOptions, body: Record<string, unknown>) {
  const field = options.refuseFields?.find((name) => name in body);
  if (field)
    return { status: 400, message: `Unrecognized request argument supplied: ${field}`, code: 'invalid_request' };
  if (options.strictModels && !listed(options).includes(String(body.model))) {
    return { status: 404, message: `The model \`${body.model}\` does not exist`, code: 'model_not_found' };
  }
  return undefined;
}

/** A reply, or one of the faults that show only in its body. */
function prepare(state: State, chat: boolean, record: FakeRequest): Send {
  const { body, fault } = record;
  const { options } = state;
  const seed = typeof body.seed === 'number' && !options.ignoreSeed ? body.seed : Math.floor(state.random() * 2 ** 31);
  const count = options.ignoreN || fault === 'ignoredN' ? 1 : Number(body.n ?? 1);
  const prompt = chat ? lastUserText(body.messages) : String(body.prompt ?? '');
  const limit = Number(body.max_completion_tokens ?? body.max_tokens ?? 4096) * charactersPerToken;
  const texts = Array.from({ length: count }, (_, index) => {
    const text = fault === 'empty' ? '' : state.write(String(body.model), prompt, seed + index);
    return { text: text.slice(0, limit), finish: text.length > limit ? 'length' : 'stop' };
  });
  const reply: Reply = { chat, id: `request-${state.requests.length}`, model: String(body.model), prompt, texts, body };
  const streamed = body.stream === true && !options.ignoreStream;
  const send = streamed ? prepareStream(options, reply, fault) : prepareWhole(options, reply, fault);
  return (response) => {
    response.setHeader('x-request-id', reply.id);
    send(response);
  };
}

function lastUserText(messages: unknown): string {
  const list = Array.isArray(messages) ? (messages as { role?: string; content?: unknown }[]) : [];
  return String(list.findLast((message) => message.role === 'user')?.content ?? '');
}

function listed({ models, traces }: FakeServerOptions): string[] {
  const recorded = new Set((traces ?? []).flatMap((trace) => trace.model ?? []));
  return models ?? ['weak', 'strong', ...recorded];
}

function listModels(options: FakeServerOptions, response: ServerResponse): void {
  const data = listed(options).map((id) => ({ id, object: 'model', created: 0, owned_by: 'fake' }));
  sendJson(response, 200, { object: 'list', data });
}

/** OpenAI's own words, which repeat part of the key. */
function refuseKey(request: IncomingMessage, response: ServerResponse): void {
  const key = request.headers.authorization?.replace('Bearer ', '') ?? '';
  sendError(response, 401, {
    message: `Incorrect API key provided: ${key}. You can find your API key at your account page.`,
    code: 'invalid_api_key',
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function parseBody(text: string): Record<string, unknown> {
  return text ? (JSON.parse(text) as Record<string, unknown>) : {};
}

/** `node test/fakes/openaiServer.ts --port 8000 --traces FILE.jsonl.gz --latency-ms 50`: runs until it is killed. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      traces: { type: 'string' },
      models: { type: 'string' },
      'latency-ms': { type: 'string', default: '0' },
      'api-key': { type: 'string' },
      'fault-rate': { type: 'string', default: '0' },
      'retry-after': { type: 'string' },
      seed: { type: 'string', default: '1' },
      thinking: { type: 'string' },
    },
  });
  const server = await startServer({
    port: Number(values.port),
    traces: values.traces ? readReplayFile(values.traces) : [],
    models: values.models?.split(','),
    latencyMs: Number(values['latency-ms']),
    apiKey: values['api-key'],
    faults: { rate: Number(values['fault-rate']), seed: Number(values.seed), retryAfter: values['retry-after'] },
    seed: Number(values.seed),
    thinking: values.thinking,
  });
  console.log(server.url);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
