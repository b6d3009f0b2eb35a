import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { parseFilter } from '../../src/core/curate/filter.ts';
import type { Arm } from '../../src/core/trace/trace.ts';
import { traceId } from '../../src/core/trace/trace.ts';
import { UserError } from '../../src/core/userError.ts';
import { createMemoryIndex } from '../../src/services/store/memoryIndex.ts';
import { hasSqlite, openSqliteIndex } from '../../src/services/store/sqliteIndex.ts';
import {
  type IndexBatch,
  type IndexedTrace,
  maxCells,
  splitTraceId,
  type TraceIndex,
  titleOf,
} from '../../src/services/store/traceIndex.ts';

const folder = await mkdtemp(join(tmpdir(), 'trace-loupe-index-'));
after(() => rm(folder, { recursive: true }));
let files = 0;

async function sqliteIndex(path = join(folder, `${++files}.sqlite`), grader = 'grader 1'): Promise<TraceIndex> {
  const index = await openSqliteIndex(path, grader);
  assert.ok(index, 'this Node has SQLite');
  return index;
}

type Facts = IndexedTrace['facts'];

function trace(problem: string, arm: Arm, sample: number, more: Partial<Facts> = {}): IndexedTrace {
  const facts: Facts = {
    id: traceId(problem, arm, sample),
    problem,
    arm,
    sample,
    model: arm === 'weak' ? 'small' : 'large',
    verdict: 'correct',
    answer: '72',
    answerKey: '72',
    path: 'p',
    flags: [],
    steps: 3,
    promptTokens: 10,
    completionTokens: 100,
    finish: 'stop',
    unsound: 0.1,
    reference: null,
    ...more,
  };
  return { facts, text: `words of ${facts.id}`, place: { file: 'traces.jsonl', offset: sample * 100, length: 90 } };
}

function problemBatch(ids: readonly string[]): IndexBatch {
  const problems = ids.map((id, i) => ({
    problem: { id, text: `The text of ${id} about plums` },
    place: { file: 'problems.jsonl', offset: i * 50, length: 49 },
  }));
  const reached = { bytes: ids.length * 50, lines: ids.length, fingerprint: 'f', warnings: [] };
  return { file: 'problems.jsonl', from: 0, reached, problems, traces: [] };
}

function traceBatch(traces: IndexedTrace[], from = 0, file = 'traces.jsonl'): IndexBatch {
  const reached = { bytes: from + traces.length * 100, lines: traces.length, fingerprint: 'g', warnings: [] };
  return { file, from, reached, problems: [], traces };
}

function filled(index: TraceIndex): TraceIndex {
  index.add(problemBatch(['a', 'b', 'c']));
  index.add(
    traceBatch([
      trace('b', 'strong', 1, { flags: ['guessedAnswer'], unsound: 0.5 }),
      trace('b', 'weak', 0, { verdict: 'incorrect', answer: '9', answerKey: '9', unsound: 0.95 }),
      trace('a', 'weak', 1, { flags: ['wrongArithmetic'], unsound: 0.9, steps: 12 }),
      trace('a', 'weak', 0),
      trace('a', 'strong', 0, { verdict: 'ungradable', answer: null, answerKey: null, finish: 'length' }),
    ]),
  );
  return index;
}

const kinds: [string, () => Promise<TraceIndex>][] = [
  ['SQLite', sqliteIndex],
  ['memory', async () => createMemoryIndex()],
];

