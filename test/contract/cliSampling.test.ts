import assert from 'node:assert/strict';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { RunFile } from '../../src/core/trace/run.ts';
import type { FailedAttempt, Trace } from '../../src/core/trace/trace.ts';
import { faultKinds } from '../../src/services/models/embedded/server/faults.ts';
import { type FakeServer, type FakeServerOptions, startServer } from '../fakes/openaiServer.ts';
import { buildCommandLine, parseLines } from './commandLine.ts';

/* What `trace-loupe sample` draws, keeps and resumes, against a server that fails on demand. */

const { call, start, file, folder, remove } = await buildCommandLine();
after(remove);

await file('p.jsonl', await readFile(join(import.meta.dirname, '../fixtures/cli/problems.jsonl')));

/** A server for one test, and the call that samples it: 4 problems, 3 weak samples and 1 strong one for each. */
async function setUp(t: { after(end: () => Promise<void>): void }, options: FakeServerOptions = {}) {
  const server = await startServer(options);
  t.after(() => server.close());
  return { server, args: ['sample', 'p.jsonl', ...modelsAt(server)] };
}

function modelsAt({ url }: Pick<FakeServer, 'url'>): string[] {
  const sizes = ['--weak-params-b', '1', '--strong-params-b', '3'];
  return ['--weak', `${url}#weak`, '--strong', `${url}#strong`, ...sizes];
}

const drawn = ({ requests }: FakeServer) => requests.filter(({ path }) => path.endsWith('/completions')).length;

async function traces(run: string): Promise<Trace[]> {
  const names = (await readdir(join(folder, run))).filter((name) => /^traces.*\.jsonl$/.test(name));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, run, name), 'utf8')));
  return texts.flatMap((text) => parseLines<Trace>(text));
}

const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id).sort();

/** `p/apples/s0`, `p/apples/w0` … as the plan has them. */
function planned(names = ['apples', 'pens', 'tram', 'shade'], weak = 3, strong = 1): string[] {
  const of = (arm: string, samples: number) =>
    names.flatMap((name) => Array.from({ length: samples }, (_, k) => `p/${name}/${arm}${k}`));
  return [...of('w', weak), ...of('s', strong)].sort();
}

test('sample draws the plan once; the same call again asks for nothing', async (t) => {
  const { server, args } = await setUp(t);
  const first = await call([...args, '--out', 'whole']);
  assert.deepEqual([first.status, ids(await traces('whole'))], [0, planned()], first.stderr);
  assert.match(first.stdout, /^drawn +12 of 12 +4 of 4$/m);
  assert.match(first.stdout, /^realised (un)?matched by flops: weak over strong [\d.]+×$/m);
  assert.match(first.stderr, /^Run .*\/whole$/m);
  const again = await call([...args, '--out', 'whole', '--json']);
  assert.deepEqual([again.status, drawn(server)], [0, 16]);
  const outcome = JSON.parse(again.stdout) as Record<string, unknown>;
  assert.deepEqual([outcome.state, outcome.drawn], ['complete', { weak: 12, strong: 4 }]);
});

test('what is missing is drawn, and nothing else', async (t) => {
  const { server, args } = await setUp(t);
  await call([...args, '--out', 'partial']);
  const path = join(folder, 'partial/traces.jsonl');
  const lines = (await readFile(path, 'utf8')).split('\n');
  const kept = lines.filter((_, index) => ![2, 5, 11].includes(index));
  await writeFile(path, kept.join('\n'));
  const before = drawn(server);
  assert.equal((await call([...args, '--out', 'partial'])).status, 0);
  assert.deepEqual([drawn(server) - before, ids(await traces('partial'))], [3, planned()]);
  assert.ok((await readFile(path, 'utf8')).startsWith(kept.join('\n')), 'what stood there was not touched');
});

test('another plan into the same folder is refused, and the run stays as it was', async (t) => {
  const { server, args } = await setUp(t);
  await file('other.jsonl', '{"id":"new","question":"1 + 1?","answer":"2"}\n');
  await call([...args, '--out', 'fixed', '--limit', '1']);
  const before = await readFile(join(folder, 'fixed/run.json'), 'utf8');
  const asked = drawn(server);
  const others = [
    [...args, '--limit', '2'],
    [...args, '--limit', '1', '--seed', '7'],
    [...args, '--limit', '1', '--strong-samples', '2'],
    ['sample', 'other.jsonl', ...modelsAt(server), '--limit', '1'],
    ['sample', 'p.jsonl', '--limit', '1', ...modelsAt(server).map((arg) => arg.replace('#strong', '#weak'))],
  ];
  for (const other of others) {
    const { status, stdout, stderr } = await call([...other, '--out', 'fixed']);
    assert.deepEqual([status, stdout], [2, ''], other.join(' '));
    assert.match(stderr, /fixed holds a run of another plan: name another folder with --out/);
  }
  assert.deepEqual([await readFile(join(folder, 'fixed/run.json'), 'utf8'), drawn(server)], [before, asked]);
});

