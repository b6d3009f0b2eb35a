import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addSpend, noSpend, spendOf } from '../../src/core/budget/cost.ts';
import type { RunModel } from '../../src/core/trace/run.ts';
import { type Arm, type FailedAttempt, type Trace, traceId } from '../../src/core/trace/trace.ts';
import { UserError } from '../../src/core/userError.ts';
import { faultKinds, seededRandom } from '../../src/services/models/embedded/server/faults.ts';
import { type Draw, type ModelClient, ModelFailure } from '../../src/services/models/model.ts';
import { openaiClient } from '../../src/services/models/openai.ts';
import { type Clock, systemClock } from '../../src/services/sampling/clock.ts';
import { missingSamples, seedOf } from '../../src/services/sampling/order.ts';
import type { Progress } from '../../src/services/sampling/progress.ts';
import { type SampleRunOptions, sampleRun } from '../../src/services/sampling/sampler.ts';
import type { TraceSink } from '../../src/services/sampling/writer.ts';
import { startServer } from '../fakes/openaiServer.ts';

/** What a test's run is made of; the model `weak` has no price unless a test gives it one. */
interface Setup {
  problems?: number;
  samples?: Record<Arm, number>;
  model?: Partial<RunModel>;
  maxUsd?: number;
  clients?: Partial<Record<Arm, ModelClient>>;
  clock?: Clock;
  signal?: AbortSignal;
  sink?: Partial<TraceSink>;
  drawn?: ReadonlySet<string>;
  onProgress?(progress: Progress): void;
  before?: SampleRunOptions['before'];
  attemptsBefore?: SampleRunOptions['attemptsBefore'];
}

async function sample(setup: Setup) {
  const traces: Trace[] = [];
  const attempts: FailedAttempt[] = [];
  const { problems = 10, samples = { weak: 3, strong: 1 }, clients = {} } = setup;
  const list = Array.from({ length: problems }, (_, index) => ({ id: `p/${index}`, text: `Problem ${index}?` }));
  const texts = new Map(list.map((problem) => [problem.id, problem]));
  const run = {
    seed: 5,
    maxUsd: setup.maxUsd,
    models: { weak: model(setup.model), strong: model(setup.model) },
    grid: [samples],
  };
  const missing = missingSamples(run, list, setup.drawn ?? new Set());
  const outcome = sampleRun({
    run,
    missing,
    problem: (id) => texts.get(id) ?? assert.fail(id),
    clients: { weak: good, strong: good, ...clients },
    sink: {
      append: async (trace) => void traces.push(trace),
      fail: async (attempt) => void attempts.push(attempt),
      ...setup.sink,
    },
    signal: setup.signal ?? new AbortController().signal,
    onProgress: setup.onProgress,
    clock: setup.clock ?? faster(100),
    random: seededRandom(1),
    before: setup.before,
    attemptsBefore: setup.attemptsBefore,
  });
  return { outcome, traces, attempts, missing };
}

function model(overrides: Partial<RunModel> = {}): RunModel {
  const prompt = { system: '', fewShot: '', template: '{problem}' };
  return { name: 'small', baseUrl: 'http://localhost/v1', model: 'weak', concurrency: 4, prompt, ...overrides };
}

/** A clock on which waiting takes a fraction of the time that it says. */
function faster(factor: number): Clock {
  const start = systemClock.now();
  return {
    now: () => start + (systemClock.now() - start) * factor,
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  };
}

const reply: Draw = {
  text: '\\boxed{1}',
  finish: 'stop',
  usage: { promptTokens: 10, completionTokens: 100 },
  model: 'weak',
  seed: 1,
};

const good: ModelClient = {
  async draw({ seed }) {
    await Promise.resolve();
    return { ...reply, seed };
  },
};

/** Fails as `plan` says for the n-th request (0-based), else answers. */
function failing(plan: (request: number, text: string) => ModelFailure | null): ModelClient & { requests: number } {
  const client = {
    requests: 0,
    async draw(request: Parameters<ModelClient['draw']>[0], signal: AbortSignal) {
      const failure = plan(client.requests++, request.messages.at(-1)?.content ?? '');
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (failure) throw failure;
      return good.draw(request, signal);
    },
  };
  return client;
}

