import { UserError } from '../core/userError.ts';
import type { EngineHost, FetchHead, FetchRequest } from '../protocol/engine.ts';

/**
 * Requests for the engine, sent from this thread; bodies wait behind handles until they are read or dropped.
 *
 * A redirect is not followed: it would carry prompts, and perhaps a key, to a server that nobody named.
 */
export function createHttpBodies(
  fetch: typeof globalThis.fetch,
): Pick<EngineHost, 'fetch' | 'readBody' | 'dropBody'> & { dropAll(): void } {
  const bodies = new Map<number, Body>();
  let nextBody = 1;

  const drop = async (id: number) => {
    const body = bodies.get(id);
    bodies.delete(id);
    body?.controller.abort();
    await body?.reader?.cancel().catch(() => {});
  };

  return {
    async fetch({ url, method, headers, body }: FetchRequest, signal?: AbortSignal): Promise<FetchHead> {
      const controller = new AbortController();
      const abort = () => controller.abort(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      try {
        const sent = fetch(url, { method, headers, body, redirect: 'manual', signal: controller.signal });
        const response = await sent.catch((error) => {
          throw withCause(error);
        });
        if (response.status >= 300 && response.status < 400) throw redirected(url, response.headers.get('location'));
        const id = nextBody++;
        bodies.set(id, { controller, reader: response.body?.getReader() });
        return { status: response.status, headers: [...response.headers], body: id };
      } finally {
        // From here on the body's own calls are what cancels it.
        signal?.removeEventListener('abort', abort);
      }
    },
    async readBody(id, signal) {
      const body = bodies.get(id);
      if (!body?.reader) {
        bodies.delete(id);
        return null;
      }
      const abort = () => void drop(id);
      signal?.addEventListener('abort', abort, { once: true });
      try {
        const { done, value } = await body.reader.read();
        if (done) bodies.delete(id);
        return done ? null : trimmed(value);
      } catch (error) {
        bodies.delete(id);
        throw withCause(error);
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    dropBody: drop,
    dropAll: () => {
      for (const id of [...bodies.keys()]) void drop(id);
    },
  };
}

interface Body {
  controller: AbortController;
  /** Undefined: the response has no body. */
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
}

/** `fetch failed` says nothing, and its cause would not cross the channel: the sentence of the cause goes into the message. */
function withCause(error: unknown): unknown {
  if (!(error instanceof Error) || !(error.cause instanceof Error)) return error;
  const { code, message } = error.cause as Error & { code?: string };
  const detail = message || code || error.cause.name;
  return Object.assign(new Error(`${error.message}: ${detail}`), { name: error.name, stack: error.stack });
}

/** A clone copies the whole buffer under a view; network chunks often are small views on large buffers. */
function trimmed(chunk: Uint8Array): Uint8Array {
  return chunk.byteLength === chunk.buffer.byteLength ? chunk : chunk.slice();
}

function redirected(url: string, location: string | null): UserError {
  const target = location && URL.canParse(location, url) ? new URL(location, url).href : 'another address';
  return new UserError(`${url} redirects to ${target}: set that address as the model's baseUrl if it is right.`, {
    title: 'Open Settings',
    command: 'traceLoupe.openSettings',
  });
}
