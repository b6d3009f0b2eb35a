import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  appendFile,
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { Problem } from '../../src/core/problem/problem.ts';
import type { RunFile } from '../../src/core/trace/run.ts';
import { UserError } from '../../src/core/userError.ts';
import { annotatorFileName, openAnnotations } from '../../src/services/store/annotations.ts';
import { openBulkWriter } from '../../src/services/store/bulkWriter.ts';
import { diskError } from '../../src/services/store/diskError.ts';
import { readLines } from '../../src/services/store/lines.ts';
import { isLocked, lockRun } from '../../src/services/store/lock.ts';
import { openLog } from '../../src/services/store/log.ts';
import {
  createRunFolder,
  freeRunFolder,
  listRunFolders,
  readProblems,
  readRunFolder,
  runIdOf,
  traceFiles,
  writeRunFiles,
} from '../../src/services/store/runFolder.ts';

const root = await mkdtemp(join(tmpdir(), 'trace-loupe-store-'));
after(() => rm(root, { recursive: true, force: true }));
let places = 0;
const place = async () => {
  const path = join(root, `${++places}`);
  await mkdir(path);
  return path;
};

const linesOf = async (path: string, limit?: number) => {
  const lines: { text: string | null; start: number; end: number; next: number; unfinished: boolean }[] = [];
  for await (const { bytes, start, end, next, unfinished } of readLines(path, 0, limit)) {
    lines.push({ text: bytes?.toString() ?? null, start, end, next, unfinished });
  }
  return lines;
};
const textsOf = async (path: string) => (await linesOf(path)).map(({ text }) => text);

test('appended records stand in the file, one per line, in order', async () => {
  const path = join(await place(), 'log.jsonl');
  const log = await openLog(path);
  await Promise.all([1, 2, 3].map((n) => log.append({ n, text: 'a\nb' })));
  await log.append({ n: 4 });
  assert.deepEqual(
    (await readFile(path, 'utf8')).split('\n').map((line) => line && JSON.parse(line).n),
    [1, 2, 3, 4, ''],
  );
  await log.close();
  await log.close();
  await assert.rejects(log.append({ n: 5 }), /closed/);
});

test('closing waits for what was appended before', async () => {
  const path = join(await place(), 'log.jsonl');
  const log = await openLog(path);
  const pending = Array.from({ length: 50 }, (_, n) => log.append({ n }));
  await log.close();
  await Promise.all(pending);
  assert.equal((await textsOf(path)).length, 50);
});

test('after a torn end the next record begins on a line of its own', async () => {
  const path = join(await place(), 'log.jsonl');
  await writeFile(path, '{"n":1}\n{"n":2,"te');
  const log = await openLog(path);
  assert.equal(log.tornTail, true);
  await log.append({ n: 3 });
  await log.close();
  assert.deepEqual(await textsOf(path), ['{"n":1}', '{"n":2,"te', '{"n":3}']);
});

test('a log in a folder that is not there is one sentence with a remedy', async () => {
  await assert.rejects(openLog(join(root, 'nowhere', 'log.jsonl')), (error) => {
    return error instanceof UserError && /^Can't write log\.jsonl: .*\.$/.test(error.message);
  });
});

for (const [code, words] of [
  ['ENOSPC', /disk is full/],
  ['EROFS', /read-only disk/],
  ['EACCES', /permissions/],
] as const) {
  test(`${code} becomes a sentence that says what to do`, () => {
    const error = diskError(Object.assign(new Error(code), { code }), 'write traces.jsonl');
    assert.ok(error instanceof UserError && words.test(error.message) && error.message.includes('traces.jsonl'));
  });
}

test('other failures stay what they are', () => {
  const bug = new TypeError('a bug');
  assert.equal(diskError(bug, 'write'), bug);
});

