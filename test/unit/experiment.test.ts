import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { GenerateRequest } from '../../src/services/models/embedded/generate.ts';
import { compare, overSeeds, type Values } from '../../tools/experiment/compare.ts';
import { figuresOf } from '../../tools/experiment/figures.ts';
import { readOptions } from '../../tools/experiment/options.ts';
import { readTestProblems, type TestProblem } from '../../tools/experiment/problems.ts';
import { progressLine } from '../../tools/experiment/progress.ts';
import { drawArm, inLanes } from '../../tools/experiment/sample.ts';
import { type ArmTally, Tallying, type Training } from '../../tools/experiment/tally.ts';
import { findWeights } from '../../tools/experiment/weights.ts';
import { grid, models, trainings, uniform } from '../fakes/experiment.ts';

const near = (actual: number | null | undefined, expected: number, slack = 1e-9) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= slack, `${actual} is not within ${slack} of ${expected}`);

const tokensOf = (arm?: ArmTally) => (arm?.problems ?? []).reduce((sum, { tokens }) => sum + tokens, 0);

/** All ways to choose k of n. */
function subsets(n: number, k: number): number[][] {
  if (k === 0) return [[]];
  return Array.from({ length: n }, (_, last) => last)
    .filter((last) => last >= k - 1)
    .flatMap((last) => subsets(last, k - 1).map((rest) => [...rest, last]));
}

test('coverage, coverage by sound traces and diversity are those of all subsets of the traces', () => {
  const path = ['a', 'a', 'b', 'c', '', 'b'];
  const correct = [true, true, true, true, false, false];
  const sound = [true, false, false, true, true, false];
  const tallying = new Tallying(1);
  path.forEach((key, i) => {
    const wrong = sound[i] ? null : 'operands';
    tallying.add(0, { correct: correct[i] ?? false, wrong, path: key, completionTokens: 10, truncated: false });
  });
  const arm = tallying.result();
  for (const k of [1, 2, 3, 5]) {
    const { points } = figuresOf([{ seed: 0, weak: arm, strong: arm }], models, [{ weak: k, strong: k }]);
    const drawn = subsets(6, k);
    const share = (of: (i: number) => boolean) => drawn.filter((subset) => subset.some(of)).length / drawn.length;
    const distinct = drawn.map((subset) => new Set(subset.filter((i) => correct[i]).map((i) => path[i])).size);
    near(
      points[0]?.coverage.weak.value,
      share((i) => correct[i] === true),
    );
    near(
      points[0]?.coverageBySound.weak.value,
      share((i) => correct[i] === true && sound[i] === true),
    );
    near(points[0]?.diversity.weak.value, distinct.reduce((a, b) => a + b, 0) / drawn.length);
  }
});

test('the FPR is the share of right answers that are unsound, and the kinds add up to it', () => {
  const { arms, fpr, kinds, seeds } = figuresOf(trainings(2, 30), models, grid);
  assert.ok(fpr);
  for (const arm of ['weak', 'strong'] as const) {
    const byHand = trainings(2, 30).map((training) => {
      const { problems } = training[arm];
      const right = problems.reduce((sum, { correct }) => sum + correct, 0);
      return (right - problems.reduce((sum, { sound }) => sum + sound, 0)) / right;
    });
    for (const [i, share] of byHand.entries()) near(fpr[arm].seeds[i], share);
    near(fpr[arm].value, byHand.reduce((a, b) => a + b, 0) / seeds.length);
    near(
      fpr[arm].value,
      kinds.reduce((sum, { share }) => sum + (share[arm].value ?? 0), 0),
    );
    assert.ok(arms[arm].unsound > 0 && arms[arm].unsound < arms[arm].correct);
  }
  near(fpr.difference.value, (fpr.weak.value ?? 0) - (fpr.strong.value ?? 0));
});

test('an arm without a right answer has no FPR, and the rest stands', () => {
  const nothing = new Tallying(2);
  for (const problem of [0, 1])
    for (let i = 0; i < 5; i++)
      nothing.add(problem, { correct: false, wrong: 'form', path: '', completionTokens: 3, truncated: true });
  const training: Training = { seed: 0, weak: nothing.result(), strong: nothing.result() };
  const { fpr, kinds, points, arms } = figuresOf([training], models, [{ weak: 5, strong: 1 }]);
  assert.deepEqual([fpr, kinds, points[0]?.coverage.weak.value, arms.weak.truncated], [null, [], 0, 10]);
});

test('points come as asked for, then those with equal numbers, each with what it spent', () => {
  const { points } = figuresOf(trainings(1, 5), models, grid);
  assert.deepEqual(
    points.map((point) => [point.matched, point.grid.strong, point.grid.weak]),
    [
      ['compute', 1, 5],
      ['compute', 3, 15],
      ['number', 1, 1],
      ['number', 3, 3],
    ],
  );
  near(points[0]?.ratio.planned, 1);
  const [training] = trainings(1, 5);
  const spent = tokensOf(training?.weak) / 15 / (tokensOf(training?.strong) / 3);
  near(points[1]?.ratio.realised, ((spent * 15) / 3) * 0.2);
});

