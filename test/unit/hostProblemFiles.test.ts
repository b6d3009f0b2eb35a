import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProblemFiles } from '../../src/host/problemFiles.ts';
import { createSampleFiles } from '../../src/host/sampleFiles.ts';
import type { ProblemFileRequest, ProblemFileSummary } from '../../src/protocol/engine.ts';

/** The problem files of a window: `found` in its folder, over a memory that outlasts it. */
async function listOf(
  options: { found?: string[]; memory?: Map<string, unknown>; workspace?: string | null; installed?: string } = {},
) {
  const { found = [], memory = new Map<string, unknown>(), workspace = '/w', installed = '/ext-1' } = options;
  const samples = createSampleFiles(join(installed, 'media/samples'));
  const asked: ProblemFileRequest[] = [];
  const files = createProblemFiles({
    workspace,
    memory: {
      get: <T>(key: string) => memory.get(key) as T | undefined,
      update: async (key, value) => void memory.set(key, value),
    },
    samples,
    mappings: () => ({}),
    engine: {
      readProblemFiles: async (requests) => {
        asked.push(...requests);
        return requests.map(summaryOf);
      },
    },
    find: async () => found,
    onDidRead: () => {},
  });
  await files.refresh();
  const [first = '', more = ''] = samples.paths;
  const shown = () => files.list().map(({ path, chosen, sample }) => [path, chosen, sample]);
  return { files, memory, asked, first, more, shown, chosen: () => files.requests().map(({ path }) => path) };
}

function summaryOf({ path, name }: ProblemFileRequest): ProblemFileSummary {
  const mapping = { text: 'question', answer: 'answer' };
  const fields = ['question', 'answer'];
  return { path, file: name ?? path, format: 'JSONL', problems: 3, badRows: [], fields, mapping };
}

test('the files in the box stand last, marked, and the first of them is chosen until the user chooses', async () => {
  const { shown, first, more, chosen } = await listOf({ found: ['/w/a.jsonl'] });
  assert.deepEqual(shown(), [
    ['/w/a.jsonl', false, false],
    [first, true, true],
    [more, false, true],
  ]);
  assert.deepEqual(chosen(), [first]);
});

test('a first file of one’s own takes the place of the sample that nobody chose; a second sample joins it', async () => {
  const own = await listOf({ found: ['/w/a.jsonl'] });
  await own.files.choose('/w/a.jsonl', true);
  assert.deepEqual(own.chosen(), ['/w/a.jsonl']);
  await own.files.choose(own.first, true);
  assert.deepEqual(own.chosen(), ['/w/a.jsonl', own.first]);
  const both = await listOf();
  await both.files.choose(both.more, true);
  assert.deepEqual(both.chosen(), [both.first, both.more]);
});

test('what was chosen is remembered, none at all too', async () => {
  const { files, memory, first } = await listOf();
  await files.choose(first, false);
  assert.deepEqual((await listOf({ memory })).chosen(), []);
  await files.choose(first, true);
  assert.deepEqual((await listOf({ memory })).chosen(), [first]);
});

test('a sample is found again where another version of the extension has it, and named by the same token', async () => {
  const { files, memory, more } = await listOf({ installed: '/ext-1' });
  await files.choose(more, true);
  assert.ok(!JSON.stringify([...memory]).includes('/ext-1'), 'no path of an installation is remembered');
  const later = await listOf({ memory, installed: '/ext-2' });
  assert.deepEqual(later.chosen(), [later.first, later.more]);
  assert.deepEqual(
    later.asked.map(({ name }) => name),
    ['sample:word-problems.jsonl', 'sample:word-problems-more.jsonl'],
  );
});

test('a sample that a later version does not have is not chosen any more, and nothing else is lost', async () => {
  const memory = new Map<string, unknown>([
    ['traceLoupe.chosenFiles', ['sample:gone.jsonl', 'a.jsonl', '/elsewhere/b.jsonl']],
  ]);
  assert.deepEqual((await listOf({ memory })).chosen(), ['/w/a.jsonl', '/elsewhere/b.jsonl']);
});

test('without a folder, files are remembered by where they are', async () => {
  const { files, memory } = await listOf({ workspace: null });
  await files.choose('/home/ada/a.jsonl', true);
  assert.deepEqual((await listOf({ memory, workspace: null })).chosen(), ['/home/ada/a.jsonl']);
});
