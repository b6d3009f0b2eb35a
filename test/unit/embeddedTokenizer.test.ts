import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { growText } from '../../src/services/models/embedded/text.ts';
import { createTokenizer, special, UnknownWord } from '../../src/services/models/embedded/tokenizer.ts';
import { tinyVocabulary } from '../fakes/tinyWeights.ts';

const tokenizer = createTokenizer(tinyVocabulary);
const tokens = fc.array(fc.integer({ min: special.count, max: tinyVocabulary.length - 1 }), { maxLength: 40 });

for (const text of [
  'Tom has 3 * 12 = 36 apples.\nAmy has 5 more.\n#### 41',
  'How many pears, bags and apples are there together?',
  '50 * 20% = $10.',
  '',
]) {
  test(`“${text}” is read and written as it is`, () => assert.equal(tokenizer.decode(tokenizer.encode(text)), text));
}

test('whatever is written is read as the same tokens', () => {
  fc.assert(fc.property(tokens, (ids) => assert.deepEqual(tokenizer.encode(tokenizer.decode(ids)), ids)));
});

test('reading needs no spaces where the tokens part by themselves, and white space does not matter', () => {
  assert.deepEqual(tokenizer.encode(' Tom  has\t12apples . '), tokenizer.encode('Tom has 12 apples.'));
});

for (const [text, word] of [
  ['Tom has an orchard.', 'an'],
  ['Tom has apples in an orchard', 'in'],
  ['tom has apples', 'tom'],
  ['Tom has apples!', '!'],
  ['Tom has 🍎', '🍎'],
  ['Tom has <pad>', '<'],
  ['#', '#'],
] as const) {
  test(`of “${text}” the unknown word is “${word}”`, () =>
    assert.throws(
      () => tokenizer.encode(text),
      (error) => error instanceof UnknownWord && error.word === word,
    ));
}

test('any text is either read or its first unknown word is named, which is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      try {
        assert.ok(tokenizer.encode(text).every((id) => id >= special.count));
      } catch (error) {
        assert.ok(error instanceof UnknownWord && error.word !== '' && text.includes(error.word));
      }
    }),
  );
});

/** Lets a text grow as a batch does, and collects its pieces. */
function grow(ids: readonly number[], stop: string[]) {
  const deltas: string[] = [];
  const text = growText(tokenizer, stop, (delta) => deltas.push(delta));
  for (const id of ids) {
    text.add(id);
    if (text.stopped) break;
  }
  return { text: text.end(), stopped: text.stopped, deltas };
}

test('a text ends before the first stop text, and its pieces, none of them empty, are the text', () => {
  const stops = fc.array(fc.constantFrom('\n', '####', '.', ' apples', '1', '12', 's.\n', 'Tom has', '', '= 4'), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(tokens, stops, (ids, stop) => {
      const { text, stopped, deltas } = grow(ids, stop);
      const whole = tokenizer.decode(ids);
      const places = stop.filter((end) => end !== '').map((end) => whole.indexOf(end));
      // Of stop texts that a token completes together, the one that begins first counts.
      const first = Math.min(...places.filter((place) => place >= 0));
      assert.equal(stopped, first < Infinity);
      assert.ok(
        whole.startsWith(text) &&
          (stopped ? stop.some((end) => end && whole.startsWith(end, text.length)) : text === whole),
      );
      assert.ok(stop.every((end) => end === '' || !text.includes(end)));
      assert.equal(deltas.join(''), text);
      assert.ok(deltas.every((delta) => delta !== ''));
    }),
    { numRuns: 500 },
  );
});

test('what may begin a stop text is held back, and told once it is none', () => {
  const ids = tokenizer.encode('Tom has 1.\n2');
  assert.deepEqual(grow(ids, ['.\n#']).deltas, ['Tom', ' has', ' 1', '.\n2']);
  assert.deepEqual(grow(ids, ['.\n2']), { text: 'Tom has 1', stopped: true, deltas: ['Tom', ' has', ' 1'] });
});