for (const [kind, open] of kinds) {
  const index = async () => filled(await open());

  test(`${kind} index: an empty one answers with nothing`, async () => {
    const empty = await open();
    assert.deepEqual(empty.passing(parseFilter(''), 'file'), { problems: [], traces: 0 });
    assert.deepEqual(empty.scan(null, 10), []);
    assert.deepEqual(empty.queue(parseFilter(''), 10), []);
    assert.equal(empty.facts('a/w0'), null);
    assert.equal(empty.reached().size, 0);
    assert.deepEqual(empty.totals().problems, 0);
    empty.close();
    empty.close();
  });

  test(`${kind} index: totals count by arm`, async () => {
    const { problems, arms, judged } = (await index()).totals();
    assert.deepEqual([problems, judged], [3, 0]);
    const tokens = { promptTokens: 30, completionTokens: 300 };
    assert.deepEqual(arms.weak, { traces: 3, correct: 2, flaggedCorrect: 1, ...tokens });
    assert.deepEqual([arms.strong.traces, arms.strong.correct, arms.strong.flaggedCorrect], [2, 1, 1]);
  });

  test(`${kind} index: facts come back as they went in, with the judgement`, async () => {
    const one = await index();
    const given = trace('a', 'weak', 1, { flags: ['wrongArithmetic'], unsound: 0.9, steps: 12 });
    assert.deepEqual(one.facts('a/w1'), { ...given.facts, soundness: null, badProblem: false });
    one.setJudgement('a/w1', { soundness: 'unsound', badProblem: true });
    assert.deepEqual(one.facts('a/w1'), { ...given.facts, soundness: 'unsound', badProblem: true });
    assert.deepEqual(one.place('a/w1'), given.place);
    assert.deepEqual(one.problemPlace('b'), { file: 'problems.jsonl', offset: 50, length: 49 });
    assert.equal(one.place('a/w7'), null);
    assert.equal(one.problemPlace('z'), null);
    assert.equal(one.problemNumber('z'), null);
    assert.ok(
      one.passing(parseFilter(''), 'file').problems.includes(one.problemNumber('b') ?? -1),
      'the number that lists use',
    );
  });

  test(`${kind} index: reference soundness comes back and is filtered by, whatever people say`, async () => {
    const one = await open();
    one.add(problemBatch(['a', 'b']));
    one.add(
      traceBatch([
        trace('a', 'weak', 0, { reference: 'sound' }),
        trace('a', 'weak', 1, { reference: 'unsound' }),
        trace('b', 'weak', 0),
      ]),
    );
    one.setJudgement('a/w1', { soundness: 'sound', badProblem: false });
    const passing = (filter: string) => one.queue(parseFilter(filter), 10);
    assert.deepEqual(passing('reference:sound'), ['a/w0']);
    assert.deepEqual(passing('reference:unsound'), ['a/w1']);
    assert.deepEqual(passing('reference:none'), ['b/w0']);
    assert.deepEqual(passing('reference:unsound soundness:sound'), ['a/w1']);
    assert.equal(one.facts('a/w1')?.reference, 'unsound');
    assert.equal(one.facts('b/w0')?.reference, null);
    assert.equal(one.matrix(parseFilter('reference:unsound')).correct.sound, 1, 'the matrix is people’s');
    one.close();
  });

  test(`${kind} index: a row shows all samples of its problem`, async () => {
    const one = await index();
    const { problems } = one.passing(parseFilter('flag:wrongArithmetic'), 'file');
    const [row] = one.problemRows(problems);
    assert.equal(row?.id, 'a');
    assert.equal(row?.title, 'The text of a about plums');
    assert.deepEqual(
      row?.samples.weak.map(({ trace: id, state }) => [id, state]),
      [
        ['a/w0', 'correct'],
        ['a/w1', 'flagged'],
      ],
    );
    assert.deepEqual(row?.samples.strong, [{ trace: 'a/s0', state: 'ungradable', soundness: null }]);
  });

  test(`${kind} index: problems are ordered by file, by coverage (lowest first) or by flagged traces (most first)`, async () => {
    const one = await index();
    one.add(traceBatch([trace('c', 'weak', 0, { verdict: 'incorrect' })], 500));
    const order = (sort: 'file' | 'coverage' | 'flagged') =>
      one.problemRows(one.passing(parseFilter(''), sort).problems).map(({ id }) => id);
    assert.deepEqual(order('file'), ['a', 'b', 'c']);
    assert.deepEqual(order('coverage'), ['c', 'b', 'a']);
    assert.deepEqual(order('flagged'), ['a', 'b', 'c']);
  });

  test(`${kind} index: the queue has flagged correct traces first, then the most suspicious`, async () => {
    const one = await index();
    assert.deepEqual(one.queue(parseFilter(''), 10), ['a/w1', 'b/s1', 'b/w0', 'a/w0', 'a/s0']);
    assert.deepEqual(one.queue(parseFilter('verdict:correct'), 2), ['a/w1', 'b/s1']);
  });

  test(`${kind} index: the matrix leaves the filter's own verdict and soundness aside`, async () => {
    const one = await index();
    one.setJudgements([
      ['a/w0', { soundness: 'sound', badProblem: false }],
      ['a/w1', { soundness: 'unsound', badProblem: false }],
      ['b/s1', { soundness: 'unsure', badProblem: false }],
    ]);
    const whole = { correct: { sound: 1, unsound: 1, none: 1 }, incorrect: { sound: 0, unsound: 0, none: 1 } };
    assert.deepEqual(one.matrix(parseFilter('')), whole);
    assert.deepEqual(one.matrix(parseFilter('verdict:correct soundness:sound')), whole);
    assert.deepEqual(one.matrix(parseFilter('arm:weak verdict:correct')), {
      correct: { sound: 1, unsound: 1, none: 0 },
      incorrect: { sound: 0, unsound: 0, none: 1 },
    });
    assert.equal(one.totals().judged, 3);
  });

  test(`${kind} index: setting all judgements forgets the others`, async () => {
    const one = await index();
    one.setJudgement('a/w0', { soundness: 'sound', badProblem: false });
    one.setJudgements([['a/w1', { soundness: null, badProblem: true }]]);
    assert.equal(one.facts('a/w0')?.soundness, null);
    assert.equal(one.facts('a/w1')?.badProblem, true);
    assert.equal(one.totals().judged, 0);
    one.setJudgement('nobody/w0', { soundness: 'sound', badProblem: false });
  });

  test(`${kind} index: the first of two traces with one id stays, and the second is reported`, async () => {
    const one = await index();
    const again = trace('a', 'weak', 0, { verdict: 'incorrect' });
    assert.deepEqual(one.add(traceBatch([again, trace('c', 'weak', 0)], 0, 'traces.2.jsonl')), ['a/w0']);
    assert.equal(one.facts('a/w0')?.verdict, 'correct');
    assert.equal(one.totals().arms.weak.traces, 4);
    assert.match(
      one.reached().get('traces.2.jsonl')?.warnings.join() ?? '',
      /traces\.2\.jsonl holds a\/w0 a second time/,
    );
  });

  test(`${kind} index: a batch that does not begin where the index ends is refused`, async () => {
    const one = await index();
    assert.equal(one.add(traceBatch([trace('c', 'weak', 0)], 100)), null);
    assert.equal(one.facts('c/w0'), null);
    assert.equal(one.reached().get('traces.jsonl')?.bytes, 500);
  });

  test(`${kind} index: a cleared one is empty and can be filled again`, async () => {
    const one = await index();
    one.clear();
    assert.equal(one.totals().arms.weak.traces, 0);
    assert.equal(one.reached().size, 0);
    assert.equal(filled(one).passing(parseFilter(''), 'file').traces, 5);
  });

  test(`${kind} index: a scan goes by problem, weak first, then by sample, in any portions`, async () => {
    const one = await index();
    const wanted = ['a/w0', 'a/w1', 'a/s0', 'b/w0', 'b/s1'];
    for (const portion of [1, 2, 3, 10]) {
      const seen: string[] = [];
      for (let last: string | null = null; ; last = seen.at(-1) ?? null) {
        const facts = one.scan(last, portion);
        seen.push(...facts.map(({ id }) => id));
        if (facts.length < portion) break;
      }
      assert.deepEqual(seen, wanted);
    }
  });

  test(`${kind} index: traces of one problem pass by the filter`, async () => {
    const one = await index();
    assert.deepEqual(
      one.tracesOf('a', parseFilter('verdict:correct')).map(({ id }) => id),
      ['a/w0', 'a/w1'],
    );
    assert.deepEqual(one.tracesOf('nobody', parseFilter('')), []);
  });

  test(`${kind} index: a problem of very many samples shows the first ${maxCells}`, async () => {
    const one = await open();
    one.add(problemBatch(['a']));
    one.add(traceBatch(Array.from({ length: maxCells + 5 }, (_, sample) => trace('a', 'weak', sample))));
    assert.equal(one.problemRows(one.passing(parseFilter(''), 'file').problems)[0]?.samples.weak.length, maxCells);
    one.close();
  });
}

