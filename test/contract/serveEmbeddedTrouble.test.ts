import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { OpenAI } from 'openai';
import { type FaultKind, type FaultPlan, faultKinds } from '../../src/services/models/embedded/server/faults.ts';
import { type ModelClient, ModelFailure } from '../../src/services/models/model.ts';
import { createNodeFetch } from '../../src/services/models/nodeFetch.ts';
import { openaiClient } from '../../src/services/models/openai.ts';
import { scriptedModels } from '../fakes/scriptedModels.ts';
import { chat, errorOf, load, messages, post, raw, serve, until } from './servedPair.ts';

/* What the embedded pair's server does when it is asked wrongly, too much, or to fail. */

const badBodies: [string, unknown, RegExp, string | null, string | null][] = [
  ['no object', [1], /must be a JSON object/, null, null],
  ['null', null, /must be a JSON object/, null, null],
  ['broken JSON', '{"model": ', /not valid JSON/, null, null],
  ['no body', '', /not valid JSON/, null, null],
  ['no model', { messages }, /must provide a model/, 'model', 'missing_model'],
  ['a model of the wrong type', { ...chat, model: 3 }, /must provide a model/, 'model', 'missing_model'],
  ['no messages', { model: 'weak' }, /'messages' must be a list/, 'messages', 'invalid_type'],
  ['empty messages', { ...chat, messages: [] }, /at least one message/, 'messages', 'invalid_type'],
  ['a message without role', { ...chat, messages: [{ content: 'x' }] }, /no role/, 'messages[0].role', 'invalid_type'],
  [
    'no user',
    { ...chat, messages: [{ role: 'system', content: 'x' }] },
    /no message of the user/,
    'messages',
    'invalid_value',
  ],
  ['no text', { ...chat, messages: [{ role: 'user', content: ' \n' }] }, /no text/, 'messages', 'invalid_value'],
  [
    'a number for a text',
    { ...chat, messages: [{ role: 'user', content: 5 }] },
    /must be a text/,
    'messages[0].content',
    'invalid_type',
  ],
  [
    'a picture',
    { ...chat, messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
    /text parts/,
    'messages[0].content',
    'invalid_type',
  ],
  [
    'a novel',
    { ...chat, messages: [{ role: 'user', content: 'word '.repeat(9_000) }] },
    /45000 characters/,
    'messages',
    'context_length_exceeded',
  ],
  [
    'temperature as a text',
    { ...chat, temperature: 'hot' },
    /expected a number, got the string "hot"/,
    'temperature',
    'invalid_type',
  ],
  ['temperature 3', { ...chat, temperature: 3 }, /range from 0 to 2/, 'temperature', 'invalid_value'],
  ['top_p 2', { ...chat, top_p: 2 }, /range from 0 to 1/, 'top_p', 'invalid_value'],
  ['n 0', { ...chat, n: 0 }, /range from 1 to 128/, 'n', 'invalid_value'],
  ['n 1000', { ...chat, n: 1000 }, /range from 1 to 128/, 'n', 'invalid_value'],
  ['n 1.5', { ...chat, n: 1.5 }, /expected a whole number, got the number 1.5/, 'n', 'invalid_type'],
  ['a seed as an object', { ...chat, seed: {} }, /got an object/, 'seed', 'invalid_type'],
  ['max_tokens 0', { ...chat, max_tokens: 0 }, /range from 1/, 'max_tokens', 'invalid_value'],
  [
    'max_completion_tokens as a list',
    { ...chat, max_completion_tokens: [1] },
    /got a list/,
    'max_completion_tokens',
    'invalid_type',
  ],
  ['stream as a text', { ...chat, stream: 'true' }, /expected true or false/, 'stream', 'invalid_type'],
  [
    'stream_options as a flag',
    { ...chat, stream_options: true },
    /must be an object/,
    'stream_options',
    'invalid_type',
  ],
  [
    'include_usage as a number',
    { ...chat, stream_options: { include_usage: 1 } },
    /true or false/,
    'stream_options.include_usage',
    'invalid_type',
  ],
  ['an empty stop', { ...chat, stop: '' }, /none of them empty/, 'stop', 'invalid_type'],
  ['five stops', { ...chat, stop: [...'abcde'] }, /at most 4/, 'stop', 'array_above_max_length'],
  ['a stop of numbers', { ...chat, stop: [1] }, /list of texts/, 'stop', 'invalid_type'],
  ['logprobs as a number', { ...chat, logprobs: 2 }, /true or false/, 'logprobs', 'invalid_type'],
  ['top_logprobs alone', { ...chat, top_logprobs: 2 }, /needs 'logprobs'/, 'top_logprobs', 'invalid_value'],
  [
    'top_logprobs 21',
    { ...chat, logprobs: true, top_logprobs: 21 },
    /range from 0 to 20/,
    'top_logprobs',
    'invalid_value',
  ],
];

test('a wrong request gets 400, a sentence and the field, in the shape of the API; nothing is generated', async (t) => {
  const { server, models } = await serve(t);
  for (const [what, body, sentence, param, code] of badBodies) {
    const reply = await post(server, body);
    const { message, type, ...rest } = errorOf(reply);
    assert.deepEqual([reply.status, type, rest], [400, 'invalid_request_error', { param, code }], what);
    assert.match(message, sentence, what);
  }
  const prompts: unknown[] = [undefined, 3, ['a', 'b'], [[1, 2]], [], ''];
  for (const prompt of prompts) {
    const body = JSON.stringify({ model: 'weak', prompt });
    const reply = await raw(server, '/v1/completions', { method: 'POST', body });
    assert.deepEqual([reply.status, errorOf(reply).param], [400, 'prompt'], String(prompt));
  }
  assert.equal(models.begun(), 0);
});

test('whatever JSON it is sent, it answers 200, 400 or 404, and goes on', async (t) => {
  const { server } = await serve(t);
  const field = fc.constantFrom(
    ...Object.keys(chat),
    'n',
    'stop',
    'stream',
    'logprobs',
    'max_tokens',
    'top_p',
    '__proto__',
  );
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(1e308, -1, 2 ** 53));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(field, value), async (fields) => {
      const reply = await post(server, { ...chat, ...fields });
      assert.ok([200, 400, 404].includes(reply.status), `${reply.status}: ${reply.text}`);
    }),
    { numRuns: 200 },
  );
});

