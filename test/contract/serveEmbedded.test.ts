import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import type { OpenAI } from 'openai';
import { createEmbeddedModels } from '../../src/services/models/embedded/embeddedModels.ts';
import type { EmbeddedModels } from '../../src/services/models/embedded/generate.ts';
import { startEmbeddedServer } from '../../src/services/models/embedded/server/server.ts';
import { scriptedModels } from '../fakes/scriptedModels.ts';
import { chat, clientOf, media, messages, problem } from './servedPair.ts';

/* What any OpenAI client gets of the embedded pair: the same of scripted models and of the real ones. */

const pairs: [string, () => EmbeddedModels][] = [
  ['scripted models', () => scriptedModels()],
  ['the real pair', () => createEmbeddedModels({ folder: join(media, 'models') })],
];

type Chat = OpenAI.ChatCompletionCreateParamsNonStreaming;
type Choice = Pick<OpenAI.ChatCompletion.Choice, 'finish_reason' | 'logprobs'> & { content: string };

for (const [what, create] of pairs) {
  describe(what, async () => {
    const models = create();
    const server = await startEmbeddedServer({ models });
    const client = clientOf(server);
    after(async () => {
      await server.close();
      await models.close();
    });

    const ask = (options: Partial<Chat> & Record<string, unknown> = {}) =>
      client.chat.completions.create({ ...chat, ...options } as Chat);
    const textOf = async (options: Partial<Chat> & Record<string, unknown> = {}) =>
      (await ask(options)).choices[0]?.message.content ?? '';

    /** A streamed reply, put together. */
    const stream = async (options: Partial<OpenAI.ChatCompletionCreateParamsStreaming> = {}) => {
      const choices: Choice[] = [];
      const usages: unknown[] = [];
      const reply = await client.chat.completions.create({ ...chat, ...options, stream: true });
      for await (const chunk of reply) {
        for (const { index, delta, logprobs, finish_reason } of chunk.choices) {
          choices[index] ??= { content: '', logprobs: null, finish_reason: 'tool_calls' };
          choices[index].content += delta.content ?? '';
          if (finish_reason) choices[index].finish_reason = finish_reason;
          const known = choices[index].logprobs?.content ?? [];
          if (logprobs?.content) choices[index].logprobs = { content: [...known, ...logprobs.content], refusal: null };
        }
        if (chunk.usage) usages.push(chunk.usage);
      }
      return { choices, usages };
    };

    test('the list has both models, and each can be looked up by either name', async () => {
      const ids = (await client.models.list()).data.map(({ id }) => id);
      assert.deepEqual(ids, ['embedded:weak', 'embedded:strong']);
      for (const id of ids)
        for (const name of [id, id.replace('embedded:', '')]) {
          const { created: _, ...model } = await client.models.retrieve(name);
          assert.deepEqual([model.id, model.object, model.owned_by], [id, 'model', 'trace-loupe']);
        }
    });

    test('a chat completion has a text, its end, its exact usage, an id and the fingerprint of the weights', async () => {
      const direct = await models.generate(
        { model: 'weak', problem, seed: 7, temperature: 1, maxTokens: 40 },
        new AbortController().signal,
      );
      const reply = await ask({ max_tokens: 40 });
      assert.deepEqual(
        reply.choices.map(({ index, message, finish_reason }) => [index, message.role, message.content, finish_reason]),
        [[0, 'assistant', direct.text, direct.finish]],
      );
      assert.deepEqual(reply.usage, {
        prompt_tokens: direct.promptTokens,
        completion_tokens: direct.completionTokens,
        total_tokens: direct.promptTokens + direct.completionTokens,
      });
      assert.deepEqual([reply.object, reply.model], ['chat.completion', 'embedded:weak']);
      assert.match(reply.id, /^chatcmpl-[0-9a-f]{32}$/);
      assert.match(reply._request_id ?? '', /^req_/);
      const { system_fingerprint: print } = reply;
      assert.equal(print, `fp_${(await models.info('weak')).sha256.slice(0, 10)}`);
      assert.notEqual(print, (await ask({ model: 'strong' })).system_fingerprint);
    });

    test('the same seed gives the same text, by either name, however much else is asked; others give others', async () => {
      const seeds = Array.from({ length: 12 }, (_, seed) => seed);
      const draw = () => Promise.all(seeds.map((seed) => textOf({ seed })));
      const [first, again] = [await draw(), await draw()];
      assert.deepEqual(again, first);
      assert.equal(await textOf({ seed: 3, model: 'weak' }), first[3]);
      assert.ok(new Set(first).size > 1, 'chance has a say');
      const unseeded = await Promise.all(seeds.map(() => textOf({ seed: undefined })));
      assert.ok(new Set(unseeded).size > 1, 'without a seed chance has a say too');
    });

    test('temperature 0 leaves nothing to the seed', async () => {
      const texts = await Promise.all([1, 2, 3].map((seed) => textOf({ temperature: 0, seed })));
      assert.equal(new Set(texts).size, 1);
    });

    test('n texts have the seeds that follow, and the prompt counts once', async () => {
      const { choices, usage } = await ask({ n: 5, seed: 20, max_tokens: 60 });
      const alone = await Promise.all([20, 21, 22, 23, 24].map((seed) => ask({ seed, max_tokens: 60 })));
      assert.deepEqual(
        choices.map(({ index, message }) => [index, message.content]),
        alone.map((reply, index) => [index, reply.choices[0]?.message.content]),
      );
      const generated = alone.reduce((sum, reply) => sum + (reply.usage?.completion_tokens ?? 0), 0);
      assert.deepEqual([usage?.prompt_tokens, usage?.completion_tokens], [alone[0]?.usage?.prompt_tokens, generated]);
    });

    test('streamed or whole, a reply is the same', async () => {
      const shapes: Partial<Chat>[] = [
        {},
        { n: 3 },
        { max_tokens: 5 },
        { stop: '####' },
        { stop: ['\n', '='], n: 2 },
        { logprobs: true, top_logprobs: 2, n: 2 },
        { temperature: 0 },
      ];
      for (const shape of shapes) {
        const whole = await ask(shape);
        const { stream: _, ...rest } = shape;
        const { choices, usages } = await stream({ ...rest, stream_options: { include_usage: true } });
        const expected = whole.choices.map(({ message, finish_reason, logprobs }) => ({
          content: message.content,
          finish_reason,
          logprobs,
        }));
        assert.deepEqual([choices, usages], [expected, [whole.usage]], JSON.stringify(shape));
      }
      assert.deepEqual((await stream()).usages, [], 'usage comes only where it is asked for');
    });

    test('a text is streamed in pieces, not at its end', async () => {
      let pieces = 0;
      for await (const chunk of await client.chat.completions.create({ ...chat, stream: true, max_tokens: 40 }))
        if (chunk.choices[0]?.delta.content) pieces++;
      assert.ok(pieces > 1, `${pieces} pieces`);
    });

    test('max_tokens and max_completion_tokens end a text, and finish_reason says so', async () => {
      const whole = await textOf();
      for (const limit of ['max_tokens', 'max_completion_tokens']) {
        const { choices, usage } = await ask({ [limit]: 3 });
        assert.deepEqual([choices[0]?.finish_reason, usage?.completion_tokens], ['length', 3]);
        const text = choices[0]?.message.content ?? '';
        assert.ok(text !== '' && text.length < whole.length && whole.startsWith(text), text);
      }
      assert.equal(await textOf({ max_tokens: 100_000 }), whole, 'the context ends it then');
    });

    test('a text ends before the first of its stop texts', async () => {
      const [{ message, finish_reason: end } = { message: undefined, finish_reason: 'stop' }] = (
        await ask({ temperature: 0 })
      ).choices;
      const whole = message?.content ?? '';
      const [space, line] = [whole.indexOf(' '), whole.indexOf('\n')];
      assert.ok(space > 0 && line > space, whole);
      const stops: [Chat['stop'], number][] = [
        [' ', space],
        [['\n'], line],
        [['\n', ' ', 'never', 'nowhere'], space],
        ['never', whole.length],
      ];
      for (const [stop, length] of stops) {
        const [choice] = (await ask({ temperature: 0, stop })).choices;
        const expected = [whole.slice(0, length), length < whole.length ? 'stop' : end];
        assert.deepEqual([choice?.message.content, choice?.finish_reason], expected, JSON.stringify(stop));
      }
    });

    test('log probabilities come token by token, with as many alternatives as asked for', async () => {
      const { choices } = await ask({ logprobs: true, top_logprobs: 3, max_tokens: 12 });
      const [{ message, logprobs } = { message: undefined, logprobs: undefined }] = choices;
      const tokens = logprobs?.content ?? [];
      assert.equal(tokens.map(({ token }) => token).join(''), message?.content);
      for (const { token, bytes, logprob, top_logprobs: top } of tokens) {
        assert.deepEqual(bytes, [...Buffer.from(token)]);
        assert.ok(logprob <= 0 && top.length === 3);
        assert.deepEqual(
          top.map((other) => other.logprob),
          top.map((other) => other.logprob).sort((a, b) => b - a),
        );
      }
      const bare = (await ask({ logprobs: true, max_tokens: 2 })).choices[0]?.logprobs?.content;
      assert.deepEqual(
        bare?.map(({ top_logprobs: top }) => top),
        [[], []],
      );
      assert.equal((await ask()).choices[0]?.logprobs, null);
    });

    test('plain prompts are completed too, in the older shape', async () => {
      const asked = { model: 'embedded:weak', prompt: problem, seed: 7, max_tokens: 30, logprobs: 2 };
      const reply = await client.completions.create(asked);
      const [{ text, logprobs } = { text: '', logprobs: null }] = reply.choices;
      assert.deepEqual([reply.object, text], ['text_completion', await textOf({ max_tokens: 30 })]);
      assert.equal(logprobs?.tokens?.join(''), text);
      assert.deepEqual(
        logprobs?.text_offset?.map((at, index) => text.startsWith(logprobs.tokens?.[index] ?? '?', at)),
        logprobs?.tokens?.map(() => true),
      );
      let streamed = '';
      for await (const chunk of await client.completions.create({ ...asked, stream: true, prompt: [problem] }))
        streamed += chunk.choices[0]?.text ?? '';
      assert.equal(streamed, text);
    });

    test('the problem is the last message of the user, in one piece or in parts', async () => {
      const expected = await textOf();
      const [head, tail] = [problem.slice(0, 30), problem.slice(30)];
      const ways: Chat['messages'][] = [
        [{ role: 'system', content: 'Be brief about the orchard.' }, ...messages],
        [{ role: 'user', content: 'What about the orchard?' }, { role: 'assistant', content: 'Nothing.' }, ...messages],
        [{ role: 'user', content: [head, tail].map((text) => ({ type: 'text' as const, text })) }],
      ];
      for (const way of ways) assert.equal(await textOf({ messages: way }), expected);
    });

    test('a word that the models do not know is named, and everything else goes on', async () => {
      const unknown = [{ role: 'user' as const, content: `${problem} orchard` }];
      for (const stream of [false, true]) {
        const asked = client.chat.completions.create({ ...chat, messages: unknown, stream });
        await assert.rejects(asked as Promise<unknown>, (error: InstanceType<typeof OpenAI.APIError>) => {
          assert.equal(error.status, 400);
          assert.match(error.message, /“orchard” is not among the words of embedded:weak/);
          return true;
        });
      }
      assert.notEqual(await textOf(), '');
    });

    test('fields that mean nothing here are ignored, and null is as good as absent', async () => {
      const more = { user: 'me', tools: [], frequency_penalty: 0.3, store: true, metadata: { a: 'b' }, foo: [1] };
      const nulls = { stop: null, n: null, max_tokens: null, top_p: null, logprobs: null, stream: null };
      assert.equal(await textOf({ ...more, ...nulls }), await textOf());
      assert.equal(await textOf({ top_k: -1, top_p: 1, min_p: 0 }), await textOf());
      assert.equal(
        await textOf({ top_k: 1, seed: 9 }),
        await textOf({ top_k: 1, seed: 10 }),
        'one token to choose from',
      );
    });

    test('any seed gives whole replies with seeds that follow it', () =>
      fc.assert(
        fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 4 }), async (seed, n) => {
          const { choices } = await ask({ seed, n, max_tokens: 8 });
          const last = await textOf({ seed: seed + n - 1, max_tokens: 8 });
          assert.deepEqual([choices.length, choices.at(-1)?.message.content], [n, last]);
        }),
        { numRuns: 20 },
      ));
  });
}
