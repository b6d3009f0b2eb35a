import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { type Batch, type BatchOptions, createBatch } from '../../src/services/models/embedded/batch.ts';
import type { Generated, GenerateRequest } from '../../src/services/models/embedded/generate.ts';
import { createRandom } from '../../src/services/models/embedded/random.ts';
import { readWeights, type Weights } from '../../src/services/models/embedded/weights.ts';
import { ModelFailure } from '../../src/services/models/model.ts';
import { tinyWeights } from '../fakes/tinyWeights.ts';

/* Texts, as many models write them together. Each must be what it would be alone. */

const root = resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(join(tmpdir(), 'trace-loupe-batch-'));
after(() => rm(folder, { recursive: true, force: true }));
await writeFile(join(folder, 'weak.tlm'), tinyWeights({ seed: 3 }));
const tiny = await readWeights(join(folder, 'weak.tlm'), 'weak');
const unstopped = new AbortController().signal;

const words = ['Tom has 3 apples.', 'Amy has 12 bags of pears and 4 apples.', 'How many are there together?', 'Tom'];
const tinyProblems = [...words, words.join(' '), `${words.join(' ')} ${words.slice(0, 2).join(' ')}`, '12, 34 + 5'];

/** Lets it work until all have their texts; a further request joins at random steps where there are some left. */
async function writeAll(batch: Batch, requests: readonly GenerateRequest[], joining = false): Promise<Generated[]> {
  const random = createRandom(11);
  const texts: Promise<Generated>[] = [];
  const add = () => {
    const request = requests[texts.length];
    if (request) texts.push(batch.add(request, unstopped));
  };
  if (!joining) requests.forEach(add);
  while (texts.length < requests.length || batch.busy) {
    for (let more = joining ? Math.floor(5 * random()) : 0; more > 0; more--) add();
    batch.step();
  }
  return Promise.all(texts);
}

/** Every request a little different from its neighbours. */
function mixedRequests(problems: readonly string[], count: number, maxTokens: number): GenerateRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    model: 'weak',
    problem: problems[Math.floor(index / 3) % problems.length] ?? '',
    seed: index * 7919,
    temperature: [0.7, 1, 0, 1.5][index % 4] ?? 1,
    maxTokens: maxTokens - (index % 5),
    ...(index % 6 === 0 ? { topK: 5 } : {}),
    ...(index % 7 === 0 ? { topP: 0.8, minP: 0.01 } : {}),
    ...(index % 8 === 0 ? { stop: ['\n', ' apples'] } : {}),
  }));
}

/** The same in an order that only the seed knows, and the way back. */
function shuffled(count: number): number[] {
  const random = createRandom(5);
  return Array.from({ length: count }, (_, index) => ({ index, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ index }) => index);
}

async function sameInAllWays(weights: Weights, requests: readonly GenerateRequest[], plainOnes: number): Promise<void> {
  const ways: [string, BatchOptions, boolean][] = [
    ['7 at a time', { texts: 7 }, false],
    ['16 at a time, joining at any step', { texts: 16 }, true],
    ['32 at a time', { texts: 32 }, false],
  ];
  const alone = await writeAll(createBatch(weights, { texts: 1 }), requests);
  for (const [way, options, joining] of ways) {
    const order = shuffled(requests.length);
    const some = order.flatMap((index) => requests[index] ?? []);
    const texts = await writeAll(createBatch(weights, options), some, joining);
    texts.forEach((text, place) => {
      assert.deepEqual(text, alone[order[place] ?? 0], `${way}, sample ${order[place]}`);
    });
  }
  const plain = await writeAll(createBatch(weights, { texts: 16, simd: false }), requests.slice(0, plainOnes));
  assert.deepEqual(plain, alone.slice(0, plainOnes), 'without vectors');
}

test('600 samples of a tiny model are the same alone, in any company and order, with vectors and without', async () => {
  await sameInAllWays(tiny, mixedRequests(tinyProblems, 600, 24), 600);
});

const media = join(root, 'media');
const sampleFile = join(media, 'samples/word-problems.jsonl');
const samples = readFileSync(sampleFile, 'utf8').trim().split('\n');
const problems = samples.map((line) => (JSON.parse(line) as { question: string }).question);

