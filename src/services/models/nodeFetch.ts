import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';

/**
 * A `fetch` over Node's own HTTP client, for processes of our own (the command line, benchmarks): half the processor time
 * of the global one, and connections that are kept. It knows what `openaiClient` needs and no more: no redirects, no
 * compression. Proxies are taken from the environment where Node can (24.5 and later).
 *
 * In the editor use the global `fetch` of the extension host, which knows the user's proxy and certificates.
 */
export function createNodeFetch(): typeof fetch {
  const options = { keepAlive: true, noDelay: true, proxyEnv: process.env };
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const secure = url.protocol === 'https:';
      const request = (secure ? https : http).request(url, {
        agent: secure ? agents['https:'] : agents['http:'],
        method: init.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init.headers)),
        signal: init.signal ?? undefined,
      });
      request.once('response', (response) => resolve(toResponse(response)));
      // Stays for good: a request may fail again after its response came.
      request.on('error', reject);
      request.end(init.body);
    });
}

function toResponse(message: IncomingMessage): Response {
  const headers = new Headers();
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index] ?? '', message.rawHeaders[index + 1] ?? '');
  }
  const status = message.statusCode ?? 0;
  const bodiless = [101, 204, 205, 304].includes(status);
  if (bodiless) message.resume();
  return new Response(bodiless ? null : toStream(message), { status, statusText: message.statusMessage, headers });
}

function toStream(message: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        message.on('data', (chunk: Uint8Array) => {
          controller.enqueue(chunk);
          if ((controller.desiredSize ?? 0) <= 0) message.pause();
        });
        message.once('end', () => controller.close());
        message.on('error', (error) => controller.error(error));
      },
      pull: () => void message.resume(),
      cancel: () => void message.destroy(),
    },
    { highWaterMark: 16 },
  );
}
