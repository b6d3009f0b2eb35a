import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { embeddedModels } from '../../src/services/models/embedded/settings.ts';
import { readWeights } from '../../src/services/models/embedded/weights.ts';
import { ModelFailure } from '../../src/services/models/model.ts';
import { tinyConfig, tinyVocabulary, tinyWeights } from '../fakes/tinyWeights.ts';

const folder = await mkdtemp(join(tmpdir(), 'trace-loupe-weights-'));
after(() => rm(folder, { recursive: true, force: true }));
const file = join(folder, 'weak.tlm');
const good = tinyWeights();
const headerBytes = good.readUInt32LE(4);

async function refusal(bytes: Uint8Array): Promise<string> {
  await writeFile(file, bytes);
  const error = await readWeights(file, 'weak').then(
    () => assert.fail('They were read.'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ModelFailure, String(error));
  assert.deepEqual([error.reason, error.scope], ['notFound', 'model']);
  assert.ok(
    error.message.startsWith('The weights of embedded:weak ') && error.message.endsWith(`The file is ${file}.`),
  );
  return error.message.slice('The weights of embedded:weak '.length).split(':')[0] ?? '';
}

const withHeader = (change: object) => tinyWeights({ header: (header) => ({ ...header, ...change }) });
const cut = (bytes: number) => good.subarray(0, bytes);
const written = (at: number, value: number) => {
  const bytes = Buffer.from(good);
  bytes.writeUInt32LE(value, at);
  return bytes;
};

test('weights are read as they were written', async () => {
  await writeFile(file, good);
  const { header, bytes, eachRow } = await readWeights(file, 'weak');
  assert.deepEqual([header.config, header.vocab, bytes], [tinyConfig, tinyVocabulary, good.length]);
  const tensor = (name: string) => {
    const values: number[] = [];
    eachRow(name, (row) => values.push(...row));
    return values;
  };
  const emb = tensor('emb');
  const data = good.subarray(8 + headerBytes);
  const second = tinyConfig.width;
  assert.equal(emb.length, tinyConfig.vocab * tinyConfig.width);
  assert.equal(emb[second], Math.fround(data.readFloatLE(4) * data.readInt8(4 * tinyConfig.vocab + second)));
  // Binary16 between 1 and 2: one implied bit and ten of fraction.
  const norm = tensor('norm');
  assert.ok(norm.every((value) => value >= 1 && value < 2 && Number.isInteger(value * 1024)));
});

const refusals: [string, Uint8Array, string][] = [
  ['an empty file', cut(0), 'are cut off'],
  ['seven bytes', cut(7), 'are cut off'],
  ['half a header', cut(8 + headerBytes / 2), 'are cut off'],
  ['half the data', cut((good.length + headerBytes) / 2), 'are cut off'],
  ['all but the last byte', cut(good.length - 1), 'are cut off'],
  ['another kind of file', Buffer.from('{"not":"weights"}'), 'are altered'],
  ['a later version', Buffer.concat([Buffer.from('TLM3'), good.subarray(4)]), 'are of another version'],
  ['a header longer than any', written(4, 2 ** 31), 'are altered'],
  ['a header that is no JSON', written(8, 0x21212121), 'are altered'],
  ['data that grew', Buffer.concat([good, Buffer.alloc(8)]), 'are altered'],
  ['a header without tensors', withHeader({ tensors: [] }), 'are of another version'],
  ['a header without a config', withHeader({ config: null }), 'are of another version'],
  ['huge sizes', withHeader({ config: { ...tinyConfig, width: 2 ** 30 } }), 'are of another version'],
  ['sizes that do not fit', withHeader({ config: { ...tinyConfig, hidden: 48 } }), 'are of another version'],
  ['heads that do not divide', withHeader({ config: { ...tinyConfig, heads: 5 } }), 'are of another version'],
  ['a word twice', withHeader({ vocab: tinyVocabulary.with(-1, 'Tom') }), 'are of another version'],
  ['another checksum', withHeader({ sha256: '0'.repeat(64) }), 'are altered'],
];
for (const [what, bytes, sentence] of refusals) {
  test(`${what}: the weights ${sentence}`, async () => assert.equal(await refusal(bytes), sentence));
}

test('missing weights, and a folder in their place, are told', async () => {
  await assert.rejects(readWeights(join(folder, 'none.tlm'), 'strong'), {
    name: 'ModelFailure',
    message: `The weights of embedded:strong are missing: install Trace Loupe again, or choose another model. The file is ${join(folder, 'none.tlm')}.`,
  });
  await assert.rejects(readWeights(folder, 'strong'), /can't be read \(EISDIR/);
});

test('any flipped bit of the data, and any cut, is noticed', async () => {
  const places = fc.integer({ min: 8 + headerBytes, max: good.length - 1 });
  await fc.assert(
    fc.asyncProperty(places, fc.nat(7), fc.boolean(), async (place, bit, cuts) => {
      const bytes = Buffer.from(cuts ? cut(place) : good);
      if (!cuts) bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << bit), place);
      assert.equal(await refusal(bytes), cuts ? 'are cut off' : 'are altered');
    }),
    { numRuns: 60 },
  );
});

test('a place outside the data is told, not read', async () => {
  for (const offset of [2 ** 40, good.length + (4 - (good.length % 4)), 2]) {
    const moved = tinyWeights({
      header: (header) => ({
        ...header,
        tensors: (header.tensors as { name: string }[]).map((one) => (one.name === 'norm' ? { ...one, offset } : one)),
      }),
    });
    assert.match(await refusal(moved), /are (cut off|of another version)/);
  }
});

const media = resolve(import.meta.dirname, '../../media/models');
for (const { name, model, activeParamsB } of embeddedModels) {
  test(`${name} is shipped as its settings say`, async () => {
    const { header, eachRow } = await readWeights(join(media, `${model}.tlm`), model as 'weak' | 'strong');
    assert.deepEqual([header.name, header.parameters], [model, Math.round((activeParamsB ?? 0) * 1e9)]);
    let counted = 0;
    for (const tensor of header.tensors)
      eachRow(tensor.name, (row) => {
        assert.ok(row.every(Number.isFinite));
        counted += row.length;
      });
    assert.equal(counted, header.parameters);
    assert.ok((await readFile(join(media, `${model}.tlm`))).length < 1_500_000);
  });
}
