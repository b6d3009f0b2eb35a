import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { createClients } from '../../src/services/models/client.ts';
import { embeddedClient } from '../../src/services/models/embedded/client.ts';
import { createEmbeddedModels, type EmbeddedModelsOptions } from '../../src/services/models/embedded/embeddedModels.ts';
import type { EmbeddedModels, GenerateRequest } from '../../src/services/models/embedded/generate.ts';
import { createInference } from '../../src/services/models/embedded/inference.ts';
import { embeddedModels } from '../../src/services/models/embedded/settings.ts';
import { testEmbedded } from '../../src/services/models/embedded/testEmbedded.ts';
import { type ModelClient, ModelFailure } from '../../src/services/models/model.ts';
import { tinyFolder } from '../fakes/tinyWeights.ts';

/* The embedded models in their thread, as the sampler and the server use them. */

const { folder, remove } = await tinyFolder();
const opened: EmbeddedModels[] = [];
after(async () => {
  for (const models of opened) await models.close();
  await remove();
});

function open(options: Partial<EmbeddedModelsOptions> = {}): EmbeddedModels {
  const models = createEmbeddedModels({ folder, ...options });
  opened.push(models);
  return models;
}

const shared = open();
const unstopped = new AbortController().signal;
const request = (more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  model: 'weak',
  problem: 'Tom has 3 apples.',
  seed: 1,
  temperature: 1,
  maxTokens: 40,
  ...more,
});
const [weak, strong] = embeddedModels;
assert.ok(weak && strong);

