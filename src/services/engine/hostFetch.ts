import type { EngineHost } from '../../protocol/engine.ts';

/**
 * A `fetch` whose requests leave from the extension host's own thread. Takes what the `openai` package sends: a URL, a
 * method, headers and a text body. Rejects as `fetch` does: with the signal's reason, or with what broke the connection.
 */
export function hostFetch(host: Pick<EngineHost, 'fetch' | 'readBody' | 'dropBody'>): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { signal } = request;
    signal.throwIfAborted();
    const body = request.body ? await request.text() : undefined;
    const { url, method } = request;
    const head = await host.fetch({ url, method, headers: Object.fromEntries(request.headers), body }, signal);
    const stream = bodyStream(host, head.body, signal);
    // A status without a body (204, 304) must not get one, and 1xx never arrives here.
    if ([204, 205, 304].includes(head.status)) {
      await stream.cancel();
      return new Response(null, { status: head.status, headers: head.headers });
    }
    return new Response(stream, { status: head.status, headers: head.headers });
  };
}

function bodyStream(
  host: Pick<EngineHost, 'readBody' | 'dropBody'>,
  body: number,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const drop = () => void host.dropBody(body).catch(() => {});
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      signal.addEventListener('abort', () => {
        drop();
        controller.error(signal.reason);
      });
    },
    pull: async (controller) => {
      const bytes = await host.readBody(body, signal);
      if (bytes === null) controller.close();
      else controller.enqueue(bytes);
    },
    cancel: drop,
  });
}
