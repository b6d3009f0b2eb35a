import type { ModelSettings } from '../../core/budget/model.ts';
import type { Usage } from '../../core/trace/trace.ts';
import { ModelFailure } from './model.ts';
import { objectOf } from './reply.ts';
import { parseRetryAfter } from './retryAfter.ts';

/** What a failure is told with. */
export interface FailureContext {
  settings: Pick<ModelSettings, 'name' | 'baseUrl' | 'model'>;
  /** Taken out of whatever the server says. */
  apiKey: string | undefined;
  /** The response's head had arrived: a break is then a cut reply, not an unreachable server. */
  answered: boolean;
  usage?: Usage;
  /** Milliseconds since 1970. */
  now: number;
}

/** Turns whatever a request threw into a `ModelFailure` with one sentence: what happened where, and what to do about it. */
export function toFailure(error: unknown, context: FailureContext): ModelFailure {
  if (error instanceof ModelFailure) return error;
  const status = objectOf(error).status;
  if (typeof status === 'number') return statusFailure(status, error, context);
  if (error instanceof SyntaxError)
    return brokenReply('malformed', 'sent a reply that is not valid JSON', error, context);
  if (isServerError(error)) return brokenReply('serverError', `broke off: ${wordsOf(error, context)}`, error, context);
  if (context.answered) return brokenReply('cutStream', 'cut the connection in the middle of a reply', error, context);
  return unreachable(error, context);
}

/** A reply that is a web page: most often the base URL lacks its path. */
export function webPage(context: FailureContext, cause?: unknown): ModelFailure {
  return new ModelFailure(
    'malformed',
    `${server(context)} answered with a web page instead of JSON: ${checkPath(context)}`,
    {
      usage: context.usage,
      cause,
    },
  );
}

function brokenReply(
  reason: 'malformed' | 'serverError' | 'cutStream',
  what: string,
  cause: unknown,
  context: FailureContext,
): ModelFailure {
  return new ModelFailure(reason, `${server(context)} ${what}.`, { usage: context.usage, cause });
}