test('a full disk is told in a sentence', {
  skip: !isFullDiskThere(),
}, async () => {
  await assert.rejects(
    openLog('/dev/full').then((log) => log.append({ n: 1 })),
    (error) => error instanceof UserError && /disk is full/.test(error.message),
  );
});

function isFullDiskThere(): boolean {
  return process.platform === 'linux';
}

test('any bytes are split into the lines that joined are the file again, with exact offsets', async () => {
  const path = join(await place(), 'any.bin');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', '\n', '\r\n', 'é', '😀', ' ', '{"x":1}'), { maxLength: 40 }),
      async (parts) => {
        const bytes = Buffer.from(parts.join(''));
        await writeFile(path, bytes);
        const lines = await linesOf(path);
        const wanted = bytes
          .toString()
          .split('\n')
          .filter((line) => line.trim() !== '');
        assert.deepEqual(
          lines.map(({ text }) => text),
          wanted,
        );
        for (const { text, start, end, next, unfinished } of lines) {
          assert.equal(bytes.subarray(start, end).toString(), text);
          assert.equal(next, unfinished ? bytes.length : end + 1);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('lines across the borders of what is read at once keep their offsets', async () => {
  const path = join(await place(), 'long.jsonl');
  const lengths = [1_048_575, 1_048_576, 3, 2_500_000, 1_048_574, 10];
  await writeFile(path, lengths.map((length) => `${'é'.repeat(length / 2)}${'x'.repeat(length % 2)}\n`).join(''));
  const lines = await linesOf(path);
  assert.deepEqual(
    lines.map(({ start, end }) => end - start),
    lengths,
  );
  assert.equal(lines.at(-1)?.next, (await stat(path)).size);
});

test('a line that is too long is passed over, and the next one is read', async () => {
  const path = join(await place(), 'huge.jsonl');
  await writeFile(path, `{"a":1}\n${'x'.repeat(3_000_000)}\n{"b":2}\n${'y'.repeat(1_500_000)}`);
  const lines = await linesOf(path, 1_000_000);
  assert.deepEqual(
    lines.map(({ text }) => text),
    ['{"a":1}', null, '{"b":2}', null],
  );
  assert.equal(lines[2]?.start, 8 + 3_000_001);
});

test('a missing file has no lines', async () => assert.deepEqual(await linesOf(join(root, 'missing')), []));

const writer = fileURLToPath(new URL('../fakes/logWriter.ts', import.meta.url));

/** Runs the writer until it has acknowledged so many records, then kills it at once; resolves with what it acknowledged. */
function writeUntilKilled(path: string, first: number, acknowledged: number): Promise<number[]> {
  const child = spawn(process.execPath, [writer, path, `${first}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.stdout.on('data', (data) => {
      output += data;
      if (output.split('\n').length > acknowledged) child.kill('SIGKILL');
    });
    child.on('close', () => resolve(output.split('\n').slice(0, -1).map(Number)));
  });
}

test('kill -9 at random moments: every acknowledged record is there once, torn ends merge with nothing', async () => {
  const path = join(await place(), 'traces.jsonl');
  const acknowledged: number[] = [];
  for (let round = 0; round < 12; round++) {
    acknowledged.push(...(await writeUntilKilled(path, round * 1_000_000, 1 + Math.floor(Math.random() * 400))));
  }
  const found: number[] = [];
  for (const text of await textsOf(path)) {
    try {
      found.push(JSON.parse(text ?? '').number);
    } catch {}
  }
  assert.ok(acknowledged.length >= 12);
  assert.equal(new Set(found).size, found.length, 'none is doubled');
  const there = new Set(found);
  assert.deepEqual(
    acknowledged.filter((number) => !there.has(number)),
    [],
    'none is lost',
  );
});

const problems: Problem[] = [1, 2, 3].map((line) => {
  return {
    id: `f/${line}`,
    text: `What is ${line}?`,
    answer: `${line}`,
    kind: 'free',
    source: { file: 'f.jsonl', line },
  };
});
const model = {
  name: 'm',
  baseUrl: 'http://localhost',
  model: 'm',
  prompt: { system: '', fewShot: '', template: '{problem}' },
};
const runFile = (name: string, createdAt = '2026-11-21T18:40:00.000Z'): RunFile => ({
  format: 'trace-loupe/run@1',
  id: runIdOf(createdAt, name),
  name,
  createdAt,
  origin: 'sampled',
  version: '0.1.0',
  problemFiles: [{ file: 'f.jsonl', sha256: 'x', problems: 3 }],
  problemCount: 3,
  models: { weak: model, strong: model },
  match: 'count',
  grid: [{ weak: 1, strong: 1 }],
  expected: { weak: { promptTokens: 1, completionTokens: 1 }, strong: { promptTokens: 1, completionTokens: 1 } },
  seed: 7,
});
const makeRun = async (folder: string, run: RunFile) => {
  await createRunFolder(join(folder, run.id), (draft) => writeRunFiles(draft, run, problems));
  return join(folder, run.id);
};

for (const [name, id] of [
  ['gsm-hard', '20261121T184000Z-gsm-hard'],
  ['../../etc/passwd', '20261121T184000Z-etc-passwd'],
  ['Größe & Maß', '20261121T184000Z-Größe-Maß'],
  ['...', '20261121T184000Z-run'],
  ['a\u0000b/c\\d', '20261121T184000Z-a-b-c-d'],
] as const) {
  test(`the run ${JSON.stringify(name)} is kept in ${id}`, () =>
    assert.equal(runIdOf('2026-11-21T18:40:00.123Z', name), id));
}

test('a run comes back as it was written', async () => {
  const path = await makeRun(await place(), runFile('one'));
  const { run } = await readRunFolder(path);
  assert.deepEqual(run, runFile('one'));
  assert.deepEqual(await readProblems(path), problems);
  assert.deepEqual((await readdir(path)).sort(), ['problems.jsonl', 'run.json']);
});

test('a run that could not be written leaves nothing behind', async () => {
  const folder = await place();
  const failing = createRunFolder(join(folder, 'r'), async (draft) => {
    await writeFile(join(draft, 'run.json'), '{}');
    throw new Error('half way');
  });
  await assert.rejects(failing, /half way/);
  assert.deepEqual(await readdir(folder), []);
});

test('a folder that holds files is never overwritten', async () => {
  const folder = await place();
  const path = await makeRun(folder, runFile('one'));
  await appendFile(join(path, 'traces.jsonl'), '{}\n');
  await assert.rejects(
    makeRun(folder, runFile('one')),
    (error) => error instanceof UserError && /already holds files/.test(error.message),
  );
  assert.equal(await readFile(join(path, 'traces.jsonl'), 'utf8'), '{}\n');
  assert.deepEqual(await readdir(folder), [runFile('one').id]);
});

test('an empty folder that was made for a run is used', async () => {
  const path = join(await place(), 'out');
  await mkdir(path);
  await createRunFolder(path, (draft) => writeRunFiles(draft, runFile('x'), problems));
  assert.equal((await readRunFolder(path)).run.id, 'out');
});

test('a second run of the same second and name gets a number', async () => {
  const folder = await place();
  await makeRun(folder, runFile('one'));
  const { id } = runFile('one');
  assert.equal((await freeRunFolder(folder, id)).id, `${id}-2`);
  assert.equal((await freeRunFolder(join(folder, 'nowhere'), id)).id, id);
});

test('foreign and broken run folders are named in a sentence each, and the others are listed, newest first', async () => {
  const folder = await place();
  await makeRun(folder, runFile('old', '2026-11-20T00:00:00.000Z'));
  await makeRun(folder, runFile('new', '2026-11-21T00:00:00.000Z'));
  for (const [name, text] of [
    ['broken', '{"format":'],
    ['foreign', '{"format":"something else"}'],
  ] as const) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'run.json'), text);
  }
  await mkdir(join(folder, 'empty'));
  await mkdir(join(folder, '.draft-left-behind'));
  await writeFile(join(folder, 'notes.txt'), 'mine');
  const { runs, warnings } = await listRunFolders(folder);
  assert.deepEqual(
    runs.map(({ run }) => run.name),
    ['new', 'old'],
  );
  assert.equal(warnings.length, 3);
  for (const name of ['broken', 'foreign', 'empty'])
    assert.ok(warnings.some((warning) => warning.includes(join(folder, name))));
});

test('no runs folder is no runs', async () =>
  assert.deepEqual(await listRunFolders(join(root, 'none')), { runs: [], warnings: [] }));

test('shards are read with the main file first, and nothing else', async () => {
  const folder = await place();
  for (const name of [
    'traces.2-of-2.jsonl',
    'traces.jsonl',
    'traces.1-of-2.jsonl',
    'traces.txt',
    'mytraces.jsonl',
    'traces..jsonl',
  ]) {
    await writeFile(join(folder, name), '');
  }
  assert.deepEqual(await traceFiles(folder), ['traces.jsonl', 'traces.1-of-2.jsonl', 'traces.2-of-2.jsonl']);
});

test('a read-only folder is one sentence', { skip: process.getuid?.() === 0 }, async () => {
  const folder = await place();
  await chmod(folder, 0o500);
  await assert.rejects(
    makeRun(folder, runFile('x')),
    (error) => error instanceof UserError && /permissions/.test(error.message),
  );
});

test('a bulk file holds all its records, and is not written over another', async () => {
  const path = join(await place(), 'bulk.jsonl');
  const bulk = await openBulkWriter(path);
  for (let n = 0; n < 2_000; n++) await bulk.write({ n, text: 'x'.repeat(1_000) });
  await bulk.finish();
  await bulk.close();
  assert.equal((await textsOf(path)).length, 2_000);
  await assert.rejects(openBulkWriter(path), /EEXIST/);
});

test('a run is drawn by one at a time, and shards side by side', async () => {
  const folder = await place();
  const busy = (error: unknown) =>
    error instanceof UserError && new RegExp(`process ${process.pid} on ${hostname()}`).test(error.message);
  const lock = await lockRun(folder);
  assert.equal(await isLocked(folder), true);
  await assert.rejects(lockRun(folder), busy);
  await assert.rejects(lockRun(folder, { index: 1, count: 2 }), busy);
  await lock.release();
  await lock.release();
  assert.equal(await isLocked(folder), false);
  const first = await lockRun(folder, { index: 1, count: 2 });
  const second = await lockRun(folder, { index: 2, count: 2 });
  await assert.rejects(lockRun(folder, { index: 2, count: 2 }), busy);
  await assert.rejects(lockRun(folder), busy);
  await first.release();
  await second.release();
  await (await lockRun(folder)).release();
  assert.deepEqual(await readdir(folder), []);
});

const lockText = (owner: object) =>
  JSON.stringify({ pid: 1, host: hostname(), processStart: null, token: 't', ...owner });
const longAgo = new Date(Date.now() - 3_600_000);

const leftBehind: [string, string, boolean][] = [
  ['of a process that is gone', lockText({ pid: 2 ** 22 + 1 }), false],
  [
    'of an earlier process with the number of a living one',
    lockText({ pid: process.pid, processStart: 'another boot/1' }),
    false,
  ],
  ['of a living process', lockText({ pid: process.pid }), true],
  ['of another machine that fell silent', lockText({ host: 'elsewhere' }), false],
  ['cut off while it was written', '{"pi', false],
];

for (const [name, text, held] of leftBehind) {
  test(`an old lock ${name} ${held ? 'holds' : 'is taken over'}`, { skip: process.platform !== 'linux' }, async () => {
    const folder = await place();
    await writeFile(join(folder, 'run.lock'), text);
    await utimes(join(folder, 'run.lock'), longAgo, longAgo);
    assert.equal(await isLocked(folder), held);
    if (held) await assert.rejects(lockRun(folder), UserError);
    else await (await lockRun(folder)).release();
  });
}

test('the lock of another machine with a heartbeat holds', async () => {
  const folder = await place();
  await writeFile(join(folder, 'run.lock'), lockText({ host: 'elsewhere' }));
  await assert.rejects(lockRun(folder), /process 1 on elsewhere/);
});

test('of many who find a stale lock at once, one gets it', async () => {
  const folder = await place();
  await writeFile(join(folder, 'run.lock'), lockText({ pid: 2 ** 22 + 1 }));
  const taken = await Promise.allSettled(Array.from({ length: 8 }, () => lockRun(folder)));
  const locks = taken.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  assert.equal(locks.length, 1);
  await locks[0]?.release();
});

const clock = () => Date.UTC(2026, 10, 21, 18, 40);
const run = '20261121T184000Z-r';

test('decisions, undo and redo last beyond a restart', async () => {
  const folder = join(await place(), 'annotations');
  const first = await openAnnotations(folder, 'ada', clock);
  assert.equal(await first.undo(run), null);
  await first.annotate(run, 'a/w0', { soundness: 'sound' });
  await first.annotate(run, 'a/w0', { soundness: 'unsound', firstWrongStep: 2, note: 'slip' });
  await first.annotate(run, 'a/w1', { soundness: 'unsure' });
  assert.equal(await first.undo(run), 'a/w1');
  await first.close();

  const again = await openAnnotations(folder, 'ada', clock);
  assert.deepEqual(again.decision(run, 'a/w0'), { soundness: 'unsound', firstWrongStep: 2, note: 'slip' });
  assert.equal(again.decision(run, 'a/w1'), null);
  assert.equal(await again.redo(run), 'a/w1');
  assert.equal(await again.undo(run), 'a/w1');
  assert.equal(await again.undo(run), 'a/w0');
  assert.deepEqual(again.decision(run, 'a/w0'), { soundness: 'sound' });
  assert.deepEqual([...again.decisions(run).keys()], ['a/w0']);
  assert.equal(again.decision('another run', 'a/w0'), null);
  await again.close();
  const lines = (await readFile(join(folder, 'ada.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ kind }) => kind),
    ['decision', 'decision', 'decision', 'undo', 'redo', 'undo', 'undo'],
  );
  assert.equal(new Set(lines.map(({ id }) => id)).size, lines.length);
  assert.equal(lines[0].at, '2026-11-21T18:40:00.000Z');
});

test('decisions made at once are all kept, and undo takes back the last', async () => {
  const folder = await place();
  const annotations = await openAnnotations(folder, 'ada', clock);
  const traces = Array.from({ length: 20 }, (_, sample) => `a/w${sample}`);
  const [undone] = await Promise.all([
    Promise.all(traces.map((trace) => annotations.annotate(run, trace, { soundness: 'sound' }))).then(() =>
      annotations.undo(run),
    ),
  ]);
  assert.equal(undone, 'a/w19');
  assert.equal(annotations.decisions(run).size, 19);
  await annotations.close();
});

test('two windows of one person append to one file, and see each other after a reload', async () => {
  const folder = await place();
  const [one, two] = [await openAnnotations(folder, 'ada', clock), await openAnnotations(folder, 'ada', clock)];
  await Promise.all(
    Array.from({ length: 30 }, (_, sample) =>
      (sample % 2 ? one : two).annotate(run, `a/w${sample}`, { soundness: 'sound', note: 'x'.repeat(sample * 100) }),
    ),
  );
  assert.deepEqual(await one.reload(), [run]);
  assert.equal(one.decisions(run).size, 30);
  assert.deepEqual(await one.reload(), [], 'nothing new');
  await two.reload();
  assert.equal(two.decisions(run).size, 30);
  assert.deepEqual(one.warnings(), []);
  for (const window of [one, two]) await window.close();
});

test('another person’s decision stands where one’s own is silent', async () => {
  const folder = await place();
  const [ada, ben] = [await openAnnotations(folder, 'ada', clock), await openAnnotations(folder, 'ben', clock)];
  await ben.annotate(run, 'a/w0', { soundness: 'unsound' });
  await ben.annotate(run, 'a/w1', { soundness: 'unsound' });
  await ada.annotate(run, 'a/w0', { soundness: 'sound' });
  await ada.reload();
  assert.deepEqual(ada.decision(run, 'a/w0'), { soundness: 'sound' });
  assert.deepEqual(ada.decisions(run).get('a/w0'), { soundness: 'sound' });
  assert.deepEqual(ada.decision(run, 'a/w1'), { soundness: 'unsound' });
  assert.equal(await ada.undo(run), 'a/w0');
  assert.equal(await ada.undo(run), null, 'what others said can’t be undone');
  assert.deepEqual(
    ada.files(run).map(({ name }) => name),
    ['annotations/ada.jsonl', 'annotations/ben.jsonl'],
  );
  for (const person of [ada, ben]) await person.close();
});

test('broken annotation lines are named and left out, the others count', async () => {
  const folder = await place();
  const annotations = await openAnnotations(folder, 'ada', clock);
  await annotations.annotate(run, 'a/w0', { soundness: 'sound' });
  await annotations.close();
  await appendFile(join(folder, 'ada.jsonl'), 'no json\n{"kind":"decision"}\n{"kind":"deci');
  const again = await openAnnotations(folder, 'ada', clock);
  assert.deepEqual(again.decision(run, 'a/w0'), { soundness: 'sound' });
  assert.equal(again.warnings().length, 3);
  assert.match(again.warnings().join('\n'), /ada\.jsonl:2 .*\nada\.jsonl:3 .*\nada\.jsonl:4 is torn/);
  await again.annotate(run, 'a/w1', { soundness: 'unsure' });
  await again.reload();
  assert.deepEqual(again.decision(run, 'a/w1'), { soundness: 'unsure' });
  await again.close();
});

test('a decision that could not be read again is not kept', async () => {
  const folder = await place();
  const annotations = await openAnnotations(folder, 'ada', clock);
  await assert.rejects(annotations.annotate(run, 'a/w0', { soundness: 'fine' as 'sound' }));
  assert.equal(annotations.decision(run, 'a/w0'), null);
  await annotations.close();
});

test('a file that git replaced by a shorter one is read anew', async () => {
  const folder = await place();
  const annotations = await openAnnotations(folder, 'ada', clock);
  await annotations.annotate(run, 'a/w0', { soundness: 'sound' });
  const saved = join(folder, 'saved');
  await cp(join(folder, 'ada.jsonl'), saved);
  await annotations.annotate(run, 'a/w1', { soundness: 'sound' });
  await annotations.close();
  const again = await openAnnotations(folder, 'ada', clock);
  await cp(saved, join(folder, 'ada.jsonl'));
  assert.deepEqual(await again.reload(), [run]);
  assert.deepEqual([...again.decisions(run).keys()], ['a/w0']);
  await again.close();
});

for (const [name, file] of [
  ['Ada Lovelace', 'Ada-Lovelace'],
  ['../../ada', 'ada'],
  ['ada@example.org', 'ada@example.org'],
  ['', 'me'],
  ['///', 'me'],
  ['CON', 'CON-'],
  ['Zoë', 'Zoë'],
] as const) {
  test(`the annotator ${JSON.stringify(name)} writes ${file}.jsonl`, () => assert.equal(annotatorFileName(name), file));
}

test('any annotator gives a file name below the folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      const file = annotatorFileName(name);
      assert.ok(file.length > 0 && file.length <= 61 && !/[\\/\0:*?"<>|]/.test(file) && !file.startsWith('.'));
    }),
  );
});
