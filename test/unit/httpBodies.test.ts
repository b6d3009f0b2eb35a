import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { UserError } from '../../src/core/userError.ts';
import { createHttpBodies } from '../../src/host/httpBodies.ts';

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, stop };
}

const http = () => createHttpBodies(fetch);
const get = (url: string) => ({ url, method: 'GET', headers: {} });

test('the head comes first and the body follows in pieces, to its end', async (t) => {
  const { url, stop } = await serve((_, response) => {
    response.writeHead(200, { 'x-request-id': 'r1' });
    response.write('one ');
    setImmediate(() => response.end('two'));
  });
  t.after(stop);
  const bodies = http();
  const head = await bodies.fetch(get(url));
  assert.equal(head.status, 200);
  assert.ok(head.headers.some(([name, value]) => name === 'x-request-id' && value === 'r1'));
  let text = '';
  for (;;) {
    const chunk = await bodies.readBody(head.body);
    if (!chunk) break;
    assert.equal(chunk.byteLength, chunk.buffer.byteLength, 'no larger buffer travels with it');
    text += new TextDecoder().decode(chunk);
  }
  assert.equal(text, 'one two');
  assert.equal(await bodies.readBody(head.body), null, 'a body that is over stays over');
});

test('a redirect is refused with the address to use instead, and nothing is sent there', async (t) => {
  const asked: string[] = [];
  const { url, stop } = await serve((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  t.after(stop);
  await assert.rejects(
    http().fetch(get(url)),
    (error) => error instanceof UserError && /\/elsewhere/.test(error.message),
  );
  assert.deepEqual(asked, ['/v1']);
});

test('a server that is not there is named with the cause', async () => {
  const { url, stop } = await serve(() => {});
  stop();
  await assert.rejects(http().fetch(get(url)), /ECONNREFUSED/);
});

test('a broken connection rejects the read', async (t) => {
  const { url, stop } = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half');
    setTimeout(() => response.destroy(), 20);
  });
  t.after(stop);
  const bodies = http();
  const head = await bodies.fetch(get(url));
  await bodies.readBody(head.body);
  await assert.rejects(bodies.readBody(head.body));
});

test('dropping a body, or aborting its read, ends the request at the server', async (t) => {
  const gone: (() => void)[] = [];
  const { url, stop } = await serve((_, response) => {
    response.on('close', () => gone.shift()?.());
    response.write('start');
  });
  t.after(stop);
  const bodies = http();
  for (const end of ['drop', 'abort'] as const) {
    const closed = new Promise<void>((resolve) => gone.push(resolve));
    const head = await bodies.fetch(get(url));
    await bodies.readBody(head.body);
    const controller = new AbortController();
    const reading = bodies.readBody(head.body, controller.signal).catch(() => null);
    if (end === 'drop') await bodies.dropBody(head.body);
    else controller.abort();
    await closed;
    await reading;
  }
});

test('aborting before the head arrives rejects', async (t) => {
  const { url, stop } = await serve(() => {});
  t.after(stop);
  const controller = new AbortController();
  const waiting = http().fetch(get(url), controller.signal);
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(waiting);
});