test('without --out the same call finds its run again, and another plan gets a run of its own', async (t) => {
  const { server, args } = await setUp(t);
  const cwd = join(folder, 'home');
  await file('home/p.jsonl', await readFile(join(folder, 'p.jsonl')));
  const runs = () => readdir(join(cwd, '.trace-loupe/runs'));
  await call([...args, '--limit', '1'], { cwd });
  await call([...args, '--limit', '1'], { cwd });
  assert.deepEqual([(await runs()).length, drawn(server)], [1, 4]);
  await call([...args, '--limit', '1', '--seed', '2'], { cwd });
  assert.deepEqual([(await runs()).length, drawn(server)], [2, 8]);
  for (const run of await runs()) assert.match(run, /^\d{8}T\d{6}Z-p(-2)?$/);
});

test('a run goes on when its server has moved to another address', async (t) => {
  const { args } = await setUp(t);
  await call([...args, '--out', 'moved', '--max-usd', '9', ...prices]);
  await writeFile(join(folder, 'moved/traces.jsonl'), '');
  const { server, args: there } = await setUp(t);
  assert.equal((await call([...there, '--out', 'moved'])).status, 0);
  assert.deepEqual([drawn(server), ids(await traces('moved'))], [16, planned()]);
});

const prices = ['--weak-price', '1/1', '--strong-price', '3/3'];

test('shards share nothing and together are the run', async (t) => {
  const { server, args } = await setUp(t);
  await call([...args, '--out', 'unsharded', '--seed', '5']);
  const parts = ['1/3', '2/3', '3/3'];
  const calls = await Promise.all(
    parts.map((part) => call([...args, '--seed', '5', '--out', 'sharded', '--shard', part])),
  );
  assert.deepEqual(
    calls.map(({ status }) => status),
    [0, 0, 0],
    calls.map(({ stderr }) => stderr).join(),
  );
  const [whole, united] = [await traces('unsharded'), await traces('sharded')];
  assert.deepEqual([ids(united), drawn(server)], [ids(whole), 32]);
  const seeds = (list: Trace[]) => Object.fromEntries(list.map(({ id, seed }) => [id, seed]));
  assert.deepEqual(seeds(united), seeds(whole));
  // Drawn on machines of their own, they unite by copying files together.
  await call([...args, '--seed', '5', '--out', 'here', '--shard', '1/2']);
  await call([...args, '--seed', '5', '--out', 'there', '--shard', '2/2']);
  await cp(join(folder, 'there/traces.2-of-2.jsonl'), join(folder, 'here/traces.2-of-2.jsonl'));
  const before = drawn(server);
  assert.equal((await call([...args, '--seed', '5', '--out', 'here'])).status, 0);
  assert.deepEqual([ids(await traces('here')), drawn(server)], [ids(whole), before]);
});

test('two calls at once: the second is told who draws the run', async (t) => {
  const { server, args } = await setUp(t, { latencyMs: 400 });
  const first = start([...args, '--out', 'busy']);
  await until(() => server.inFlight() > 0);
  const second = await call([...args, '--out', 'busy']);
  assert.deepEqual([second.status, second.stdout], [2, '']);
  assert.match(second.stderr, new RegExp(`being sampled by process ${first.pid} on`));
  assert.equal((await first.done).status, 0);
  assert.deepEqual(ids(await traces('busy')), planned());
});

test('Ctrl-C stops at once and keeps what arrived; the same call draws the rest', async (t) => {
  const { server, args } = await setUp(t, { latencyMs: 150 });
  const narrow = [...args, '--out', 'stopped', '--concurrency', '2'];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const before = drawn(server);
    const running = start(narrow);
    await until(() => drawn(server) >= before + 6);
    running.kill(signal);
    const { status, stdout, stderr } = await running.done;
    assert.equal(status, 130, stderr);
    const kept = ids(await traces('stopped'));
    assert.ok(kept.length > 0 && kept.length < 16, `${kept.length} kept`);
    assert.match(stdout, /^drawn +\d+ of 12 +\d of 4$/m);
    assert.match(stderr, new RegExp(`${16 - kept.length} samples? missing; what arrived is kept`));
    assert.deepEqual(
      (await readdir(join(folder, 'stopped'))).filter((name) => name.endsWith('.lock')),
      [],
    );
  }
  assert.equal((await call(narrow)).status, 0);
  assert.deepEqual(ids(await traces('stopped')), planned());
});