for (const name of ['weak', 'strong'] as const) {
  test(`samples of the shipped ${name} model are the same alone, in any company, with vectors and without`, async () => {
    const weights = await readWeights(join(media, `models/${name}.tlm`), name);
    await sameInAllWays(weights, mixedRequests(problems, 90, 40), 12);
  });
}

const fixture = join(root, 'test/fixtures/embedded/greedy.jsonl');
const recorded = readFileSync(fixture, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { model: string; problem: string; text: string });
for (const name of ['weak', 'strong'] as const) {
  test(`the ${name} model writes what it wrote under torch, greedily, in 99 of 100 problems`, async () => {
    const mine = recorded.filter(({ model }) => model === name);
    assert.ok(mine.length >= 100, `${mine.length} are recorded`);
    const weights = await readWeights(join(media, `models/${name}.tlm`), name);
    const requests = mine.map(({ problem }) => ({ model: name, problem, seed: 0, temperature: 0, maxTokens: 200 }));
    const texts = await writeAll(createBatch(weights), requests);
    const different = texts.flatMap(({ text }, index) =>
      text.trim() === mine[index]?.text.trim() ? [] : [`${text}\n— but torch —\n${mine[index]?.text}`],
    );
    assert.ok(different.length <= mine.length / 100, different.join('\n\n'));
  });
}

const request = (more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  model: 'weak',
  problem: 'Tom has 3 apples.',
  seed: 1,
  temperature: 1,
  maxTokens: 40,
  ...more,
});

const one = async (more: Partial<GenerateRequest> = {}) => {
  const [generated] = await writeAll(createBatch(tiny), [request(more)]);
  assert.ok(generated);
  return generated;
};

/** The texts of many seeds. */
const many = (count: number, more: Partial<GenerateRequest> = {}) =>
  writeAll(
    createBatch(tiny),
    Array.from({ length: count }, (_, seed) => request({ seed, ...more })),
  );

test('tokens are counted as they are made, and a text ends where it must', async () => {
  const texts = await many(60, { maxTokens: 12 });
  assert.ok(texts.every(({ promptTokens }) => promptTokens === 6));
  assert.deepEqual(new Set(texts.map(({ finish }) => finish)), new Set(['stop', 'length']));
  for (const { finish, completionTokens } of texts) {
    assert.ok(finish === 'length' ? completionTokens === 12 : completionTokens <= 12);
  }
});

test('the context ends a text that would go on, and a problem that fills it is refused', async () => {
  const { context } = tiny.header.config;
  const problem = 'Tom '.repeat(context - 3);
  const texts = await many(40, { problem, maxTokens: 1_000 });
  const longest = texts.filter(({ finish }) => finish === 'length');
  assert.ok(longest.length > 0);
  for (const { promptTokens, completionTokens } of longest) assert.equal(promptTokens + completionTokens, context);
  const full = one({ problem: `${problem} Tom Tom` });
  await assert.rejects(full, {
    reason: 'badRequest',
    message: /^The problem has 64 tokens and embedded:weak reads at most 63/,
  });
});

test('a stop text ends a text before it, and what it took back is counted', async () => {
  const whole = await many(30);
  const stopped = await many(30, { stop: [' apples', '0'] });
  stopped.forEach(({ text, finish, completionTokens }, index) => {
    const places = [' apples', '0'].map((stop) => whole[index]?.text.indexOf(stop) ?? -1).filter((place) => place >= 0);
    assert.equal(text, places.length ? whole[index]?.text.slice(0, Math.min(...places)) : whole[index]?.text);
    if (places.length) assert.equal(finish, 'stop');
    assert.ok(completionTokens <= (whole[index]?.completionTokens ?? 0));
  });
  assert.ok(stopped.some(({ text }, index) => text !== whole[index]?.text));
});

test('pieces are told as they are made, and joined they are the text', async () => {
  const pieces: string[] = [];
  const { text } = await one({ seed: 4, stop: ['12'], onText: (delta) => pieces.push(delta) });
  assert.ok(pieces.length > 2);
  assert.equal(pieces.join(''), text);
});