/** Answers only when the test says so; `arrived` counts the requests that wait. */
function gated() {
  const waiting: (() => void)[] = [];
  const client: ModelClient = {
    draw: (request, signal) =>
      new Promise((resolve, reject) => {
        waiting.push(() => resolve({ ...reply, seed: request.seed }));
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  };
  return { client, waiting, answer: () => waiting.shift()?.() };
}

const idsOf = (records: readonly { id: string }[]) => records.map((record) => record.id).sort();
const ticks = async (count = 20) => {
  for (let tick = 0; tick < count; tick++) await new Promise((resolve) => setImmediate(resolve));
};
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
};

test('a run draws every sample once, each with its own seed', async () => {
  const { outcome, traces, missing } = await sample({});
  const { state, drawn, failed, spend } = await outcome;
  assert.equal(state, 'complete');
  assert.deepEqual(
    [drawn, failed],
    [
      { weak: 30, strong: 10 },
      { weak: 0, strong: 0 },
    ],
  );
  assert.deepEqual(idsOf(traces), missing.map(({ problem, arm, sample }) => traceId(problem, arm, sample)).sort());
  for (const trace of traces) assert.equal(trace.seed, seedOf(5, trace));
  assert.deepEqual([spend.weak.samples, spend.weak.completionTokens], [30, 3000]);
});

test('over HTTP with 30 % faults of every kind all 400 are drawn, none doubled, each attempt on record', async () => {
  const server = await startServer({ faults: { rate: 0.3, seed: 3, retryAfter: '1' } });
  const settings = model({ baseUrl: server.url, concurrency: 16 });
  const client = openaiClient({ settings, apiKey: undefined, fetch, idleTimeoutMs: 800 });
  const { outcome, traces, attempts } = await sample({
    problems: 100,
    model: settings,
    clients: { weak: client, strong: client },
    clock: faster(50),
  });
  const { state, drawn, failedAttempts } = await outcome;
  const { requests } = server;
  await server.close();
  assert.equal(state, 'complete');
  assert.deepEqual([drawn, new Set(idsOf(traces)).size, traces.length], [{ weak: 300, strong: 100 }, 400, 400]);
  assert.equal(attempts.length, failedAttempts);
  assert.equal(attempts.length + traces.length, requests.length);
  const sent = new Set(requests.map((request) => request.fault));
  for (const kind of faultKinds) assert.ok(sent.has(kind), `no request met the fault ${kind}`);
  for (const trace of traces) {
    const numbers = attempts.filter((attempt) => attempt.id === trace.id).map((attempt) => attempt.attempt);
    assert.deepEqual(
      numbers,
      Array.from({ length: trace.attempt - 1 }, (_, index) => index + 1),
      trace.id,
    );
  }
});

test('what was drawn before is not drawn again, and attempts go on counting', async () => {
  const drawn = new Set(['p/0/w0', 'p/1/s0']);
  const before = { weak: { drawn: 1, spend: spendOf({}, 1, 10, 100) }, strong: { drawn: 1, spend: noSpend } };
  const run = await sample({ problems: 2, drawn, before, attemptsBefore: new Map([['p/0/s0', 4]]) });
  const outcome = await run.outcome;
  assert.deepEqual(idsOf(run.traces), ['p/0/s0', 'p/0/w1', 'p/0/w2', 'p/1/w0', 'p/1/w1', 'p/1/w2']);
  assert.equal(run.traces.find((trace) => trace.id === 'p/0/s0')?.attempt, 5);
  assert.deepEqual(
    [outcome.drawn, outcome.planned],
    [
      { weak: 6, strong: 2 },
      { weak: 6, strong: 2 },
    ],
  );
  assert.equal(outcome.spend.weak.completionTokens, 600);
});

test('a sample that always fails is given up and marked final; the run goes on', async () => {
  const client = failing((_, text) => (text.includes('Problem 3?') ? new ModelFailure('serverError', 'No.') : null));
  const { outcome, traces, attempts } = await sample({ samples: { weak: 1, strong: 0 }, clients: { weak: client } });
  const { state, drawn, failed, problem } = await outcome;
  assert.deepEqual([state, drawn.weak, failed.weak, problem], ['complete', 9, 1, 'No.']);
  assert.equal(traces.length, 9);
  assert.deepEqual(
    attempts.map(({ id, attempt, final }) => [id, attempt, final]),
    [...Array.from({ length: 9 }, (_, index) => ['p/3/w0', index + 1, undefined]), ['p/3/w0', 10, true]],
  );
});

test('an empty reply is asked for again with another seed', async () => {
  const seeds: (number | null)[] = [];
  const client: ModelClient = {
    async draw(request) {
      seeds.push(request.seed);
      if (seeds.length < 3) throw new ModelFailure('emptyReply', 'Nothing.');
      return { ...reply, seed: request.seed };
    },
  };
  const { outcome, traces } = await sample({ problems: 1, samples: { weak: 1, strong: 0 }, clients: { weak: client } });
  await outcome;
  assert.equal(new Set(seeds).size, 3);
  assert.equal(traces[0]?.seed, seeds[2]);
});

for (const reason of ['wrongKey', 'notFound'] as const) {
  test(`${reason} pauses the run with its sentence after the requests that were in flight`, async () => {
    const client = failing(() => new ModelFailure(reason, 'Enter the right key.'));
    const { outcome, attempts } = await sample({ problems: 100, clients: { weak: client } });
    const { state, message } = await outcome;
    assert.deepEqual([state, message], ['paused', 'Enter the right key.']);
    assert.ok(client.requests <= 4, `${client.requests} requests`);
    assert.equal(attempts.filter((attempt) => attempt.final).length, client.requests);
  });
}

test('a server that is not there pauses the run after a few seconds, not after every sample', async () => {
  const client = failing(() => new ModelFailure('network', 'It can’t be reached.'));
  const { outcome } = await sample({ problems: 500, clients: { weak: client } });
  assert.equal((await outcome).state, 'paused');
  assert.ok(client.requests < 100, `${client.requests} requests`);
});

test('stop is instant although the model does not heed it, keeps what arrived, and resume draws the rest', async () => {
  const stop = new AbortController();
  let requests = 0;
  const deaf: ModelClient = {
    draw: (request) => (requests++ < 6 ? good.draw(request, stop.signal) : new Promise(() => {})),
  };
  const first = await sample({ samples: { weak: 2, strong: 0 }, clients: { weak: deaf }, signal: stop.signal });
  await until(() => first.traces.length === 6);
  stop.abort();
  assert.equal((await first.outcome).state, 'stopped');
  const second = await sample({ samples: { weak: 2, strong: 0 }, drawn: new Set(idsOf(first.traces)) });
  await second.outcome;
  assert.deepEqual(idsOf([...first.traces, ...second.traces]), idsOf((await complete({ weak: 2, strong: 0 })).traces));
});

async function complete(samples: Record<Arm, number>) {
  const run = await sample({ samples });
  await run.outcome;
  return run;
}

test('a stopped signal draws nothing', async () => {
  const { outcome, traces } = await sample({ signal: AbortSignal.abort() });
  assert.deepEqual([(await outcome).state, traces.length], ['stopped', 0]);
});

test('a fast arm waits for a slow one, so that a stopped run is nearly matched', async () => {
  const stop = new AbortController();
  const slow = gated();
  const { outcome, traces } = await sample({ problems: 100, clients: { strong: slow.client }, signal: stop.signal });
  for (let round = 0; round < 10; round++) {
    await ticks();
    slow.answer();
  }
  await ticks();
  stop.abort();
  await outcome;
  const count = (arm: Arm) => traces.filter((trace) => trace.arm === arm).length;
  assert.equal(count('strong'), 10);
  assert.ok(count('weak') >= 30 && count('weak') <= 60, `${count('weak')} weak samples`);
});

test('no more requests are in flight than the setting allows, per model', async () => {
  const weak = gated();
  const strong = gated();
  const stop = new AbortController();
  const { outcome } = await sample({ clients: { weak: weak.client, strong: strong.client }, signal: stop.signal });
  await ticks();
  assert.deepEqual([weak.waiting.length, strong.waiting.length], [4, 3]);
  stop.abort();
  await outcome;
});

test('after a 429 with Retry-After nothing is asked until then, and then fewer at a time', async () => {
  const clock = faster(100);
  const started: number[] = [];
  let inFlight = 0;
  let most = 0;
  const client: ModelClient = {
    async draw(request, signal) {
      started.push(clock.now());
      most = started.length > 4 ? Math.max(most, ++inFlight) : most;
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (started.length <= 4) throw new ModelFailure('rateLimited', 'Too many.', { retryAfterMs: 3_000 });
      inFlight--;
      return good.draw(request, signal);
    },
  };
  const { outcome } = await sample({ problems: 8, samples: { weak: 1, strong: 0 }, clients: { weak: client }, clock });
  assert.equal((await outcome).drawn.weak, 8);
  const [first = 0, , , , afterwards = 0] = started;
  assert.ok(afterwards - first >= 3_000, `${afterwards - first} ms`);
  assert.ok(most < 4, `${most} at a time`);
});

const priced = { inputPrice: 0, outputPrice: 10_000, sampling: { maxTokens: 100 } };

test('a cap is never exceeded, and the run says that it was reached', async () => {
  for (const maxUsd of [0.5, 5, 7.5]) {
    const { outcome, traces } = await sample({ model: priced, maxUsd });
    const { state, message, spend } = await outcome;
    // A sample costs $1; so much fits.
    assert.deepEqual([state, traces.length], ['capped', Math.floor(maxUsd)]);
    assert.ok((addSpend(spend.weak, spend.strong).usd ?? 0) <= maxUsd);
    assert.match(message ?? '', /cap of \$.* is reached.*Raise the cap/);
  }
});

test('a cap counts what was spent before, and what failed attempts cost', async () => {
  const before = {
    weak: { drawn: 3, spend: spendOf(priced, 3, 0, 300), lostUsd: 1 },
    strong: { drawn: 0, spend: noSpend },
  };
  const usage = { promptTokens: 0, completionTokens: 100 };
  const client = failing((request) => (request === 0 ? new ModelFailure('cutStream', 'Cut.', { usage }) : null));
  const { outcome, traces } = await sample({ model: priced, maxUsd: 10, before, clients: { weak: client } });
  const { state, lostUsd } = await outcome;
  assert.deepEqual([state, traces.length, lostUsd], ['capped', 5, 1]);
});

test('a full disk stops the run at once with one sentence, and nothing more is asked', async () => {
  let written = 0;
  const counting = failing(() => null);
  const append = async () => {
    if (++written > 5) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  const { outcome } = await sample({ problems: 200, clients: { weak: counting, strong: counting }, sink: { append } });
  await assert.rejects(outcome, (error) => error instanceof UserError && /disk is full/.test(error.message));
  const asked = counting.requests;
  assert.ok(asked < 40, `${asked} requests`);
  await ticks();
  assert.equal(counting.requests, asked);
});

test('a slow disk bounds what is on its way, stalls nothing before, and all is on disk at the end', async () => {
  const release = Promise.withResolvers<void>();
  let open = 0;
  const append = async () => {
    open++;
    await release.promise;
    open--;
  };
  const { outcome } = await sample({ problems: 300, sink: { append } });
  await until(() => open >= 512);
  await ticks();
  const most = open;
  release.resolve();
  assert.equal((await outcome).drawn.weak, 900);
  assert.ok(most < 512 + 16, `${most} on their way`);
  assert.equal(open, 0);
});

test('progress is whole, throttled, and ends with the outcome', async () => {
  const seen: Progress[] = [];
  const { outcome } = await sample({ problems: 200, onProgress: (progress) => seen.push(progress), clock: faster(1) });
  const last = await outcome;
  assert.deepEqual(seen.at(-1), last);
  assert.deepEqual(last.planned, { weak: 600, strong: 200 });
  assert.ok(seen.length < 100, `${seen.length} reports of 800 samples`);
  assert.equal(last.remainingMs, 0);
});

test('a bug is thrown as it is, not taken for a failing model', async () => {
  const client: ModelClient = { draw: async () => Promise.reject(new RangeError('a bug')) };
  const { outcome } = await sample({ clients: { weak: client } });
  await assert.rejects(outcome, { name: 'RangeError', message: 'a bug' });
});

test('an arm with samples but without a model is told', async () => {
  const options = { models: { weak: model(), strong: model() }, grid: [{ weak: 1, strong: 1 }], seed: 1 };
  await assert.rejects(
    sampleRun({
      run: options,
      missing: missingSamples(options, [{ id: 'p' }], new Set()),
      problem: () => ({ text: '' }),
      clients: { weak: good, strong: null },
      sink: { append: async () => {}, fail: async () => {} },
      signal: new AbortController().signal,
    }),
    { name: 'UserError' },
  );
});
