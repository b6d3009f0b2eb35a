import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { FailedAttempt, Trace } from '../../src/core/trace/trace.ts';
import { createEmbeddedModels } from '../../src/services/models/embedded/embeddedModels.ts';
import { faultKinds } from '../../src/services/models/embedded/server/faults.ts';
import { startEmbeddedServer } from '../../src/services/models/embedded/server/server.ts';
import { buildCommandLine, parseLines } from './commandLine.ts';
import { chat, clientOf, media, sampleProblems, until } from './servedPair.ts';

/* `trace-loupe serve-embedded` from its first line to Ctrl-C, and `trace-loupe sample` against it. */

const { call, start, file, folder, remove } = await buildCommandLine();
after(remove);

/** Starts a server on a free port; resolves when it has said where it is. */
async function serving(t: { after(end: () => Promise<unknown>): void }, ...args: string[]) {
  const running = start(['serve-embedded', '--port', '0', ...args]);
  t.after(() => {
    running.kill('SIGKILL');
    return running.done;
  });
  let ended = false;
  void running.done.then(() => (ended = true));
  await until(() => ended || /\nServing .*\n/.test(`\n${running.printed().stderr}`));
  const { stdout, stderr } = running.printed();
  assert.ok(!ended, stderr);
  return { running, stdout, stderr };
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`it says where it is, serves the pair, and ${signal} ends it in the middle of a reply`, async (t) => {
    const { running, stdout, stderr } = await serving(t);
    const url = stdout.trim();
    assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+\/v1\n$/);
    assert.equal(stderr, `Serving embedded:weak and embedded:strong at ${url}\n`);
    const client = clientOf({ url });
    const { choices } = await client.chat.completions.create(chat);
    assert.ok(choices[0]?.message.content);
    const flood = client.chat.completions.create({ ...chat, model: 'strong', n: 128 }).catch((error: unknown) => error);
    const first = await client.chat.completions.create({ ...chat, n: 100, stream: true });
    await first[Symbol.asyncIterator]().next();
    running.kill(signal);
    const { status } = await running.done;
    assert.equal(status, 0);
    assert.ok((await flood) instanceof Error);
    await assert.rejects(client.models.list());
  });

test('--json gives the address to programs, which can name a port of their own', async (t) => {
  const { stdout } = await serving(t, '--json');
  const { url, port, models } = JSON.parse(stdout) as { url: string; port: number; models: string[] };
  assert.deepEqual([url, models], [`http://127.0.0.1:${port}/v1`, ['embedded:weak', 'embedded:strong']]);
  const taken = await call(['serve-embedded', '--port', String(port)]);
  assert.deepEqual([taken.status, taken.stdout], [2, '']);
  assert.equal(
    taken.stderr,
    `trace-loupe: Port ${port} is taken by another program: give another with --port, or --port 0 for a free one.\n`,
  );
});

test('faults are told on the command line', async (t) => {
  const { stdout } = await serving(t, '--fault', '429:0.5', '--fault', '500:0.5', '--fault-seed', '4');
  const client = clientOf({ url: stdout.trim() });
  const failures = await Promise.all(
    Array.from({ length: 30 }, () =>
      client.chat.completions.create(chat).catch(({ status }: { status: number }) => status),
    ),
  );
  assert.deepEqual(new Set(failures), new Set([429, 500]));
});

const wrongCalls: [string[], RegExp][] = [
  [['--port', '70000'], /--port 70000 is not a port/],
  [['--port', 'x'], /--port x is not a whole number/],
  [['--fault', 'chaos'], /there is no fault "chaos"; use any, 429, 500/],
  [['--fault', '429:2'], /--fault 429:2 is not of the form KIND:SHARE/],
  [['--fault', '429:'], /--fault 429: is not of the form KIND:SHARE/],
  [['--fault', '429:0.7', '--fault', '500:0.7'], /make 1\.40 together: 1 is the most/],
  [['--fault-seed', 'x'], /--fault-seed x is not a whole number/],
  [['file.jsonl'], /takes no files, such as file\.jsonl/],
];

test('a wrong call gets one sentence and status 2', async () => {
  for (const [args, sentence] of wrongCalls) {
    const { status, stdout, stderr } = await call(['serve-embedded', ...args]);
    assert.deepEqual([status, stdout, stderr.trim().split('\n').length], [2, '', 1], stderr);
    assert.match(stderr, sentence);
  }
});

test('the help names every fault and gives an example', async () => {
  const { status, stdout } = await call(['serve-embedded', '--help']);
  assert.equal(status, 0);
  const statuses = ['429', '429-ms', '500', '503', 'any'];
  for (const name of [...statuses, ...faultKinds.filter((kind) => !/\d|Many/.test(kind))])
    assert.match(stdout, new RegExp(`[ ,]${name}[ ,]`), name);
  assert.match(stdout, /^Example: trace-loupe serve-embedded --port 8123/m);
});

test('sampling the served pair with 30 % faults draws everything exactly once, and the same as without', async (t) => {
  const models = createEmbeddedModels({ folder: join(media, 'models') });
  // A stalled reply takes the client's idle timeout, and `sample` has no option for that.
  const most = faultKinds.filter((kind) => kind !== 'stalled');
  const kinds = Object.fromEntries(most.map((kind) => [kind, 0.3 / most.length]));
  const server = await startEmbeddedServer({
    models,
    faults: { kinds, seed: 3, retryAfter: '0', retryAfterMs: 5 },
  });
  t.after(async () => {
    await server.close();
    await models.close();
  });
  const problems = sampleProblems().slice(0, 12);
  await file('p.jsonl', problems.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const arms = ['--weak', `${server.url}#embedded:weak`, '--strong', `${server.url}#embedded:strong`];
  const sizes = ['--weak-params-b', '1', '--strong-params-b', '3', '--strong-samples', '2'];
  const { status, stderr } = await call([
    'sample',
    'p.jsonl',
    ...arms,
    ...sizes,
    '--out',
    'run',
    '--concurrency',
    '50',
  ]);
  assert.equal(status, 0, stderr);
  const traces = parseLines<Trace>(await readFile(join(folder, 'run/traces.jsonl'), 'utf8'));
  assert.deepEqual([traces.length, new Set(traces.map(({ id }) => id)).size], [12 * 8, 12 * 8]);
  const attempts = parseLines<FailedAttempt>(await readFile(join(folder, 'run/attempts.jsonl'), 'utf8'));
  assert.ok(attempts.length > 0);
  const texts = new Map(problems.map(({ id, question }) => [id, question]));
  for (const { id, seed, text, arm, problem } of traces.slice(0, 60)) {
    const question = texts.get(problem.slice(problem.indexOf('/') + 1)) ?? '';
    const asked = { model: arm, problem: question, seed: seed ?? 0, temperature: 0.7, maxTokens: 1024 };
    assert.equal(text, (await models.generate(asked, new AbortController().signal)).text, id);
  }
});