test('log probabilities speak of the tokens of the text, and asking for them changes nothing', async () => {
  const plain = await many(20, { stop: ['.'] });
  const told = await many(20, { stop: ['.'], logprobs: 3 });
  told.forEach(({ logprobs = [], ...rest }, index) => {
    assert.deepEqual(rest, plain[index]);
    assert.equal(logprobs.map(({ token }) => token).join(''), rest.text);
    for (const { token, logprob, top } of logprobs) {
      assert.ok(logprob <= 0 && top.length === 3);
      assert.deepEqual(
        top.map((likely) => likely.logprob),
        top.map((likely) => likely.logprob).sort((a, b) => b - a),
      );
      const same = top.find((likely) => likely.token === token);
      assert.ok(same ? same.logprob === logprob : logprob <= (top.at(-1)?.logprob ?? 0));
    }
  });
  for (const { text, logprobs = [] } of await many(20, { stop: ['ples', 's '], logprobs: 0 })) {
    const tokens = logprobs.map(({ token }) => token);
    assert.ok(tokens.join('').startsWith(text) && text.startsWith(tokens.slice(0, -1).join('')));
  }
  const all = await one({ logprobs: 20, maxTokens: 1 });
  assert.ok(all.logprobs?.every(({ top }) => top.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0) <= 1 + 1e-9));
  assert.deepEqual((await one({ logprobs: 0 })).logprobs?.map(({ top }) => top.length).filter(Boolean), []);
});

describe('what a model can’t answer is refused in one sentence', () => {
  const refusals: [Partial<GenerateRequest>, RegExp][] = [
    [
      { problem: 'Tom has an orchard.' },
      /^“an” is not among the words of embedded:weak: it is a tiny model trained on the sample problems' templates, and can't read other problems\.$/,
    ],
    [{ problem: 'x'.repeat(5000) }, /^“x{60}…” is not among/],
    [{ problem: 'Tom '.repeat(9000) }, /has thousands of tokens/],
    [{ temperature: -1 }, /takes a temperature from 0 to 100/],
    [{ temperature: Number.NaN }, /temperature/],
    [{ topK: 1.5 }, /top-k/],
    [{ topP: 0 }, /top-p/],
    [{ minP: 2 }, /min-p/],
    [{ maxTokens: 0 }, /number of tokens/],
    [{ seed: 0.5 }, /seed/],
    [{ logprobs: 21 }, /20 log probabilities/],
    [{ stop: Array.from({ length: 17 }, String) }, /16 stop texts/],
  ];
  for (const [more, sentence] of refusals) {
    test(String(sentence), async () => {
      const batch = createBatch(tiny);
      const asked = batch.add(request(more), unstopped);
      await assert.rejects(
        asked,
        (error) => error instanceof ModelFailure && error.reason === 'badRequest' && sentence.test(error.message),
      );
      assert.equal(batch.busy, false);
    });
  }
});

test('a stopped text frees its place at once, and the others go on as if it had never been', async () => {
  const alone = await many(12);
  const batch = createBatch(tiny, { texts: 3 });
  const stops = Array.from({ length: 24 }, () => new AbortController());
  const texts = stops.map((stop, index) => batch.add(request({ seed: index % 12 }), stop.signal));
  const settled = Promise.allSettled(texts);
  for (let step = 0; batch.busy; step++) {
    batch.step();
    // The first twelve are stopped one by one, running or still waiting.
    if (step % 3 === 2 && step < 36) stops[(step - 2) / 3]?.abort(new Error('stopped'));
  }
  const found = await settled;
  found.forEach((result, index) => {
    if (result.status === 'fulfilled') assert.deepEqual(result.value, alone[index % 12]);
    else assert.deepEqual([result.reason.message, index < 12], ['stopped', true]);
  });
  assert.ok(found.slice(12).every(({ status }) => status === 'fulfilled'));
  assert.ok(found.filter(({ status }) => status === 'rejected').length > 3);
  await assert.rejects(batch.add(request(), AbortSignal.abort(new Error('before'))), { message: 'before' });
  assert.equal(batch.busy, false);
});

test('more problems than are kept, in turns, give the same texts as one after the other', async () => {
  const distinct = Array.from({ length: 40 }, (_, index) => `Tom has ${index} apples.`);
  const requests = [...distinct, ...distinct].map((problem, seed) => request({ problem, seed, maxTokens: 6 }));
  const [together, alone] = [createBatch(tiny, { texts: 2 }), createBatch(tiny, { texts: 1 })];
  assert.deepEqual(await writeAll(together, requests), await writeAll(alone, requests));
});