const hostileText = fc.constantFrom("'", '"', "x'); DROP TABLE traces; --", '%', '_', ',', 'a b', '\u0000', '😀', 'a');
const anyTrace = fc.record({
  problem: fc.constantFrom('a', 'b', 'c'),
  arm: fc.constantFrom<Arm>('weak', 'strong'),
  sample: fc.nat(5),
  more: fc.record({
    verdict: fc.constantFrom<Facts['verdict']>('correct', 'incorrect', 'ungradable'),
    model: hostileText,
    answerKey: fc.option(fc.constantFrom('72', '9', "o'clock")),
    flags: fc.subarray(['wrongArithmetic', 'wrongArithmetic2', 'guessedAnswer']),
    steps: fc.nat(12),
    completionTokens: fc.nat(500),
    finish: fc.constantFrom<Facts['finish']>('stop', 'length', 'contentFilter', 'unknown'),
    unsound: fc.constantFrom(0, 0.25, 0.5),
    reference: fc.constantFrom<Facts['reference']>('sound', 'unsound', null),
  }),
  judgement: fc.record({
    soundness: fc.option(fc.constantFrom('sound' as const, 'unsound' as const, 'unsure' as const)),
    badProblem: fc.boolean(),
  }),
});
const anyTerm = fc.oneof(
  fc.constantFrom(
    'arm:weak',
    'arm:strong',
    'flag:any',
    'flag:none',
    'flag:wrongArithmetic',
    'flag:wrong',
    'finish:length',
  ),
  fc.constantFrom('verdict:correct', 'verdict:ungradable', 'answer:72', 'answer:none', "answer:o'clock", 'problem:b'),
  fc.constantFrom('soundness:none', 'soundness:bad', 'soundness:unsure', 'soundness:sound'),
  fc.constantFrom('reference:none', 'reference:sound', 'reference:unsound'),
  hostileText.map((text) => `model:${JSON.stringify(text).replace('\\u0000', '\u0000')}`),
  hostileText.map((text) => `flag:"${text.replaceAll('"', '\\"')}"`),
  fc
    .tuple(fc.constantFrom('steps', 'tokens'), fc.constantFrom('<', '<=', '>', '>=', ':'), fc.nat(500))
    .map((t) => t.join('')),
);