test('a command that only reads ends on the first Ctrl-C', async () => {
  const line = `${JSON.stringify({ gold: 'x', prediction: 'y' })}\n`;
  await file('many.jsonl', line.repeat(1_000_000));
  const running = start(['grade', 'many.jsonl']);
  await until(() => running.printed().stdout.length > 1000);
  running.kill('SIGINT');
  const { status, stdout } = await running.done;
  assert.equal(status, 130);
  assert.ok(parseLines(stdout.slice(0, stdout.lastIndexOf('\n'))).length < 1_000_000);
});

test('--concurrency bounds the requests in flight of each model', async (t) => {
  let most = 0;
  const { server, args } = await setUp(t, { latencyMs: 20 });
  const looking = setInterval(() => (most = Math.max(most, server.inFlight())), 2);
  await call([...args, '--out', 'narrow', '--concurrency', '2']);
  clearInterval(looking);
  assert.ok(most >= 3 && most <= 4, `${most} in flight`);
});

test('the seed decides what is asked; --limit takes the first problems', async (t) => {
  const { args } = await setUp(t);
  const seedsOf = async (out: string, seed: string) => {
    await call([...args, '--limit', '2', '--out', out, '--seed', seed]);
    return new Map((await traces(out)).map(({ id, seed: sent }) => [id, sent]));
  };
  const [one, same, other] = [await seedsOf('s1', '1'), await seedsOf('s1b', '1'), await seedsOf('s2', '2')];
  assert.deepEqual([...one.keys()].sort(), planned(['apples', 'pens']));
  assert.deepEqual(same, one);
  assert.ok(
    [...one].every(([id, sent]) => other.get(id) !== sent),
    'another seed asks otherwise',
  );
});

test('a cap is never exceeded, and needs prices', async (t) => {
  const { args } = await setUp(t);
  const capped = [...args, '--out', 'capped', '--max-usd', '0.004'];
  const unpriced = await call([...args, '--out', 'unpriced', '--max-usd', '1']);
  assert.equal(unpriced.status, 2);
  assert.match(unpriced.stderr, /The prices of "weak" are unknown: give --weak-price IN\/OUT/);
  const { status, stdout, stderr } = await call([...capped, '--json', ...prices]);
  const { state, spend } = JSON.parse(stdout) as { state: string; spend: Record<string, { usd: number }> };
  assert.deepEqual([status, state], [1, 'capped']);
  assert.match(stderr, /The cap of \$0\.004 is reached.*Raise the cap/);
  assert.ok((spend.weak?.usd ?? 1) + (spend.strong?.usd ?? 1) <= 0.004);
  const raised = await call([...args, '--out', 'capped', '--max-usd', '5', ...prices]);
  assert.deepEqual([raised.status, ids(await traces('capped'))], [0, planned()]);
});

test('a key comes from the environment that the settings name, and is neither printed nor stored', async (t) => {
  const key = 'sk-secret-5f1e0c';
  const { server } = await setUp(t, { apiKey: key });
  const model = (name: string) => ({
    name,
    model: name,
    baseUrl: server.url,
    activeParamsB: 2,
    apiKeyEnv: 'TL_TEST_KEY',
  });
  const settings = { 'traceLoupe.models': [model('weak'), model('strong')] };
  await file('keyed/.vscode/settings.json', `// mine\n${JSON.stringify(settings)}`);
  const args = ['sample', '../p.jsonl', '--weak', 'weak', '--strong', 'strong', '--limit', '1', '--out', 'run'];
  const cwd = join(folder, 'keyed');
  const missing = await call(args, { cwd });
  assert.deepEqual([missing.status, missing.stdout], [2, '']);
  assert.match(
    missing.stderr,
    /^trace-loupe: The model "weak" takes its key from TL_TEST_KEY, which is not set: export it first\.\n$/,
  );
  assert.deepEqual(await readdir(cwd), ['.vscode'], 'no run is begun that can’t be drawn');
  const wrong = await call(args, { cwd, env: { TL_TEST_KEY: 'sk-wrong-77aa41' } });
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /refused the API key of “weak”/);
  const right = await call(args, { cwd, env: { TL_TEST_KEY: key } });
  assert.equal(right.status, 0, right.stderr);
  assert.equal(server.requests.at(-1)?.headers.authorization, `Bearer ${key}`);
  const kept = await Promise.all(
    (await readdir(join(cwd, 'run'))).map((name) => readFile(join(cwd, 'run', name), 'utf8')),
  );
  const everything = [...kept, ...[missing, wrong, right].flatMap(({ stdout, stderr }) => [stdout, stderr])].join();
  assert.doesNotMatch(everything, /sk-secret-5f1e0c|sk-wrong-77aa41/);
});