test('a client of the API sees each error as its own class', async (t) => {
  const { client } = await serve(t, { models: scriptedModels({ missing: 'strong' }) });
  const ask = (body: object, headers: Record<string, string> = {}) =>
    client.chat.completions.create({ ...chat, ...body }, { headers }) as Promise<unknown>;
  const fault = (kind: string) => ask({}, { 'x-trace-loupe-fault': kind });
  await assert.rejects(ask({ temperature: 9 }), OpenAI.BadRequestError);
  await assert.rejects(ask({ model: 'gpt-4o' }), (error: InstanceType<typeof OpenAI.NotFoundError>) => {
    assert.ok(error instanceof OpenAI.NotFoundError);
    assert.equal(error.code, 'model_not_found');
    assert.match(error.message, /`gpt-4o` does not exist: there are embedded:weak and embedded:strong/);
    return true;
  });
  await assert.rejects(client.models.retrieve('gpt-4o'), OpenAI.NotFoundError);
  await assert.rejects(fault('429'), OpenAI.RateLimitError);
  await assert.rejects(fault('500'), OpenAI.InternalServerError);
  await assert.rejects(fault('503'), OpenAI.InternalServerError);
  await assert.rejects(fault('dropped'), OpenAI.APIConnectionError);
  await assert.rejects(fault('chaos'), /There is no fault “chaos”/);
  assert.ok(await fault('none'));
});

