import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ModelSettings } from '../../src/core/budget/model.ts';
import type { FailureReason } from '../../src/core/trace/trace.ts';
import type { FaultKind } from '../../src/services/models/embedded/server/faults.ts';
import { type ModelClient, ModelFailure } from '../../src/services/models/model.ts';
import { nearestName } from '../../src/services/models/nearestName.ts';
import { createNodeFetch } from '../../src/services/models/nodeFetch.ts';
import { openaiClient } from '../../src/services/models/openai.ts';
import { testConnection } from '../../src/services/models/probe.ts';
import { createReplyReader } from '../../src/services/models/reply.ts';
import { createEventSplitter } from '../../src/services/models/sse.ts';
import { type FakeServer, type FakeServerOptions, startServer } from '../fakes/openaiServer.ts';

const traces = [
  { problem: 'What is 2 + 2?', solution: '2 + 2 = 4, so \\boxed{4}.' },
  { problem: 'What is 3 + 3?', solution: '3 + 3 = 6, so \\boxed{6}.' },
];
const messages = [{ role: 'user' as const, content: 'Solve this.\n\nWhat is 3 + 3?' }];
/** Without a form that gives it away: only who knows it can take it out. */
const key = 'orchard7lantern';

/** Runs `body` with a fresh server and a client for its model `weak`. */
async function withModel(
  options: FakeServerOptions,
  body: (model: ModelClient, server: FakeServer) => Promise<void>,
  settings: Partial<ModelSettings> = {},
  fetchOfModel = fetch,
): Promise<void> {
  const server = await startServer({ traces, ...options });
  try {
    const all = { name: 'small', baseUrl: server.url, model: 'weak', ...settings };
    await body(openaiClient({ settings: all, apiKey: key, fetch: fetchOfModel }), server);
  } finally {
    await server.close();
  }
}

function draw(model: ModelClient, seed: number | null = 7, signal = new AbortController().signal) {
  return model.draw({ messages, seed }, signal);
}

