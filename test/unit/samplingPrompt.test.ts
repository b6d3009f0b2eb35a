import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { embeddedModels } from '../../src/services/models/embedded/settings.ts';
import { requestBody } from '../../src/services/models/requestBody.ts';
import { buildMessages, describeRequest, fillTemplate, resolveModel } from '../../src/services/sampling/prompt.ts';

const settings = { name: 'small', baseUrl: 'http://localhost:8000/v1/', model: 'qwen' };
const noFile = async () => '';
const choice = { text: 'Which is prime?', options: ['4', '7'] };

const templates: [string, string, { text: string; options?: string[] }, string][] = [
  ['the problem alone', '{problem}', { text: ' 1 + 1? ' }, '1 + 1?'],
  [
    'options where the template has them',
    '{problem}\nChoose:\n{options}\n',
    choice,
    'Which is prime?\nChoose:\nA) 4\nB) 7',
  ],
  ['options after the problem where it has not', 'Q: {problem}\nA:', choice, 'Q: Which is prime?\n\nA) 4\nB) 7\nA:'],
  ['no gap where there are no options', '{problem}\n\n{options}\n\nSolution:', { text: 'x?' }, 'x?\n\nSolution:'],
  [
    'a problem that looks like a template',
    '{problem}|{options}',
    { text: '{options}{problem}', options: ['$&'] },
    '{options}{problem}|A) $&',
  ],
];
for (const [name, template, problem, expected] of templates) {
  test(`a template is filled with ${name}`, () => assert.equal(fillTemplate(template, problem), expected));
}

test('a problem of any text stands in its prompt as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(fillTemplate('<{problem}>', { text }), `<${text.trim()}>`);
    }),
  );
});

test('worked examples stand before the problem, and empty texts make no message', () => {
  const prompt = { system: ' ', fewShot: 'Q: 1+1\nA: 2\n', template: 'Q: {problem}\nA:' };
  assert.deepEqual(buildMessages(prompt, { text: '2+2' }), [{ role: 'user', content: 'Q: 1+1\nA: 2\n\nQ: 2+2\nA:' }]);
});

test('a chat model asks for steps and a boxed answer by default, a base model stops before the next problem', async () => {
  const chat = await resolveModel(settings, noFile);
  assert.match(chat.prompt.system, /step by step.*\\boxed\{\}/);
  assert.deepEqual([chat.api, chat.sampling, chat.concurrency], ['chat', { temperature: 0.7, maxTokens: 1024 }, 16]);
  const base = await resolveModel({ ...settings, api: 'completions' }, noFile);
  assert.match(fillTemplate(base.prompt.template, { text: 'x?' }), /x\?\n\nSolution:$/);
  assert.deepEqual(base.sampling?.stop, ['\nProblem:']);
});

test('a resolved model holds its few-shot text, so that the file may change', async () => {
  const read = async (path: string) => `read ${path}`;
  const { prompt } = await resolveModel({ ...settings, prompt: { fewShotFile: 'shots.md' } }, read);
  assert.equal(prompt.fewShot, 'read shots.md');
});

test('a missing few-shot file and a template without its problem are told in one sentence', async () => {
  const missing = async () => Promise.reject(new Error('ENOENT'));
  await assert.rejects(resolveModel({ ...settings, prompt: { fewShotFile: 'shots.md' } }, missing), {
    name: 'UserError',
    message: "The few-shot file “shots.md” of “small” can't be read (ENOENT): correct “fewShotFile”.",
  });
  await assert.rejects(resolveModel({ ...settings, prompt: { template: 'Solve.' } }, noFile), { name: 'UserError' });
});

test('the request that is shown is the one that is sent, without a key', async () => {
  const model = await resolveModel({ ...settings, apiKeyEnv: 'MY_KEY', sampling: { topK: 20 } }, noFile);
  const [head, ...body] = describeRequest(model, choice, 7).split('\n\n');
  assert.equal(head, 'POST http://localhost:8000/v1/chat/completions');
  assert.deepEqual(JSON.parse(body.join('\n\n')), requestBody(model, buildMessages(model.prompt, choice), 7));
  assert.doesNotMatch(head + body.join(), /MY_KEY/);
});

test('what a model in the box was asked is told without an address', async () => {
  const [pair] = await Promise.all(embeddedModels.map((embedded) => resolveModel(embedded, noFile)));
  assert.ok(pair);
  const [head, body] = describeRequest(pair, { text: 'Tom has 3 apples.' }, 7).split('\n\n');
  assert.equal(head, 'embedded:weak, in the box: nothing was sent');
  const asked = { model: 'weak', problem: 'Tom has 3 apples.', seed: 7, temperature: 0.7, maxTokens: 128 };
  assert.deepEqual(JSON.parse(body ?? ''), asked);
});

const bodies: [string, Parameters<typeof requestBody>, object][] = [
  [
    'defaults and streaming with usage',
    [settings, [], 3],
    {
      model: 'qwen',
      messages: [],
      temperature: 0.7,
      max_tokens: 1024,
      seed: 3,
      stream: true,
      stream_options: { include_usage: true },
    },
  ],
  [
    'no seed where none is wanted, and fields that were refused are left out',
    [settings, [], null, new Set(['stream_options'])],
    { model: 'qwen', messages: [], temperature: 0.7, max_tokens: 1024, stream: true },
  ],
  [
    'extra fields that win, streaming included',
    [
      {
        ...settings,
        sampling: {
          maxTokens: 9,
          topP: 0.9,
          topK: 5,
          minP: 0.1,
          stop: ['x'],
          extraBody: { stream: false, max_tokens: 5 },
        },
      },
      [],
      1,
    ],
    {
      model: 'qwen',
      messages: [],
      temperature: 0.7,
      top_p: 0.9,
      top_k: 5,
      min_p: 0.1,
      max_tokens: 5,
      stop: ['x'],
      seed: 1,
      stream: false,
    },
  ],
  [
    "OpenAI's own name for the token limit at its own server",
    [{ ...settings, baseUrl: 'https://api.openai.com/v1', sampling: { extraBody: { stream: false } } }, [], 1],
    { model: 'qwen', messages: [], temperature: 0.7, max_completion_tokens: 1024, seed: 1, stream: false },
  ],
  [
    'one text for a base model',
    [
      { ...settings, api: 'completions', sampling: { extraBody: { stream: false } } },
      [
        { role: 'system', content: 'S' },
        { role: 'user', content: 'U' },
      ],
      1,
    ],
    { model: 'qwen', prompt: 'S\n\nU', temperature: 0.7, max_tokens: 1024, seed: 1, stream: false },
  ],
];
for (const [name, input, expected] of bodies) {
  test(`a request holds ${name}`, () => assert.deepEqual(requestBody(...input), expected));
}