test('a model whose weights can not be read is not there, and the other one is', async (t) => {
  const { client } = await serve(t, { models: scriptedModels({ missing: 'strong' }) });
  assert.deepEqual(
    (await client.models.list()).data.map(({ id }) => id),
    ['embedded:weak'],
  );
  const asked = client.chat.completions.create({ ...chat, model: 'embedded:strong' });
  await assert.rejects(asked, /404 The weights of the model embedded:strong are missing/);
  assert.ok((await client.chat.completions.create(chat)).choices[0]?.message.content);
});

test('wrong paths, methods and bodies too long are refused in the shape of the API', async (t) => {
  const { server } = await serve(t);
  const cases: [string, string, number, string][] = [
    ['GET', '/', 404, 'unknown_url'],
    ['POST', '/chat/completions', 404, 'unknown_url'],
    ['GET', '/v1/chat/completions/x', 404, 'unknown_url'],
    ['GET', '/v1/models/gpt', 404, 'model_not_found'],
    ['GET', '/v1/models/%E0%A4%A', 404, 'model_not_found'],
    ['GET', '/v1/chat/completions', 405, 'method_not_supported'],
    ['DELETE', '/v1/models/weak', 405, 'method_not_supported'],
    ['OPTIONS', '/v1/chat/completions', 405, 'method_not_supported'],
  ];
  for (const [method, path, status, code] of cases) {
    const reply = await raw(server, path, { method });
    assert.deepEqual([reply.status, errorOf(reply).code], [status, code], `${method} ${path}`);
  }
  assert.equal((await raw(server, '/v1/models?x=1')).status, 200);
  const long = JSON.stringify({ ...chat, user: 'x'.repeat(1_000_000) });
  const framings: Record<string, string>[] = [{}, { 'transfer-encoding': 'chunked' }];
  for (const headers of framings) {
    const reply = await raw(server, '/v1/chat/completions', { method: 'POST', body: long, headers });
    assert.deepEqual([reply.status, errorOf(reply).code], [413, 'request_too_large']);
  }
  const nested = await post(server, '['.repeat(400_000));
  assert.equal(nested.status, 400);
});

test('only programs of this machine are answered: no other host name, no web page', async (t) => {
  const { server } = await serve(t);
  const { port } = server;
  const ask = async (headers: Record<string, string>) => (await raw(server, '/v1/models', { headers })).status;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, 'localhost', `[::1]:${port}`, 'LOCALHOST:1'];
  for (const host of hosts) assert.equal(await ask({ host }), 200, host);
  const foreign = [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1.evil.example',
    'a@localhost',
    '192.168.1.4',
    '0.0.0.0',
  ];
  for (const host of foreign) assert.equal(await ask({ host }), 403, host);
  for (const origin of ['https://evil.example', 'null', 'file://']) assert.equal(await ask({ origin }), 403, origin);
  const near = await raw(server, '/v1/models', { headers: { origin: 'http://localhost:3000' } });
  assert.deepEqual([near.status, near.headers['access-control-allow-origin']], [200, undefined]);
  const keys = ['Bearer sk-1', 'Basic eDp5', ''];
  for (const authorization of keys) assert.equal(await ask({ authorization }), 200);
});