function statusFailure(status: number, error: unknown, context: FailureContext): ModelFailure {
  const words = wordsOf(error, context);
  const where = server(context);
  const retryAfterMs = parseRetryAfter(headersOf(error), context.now);
  const details = { httpStatus: status, retryAfterMs, cause: error };
  const { name, model } = context.settings;
  if (status === 401 || status === 403) {
    const message = context.apiKey
      ? `${where} refused the API key of “${name}” (${status}): enter the right key for this server.`
      : `${where} requires an API key for “${name}” (${status}): enter one.`;
    return new ModelFailure('wrongKey', message, details);
  }
  if (status === 402 || /insufficient_quota|exceeded your current quota/i.test(`${objectOf(error).code} ${words}`)) {
    const message = `The account at ${where} has no credit left (${status}): ${words}`;
    return new ModelFailure('rateLimited', message, { ...details, scope: 'model' });
  }
  if (status === 429) return new ModelFailure('rateLimited', `${where} has too many requests (429): ${words}`, details);
  if (status >= 500 || [408, 409, 425].includes(status)) {
    return new ModelFailure('serverError', `${where} failed (${status}): ${words}`, details);
  }
  if (status === 404 && (isWebPage(error) || !/model/i.test(words))) {
    return new ModelFailure('notFound', `${where} has nothing at this address (404): ${checkPath(context)}`, details);
  }
  if (status === 404 || /model\b.{0,80}\b(not found|does not exist|doesn't exist|not exist)/i.test(words)) {
    const message = `${where} does not know the model “${model}” (${status}): ${words}`;
    return new ModelFailure('notFound', message, details);
  }
  return new ModelFailure('badRequest', `${where} refused the request of “${name}” (${status}): ${words}`, details);
}

function unreachable(error: unknown, context: FailureContext): ModelFailure {
  const { name, baseUrl } = context.settings;
  if (!URL.canParse(baseUrl)) {
    const message = `The base URL “${baseUrl}” of “${name}” is not a URL: write it like http://localhost:8000/v1.`;
    return new ModelFailure('network', message, { scope: 'model', cause: error });
  }
  const clue = chain(error)
    .map((link) => `${objectOf(link).code ?? ''} ${objectOf(link).message ?? ''}`)
    .join(' ');
  const why = causes.find(([pattern]) => pattern.test(clue))?.[1];
  const message = why
    ? `${server(context)} can't be reached (${why}): start the server or correct the base URL of “${name}”.`
    : `The connection to ${server(context)} failed (${bounded(lastMessage(error), context)}): check the base URL of “${name}” and that the server runs.`;
  return new ModelFailure('network', message, { cause: error });
}

const causes: [RegExp, string][] = [
  [/ECONNREFUSED/, 'connection refused'],
  [/ENOTFOUND|EAI_AGAIN|ERR_NAME_NOT_RESOLVED/, 'its name is unknown'],
  [/EHOSTUNREACH|ENETUNREACH|ERR_ADDRESS_UNREACHABLE/, 'no route to it'],
  [/ETIMEDOUT|CONNECT_TIMEOUT|ERR_CONNECTION_TIMED_OUT/, 'no answer'],
  [/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|certificate/i, 'its certificate is not trusted'],
];

/** An error that the server put into a stream, which has no status any more. */
function isServerError(error: unknown): boolean {
  return error instanceof Error && 'error' in error && objectOf(error).error !== undefined;
}

/** The server's own words, wherever it put them, in one bounded line without the key. */
export function wordsOf(error: unknown, context: Pick<FailureContext, 'apiKey'>): string {
  if (isWebPage(error)) return 'it sent a web page.';
  const body = objectOf(error).error;
  const { message, detail, error: inner } = objectOf(body);
  const said = [body, message, inner, objectOf(inner).message, detail, objectOf(error).message].find(
    (words) => typeof words === 'string' && words.trim() !== '',
  );
  return bounded(typeof said === 'string' ? said : 'it gave no reason.', context);
}

const longestWords = 240;

/** One line of at most 240 characters, without the key or anything that looks like one. */
function bounded(words: string, { apiKey }: Pick<FailureContext, 'apiKey'>): string {
  const start = words.slice(0, 4 * longestWords);
  const clean = (apiKey ? start.replaceAll(apiKey, '[key]') : start)
    .replace(/\b(sk|key|Bearer)[-_ ][\w.*-]{6,}/g, '[key]')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return clean.length > longestWords ? `${clean.slice(0, longestWords)}…` : clean;
}

function isWebPage(error: unknown): boolean {
  const { message } = objectOf(error);
  return typeof message === 'string' && /^\s*\d*\s*<(!doctype|html|head|body)/i.test(message);
}

function headersOf(error: unknown): Headers | undefined {
  const { headers } = objectOf(error);
  return headers instanceof Headers ? headers : undefined;
}

/** An error and what caused it, outermost first; bounded, for a cause may be anything. */
function chain(error: unknown): unknown[] {
  const links: unknown[] = [];
  for (let link = error; link && links.length < 8; link = objectOf(link).cause) links.push(link);
  return links;
}

function lastMessage(error: unknown): string {
  const messages = chain(error).map((link) => objectOf(link).message);
  return String(messages.findLast((message) => typeof message === 'string' && message) ?? 'no reason was given');
}

function checkPath({ settings }: FailureContext): string {
  const { baseUrl, name } = settings;
  if (/\/v\d+\w*\/?$/.test(baseUrl)) return `check the base URL of “${name}” (${baseUrl}).`;
  return `check the base URL of “${name}”, which is ${baseUrl} and may have to be ${baseUrl.replace(/\/+$/, '')}/v1.`;
}

/** Host and port: what people know a server by. */
export function server({ settings }: Pick<FailureContext, 'settings'>): string {
  return URL.parse(settings.baseUrl)?.host || settings.baseUrl;
}
