import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hash32 } from '../../src/core/curate/hash.ts';
import type { SelectionPolicy } from '../../src/core/curate/policy.ts';
import { defaultPolicy } from '../../src/core/curate/policy.ts';
import type { Candidate } from '../../src/core/curate/select.ts';
import { select } from '../../src/core/curate/select.ts';
import { splitter } from '../../src/core/curate/split.ts';
import type { Arm } from '../../src/core/trace/trace.ts';
import { traceId } from '../../src/core/trace/trace.ts';
import { UserError } from '../../src/core/userError.ts';

/** A correct, unflagged, unjudged trace; `w0` is the weak arm's first of problem `p`. */
function candidate(name: string, change: Partial<Candidate> = {}): Candidate {
  const arm: Arm = name.startsWith('w') ? 'weak' : 'strong';
  const sample = Number(name.slice(1));
  const problem = change.problem ?? 'p';
  return {
    id: traceId(problem, arm, sample),
    problem,
    arm,
    sample,
    verdict: 'correct',
    path: name,
    flagged: false,
    truncated: false,
    soundness: null,
    badProblem: false,
    ...change,
  };
}

const policy = (change: Partial<SelectionPolicy> = {}): SelectionPolicy => ({ ...defaultPolicy, ...change });
const kept = (candidates: Candidate[], change?: Partial<SelectionPolicy>) =>
  select(candidates, policy(change)).kept.map(({ trace }) => trace.replace(/^p\//, ''));
const pairs = (candidates: Candidate[], change?: Partial<SelectionPolicy>) =>
  select(candidates, policy(change)).pairs.map(({ chosen, rejected }) =>
    [chosen, rejected].map((id) => id.slice(2)).join(' > '),
  );

/** One trace for every reason to drop it, and one to keep. */
const mixed = [
  candidate('w0', { path: 'a' }),
  candidate('w1', { path: 'b', flagged: true }),
  candidate('w2', { path: 'c', flagged: true, soundness: 'sound' }),
  candidate('w3', { path: 'd', soundness: 'unsound' }),
  candidate('w4', { path: 'e', verdict: 'incorrect' }),
  candidate('w5', { path: 'f', truncated: true }),
  candidate('w6', { path: 'g', soundness: 'unsure' }),
  candidate('w7', { path: 'h', verdict: 'ungradable' }),
  candidate('s0', { path: 'i', soundness: 'sound' }),
];

test('each policy keeps what it says', () => {
  const table: [change: Partial<SelectionPolicy>, kept: string][] = [
    [{}, 'w0 w2 w6 s0'],
    [{ soundness: 'any' }, 'w0 w1 w2 w3 w6 s0'],
    [{ soundness: 'notUnsound' }, 'w0 w1 w2 w6 s0'],
    [{ soundness: 'soundOnly' }, 'w2 s0'],
    [{ arms: ['strong'] }, 's0'],
    [{ arms: [] }, ''],
    [{ verdicts: ['incorrect', 'ungradable'] }, 'w4 w7'],
    [{ keepTruncated: true }, 'w0 w2 w5 w6 s0'],
    [{ capPerProblem: 2 }, 'w2 s0'],
  ];
  for (const [change, expected] of table) assert.equal(kept(mixed, change).join(' '), expected, JSON.stringify(change));
});

test('every trace is counted once, by the first reason that applies', () => {
  const all = [
    ...mixed,
    candidate('s1', { path: 'i' }),
    candidate('s2', { path: 'j', verdict: 'incorrect', truncated: true }),
    candidate('w0', { problem: 'q', badProblem: true }),
    candidate('w1', { problem: 'q' }),
    candidate('w2', { problem: 'q', flagged: true }),
  ];
  const { counts } = select(all, policy({ capPerProblem: 3 }));
  assert.deepEqual(counts, {
    traces: 14,
    kept: 3,
    problemsKept: 1,
    keptByArm: { weak: 2, strong: 1 },
    dropped: { arm: 0, verdict: 3, truncated: 1, soundness: 3, badProblem: 2, duplicatePath: 1, cap: 1 },
    pairs: 3,
  });
});

test('of correct traces with equal paths one stays: the one called sound, else an unflagged one', () => {
  const same = { path: 'x' };
  const [doubtful, plain, sound] = [
    candidate('w0', { ...same, flagged: true }),
    candidate('w1', same),
    candidate('s3', { ...same, soundness: 'sound' }),
  ];
  assert.deepEqual(kept([doubtful, plain, sound], { soundness: 'any' }), ['s3']);
  assert.deepEqual(kept([doubtful, plain], { soundness: 'any' }), ['w1']);
  assert.deepEqual(kept([doubtful, plain, sound], { soundness: 'any', onePerPath: false }), ['w0', 'w1', 's3']);
  const wrong = { ...same, verdict: 'incorrect' } as const;
  assert.deepEqual(kept([candidate('w0', wrong), candidate('w1', wrong)], { verdicts: ['incorrect'] }), ['w0', 'w1']);
  const elsewhere = candidate('w0', { ...same, problem: 'q' });
  assert.equal(kept([plain, elsewhere]).length, 2);
});

test('which duplicate stays turns on the seed, and favours neither arm', () => {
  const problems = Array.from({ length: 400 }, (_, i) => `p${i}`);
  const twins = problems.flatMap((problem) => ['w0', 's0'].map((name) => candidate(name, { problem, path: 'x' })));
  const weakKept = (seed: number) => select(twins, policy({ seed })).counts.keptByArm.weak;
  for (const seed of [0, 1, 2]) assert.ok(Math.abs(weakKept(seed) - 200) < 60, String(weakKept(seed)));
  const choice = (seed: number) => select(twins, policy({ seed })).kept.map(({ trace }) => trace);
  assert.notDeepEqual(choice(0), choice(1));
});

test('pairs set good reasoning over false positives first, then over incorrect answers', () => {
  const traces = [
    candidate('w0'),
    candidate('w1'),
    candidate('w2'),
    candidate('w3'),
    candidate('w4', { verdict: 'incorrect' }),
    candidate('w5', { soundness: 'unsound' }),
    candidate('w6', { flagged: true }),
    candidate('s0', { soundness: 'sound' }),
  ];
  const made = pairs(traces);
  assert.equal(made.length, 3);
  assert.equal(made[0], 's0 > w5');
  assert.match(made[1] ?? '', / > w6$/);
  assert.match(made[2] ?? '', / > w4$/);
  assert.deepEqual(pairs(traces, { capPerProblem: 1 }), ['s0 > w5']);
  assert.deepEqual(pairs(traces, { soundness: 'soundOnly' }), ['s0 > w5']);
  assert.ok(
    !pairs(traces, { soundness: 'notUnsound' }).some((pair) => pair.includes('w6')),
    'a rule alone rejects nothing',
  );
});

test('nothing doubtful is chosen, and nothing that may be right is rejected', () => {
  const wrong = candidate('w9', { verdict: 'incorrect' });
  const neverChosen = [
    candidate('w0', { flagged: true }),
    candidate('w0', { soundness: 'unsound' }),
    candidate('w0', { verdict: 'ungradable' }),
    candidate('w0', { truncated: true }),
  ];
  for (const poor of neverChosen) assert.deepEqual(pairs([poor, wrong], { soundness: 'any' }), []);
  const neverRejected = [
    candidate('w9', { verdict: 'incorrect', soundness: 'sound' }),
    candidate('w9', { verdict: 'ungradable' }),
    candidate('w9', { flagged: true, soundness: 'sound' }),
    candidate('w9', { verdict: 'incorrect', truncated: true }),
  ];
  for (const good of neverRejected)
    assert.ok(!pairs([candidate('w0'), good]).some((pair) => pair.endsWith('> w9')), JSON.stringify(good));
  assert.deepEqual(pairs([candidate('w0', { badProblem: true }), wrong]), []);
  assert.deepEqual(pairs([candidate('w0'), { ...wrong, arm: 'strong' }], { arms: ['weak'] }), []);
});

test('a pair’s two sides differ in their path', () => {
  const flagged = candidate('w1', { path: 'x', flagged: true });
  assert.deepEqual(pairs([candidate('w0', { path: 'x' }), flagged]), []);
  const other = candidate('w2', { path: 'y', verdict: 'incorrect' });
  assert.deepEqual(pairs([candidate('w0', { path: 'x' }), flagged, other]), ['w0 > w2']);
});

const anyCandidates = fc
  .uniqueArray(
    fc.record({
      problem: fc.constantFrom('p', 'q', 'r', 'set/12'),
      name: fc.tuple(fc.constantFrom('w', 's'), fc.nat(5)).map(([arm, sample]) => `${arm}${sample}`),
      verdict: fc.constantFrom('correct' as const, 'incorrect' as const, 'ungradable' as const),
      path: fc.constantFrom('x', 'y', 'z'),
      flagged: fc.boolean(),
      truncated: fc.boolean(),
      soundness: fc.constantFrom(null, 'sound' as const, 'unsound' as const, 'unsure' as const),
      badProblem: fc.nat(9).map((n) => n === 0),
    }),
    { selector: ({ problem, name }) => `${problem}/${name}`, maxLength: 40 },
  )
  .map((rows) => rows.map(({ name, ...change }) => candidate(name, change)));
const anyPolicy: fc.Arbitrary<SelectionPolicy> = fc.record({
  arms: fc.constantFrom<Arm[]>(['weak', 'strong'], ['weak']),
  verdicts: fc.constantFrom<SelectionPolicy['verdicts']>(['correct'], ['correct', 'incorrect']),
  soundness: fc.constantFrom<SelectionPolicy['soundness']>('any', 'notUnsound', 'unflagged', 'soundOnly'),
  onePerPath: fc.boolean(),
  capPerProblem: fc.constantFrom(null, 1, 3),
  keepTruncated: fc.boolean(),
  split: fc.constantFrom(null, { train: 3, test: 1 }),
  seed: fc.nat(),
});

test('a selection depends on the set of traces, not on their order', () => {
  const shuffled = anyCandidates.chain((rows) =>
    fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
  );
  fc.assert(
    fc.property(shuffled, anyPolicy, ([rows, other], chosen) => {
      assert.deepEqual(select(other, chosen), select(rows, chosen));
    }),
  );
});

test('kept and dropped are all traces, no trace is in two pairs, and a problem stays in one split', () => {
  fc.assert(
    fc.property(anyCandidates, anyPolicy, (rows, chosen) => {
      const selection = select(rows, chosen);
      const { counts } = selection;
      const dropped = Object.values(counts.dropped).reduce((sum, n) => sum + n, 0);
      assert.equal(counts.kept + dropped, rows.length);
      assert.equal(counts.kept, selection.kept.length);
      const paired = selection.pairs.flatMap((pair) => [pair.chosen, pair.rejected]);
      assert.equal(new Set(paired).size, paired.length);
      const splits = new Set(
        [...selection.kept, ...selection.pairs].map(({ problem, split }) => `${problem} ${split}`),
      );
      assert.equal(splits.size, new Set([...selection.kept, ...selection.pairs].map(({ problem }) => problem)).size);
    }),
  );
});

test('a split follows its shares, the seed, and not the order of its parts', () => {
  const problems = Array.from({ length: 5000 }, (_, i) => `gsm8k/${i}`);
  const split = splitter({ train: 0.9, validation: 0.1 }, 1);
  const train = problems.filter((problem) => split(problem) === 'train').length;
  assert.ok(Math.abs(train - 4500) < 90, String(train));
  const turned = splitter({ validation: 10, train: 90 }, 1);
  const reseeded = splitter({ train: 0.9, validation: 0.1 }, 2);
  assert.ok(problems.every((problem) => split(problem) === turned(problem)));
  assert.ok(problems.some((problem) => split(problem) !== reseeded(problem)));
  assert.equal(splitter(null, 1)('p'), null);
});

test('the hash that splits rest on never changes', () => {
  assert.deepEqual(
    ['', 'gsm8k/1', 'gsm8k/2', 'Ω/🙂'].map((text) => hash32(text, 7)),
    [4195733450, 3893412497, 3257897415, 2134187023],
  );
});

test('a split that is none is refused in a sentence', () => {
  const refused = (shares: Record<string, number>, sentence: RegExp) =>
    assert.throws(
      () => splitter(shares, 0),
      (error) => error instanceof UserError && sentence.test(error.message),
    );
  refused({}, /names no part/);
  refused({ '../train': 1 }, /"\.\.\/train" must be/);
  refused({ train: 0 }, /share of "train" must be a number above 0/);
  refused({ train: Number.NaN }, /above 0; found NaN/);
});