test('what the settings say of a model is what is asked and kept', async (t) => {
  const { server } = await setUp(t);
  const sampling = { temperature: 0.3, maxTokens: 99, stop: ['###'], extraBody: { repetition_penalty: 1.1 } };
  const prompt = { system: 'Be brief.', template: 'Q: {problem}' };
  const model = (name: string) => ({
    comment: 'mine',
    prompt,
    sampling,
    model: name,
    baseUrl: server.url,
    name,
    activeParamsB: 2,
  });
  await file('told.json', JSON.stringify({ 'traceLoupe.models': [model('weak'), model('strong')] }));
  const args = [
    'sample',
    'p.jsonl',
    '--settings',
    'told.json',
    '--weak',
    'weak',
    '--strong',
    'strong',
    '--out',
    'told',
  ];
  assert.equal((await call(args)).status, 0);
  const body = server.requests.at(-1)?.body ?? {};
  assert.deepEqual([body.temperature, body.stop, body.repetition_penalty], [0.3, ['###'], 1.1]);
  assert.match(JSON.stringify(body.messages), /Be brief\..*Q: /);
  const run = JSON.parse(await readFile(join(folder, 'told/run.json'), 'utf8')) as RunFile;
  assert.deepEqual([run.models.weak?.prompt.system, run.models.weak?.sampling?.maxTokens], ['Be brief.', 99]);
  const before = drawn(server);
  assert.equal((await call(args)).status, 0);
  assert.equal(drawn(server), before, 'the same settings resume the same run');
});

test('a server that is not there pauses the run with one sentence and status 1; nothing is lost', async (t) => {
  const { server, args } = await setUp(t);
  await server.close();
  const { status, stderr } = await call([...args, '--out', 'unreachable']);
  assert.equal(status, 1);
  assert.match(stderr, /can't be reached \(connection refused\): start the server or correct the base URL/);
  assert.match(stderr, /16 samples missing; what arrived is kept, and the same call draws the rest/);
});

test('problems come from standard input too, and bad rows make status 1 after all others are drawn', async (t) => {
  const { server, args } = await setUp(t);
  const input = `${await readFile(join(folder, 'p.jsonl'), 'utf8')}{"question": 3\n`;
  const piped = args.map((arg) => (arg === 'p.jsonl' ? '-' : arg));
  for (let round = 0; round < 2; round++) {
    const { status, stderr } = await call([...piped, '--out', 'piped'], { input });
    assert.deepEqual([status, drawn(server)], [1, 16]);
    assert.match(stderr, /^stdin\.jsonl:5:\d+: /m);
  }
  const run = JSON.parse(await readFile(join(folder, 'piped/run.json'), 'utf8')) as RunFile;
  assert.deepEqual([run.name, run.problemFiles[0]?.file], ['stdin', 'stdin.jsonl']);
});

// All but a stalled stream, which takes its idle timeout: the sampler's own tests have it.
test('with 30 % faults of every kind 400 of 400 samples are drawn, none twice, each attempt on record', async (t) => {
  const kinds = Object.fromEntries(faultKinds.filter((kind) => kind !== 'stalled').map((kind) => [kind, 0.3 / 10]));
  const { server } = await setUp(t, { faults: { kinds, seed: 3, retryAfter: '0', retryAfterMs: 5 } });
  const rows = Array.from({ length: 100 }, (_, index) => ({
    id: `n${index}`,
    question: `${index} + 1?`,
    answer: `${index + 1}`,
  }));
  await file('many/p.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const { status, stdout, stderr } = await call([
    'sample',
    'many/p.jsonl',
    ...modelsAt(server),
    '--out',
    'faulty',
    '--concurrency',
    '100',
    '--json',
  ]);
  const outcome = JSON.parse(stdout) as { state: string; failedAttempts: number };
  assert.deepEqual([status, outcome.state], [0, 'complete'], stderr);
  const names = rows.map(({ id }) => id);
  assert.deepEqual(ids(await traces('faulty')), planned(names));
  const attempts = parseLines<FailedAttempt>(await readFile(join(folder, 'faulty/attempts.jsonl'), 'utf8'));
  assert.equal(attempts.length + 400, drawn(server));
  assert.equal(attempts.length, outcome.failedAttempts);
  const met = new Set(server.requests.map(({ fault }) => fault));
  for (const kind of Object.keys(kinds)) assert.ok(met.has(kind as never), `no request met ${kind}`);
});

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !condition(); await new Promise((resolve) => setTimeout(resolve, 5)))
    if (Date.now() > end) throw new Error('Waited 20 s in vain.');
}