async function failureOf(drawn: Promise<unknown>): Promise<ModelFailure> {
  const error = await drawn.then(
    () => assert.fail('It succeeded.'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ModelFailure, String(error));
  return error;
}

describe('as a client of the sampler', () => {
  const problem = { role: 'user' as const, content: 'Tom has 3 apples.' };
  const draw = (client: ModelClient, messages = [problem], seed: number | null = 7, signal = unstopped) =>
    client.draw({ messages, seed }, signal);
  const client = embeddedClient(weak, shared);

  test('text, finish, exact usage, model and seed come back, the same each time', async () => {
    const first = await draw(client);
    const { text, finish, usage, ...rest } = first;
    assert.deepEqual(rest, { model: 'embedded:weak', seed: 7 });
    assert.ok(text !== '' && (finish === 'stop' || finish === 'length'));
    assert.equal(usage.promptTokens, 6);
    assert.ok(usage.completionTokens > 0 && usage.completionTokens <= 128 && usage.estimated === undefined);
    assert.deepEqual(await draw(client), first);
  });

  test('the sampler’s settings are heeded', async () => {
    const settings = { ...weak, sampling: { temperature: 1, maxTokens: 3, topK: 4, topP: 0.9, stop: ['zzz'] } };
    const { finish, usage } = await draw(embeddedClient(settings, shared));
    assert.ok(usage.completionTokens <= 3 && (finish === 'length') === (usage.completionTokens === 3));
  });

  test('without a seed it is 0, and says so', async () => {
    assert.deepEqual(await draw(client, [problem], null), await draw(client, [problem], 0));
    assert.equal((await draw(client, [problem], null)).seed, 0);
  });

  test('the problem is the last message of the user, and system texts are not read', async () => {
    const messages = [{ role: 'system' as const, content: 'Orchard!' }, { ...problem, content: 'Orchard?' }, problem];
    assert.deepEqual(await client.draw({ messages, seed: 7 }, unstopped), await draw(client));
  });

  test('a seed that gives no text is an empty reply that another seed may mend', async () => {
    const empty: Pick<EmbeddedModels, 'generate'> = {
      generate: async () => ({ text: ' \n', finish: 'stop', promptTokens: 6, completionTokens: 2 }),
    };
    const failure = await failureOf(draw(embeddedClient(weak, empty)));
    assert.deepEqual([failure.reason, failure.scope], ['emptyReply', 'attempt']);
    assert.deepEqual(failure.usage, { promptTokens: 6, completionTokens: 2 });
  });

  test('a word that the model does not know concerns the sample, and is named', async () => {
    const failure = await failureOf(draw(client, [{ ...problem, content: 'Tom has an orchard.' }]));
    assert.deepEqual([failure.reason, failure.scope], ['badRequest', 'sample']);
    assert.match(failure.message, /^“an” is not among the words of embedded:weak/);
  });

  test('a model that is none is told', async () => {
    const failure = await failureOf(draw(embeddedClient({ ...weak, model: 'huge' }, shared)));
    assert.deepEqual([failure.reason, failure.scope], ['notFound', 'model']);
  });

  test('a stopped signal asks nothing, and one that stops later ends it with its reason', async () => {
    await assert.rejects(draw(client, [problem], 1, AbortSignal.abort(new Error('no'))), { message: 'no' });
    const stop = new AbortController();
    const drawn = draw(client, [problem], 1, stop.signal);
    stop.abort(new Error('stopped by the user'));
    await assert.rejects(drawn, { message: 'stopped by the user' });
  });

  test('the factory picks by the settings, and asks a key only for what has an address', async () => {
    const clients = createClients(join(folder, '..'), fetch);
    const noKey = async () => assert.fail('a key was asked for');
    assert.deepEqual(await draw(await clients.of(weak, noKey)), await draw(client));
    let asked = 0;
    await clients.of({ name: 'm', baseUrl: 'http://localhost:1', model: 'm' }, async () => void asked++ as undefined);
    assert.equal(asked, 1);
    await clients.close();
    await assert.rejects(createClients(undefined, fetch).of(weak, noKey), { name: 'UserError' });
  });
});

test('both models work at a time, and a sample does not depend on what else is asked', async () => {
  const requests = Array.from({ length: 60 }, (_, seed) =>
    request({ model: seed % 2 ? 'weak' : 'strong', seed, maxTokens: 20 }),
  );
  const together = await Promise.all(requests.map((one) => shared.generate(one, unstopped)));
  for (const [index, one] of requests.entries()) {
    if (index % 10 === 0) assert.deepEqual(await shared.generate(one, unstopped), together[index]);
  }
});

test('without vectors the texts are the same', async () => {
  const plain = open({ simd: false });
  for (const seed of [1, 2, 3])
    assert.deepEqual(
      await plain.generate(request({ seed }), unstopped),
      await shared.generate(request({ seed }), unstopped),
    );
});

test('pieces arrive before the text, and joined they are the text', async () => {
  const pieces: string[] = [];
  const { text } = await shared.generate(request({ onText: (delta) => pieces.push(delta) }), unstopped);
  assert.ok(pieces.length > 1);
  assert.equal(pieces.join(''), text);
});

test('what runs can be stopped while others wait, and they get their texts', async () => {
  const stops = Array.from({ length: 80 }, () => new AbortController());
  const texts = stops.map((stop, seed) => shared.generate(request({ seed }), stop.signal));
  const settled = Promise.allSettled(texts);
  await sleep(1);
  stops.forEach((stop, index) => {
    if (index % 2) stop.abort(new Error('stopped'));
  });
  const expected = await shared.generate(request({ seed: 78 }), unstopped);
  const found = await settled;
  assert.deepEqual(found[78], { status: 'fulfilled', value: expected });
  assert.ok(found.every(({ status }, index) => status === 'fulfilled' || index % 2 === 1));
});

describe('a thread that breaks', () => {
  const worker = resolve(import.meta.dirname, '../fakes/crashingEmbedded.ts');

  test('fails what it was doing with one sentence, and starts anew', async () => {
    const models = open({ worker });
    const expected = await shared.generate(request(), unstopped);
    assert.deepEqual(await models.generate(request(), unstopped), expected);
    for (const [word, why] of [
      ['pears', ''],
      ['bags', ' (A bug, told)'],
    ]) {
      const others = Array.from({ length: 20 }, (_, seed) => models.generate(request({ seed }), unstopped));
      const broken = failureOf(models.generate(request({ problem: `Tom has 3 ${word}` }), unstopped));
      const sentence = `The embedded models stopped in the middle of their work${why}: they start anew with the next request.`;
      const { reason, scope, message } = await broken;
      assert.deepEqual([reason, scope, message], ['serverError', 'attempt', sentence]);
      for (const other of await Promise.allSettled(others))
        if (other.status === 'rejected') assert.equal((other.reason as Error).message, sentence);
      assert.deepEqual(await models.generate(request(), unstopped), expected);
    }
  });

  test('that is not there at all is told the same way', async () => {
    const models = open({ worker: join(folder, 'none.js') });
    const failure = await failureOf(models.generate(request(), unstopped));
    assert.match(failure.message, /^The embedded models stopped in the middle of their work \(Cannot find module/);
  });
});

describe('weights that can’t be used', () => {
  test('are told for their model at every draw, and the other one goes on', async (t) => {
    const scratch = await mkdtemp(join(tmpdir(), 'trace-loupe-broken-'));
    t.after(() => rm(scratch, { recursive: true, force: true, maxRetries: 3 }));
    await cp(folder, scratch, { recursive: true });
    const file = join(scratch, 'strong.tlm');
    const good = await readFile(file);
    const models = open({ folder: scratch });
    const strongFails = async (sentence: RegExp) => {
      const drawn = embeddedClient(strong, models).draw(
        { messages: [{ role: 'user', content: 'Tom has 3 apples.' }], seed: 1 },
        unstopped,
      );
      const failure = await failureOf(drawn);
      assert.deepEqual([failure.reason, failure.scope], ['notFound', 'model']);
      assert.match(failure.message, sentence);
      const report = await testEmbedded(strong, models);
      assert.deepEqual([report.ok, report.message], [false, failure.message]);
      assert.equal((await models.generate(request(), unstopped)).promptTokens, 6);
    };
    await truncate(file, good.length - 9);
    await strongFails(/^The weights of embedded:strong are cut off: install Trace Loupe again/);
    good.writeUInt8(good.readUInt8(good.length - 5) ^ 1, good.length - 5);
    await writeFile(file, good);
    await strongFails(/^The weights of embedded:strong are altered/);
    await rm(file);
    await strongFails(/^The weights of embedded:strong are missing/);
    // Mended, they are taken without a new start.
    await cp(join(folder, 'strong.tlm'), file);
    assert.equal((await testEmbedded(strong, models)).ok, true);
    assert.deepEqual(
      await models.generate(request({ model: 'strong' }), unstopped),
      await shared.generate(request({ model: 'strong' }), unstopped),
    );
  });

  test('keep nobody from asking for unknown words', async () => {
    assert.equal(await open({ folder: join(folder, 'none') }).unknownWord('Tom has an orchard.'), null);
  });
});

test('an unknown word is named without a thread, and a known text has none', async () => {
  assert.equal(await shared.unknownWord('Tom has 3 apples and an orchard.'), 'an');
  assert.equal(await shared.unknownWord('Tom has 3 apples.'), null);
});

test('what the weights say of a model is told', async () => {
  const { sha256, bytes, ...info } = await shared.info('strong');
  assert.match(sha256, /^[0-9a-f]{64}$/);
  assert.equal(bytes, (await readFile(join(folder, 'strong.tlm'))).length);
  const { parameters, ...rest } = info;
  assert.ok(parameters > 10_000);
  assert.deepEqual(rest, { name: 'strong', recipe: 'tiny', seed: 2, steps: 0, context: 64, vocab: 39 });
});

test('who has written all has nothing left to do', async () => {
  const inference = createInference({ folder }, { text: async () => {} });
  const replies = [1, 2, 3].map((seed) => inference.generate(null, request({ seed }), unstopped));
  for (const reply of await Promise.all(replies)) assert.ok('generated' in reply);
  await sleep(10);
  assert.ok(!process.getActiveResourcesInfo().includes('Immediate'));
});

test('an idle thread goes, and a later request starts another', async () => {
  const models = open({ idleMs: 1 });
  const gone = new Promise((resolve) => process.once('worker', (worker: Worker) => worker.once('exit', resolve)));
  const first = await models.generate(request(), unstopped);
  await gone;
  assert.deepEqual(await models.generate(request(), unstopped), first);
});

test('closing twice is safe, ends what runs, and leaves it usable', async () => {
  const models = open();
  const running = failureOf(models.generate(request({ maxTokens: 60 }), unstopped));
  await models.close();
  await models.close();
  assert.equal((await running).reason, 'serverError');
  assert.equal((await models.generate(request(), unstopped)).promptTokens, 6);
});

test('a program that asked for a text waits for it, and then ends by itself', async () => {
  const place = (file: string) => JSON.stringify(resolve(import.meta.dirname, '../..', file));
  const script = `
    const { createEmbeddedModels } = await import(${place('src/services/models/embedded/embeddedModels.ts')});
    const models = createEmbeddedModels({ folder: ${JSON.stringify(folder)} });
    models.generate(${JSON.stringify(request())}, new AbortController().signal).then(({ text }) => console.log(text));
  `;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  assert.equal(stdout, `${(await shared.generate(request(), unstopped)).text}\n`);
});