async function failureOf(model: ModelClient): Promise<ModelFailure> {
  const error = await draw(model).then(
    () => assert.fail('The request succeeded.'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ModelFailure, String(error));
  return error;
}

const whole = { sampling: { extraBody: { stream: false } } };
const ways: [string, Partial<ModelSettings>][] = [
  ['chat, streamed', {}],
  ['chat, whole', whole],
  ['completions, streamed', { api: 'completions' }],
  ['completions, whole', { api: 'completions', ...whole }],
];

for (const [way, settings] of ways) {
  for (const [client, fetchOfModel] of [
    ['the global fetch', fetch],
    ['our own fetch', createNodeFetch()],
  ] as const) {
    test(`${way}, by ${client}: text, finish, usage, model, seed and id`, () =>
      withModel(
        {},
        async (model) => {
          const { requestId, ...reply } = await draw(model);
          assert.deepEqual(reply, {
            text: '3 + 3 = 6, so \\boxed{6}.',
            finish: 'stop',
            usage: { promptTokens: 7, completionTokens: 6 },
            model: 'weak',
            seed: 7,
          });
          assert.match(requestId ?? '', /^request-/);
        },
        settings,
        fetchOfModel,
      ));
  }
}

test('a reply that meets the token limit is kept, and says so', () =>
  withModel(
    {},
    async (model) => {
      assert.deepEqual(await draw(model).then(({ text, finish }) => ({ text, finish })), {
        text: '3 + 3 = ',
        finish: 'length',
      });
    },
    { sampling: { maxTokens: 2 } },
  ));

for (const [way, settings] of ways.slice(0, 2)) {
  test(`${way}: thinking is kept apart and its tokens count`, () =>
    withModel(
      { thinking: 'Three and three…' },
      async (model) => {
        const { text, thinking, usage } = await draw(model);
        assert.deepEqual([text, thinking], ['3 + 3 = 6, so \\boxed{6}.', 'Three and three…']);
        assert.deepEqual(usage, { promptTokens: 7, completionTokens: 10, reasoningTokens: 4 });
      },
      settings,
    ));
}

test('a server that does not count has its tokens estimated, and marked so', () =>
  withModel({ noUsage: true }, async (model) => {
    assert.deepEqual((await draw(model)).usage, { promptTokens: 7, completionTokens: 6, estimated: true });
  }));

test('a server that streams nothing and sends the reply whole is understood', () =>
  withModel({ ignoreStream: true }, async (model) => assert.equal((await draw(model)).finish, 'stop')));

test('no seed is sent where none is wanted', () =>
  withModel({}, async (model, server) => {
    assert.equal((await draw(model, null)).seed, null);
    assert.ok(!('seed' in (server.requests[0]?.body ?? {})));
  }));

test('fields that a server refuses are left out from the second attempt on, which the trace shows', () =>
  withModel({ refuseFields: ['stream_options', 'seed'] }, async (model) => {
    for (const field of ['stream_options', 'seed']) {
      const failure = await failureOf(model);
      assert.deepEqual([failure.reason, failure.scope], ['badRequest', 'attempt']);
      assert.match(failure.message, new RegExp(`“${field}”`));
    }
    const reply = await draw(model);
    assert.deepEqual([reply.seed, reply.usage.estimated], [null, true]);
  }));

test('a request tells nothing of the machine and takes nothing from its environment', async () => {
  process.env.OPENAI_ORG_ID = 'org-of-another-server';
  try {
    await withModel({}, async (model, server) => {
      await draw(model);
      const headers = server.requests[0]?.headers ?? {};
      assert.equal(headers.authorization, `Bearer ${key}`);
      const tellTales = Object.keys(headers).filter((name) => /^(x-stainless|openai-)/.test(name));
      assert.deepEqual(tellTales, []);
    });
  } finally {
    delete process.env.OPENAI_ORG_ID;
  }
});

test('requests share one connection although a body ends after [DONE]', async () => {
  let connections = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'text/event-stream');
    response.write('data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
    setTimeout(() => response.end(), 5);
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const model = openaiClient({ settings: { name: 'm', baseUrl, model: 'm' }, apiKey: '', fetch: createNodeFetch() });
  for (let request = 0; request < 5; request++) {
    await draw(model);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  server.closeAllConnections();
  server.close();
  assert.equal(connections, 1);
});

const faults: [FaultKind, FailureReason, Partial<Record<'httpStatus' | 'retryAfterMs', number>>, RegExp][] = [
  ['tooManyRequests', 'rateLimited', { httpStatus: 429, retryAfterMs: 1000 }, /too many requests/],
  ['tooManyRequestsMs', 'rateLimited', { httpStatus: 429, retryAfterMs: 200 }, /too many requests/],
  ['error500', 'serverError', { httpStatus: 500 }, /failed \(500\): The server had an error/],
  ['error503', 'serverError', { httpStatus: 503 }, /failed \(503\): The engine is overloaded/],
  ['dropped', 'network', {}, /connection/],
  ['truncated', 'cutStream', {}, /cut the connection in the middle/],
  ['malformed', 'malformed', {}, /not valid JSON/],
  ['empty', 'emptyReply', {}, /“weak” returned an empty reply/],
  ['stalled', 'idleTimeout', {}, /sent nothing for 0\.\d+ seconds/],
  ['webPage', 'malformed', {}, /web page instead of JSON: check the base URL/],
];
for (const [way, settings] of ways) {
  describe(`${way}, a fault is told`, () => {
    for (const [kind, reason, details, sentence] of faults) {
      test(`${kind}: ${reason}, and the next request succeeds`, () =>
        withModel(
          { faults: { script: [kind] } },
          async (model, server) => {
            const all = { name: 'small', baseUrl: server.url, model: 'weak', ...settings };
            // Only silence may run into the timeout, however slow the machine is.
            const idleTimeoutMs = kind === 'stalled' ? 40 : undefined;
            const failure = await failureOf(openaiClient({ settings: all, apiKey: key, fetch, idleTimeoutMs }));
            assert.deepEqual([failure.reason, failure.scope], [reason, 'attempt']);
            assert.deepEqual([failure.httpStatus, failure.retryAfterMs], [details.httpStatus, details.retryAfterMs]);
            assert.match(failure.message, sentence);
            assert.equal((await draw(model)).text, '3 + 3 = 6, so \\boxed{6}.');
          },
          settings,
        ));
    }
  });
}

test('what a cut stream had generated is counted, because it was paid for', () =>
  withModel({ faults: { script: ['truncated'] }, write: () => 'step '.repeat(100) }, async (model) => {
    const { usage } = await failureOf(model);
    assert.ok((usage?.completionTokens ?? 0) > 20 && usage?.estimated);
  }));

test('a wrong key concerns the model, and the message has none of it although the server repeats it', () =>
  withModel({ apiKey: 'another' }, async (model) => {
    const failure = await failureOf(model);
    assert.deepEqual([failure.reason, failure.scope], ['wrongKey', 'model']);
    assert.match(failure.message, /refused the API key of “small” \(401\)/);
    assert.ok(!failure.message.includes(key), failure.message);
  }));

test('an unknown model concerns the model, in the words of the server', () =>
  withModel(
    { strictModels: true },
    async (model) => {
      const failure = await failureOf(model);
      assert.deepEqual([failure.reason, failure.scope, failure.httpStatus], ['notFound', 'model', 404]);
      assert.match(failure.message, /does not know the model “none”.*does not exist/);
    },
    { model: 'none' },
  ));

test('words of a server are bounded, on one line and without the key', async () => {
  const refuse = async () => {
    const message = `bad\n${key} \u202e sk-0123456789abcdef ${'x'.repeat(5000)}`;
    return new Response(JSON.stringify({ error: { message } }), {
      status: 400,
      headers: { 'content-type': 'application/json' },
    });
  };
  const failure = await failureOf(scripted(refuse));
  assert.deepEqual([failure.reason, failure.scope], ['badRequest', 'sample']);
  assert.ok(failure.message.length < 400 && !failure.message.includes(key), failure.message);
  assert.doesNotMatch(failure.message, /[\n\u202e]|sk-0/);
});

/** A model behind a `fetch` of the test's own. */
function scripted(fetchOfModel: typeof fetch, idleTimeoutMs?: number): ModelClient {
  const settings = { name: 'm', baseUrl: 'http://localhost/v1', model: 'm' };
  return openaiClient({ settings, apiKey: key, fetch: fetchOfModel, idleTimeoutMs });
}

function streamed(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Response {
  return new Response(ReadableStream.from(pieces), { headers: { 'content-type': 'text/event-stream' } });
}

function piece(text: string, finish: string | null = null): Uint8Array {
  const choice = { index: 0, delta: { content: text }, finish_reason: finish };
  return new TextEncoder().encode(`data: ${JSON.stringify({ choices: [choice] })}\n\n`);
}

test('a stream that ends politely before its reply does is a cut one', async () => {
  const failure = await failureOf(scripted(async () => streamed([piece('3 + 3'), piece(' =')])));
  assert.deepEqual([failure.reason, failure.usage?.completionTokens], ['cutStream', 2]);
});

test('errors inside a stream keep their status', async () => {
  const error = new TextEncoder().encode('data: {"error":{"message":"Slow down","code":429}}\n\n');
  const failure = await failureOf(scripted(async () => streamed([piece('3'), error])));
  assert.deepEqual([failure.reason, failure.httpStatus], ['rateLimited', 429]);
});

test('a stream that is slow and never silent is read to its end', async () => {
  async function* slow() {
    for (let part = 0; part < 6; part++) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      yield piece('x', part === 5 ? 'stop' : null);
    }
  }
  const { text } = await draw(scripted(async () => streamed(slow()), 1_000));
  assert.equal(text, 'xxxxxx');
});

for (const [way, settings] of ways) {
  test(`${way}: a stop ends a silent request at once, and the server sees it go`, () =>
    withModel(
      { faults: { script: ['stalled'] } },
      async (model, server) => {
        const stop = new AbortController();
        const request = draw(model, 1, stop.signal);
        await until(() => server.requests.length === 1);
        stop.abort(new Error('stopped by the user'));
        await assert.rejects(request, { message: 'stopped by the user' });
        await until(() => server.requests[0]?.aborted === true);
      },
      settings,
    ));
}

for (const [name, settings, apiKey, sentence] of [
  [
    'a base URL that is none',
    { baseUrl: 'localhost' },
    key,
    /“localhost” of “small” is not a URL: write it like http:/,
  ],
  [
    'a key that no header can hold',
    { baseUrl: 'http://localhost:1/v1' },
    `${key}\n${key}`,
    /connection to localhost:1 failed/,
  ],
] as const) {
  test(`${name} is a failure in one sentence, without the key`, async () => {
    const failure = await failureOf(
      openaiClient({ settings: { name: 'small', model: 'm', ...settings }, apiKey, fetch }),
    );
    assert.equal(failure.reason, 'network');
    assert.match(failure.message, sentence);
    assert.ok(!failure.message.includes(key), failure.message);
  });
}

test('a stopped signal sends nothing', () =>
  withModel({}, async (model, server) => {
    await assert.rejects(draw(model, 1, AbortSignal.abort(new Error('no'))), { message: 'no' });
    assert.equal(server.requests.length, 0);
  }));

/** Polls; fails by the test's own timeout. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

test('events are the same however their bytes are cut', () => {
  const text =
    'data: {"a":"é"}\n\n: alive\r\ndata: one\r\ndata: two\r\n\r\nevent: x\ndata:three\n\ndata: [DONE]\n\ndata: no\n\n';
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const events: string[] = [];
      const splitter = createEventSplitter((data) => events.push(data));
      const places = [0, ...cuts.sort((a, b) => a - b), text.length];
      places.slice(1).forEach((end, index) => {
        splitter.add(text.slice(places[index], end));
      });
      splitter.end();
      assert.deepEqual(events, ['{"a":"é"}', 'one\ntwo', 'three']);
      assert.ok(splitter.done);
    }),
  );
});

test('a reply reader takes anything for a chunk', () => {
  fc.assert(
    fc.property(
      fc.array(fc.anything()),
      fc.array(fc.record({ delta: fc.anything(), text: fc.anything(), finish_reason: fc.anything() })),
      (chunks, choices) => {
        const reader = createReplyReader('m', messages);
        for (const chunk of [...chunks, ...choices.map((choice) => ({ choices: [choice], usage: choice.text }))])
          reader.add(chunk);
        try {
          assert.equal(typeof reader.draw().text, 'string');
        } catch (error) {
          assert.ok(error instanceof ModelFailure && error.reason === 'emptyReply');
        }
      },
    ),
  );
});

const connections: [string, FakeServerOptions, Partial<ModelSettings>, boolean, RegExp][] = [
  [
    'a good server',
    {},
    {},
    true,
    /^Connected to 127.0.0.1:\d+ in \d+ ms; “weak” answers, with n, seeds, token counts, logprobs\.$/,
  ],
  ['a base model', {}, { api: 'completions' }, true, /with n, seeds, token counts, logprobs/],
  [
    'a server that knows little',
    { ignoreN: true, ignoreSeed: true, noUsage: true, noLogprobs: true },
    {},
    true,
    /without n, seeds, token counts, logprobs/,
  ],
  [
    'a server that refuses seeds',
    { refuseFields: ['seed', 'stream_options'] },
    {},
    true,
    /without seeds, token counts/,
  ],
  ['a wrong key', { apiKey: 'another' }, {}, false, /refused the API key of “small” \(401\): enter the right key/],
  [
    'an unknown model',
    { strictModels: true, models: ['qwen-7b', 'weak-9b'] },
    { model: 'weak-8b' },
    false,
    /does not list the model “weak-8b”; the nearest name is “weak-9b”/,
  ],
  ['an empty reply', { write: () => '' }, {}, false, /“weak” returned nothing/],
  ['a slow server', { latencyMs: 5_000 }, {}, false, /sent nothing for 0\.05 seconds/],
];
for (const [name, options, settings, ok, sentence] of connections) {
  test(`testing ${name} says so in one sentence`, async () => {
    const server = await startServer({
      traces,
      ...options,
      write: options.write ?? ((_, __, seed) => `digits ${seed}`),
    });
    const all = { name: 'small', baseUrl: server.url, model: 'weak', ...settings };
    const report = await testConnection({
      settings: all,
      apiKey: key,
      fetch,
      timeoutMs: options.latencyMs ? 50 : undefined,
    });
    await server.close();
    assert.equal(report.ok, ok, report.message);
    assert.match(report.message, sentence);
    assert.ok(!report.message.includes(key), report.message);
  });
}

test('testing a wrong path suggests /v1, and a server that is not there is named', async () => {
  const server = await startServer();
  const origin = server.url.replace('/v1', '');
  const settings = { name: 'small', baseUrl: origin, model: 'weak' };
  const wrongPath = await testConnection({ settings, apiKey: undefined, fetch });
  await server.close();
  const gone = await testConnection({ settings, apiKey: undefined, fetch: createNodeFetch() });
  assert.ok(wrongPath.message.endsWith(`may have to be ${origin}/v1.`), wrongPath.message);
  assert.match(
    gone.message,
    /can't be reached \(connection refused\): start the server or correct the base URL of “small”\./,
  );
  assert.deepEqual([wrongPath.ok, gone.ok], [false, false]);
});

const nearest: [string, string[], string | undefined][] = [
  ['llama3', ['mistral', 'llama3:latest', 'llama2'], 'llama3:latest'],
  ['Qwen-7B', ['gpt-4o', 'qwen-7b'], 'qwen-7b'],
  ['gemma-2b', ['gemma-9b', 'gpt'], 'gemma-9b'],
  ['x', [], undefined],
];
for (const [name, names, expected] of nearest) {
  test(`of ${names.join(', ') || 'no names'} the nearest to ${name} is ${expected}`, () =>
    assert.equal(nearestName(name, names), expected));
}
