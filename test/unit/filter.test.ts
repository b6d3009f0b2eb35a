import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type FilterFacts,
  type FilterTerm,
  filterPredicate,
  parseFilter,
  shortKey,
  withoutTerms,
} from '../../src/core/curate/filter.ts';
import { UserError } from '../../src/core/userError.ts';

const read: [string, FilterTerm[]][] = [
  ['', []],
  ['   ', []],
  ['arm:weak', [{ field: 'arm', value: 'weak' }]],
  ['ARM:Weak', [{ field: 'arm', value: 'weak' }]],
  [
    'verdict:correct flag:any',
    [
      { field: 'verdict', value: 'correct' },
      { field: 'flag', value: 'any' },
    ],
  ],
  ['flag:wrongArithmetic', [{ field: 'flag', value: 'wrongArithmetic' }]],
  ['soundness:none', [{ field: 'soundness', value: 'none' }]],
  ['soundness:bad', [{ field: 'soundness', value: 'bad' }]],
  ['reference:Unsound', [{ field: 'reference', value: 'unsound' }]],
  ['reference:none', [{ field: 'reference', value: 'none' }]],
  ['answer:72', [{ field: 'answer', key: '72' }]],
  ['answer:72.0', [{ field: 'answer', key: '72' }]],
  ['answer:none', [{ field: 'answer', key: null }]],
  ['steps>8', [{ field: 'steps', comparison: '>', value: 8 }]],
  ['steps>=8', [{ field: 'steps', comparison: '>=', value: 8 }]],
  ['steps:8', [{ field: 'steps', comparison: '=', value: 8 }]],
  ['tokens<400', [{ field: 'tokens', comparison: '<', value: 400 }]],
  ['problem:gsm/17', [{ field: 'problem', value: 'gsm/17' }]],
  ['problem:"two words/3"', [{ field: 'problem', value: 'two words/3' }]],
  ['model:org/name:7b', [{ field: 'model', value: 'org/name:7b' }]],
  ['finish:length', [{ field: 'finish', value: 'length' }]],
  [
    'orchard plum',
    [
      { field: 'words', value: 'orchard', phrase: false },
      { field: 'words', value: 'plum', phrase: false },
    ],
  ],
  ['"half as many"', [{ field: 'words', value: 'half as many', phrase: true }]],
  ['"arm:weak"', [{ field: 'words', value: 'arm:weak', phrase: true }]],
  ['"say \\"x\\""', [{ field: 'words', value: 'say "x"', phrase: true }]],
  ['\\frac', [{ field: 'words', value: '\\frac', phrase: false }]],
  ['x=5', [{ field: 'words', value: 'x=5', phrase: false }]],
  ['""', []],
];

for (const [text, terms] of read) {
  test(`the filter ${JSON.stringify(text)} is read`, () => assert.deepEqual(parseFilter(text).terms, terms));
}

const refused: [string, RegExp][] = [
  ['arm:middle', /arm:middle.*weak, strong/],
  ['verdict:right', /verdict:right.*correct, incorrect, ungradable/],
  ['reference:unsure', /reference:unsure.*sound, unsound, none/],
  ['reference>sound', /reference>sound.*can't be compared/],
  ['steps>many', /steps>many.*whole number/],
  ['steps>-1', /steps>-1.*whole number/],
  ['steps:', /steps:.*whole number/],
  ['colour:red', /colour:red.*arm, verdict, flag/],
  ['flag:', /flag:.*nothing after the colon/],
  ['arm>weak', /arm>weak.*can't be compared/],
  ['"not closed', /"not closed is not closed/],
  ['x'.repeat(3000), /2000 characters/],
  ['a '.repeat(60), /50 terms/],
];

for (const [text, message] of refused) {
  test(`the filter ${text.slice(0, 20)} is refused in a sentence that quotes it`, () => {
    assert.throws(
      () => parseFilter(text),
      (error) => error instanceof UserError && message.test(error.message),
    );
  });
}

const facts: FilterFacts = {
  problem: 'gsm/17',
  arm: 'weak',
  model: 'gemma',
  verdict: 'correct',
  answerKey: '72',
  flags: ['wrongArithmetic'],
  soundness: null,
  badProblem: false,
  reference: 'unsound',
  steps: 9,
  completionTokens: 184,
  finish: 'stop',
};

const passing: [string, boolean][] = [
  ['', true],
  ['arm:weak verdict:correct flag:any soundness:none steps>8 tokens<200 answer:72.00', true],
  ['arm:strong', false],
  ['arm:weak arm:strong', false],
  ['flag:none', false],
  ['flag:guessedAnswer', false],
  ['flag:wrongArithmetic', true],
  ['soundness:sound', false],
  ['soundness:bad', false],
  ['reference:unsound', true],
  ['reference:sound', false],
  ['reference:none', false],
  ['answer:none', false],
  ['steps>9', false],
  ['steps>=9', true],
  ['steps<10', true],
  ['steps<=8', false],
  ['model:gemma', true],
  ['problem:gsm/1', false],
  ['finish:length', false],
];

for (const [text, passes] of passing) {
  test(`a trace ${passes ? 'passes' : 'does not pass'} ${JSON.stringify(text)}`, () => {
    assert.equal(filterPredicate(parseFilter(text))(facts), passes);
  });
}

test('a trace of a bad problem is not among those of which nothing was said', () => {
  assert.equal(filterPredicate(parseFilter('soundness:none'))({ ...facts, badProblem: true }), false);
  assert.equal(filterPredicate(parseFilter('soundness:bad'))({ ...facts, badProblem: true }), true);
});

test('a trace of a problem without keys has no reference', () => {
  assert.equal(filterPredicate(parseFilter('reference:none'))({ ...facts, reference: null }), true);
  assert.equal(filterPredicate(parseFilter('reference:unsound'))({ ...facts, reference: null }), false);
});

test('words are a UserError where there is no full text', () => {
  assert.throws(() => filterPredicate(parseFilter('orchard')), UserError);
});

test('terms can be taken out by field', () => {
  const filter = withoutTerms(parseFilter('verdict:correct flag:any soundness:none'), ['verdict', 'soundness']);
  assert.deepEqual(filter.terms, [{ field: 'flag', value: 'any' }]);
});

test('any text is read or refused with a UserError, within its length', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('arm:', 'steps>', '"', '\\"', ':', ' ', 'answer:', '\n'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        parseFilter(pieces.join(''));
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
      }
    }),
  );
});

test('any words come back when they are quoted', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 40 }), (words) => {
      fc.pre(!words.includes('\\'));
      const { terms } = parseFilter(`"${words.replaceAll('"', '\\"')}"`);
      assert.deepEqual(terms, [{ field: 'words', value: words, phrase: true }]);
    }),
  );
});

test('short keys are at most 64 characters, keep short ones, and tell long ones apart', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 200 }), (a, b) => {
      assert.ok(shortKey(a).length <= 64);
      if (a.length <= 64) assert.equal(shortKey(a), a);
      assert.equal(shortKey(a) === shortKey(b), a === b);
    }),
  );
  const long = 'x'.repeat(100);
  assert.notEqual(shortKey(`${long}1`), shortKey(`${long}2`));
});