test('bytes that are no HTTP end their connection only', async (t) => {
  const { server } = await serve(t);
  for (const bytes of [
    '\0\0\0\0',
    'GET\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`,
  ]) {
    const socket = createConnection(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume().write(bytes);
    await new Promise((resolve) => socket.once('close', resolve));
  }
  assert.equal((await raw(server, '/health')).status, 200);
});

test('who goes away ends what was generated for him, running or waiting', async (t) => {
  const { server, client, models } = await serve(t);
  const release = models.hold();
  const leaving = new AbortController();
  const ask = (stream: boolean) =>
    client.chat.completions.create({ ...chat, n: 20, stream }, { signal: leaving.signal });
  const asked = Array.from({ length: 8 }, (_, index) =>
    (ask(index % 2 === 0) as Promise<unknown>).catch(() => 'ended'),
  );
  await until(async () => (await load(server)).waiting === 8 * 20 - 64);
  assert.equal(models.running(), 64);
  leaving.abort();
  assert.deepEqual(new Set(await Promise.all(asked)), new Set(['ended']));
  await until(async () => (await load(server)).running === 0);
  assert.deepEqual([await load(server), models.running(), models.begun()], [{ running: 0, waiting: 0 }, 0, 64]);
  release();
  assert.ok((await client.chat.completions.create(chat)).choices[0]);
});

test('who leaves in the middle of a stream ends it', async (t) => {
  const { server, client, models } = await serve(t);
  const stream = await client.chat.completions.create({ ...chat, stream: true });
  let release = () => {};
  for await (const chunk of stream) {
    if (!chunk.choices[0]?.delta.content) continue;
    release = models.hold();
    break;
  }
  await until(async () => models.running() === 0 && (await load(server)).running === 0);
  release();
});

test('a thousand connections wait their turn and are all answered', async (t) => {
  const { server, models } = await serve(t);
  const release = models.hold();
  const asked = Array.from({ length: 1_000 }, (_, seed) => post(server, { ...chat, seed }));
  await until(async () => (await load(server)).waiting === 1_000 - 64);
  release();
  const replies = await Promise.all(asked);
  assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([200]));
  assert.equal(models.begun(), 1_000);
});

test('above its bound a flood is told to come back, and then served', async (t) => {
  const { server, client, models } = await serve(t, { mostTexts: 4 });
  await assert.rejects(client.chat.completions.create({ ...chat, n: 5 }), OpenAI.RateLimitError);
  await assert.rejects(
    client.chat.completions.create({ ...chat, logprobs: true, top_logprobs: 5 }),
    OpenAI.RateLimitError,
  );
  const release = models.hold();
  const held = client.chat.completions.create({ ...chat, n: 4 });
  await until(() => models.running() === 4);
  const refused = await post(server, chat);
  assert.deepEqual([refused.status, refused.headers['retry-after'], errorOf(refused).type], [429, '1', 'requests']);
  release();
  assert.equal((await held).choices.length, 4);
  await until(async () => (await post(server, chat)).status === 200);
});

test('a bug fails its request, ends its other texts and is told of; a begun stream says so in its events', async (t) => {
  const bugs: unknown[] = [];
  const { client, models } = await serve(t, { models: scriptedModels({ broken: 8 }), onBug: (bug) => bugs.push(bug) });
  const ask = (stream: boolean) => client.chat.completions.create({ ...chat, seed: 8, n: 128, stream });
  await assert.rejects(ask(false) as Promise<unknown>, OpenAI.InternalServerError);
  assert.deepEqual([models.running(), models.begun() < 128, bugs.length], [0, true, 1]);
  const streamed = (await ask(true)) as AsyncIterable<unknown>;
  await assert.rejects(async () => {
    for await (const _ of streamed);
  }, /This is a bug of the server/);
  assert.deepEqual([bugs.length, String(bugs[1])], [2, 'Error: Nobody foresaw this.']);
  assert.ok((await client.chat.completions.create(chat)).choices[0]?.message.content);
});

test('closing ends what is open', async (t) => {
  const { server, client, models } = await serve(t);
  models.hold();
  const open = client.chat.completions.create({ ...chat, n: 100 }).catch((error: unknown) => error);
  await until(() => models.running() === 64);
  await Promise.all([server.close(), server.close()]);
  assert.ok((await open) instanceof OpenAI.APIConnectionError);
  assert.equal(models.running(), 0);
  await assert.rejects(raw(server, '/health'), { code: 'ECONNREFUSED' });
});

/** What our own client makes of each fault; undefined where the reply stays good. */
const seen: Record<FaultKind, string | undefined> = {
  tooManyRequests: 'rateLimited',
  tooManyRequestsMs: 'rateLimited',
  error500: 'serverError',
  error503: 'serverError',
  dropped: 'network',
  truncated: 'cutStream',
  malformed: 'malformed',
  ignoredN: undefined,
  empty: 'emptyReply',
  stalled: 'idleTimeout',
  webPage: 'malformed',
};