test('traces that arrive in another order leave the same tally', () => {
  const traces = Array.from({ length: 40 }, (_, i) => ({ problem: i % 4, path: String((i * 7) % 5) }));
  const tallied = (order: typeof traces) => {
    const tallying = new Tallying(4);
    for (const { problem, path } of order)
      tallying.add(problem, { correct: true, wrong: null, path, completionTokens: 1, truncated: false });
    return tallying.result();
  };
  assert.deepEqual(tallied(traces), tallied([...traces].reverse()));
});

test('the interval over problems and seeds holds the truth in at least about 95 % of simulated studies', () => {
  // Each study trains three seeds anew, which differ by `seedSpread`, on problems drawn anew; the truth is 0.3.
  for (const seedSpread of [0, 0.02, 0.1]) {
    const random = uniform(77);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    let [overall, byProblem] = [0, 0];
    const studies = 600;
    for (let study = 0; study < studies; study++) {
      const hardness = Array.from({ length: 60 }, () => 0.2 * normal());
      const rows = [0, 1, 2].map(() => {
        const own = 0.3 + seedSpread * normal();
        return hardness.map((hard) => own + hard + 0.1 * normal());
      });
      const weak: Values = { rows, draws: null };
      const none: Values = { rows: rows.map((row) => row.map(() => 0)), draws: null };
      const { difference } = compare(weak, none);
      if (difference.overall && difference.overall.low <= 0.3 && 0.3 <= difference.overall.high) overall++;
      if ((difference.low ?? 1) <= 0.3 && 0.3 <= (difference.high ?? 0)) byProblem++;
    }
    assert.ok(overall / studies > 0.935, `${overall} at ${seedSpread}`);
    if (seedSpread === 0.1) assert.ok(byProblem / studies < 0.8, 'the interval by problem alone would not');
  }
});

test('one training seed says nothing of others', () => {
  assert.deepEqual(overSeeds({ value: 1, n: 3, low: 0.5, high: 1.5 }, [1]), {
    value: 1,
    n: 3,
    low: 0.5,
    high: 1.5,
    seeds: [1],
  });
  const { overall } = overSeeds({ value: 1, n: 3, low: 0.7, high: 1.3 }, [0.9, 1.1]);
  near(overall?.high, 1 + Math.hypot(0.3, 12.706205 * 0.1));
});

test('options are read, with the grid ascending', () => {
  const read = readOptions(['--points', '10:50,1:5', '--seeds', '2,0', '--problems', '40', '--json']);
  assert.deepEqual(read.points, [
    { strong: 1, weak: 5 },
    { strong: 10, weak: 50 },
  ]);
  assert.deepEqual([read.seeds, read.problems, read.json, read.out], [[2, 0], 40, true, 'media/readme']);
  assert.deepEqual(
    readOptions([]).points.map(({ strong, weak }) => `${strong}:${weak}`),
    ['1:5', '3:15', '10:50'],
  );
});

const bad: [args: string[], message: RegExp][] = [
  [['--points', '5'], /--points 5: "5" is not of the form STRONG:WEAK/],
  [['--points', '1:0'], /--points 0: give a whole number from 1/],
  [['--points', '1:5,1:6'], /1 strong samples stand there twice/],
  [['--points', ''], /empty place/],
  [['--seeds', '1,,2'], /empty place/],
  [['--seeds', '1,1'], /each may stand there once/],
  [['--seeds', 'x'], /--seeds x: give a whole number/],
  [['--problems', '0'], /--problems 0: give a whole number from 1/],
  [['--problems', '-3'], /problems/],
  [['--nothing'], /--nothing.*See --help/],
  [['stray'], /stray.*See --help/],
];
for (const [args, message] of bad)
  test(`"${args.join(' ')}" is refused with a sentence`, () => {
    assert.throws(() => readOptions(args), { name: 'UserError', message });
  });

async function inFolder(work: (folder: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'trace-loupe-test-'));
  await work(folder).finally(() => rm(folder, { recursive: true, force: true }));
}

function weightsFile(seed: number, sha256: string): Buffer {
  const header = Buffer.from(JSON.stringify({ seed, steps: 10, parameters: 1000, sha256, name: 'weak' }));
  const start = Buffer.from('TLM2....');
  start.writeUInt32LE(header.length, 4);
  return Buffer.concat([start, header]);
}

