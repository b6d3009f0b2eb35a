import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EmbeddedModels } from '../generate.ts';
import { embeddedModels } from '../settings.ts';
import { createRoom, createSlots, type Room, type Slots } from './admission.ts';
import { answerCompletion } from './answerCompletion.ts';
import { ApiError, toApiError, tooMany } from './apiError.ts';
import { type CompletionRequest, modelNamed, readCompletionRequest, unknownModel } from './completionRequest.ts';
import { failEarly } from './faultReplies.ts';
import { type FaultKind, type FaultPlan, faultNamed, faultNames, faultSource } from './faults.ts';
import { errorBody, sendError, sendJson } from './httpReply.ts';
import { checkSender, readJson } from './incoming.ts';

export interface EmbeddedServerOptions {
  /** Stays the caller's to close. */
  models: EmbeddedModels;
  /** 0, the default: any free one. */
  port?: number;
  /** What goes wrong on purpose; a request's own `x-trace-loupe-fault` goes before it. */
  faults?: FaultPlan;
  /** Texts that may be asked for and not yet sent; above it requests get 429. Default 16,384; log probabilities count as more texts. */
  mostTexts?: number;
  /** Told of what must not happen. */
  onBug?(error: unknown): void;
}

export interface EmbeddedServer {
  /** The base URL, e.g. `http://127.0.0.1:8123/v1`. */
  url: string;
  port: number;
  /** Ends every connection and what was generated for it. */
  close(): Promise<void>;
}

/**
 * The embedded pair behind the API that OpenAI's clients speak, for programs of this machine.
 *
 * Rejects with Node's own error where the port can't be had.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { models, port = 0, faults = {}, mostTexts = 16_384, onBug = () => {} } = options;
  const house: House = {
    models,
    faults,
    nextFault: faultSource(faults),
    texts: createRoom(mostTexts),
    bytes: createRoom(mostBytes),
    slots: { weak: createSlots(textsAtOnce), strong: createSlots(textsAtOnce) },
    startedAt: Math.floor(Date.now() / 1000),
    onBug,
  };
  const answering = new Set<Promise<void>>();
  const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (request, response) => {
    const answer = handle(house, request, response).finally(() => answering.delete(answer));
    answering.add(answer);
  });
  // A connection on which nothing happens for so long has been forgotten; generating never takes as long.
  server.setTimeout(idleMs);
  server.maxConnections = mostConnections;
  return {
    ...(await listen(server, port)),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, ...answering]);
    },
  };
}

/** Of one model: what a batch of the fast path holds, a few times over. */
const textsAtOnce = 64;
/** Of all bodies that are being read. */
const mostBytes = 64_000_000;
const mostConnections = 8_192;
const idleMs = 10 * 60_000;

interface House {
  models: EmbeddedModels;
  faults: FaultPlan;
  nextFault: () => FaultKind | null;
  texts: Room;
  bytes: Room;
  slots: Record<'weak' | 'strong', Slots>;
  /** Seconds since 1970. */
  startedAt: number;
  onBug(error: unknown): void;
}

async function listen(server: Server, port: number): Promise<{ url: string; port: number }> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', 1_024, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${address.port}/v1`, port: address.port };
}

/** Settles when the reply was handed over; never rejects. */
async function handle(house: House, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A socket may break at any time; 'close' tells of it.
  response.on('error', () => {});
  response.setHeader('x-request-id', `req_${randomUUID().replaceAll('-', '')}`);
  try {
    checkSender(request);
    await routeOf(request)(house, request, response);
  } catch (error) {
    if (!response.destroyed) refuse(house, error, response);
  }
}

function refuse({ onBug }: House, error: unknown, response: ServerResponse): void {
  const failure = toApiError(error);
  if (!failure) onBug(error);
  const { status, body, headers } = failure ?? bug;
  // A begun stream has its status already: OpenAI's clients look for an error in its events.
  if (response.headersSent) return void response.end(`data: ${JSON.stringify({ error: errorBody(body) })}\n\n`);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  sendError(response, status, body);
}

