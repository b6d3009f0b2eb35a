import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { Problem } from '../../src/core/problem/problem.ts';
import { UserError } from '../../src/core/userError.ts';
import { checkWords } from '../../src/services/engine/knownWords.ts';
import { readProblemFile } from '../../src/services/importers/problems.ts';
import { embeddedModels } from '../../src/services/models/embedded/settings.ts';
import { createVocabularies, firstUnknownWord, readVocabulary } from '../../src/services/models/embedded/vocabulary.ts';
import { resolveModel } from '../../src/services/sampling/prompt.ts';

const media = resolve(import.meta.dirname, '../../media');
const folder = await mkdtemp(join(tmpdir(), 'trace-loupe-words-'));
after(() => rm(folder, { recursive: true, force: true }));

const models = await Promise.all(embeddedModels.map((settings) => resolveModel(settings, async () => '')));
const vocabularies = createVocabularies(join(media, 'models'));

function problem(text: string, line: number, options?: string[]): Problem {
  const kind = options ? 'choice' : 'free';
  return { id: `p/${line}`, text, answer: '1', kind, ...(options && { options }), source: { file: 'p.jsonl', line } };
}

const weights = (header: unknown, magic = 'TLM2', length?: number): Buffer => {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const start = Buffer.from(`${magic}0000`);
  start.writeUInt32LE(length ?? text.length, 4);
  return Buffer.concat([start, text, Buffer.alloc(16)]);
};

for (const name of ['word-problems.jsonl', 'word-problems-more.jsonl']) {
  test(`both models in the box can read every problem of ${name}`, async () => {
    const { problems } = await readProblemFile({ path: join(media, 'samples', name) }, null);
    assert.ok(problems.length > 0);
    await checkWords(models, problems, vocabularies);
  });
}

test('the first word that a model does not know is named with its place, and nothing after it is read', async () => {
  const readable = (await readProblemFile({ path: join(media, 'samples/word-problems.jsonl') }, null)).problems[0];
  const rows = [problem(readable?.text ?? '', 1), problem('An orchard has 3 plums.', 2)];
  Object.defineProperty(rows, 2, { get: () => assert.fail('a further row was read'), enumerable: true });
  await assert.rejects(checkWords(models, rows, vocabularies), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(
      error.message,
      /^embedded:weak can't read these problems: “[A-Za-z]+” \(p\.jsonl:2\) is not among its words\. .*choose the sample problems or another model\.$/,
    );
    return true;
  });
});

test('options of a multiple choice are read too', async () => {
  const words = new Set(['What', 'is', 'it', '?', 'A', 'B', ')', '\n', '1']);
  const own = { of: async () => words };
  await checkWords(models, [problem('What is it?', 1, ['1', '1'])], own);
  await assert.rejects(checkWords(models, [problem('What is it?', 1, ['1', 'none'])], own), /“none” \(p\.jsonl:1\)/);
});

test('a model behind a server may be asked anything', async () => {
  const real = await resolveModel({ name: 'large', baseUrl: 'http://localhost/v1', model: 'm' }, async () => '');
  await checkWords([real], [problem('An orchard?', 1)], { of: async () => assert.fail('no words are needed') });
});

test('digits stand alone, words are told apart by case, and what is no space is a sign', () => {
  const words = new Set(['Tom', '1', '2', '.', '####']);
  for (const [text, unknown] of [
    ['Tom 12 1.2. ####', null],
    ['tom', 'tom'],
    ['Toms', 'Toms'],
    ['13', '3'],
    ['#', '#'],
    ['Tom 🍎', '🍎'],
    ['', null],
  ] as const)
    assert.equal(firstUnknownWord(text, words), unknown, text);
});

test('any text at all is either made of known words or has a first unknown one that stands in it', () => {
  const words = new Set(['a', 'b', '1', '?']);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const unknown = firstUnknownWord(text, words);
      assert.ok(unknown === null || (text.includes(unknown) && !words.has(unknown)));
    }),
  );
});

test('weights that are missing, cut or something else are one sentence', async () => {
  const table: [string, Buffer | null, RegExp][] = [
    ['missing', null, /embedded:missing are missing/],
    ['empty', Buffer.alloc(0), /holds no weights/],
    ['other', Buffer.from('PK\u0003\u0004 and so on'), /holds no weights/],
    ['huge', weights({}, 'TLM2', 2 ** 31), /holds no weights/],
    ['cut', weights('{"vocab":["a"'), /can't be read/],
    ['wordless', weights({ vocab: [1, 2] }), /lists no words/],
  ];
  for (const [name, bytes, sentence] of table) {
    const file = join(folder, `${name}.tlm`);
    if (bytes) await writeFile(file, bytes);
    await assert.rejects(readVocabulary(file), (error) => {
      assert.ok(error instanceof UserError, name);
      assert.match(error.message, sentence);
      return /install Trace Loupe again, or choose another model/.test(error.message);
    });
  }
});

test('weights that were put back are read at the next plan', async () => {
  const words = createVocabularies(folder);
  await assert.rejects(words.of('weak'), UserError);
  await writeFile(join(folder, 'weak.tlm'), weights({ vocab: ['a'] }));
  assert.deepEqual([...(await words.of('weak'))], ['a']);
});