test('pairs of weights are found by their names, and the shipped one is known', () =>
  inFolder(async (folder) => {
    const write = (name: string, seed: number, sha256: string) =>
      writeFile(join(folder, name), weightsFile(seed, sha256));
    await Promise.all([write('weak.tlm', 1, 'w1'), write('strong.tlm', 1, 's1')]);
    const alone = await findWeights(join(folder, 'nowhere'), folder, null);
    assert.deepEqual(
      alone.pairs.map(({ seed, shipped }) => [seed, shipped]),
      [[1, true]],
    );
    for (const seed of [0, 1, 10]) {
      await write(`weak-${seed}.tlm`, seed, `w${seed}`);
      await write(`strong-${seed}.tlm`, seed, `s${seed}`);
    }
    await Promise.all([
      write('weak-2.tlm', 2, 'w2'),
      write('weak-long-0.tlm', 0, 'e0'),
      write('weak-long-7.tlm', 7, 'e7'),
    ]);
    const { pairs, longer } = await findWeights(folder, folder, null);
    assert.deepEqual(
      pairs.map(({ seed, shipped }) => [seed, shipped]),
      [
        [0, false],
        [1, true],
        [10, false],
      ],
    );
    assert.deepEqual(
      longer.map(({ weak, strong }) => [weak.sha256, strong.sha256]),
      [['e0', 's0']],
    );
    assert.deepEqual(
      (await findWeights(folder, folder, [10])).pairs.map(({ seed }) => seed),
      [10],
    );
    await assert.rejects(findWeights(folder, folder, [2, 10]), {
      name: 'UserError',
      message: /no pair of training seed 2 in .*there are 0, 1, 10\./,
    });
  }));

test('what is no weights file is named', () =>
  inFolder(async (folder) => {
    await assert.rejects(findWeights(folder, folder, null), {
      name: 'UserError',
      message: /weak\.tlm can't be read as weights/,
    });
    await Promise.all([
      writeFile(join(folder, 'weak.tlm'), weightsFile(0, 'w')),
      writeFile(join(folder, 'strong.tlm'), 'GGUF1234'),
    ]);
    await assert.rejects(findWeights(folder, folder, null), {
      name: 'UserError',
      message: /strong\.tlm.*does not begin with TLM2/,
    });
  }));

test('problems without keys are a sentence', () =>
  inFolder((folder) => assert.rejects(readTestProblems(folder, null), { name: 'UserError' })));

const problems: TestProblem[] = [3, 4].map((count) => ({
  problem: { id: `p/${count}`, text: `${count}`, answer: `${2 * count}`, kind: 'free', source: { file: 'p', line: 1 } },
  keys: {
    question: `${count}`,
    family: 'twice',
    answer: 2 * count,
    goal: 'T',
    keys: { T: { value: 2 * count, from: [[2, '*', count]], say: ['Amy has @ apples.'] } },
  },
}));

test('every sample is drawn once with a seed of its own, and judged', async () => {
  const asked: GenerateRequest[] = [];
  const answers = (count: number) => [
    `Amy has 2 * ${count} = ${2 * count} apples.\n#### ${2 * count}`,
    `#### ${2 * count}`,
    `Amy has 2 * ${count} = ${2 * count} apples.\n#### ${2 * count + 1}`,
    'Amy has',
  ];
  const generate = async (request: GenerateRequest) => {
    const text = answers(Number(request.problem))[asked.length % 4] ?? '';
    asked.push(request);
    const finish = text === 'Amy has' ? ('length' as const) : ('stop' as const);
    return { text, finish, promptTokens: 2, completionTokens: 3 };
  };
  let tokens = 0;
  const onSample = (completionTokens: number) => {
    tokens += completionTokens;
  };
  const drawing = { arm: 'weak' as const, problems, samples: 20, samplingSeed: 5, temperature: 0.7, onSample };
  const tally = await drawArm({ generate }, drawing, new AbortController().signal);
  assert.equal(new Set(asked.map(({ problem, seed }) => `${problem}/${seed}`)).size, 40);
  assert.ok(asked.every(({ model, temperature }) => model === 'weak' && temperature === 0.7));
  assert.deepEqual([tokensOf(tally), tokens, tally.truncated], [120, 120, 10]);
  const expected = { samples: 20, tokens: 60, correct: 10, sound: 5, wrong: { final: 5 }, classes: [5, 5] };
  assert.deepEqual(tally.problems, [expected, expected]);
});

test('a model that fails ends the drawing with its failure, and asks no more', async () => {
  let asked = 0;
  const generate = async () => {
    if (asked++ === 0) throw new Error('no weights');
    await new Promise(setImmediate);
    return { text: '', finish: 'stop' as const, promptTokens: 1, completionTokens: 1 };
  };
  const drawing = {
    arm: 'strong' as const,
    problems,
    samples: 500,
    samplingSeed: 1,
    temperature: 0.7,
    onSample: () => {},
  };
  await assert.rejects(drawArm({ generate }, drawing, new AbortController().signal), /no weights/);
  await new Promise((done) => setTimeout(done, 20));
  assert.ok(asked < 200, String(asked));
});

test('lanes do every job once', async () => {
  const done: number[] = [];
  await inLanes(9, 4, async (job) => {
    await new Promise(setImmediate);
    done.push(job);
  });
  assert.deepEqual(done.sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('progress tells share, pace and rest', () => {
  assert.equal(progressLine({ samples: 1000, done: 0, tokens: 0, seconds: 0 }), '0 of 1,000 samples, 0 %');
  assert.equal(
    progressLine({ samples: 1000, done: 250, tokens: 15_000, seconds: 10 }),
    '250 of 1,000 samples, 25 %, 1,500 tokens/s, about 30 s left',
  );
});