const bug = new ApiError(500, { message: 'This is a bug of the server.', type: 'server_error', code: null });

type Answer = (house: House, request: IncomingMessage, response: ServerResponse) => Promise<void>;

const reads = ['GET', 'HEAD'];
const routes: { path: RegExp; methods: readonly string[]; answer: Answer }[] = [
  { path: /^\/health$/, methods: reads, answer: sendHealth },
  { path: /^\/v1\/models$/, methods: reads, answer: sendModels },
  { path: /^\/v1\/models\/./, methods: reads, answer: sendModel },
  { path: /^\/v1\/chat\/completions$/, methods: ['POST'], answer: complete(true) },
  { path: /^\/v1\/completions$/, methods: ['POST'], answer: complete(false) },
];

function routeOf(request: IncomingMessage): Answer {
  const { method = '' } = request;
  const path = pathOf(request);
  const route = routes.find((candidate) => candidate.path.test(path));
  if (!route) {
    const message = `Unknown request URL: ${method} ${path.slice(0, 200)}. The API lies below /v1.`;
    throw new ApiError(404, { message, code: 'unknown_url' });
  }
  if (route.methods.includes(method)) return route.answer;
  const message = `Not allowed to ${method} on ${path.slice(0, 200)}: use ${route.methods[0]}.`;
  throw new ApiError(405, { message, code: 'method_not_supported' }, { Allow: route.methods.join(', ') });
}

const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? '';

async function sendHealth({ slots }: House, _: IncomingMessage, response: ServerResponse): Promise<void> {
  const sum = (key: 'running' | 'waiting') => slots.weak[key] + slots.strong[key];
  sendJson(response, 200, { status: 'ok', running: sum('running'), waiting: sum('waiting') });
}

/** Those whose weights can be read. */
async function sendModels(house: House, _: IncomingMessage, response: ServerResponse): Promise<void> {
  const known = await Promise.allSettled(embeddedModels.map(({ name }) => describe(house, name)));
  const data = known.filter((found) => found.status === 'fulfilled').map(({ value }) => value);
  sendJson(response, 200, { object: 'list', data });
}

async function sendModel(house: House, request: IncomingMessage, response: ServerResponse): Promise<void> {
  sendJson(response, 200, await describe(house, decoded(pathOf(request).slice('/v1/models/'.length))));
}

async function describe({ models, startedAt }: House, name: string): Promise<object> {
  const model = modelNamed(name);
  if (!model) throw unknownModel(name);
  const { context } = await models.info(model);
  const id = `embedded:${model}`;
  return { id, object: 'model', created: startedAt, owned_by: 'trace-loupe', max_model_len: context };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function complete(chat: boolean): Answer {
  return async (house, request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const wanted = readCompletionRequest(await readJson(request, house.bytes), chat);
    const fault = faultOf(house, request);
    if (fault && failEarly(fault, house.faults, request, response)) return;
    const leave = house.texts.enter(sizeOf(wanted));
    if (!leave) throw tooMany('Too many texts are waiting to be generated: try again in a second.');
    // Until the client has read it all: an unread reply takes memory too.
    response.once('close', leave);
    const { models, slots } = house;
    await answerCompletion(wanted, response, { models, slots: slots[wanted.model], signal: gone.signal, fault });
  };
}

/** Log probabilities make a text longer by about its own length for each token they tell of. */
function sizeOf({ n, logprobs }: CompletionRequest): number {
  return n * (logprobs === undefined ? 1 : 2 + logprobs);
}

/** The fault that the request asks for, or its turn's. */
function faultOf({ nextFault }: House, { headers }: IncomingMessage): FaultKind | null {
  const asked = headers['x-trace-loupe-fault'];
  if (asked === undefined) return nextFault();
  if (asked === 'none') return null;
  const fault = faultNamed(String(asked));
  if (fault) return fault;
  const names = Object.keys(faultNames).join(', ');
  throw new ApiError(400, {
    message: `There is no fault “${asked}”: there are none, ${names}.`,
    code: 'unknown_fault',
  });
}