test('both indexes give the same answers to any filter on any traces', async () => {
  const sqlite = await sqliteIndex();
  const filters = fc.array(fc.array(anyTerm, { maxLength: 2 }), { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(fc.array(anyTrace, { minLength: 5, maxLength: 40 }), filters, (made, written) => {
      const memory = createMemoryIndex();
      sqlite.clear();
      const taken = [sqlite, memory].map((index) => {
        index.add(problemBatch(['c', 'a', 'b']));
        const traces = made.map(({ problem, arm, sample, more }) => trace(problem, arm, sample, more));
        const twice = index.add(traceBatch(traces));
        index.setJudgements(made.map((m) => [traceId(m.problem, m.arm, m.sample), m.judgement]));
        return { twice, totals: index.totals(), scan: index.scan(null, 100) };
      });
      assert.deepEqual(taken[0], taken[1]);
      for (const terms of written) {
        const [found, wanted] = [sqlite, memory].map((index) => answersTo(index, terms.join(' ')));
        assert.deepEqual(found, wanted, terms.join(' '));
      }
    }),
    { numRuns: 40 },
  );
  sqlite.close();
});

function answersTo(index: TraceIndex, text: string) {
  const filter = parseFilter(text);
  const sorted = (['file', 'coverage', 'flagged'] as const).map((sort) => {
    const { problems, traces } = index.passing(filter, sort);
    return { traces, rows: index.problemRows(problems) };
  });
  const [matrix, queue, ofA] = [index.matrix(filter), index.queue(filter, 7), index.tracesOf('a', filter)];
  return { matrix, queue, ofA, sorted };
}

test('SQLite index: words find traces by their own text and by their problem', async () => {
  const index = await sqliteIndex();
  index.add(problemBatch(['a', 'b']));
  const of = (problem: string, sample: number, text: string) => ({ ...trace(problem, 'weak', sample), text });
  index.add(
    traceBatch([
      of('a', 0, 'Half as many crates, so $48/2=24$.'),
      of('a', 1, 'As many as half.'),
      of('b', 0, 'Crème brûlée'),
    ]),
  );
  const found = (filter: string) => index.queue(parseFilter(filter), 10);
  assert.deepEqual(found('crates'), ['a/w0']);
  assert.deepEqual(found('crat'), ['a/w0'], 'the beginning of a word is enough');
  assert.deepEqual(found('"crat"'), [], 'but not in quotes');
  assert.deepEqual(found('"half as many"'), ['a/w0']);
  assert.deepEqual(found('half many'), ['a/w0', 'a/w1']);
  assert.deepEqual(found('48/2=24'), ['a/w0']);
  assert.deepEqual(found('creme'), ['b/w0']);
  assert.deepEqual(found('plums'), ['a/w0', 'a/w1', 'b/w0'], 'the problems’ texts');
  assert.deepEqual(found('many verdict:incorrect'), []);
});

test('SQLite index: any words are safe to search', async () => {
  const index = filled(await sqliteIndex());
  const words = fc.oneof(
    fc.string(),
    hostileText,
    fc.constantFrom('NEAR(', 'a OR b', 'col:x', '*', '^', '-x', '(', '""'),
  );
  fc.assert(
    fc.property(words, (text) => {
      const value = text.replaceAll('\\', '').replaceAll('"', '\\"');
      for (const filter of [`"${value}"`]) assert.ok(index.passing(parseFilter(filter), 'file').traces >= 0);
      const bare = { terms: [{ field: 'words' as const, value: text, phrase: false }] };
      assert.ok(index.passing(bare, 'file').traces >= 0);
    }),
  );
  assert.equal(index.totals().arms.weak.traces, 3);
});

test('memory index: words are refused in a sentence', () => {
  assert.throws(() => createMemoryIndex().passing(parseFilter('plums'), 'file'), UserError);
});

test('SQLite index: what was indexed is there when it is opened again', async () => {
  const path = join(folder, 'again.sqlite');
  filled(await sqliteIndex(path)).close();
  const again = await sqliteIndex(path);
  assert.equal(again.passing(parseFilter(''), 'file').traces, 5);
  assert.equal(again.reached().get('traces.jsonl')?.bytes, 500);
  again.close();
});

test('SQLite index: another grader begins anew', async () => {
  const path = join(folder, 'grader.sqlite');
  filled(await sqliteIndex(path, 'one')).close();
  const other = await sqliteIndex(path, 'two');
  assert.equal(other.reached().size, 0);
  other.close();
});

test('SQLite index: one of an earlier layout is made anew', async () => {
  const path = join(folder, 'layout.sqlite');
  filled(await sqliteIndex(path)).close();
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(path);
  db.exec('UPDATE about SET layout = 1; ALTER TABLE traces DROP COLUMN reference');
  db.close();
  const index = await sqliteIndex(path);
  assert.equal(index.reached().size, 0);
  assert.equal(filled(index).passing(parseFilter('reference:none'), 'file').traces, 5);
  index.close();
});

test('SQLite index: a broken file is made anew', async () => {
  const path = join(folder, 'broken.sqlite');
  await writeFile(path, 'this is no database, by any means'.repeat(100));
  const index = filled(await sqliteIndex(path));
  assert.equal(index.passing(parseFilter(''), 'file').traces, 5);
  index.close();
});

test('SQLite index: two windows at once index every trace once', async () => {
  const path = join(folder, 'two.sqlite');
  const [one, two] = [await sqliteIndex(path), await sqliteIndex(path)];
  one.add(problemBatch(['a']));
  assert.equal(two.add(problemBatch(['a'])), null);
  assert.deepEqual(one.add(traceBatch([trace('a', 'weak', 0)])), []);
  assert.equal(two.add(traceBatch([trace('a', 'weak', 0)])), null);
  assert.deepEqual(two.add(traceBatch([trace('a', 'weak', 1)], 100)), []);
  assert.equal(one.passing(parseFilter(''), 'file').traces, 2);
  one.close();
  two.close();
});

test('this Node has SQLite with full text', async () => assert.equal(await hasSqlite(), true));

test('ids are taken apart as they were made, and other texts are none', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.constantFrom<Arm>('weak', 'strong'),
      fc.nat(999_999_999),
      (problem, arm, sample) => {
        assert.deepEqual(splitTraceId(traceId(problem, arm, sample)), { problem, arm, sample });
      },
    ),
  );
  for (const none of ['', 'a', 'a/', 'a/w', 'a/x1', 'a/w01', 'a/w-1', 'a/w1e3', 'w1'])
    assert.equal(splitTraceId(none), null);
});

test('titles are short and on one line', () => {
  assert.equal(titleOf('  An orchard\n\nfills   crates.'), 'An orchard fills crates.');
  assert.ok(titleOf('x'.repeat(1e6)).length <= 100);
});