for (const stream of [true, false]) {
  test(`each fault shows as it does at any server, ${stream ? 'streamed' : 'whole'}, and the next request is served`, async (t) => {
    for (const kind of faultKinds) {
      const { server } = await serve(t, { faults: { script: [kind] } });
      const settings = { name: 'w', baseUrl: server.url, model: 'embedded:weak', sampling: { extraBody: { stream } } };
      const idleTimeoutMs = kind === 'stalled' ? 100 : undefined;
      const client = openaiClient({ settings, apiKey: undefined, fetch: createNodeFetch(), idleTimeoutMs });
      const reason = await reasonOf(client);
      assert.equal(reason, seen[kind], kind);
      const patient = openaiClient({ settings, apiKey: undefined, fetch: createNodeFetch() });
      assert.equal(await reasonOf(patient), undefined, `after ${kind}`);
    }
  });
}

async function reasonOf(client: ModelClient): Promise<string | undefined> {
  try {
    const { text } = await client.draw({ messages, seed: 1 }, new AbortController().signal);
    assert.match(text, /^Amy has .*\n#### \d+$/);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ModelFailure, String(error));
    return error.reason;
  }
}

test('a cut stream gives its first half, and n that is ignored one text', async (t) => {
  const { client } = await serve(t);
  const cut = { headers: { 'x-trace-loupe-fault': 'truncated' } };
  const whole = (await client.chat.completions.create(chat)).choices[0]?.message.content ?? '';
  let text = '';
  await assert.rejects(async () => {
    for await (const chunk of await client.chat.completions.create({ ...chat, stream: true }, cut))
      text += chunk.choices[0]?.delta.content ?? '';
  });
  assert.ok(text !== '' && text.length < whole.length && whole.startsWith(text), text);
  const one = { headers: { 'x-trace-loupe-fault': 'ignoredN' } };
  const { choices, usage } = await client.chat.completions.create({ ...chat, n: 3 }, one);
  assert.deepEqual(
    [choices.map(({ message }) => message.content), (usage?.completion_tokens ?? 0) > 0],
    [[whole], true],
  );
});

test('the seed of the faults decides which requests fail; a request of its own fault changes nothing', async (t) => {
  const failing = async (faults: FaultPlan, header?: number) => {
    const { server } = await serve(t, { faults });
    const statuses: number[] = [];
    for (let request = 0; request < 60; request++) {
      if (request === header) assert.equal((await post(server, chat, { 'x-trace-loupe-fault': '503' })).status, 503);
      statuses.push((await post(server, chat)).status);
    }
    return statuses;
  };
  const kinds = { tooManyRequests: 0.2, error500: 0.2 };
  const first = await failing({ kinds, seed: 5 });
  assert.deepEqual(new Set(first), new Set([200, 429, 500]));
  assert.deepEqual(await failing({ kinds, seed: 5 }, 7), first);
  assert.notDeepEqual(await failing({ kinds, seed: 6 }), first);
  assert.deepEqual(new Set(await failing({ kinds: { error503: 1 } })), new Set([503]));
});

test('our own client: an unknown word fails the sample, missing weights the model', async (t) => {
  const { server } = await serve(t, { models: scriptedModels({ missing: 'strong' }) });
  const draw = async (model: string, content: string) => {
    const settings = { name: model, baseUrl: server.url, model };
    const client = openaiClient({ settings, apiKey: undefined, fetch });
    const request = { messages: [{ role: 'user' as const, content }], seed: 1 };
    return client.draw(request, new AbortController().signal).catch((error: unknown) => error);
  };
  const unknown = await draw('embedded:weak', 'How big is the orchard?');
  assert.ok(unknown instanceof ModelFailure);
  assert.deepEqual([unknown.reason, unknown.scope], ['badRequest', 'sample']);
  assert.match(unknown.message, /“orchard” is not among the words of embedded:weak/);
  const missing = await draw('embedded:strong', 'How many?');
  assert.ok(missing instanceof ModelFailure);
  assert.deepEqual([missing.reason, missing.scope], ['notFound', 'model']);
  assert.match(missing.message, /The weights of the model embedded:strong are missing/);
});
