import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkTrace } from '../../src/core/soundness/checkTrace.ts';
import type { ProblemKeys, WrongReason } from '../../src/core/soundness/keys.ts';
import { type Corrupted, type Corruption, chanceFrom, corrupt, corruptions } from '../fakes/corrupt.ts';

/* The shipped problems: their own solutions are right, and what is put wrong in them is found. */

const media = join(import.meta.dirname, '../../media');
const read = <T>(path: string): T[] =>
  readFileSync(join(media, path), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

interface Solved {
  question: string;
  answer: string;
}

const keys = new Map(read<ProblemKeys>('models/keys.jsonl').map((problem) => [problem.question, problem]));
const solved = ['samples/word-problems.jsonl', 'samples/word-problems-more.jsonl'].flatMap((path) =>
  read<Solved>(path),
);
const problems = solved.map(({ question, answer }) => ({ problem: keys.get(question), gold: answer }));

test('every shipped problem has its keys, and its solution is sound', () => {
  assert.ok(problems.length >= 400);
  assert.equal(keys.size, problems.length);
  for (const { problem, gold } of problems) {
    assert.ok(problem, gold);
    assert.equal(gold.slice(gold.indexOf('####') + 5), String(problem.answer));
    assert.deepEqual(checkTrace(problem, gold).reason, null, gold);
  }
});

/** The reason that a corruption should be given first, and the least share of 1,000 that are, as measured with some room. */
const expected: Record<Corruption, [reason: WrongReason, share: number]> = {
  operand: ['operands', 0.9],
  label: ['swapped', 0.98],
  arithmetic: ['arithmetic', 1],
  skipped: ['skipped', 1],
  final: ['final', 1],
};

for (const kind of corruptions) {
  test(`1,000 traces with one corruption (${kind}): what is wrong is found, where it is and for its reason`, () => {
    const made = corrupted(kind, 1000, 20261123);
    const wrong = made.filter(({ stillRight }) => !stillRight);
    assert.ok(wrong.length >= 990, `${wrong.length} are wrong`);
    let named = 0;
    for (const { problem, text, firstWrong } of wrong) {
      const { soundness, steps, reason } = checkTrace(problem, text);
      assert.equal(soundness, 'unsound', text);
      assert.equal(
        steps.findIndex((step) => step.wrong !== null),
        firstWrong,
        text,
      );
      if (reason === expected[kind][0]) named++;
    }
    assert.ok(named >= expected[kind][1] * wrong.length, `${named} of ${wrong.length} are called ${expected[kind][0]}`);
  });
}

test('what became another right solution by chance is sound', () => {
  const right = corruptions.flatMap((kind) => corrupted(kind, 2000, 5)).filter(({ stillRight }) => stillRight);
  assert.ok(right.length > 0, 'two people with equal numbers can be swapped');
  for (const { problem, text } of right) assert.equal(checkTrace(problem, text).soundness, 'sound', text);
});

function corrupted(kind: Corruption, count: number, seed: number): (Corrupted & { problem: ProblemKeys })[] {
  const chance = chanceFrom(seed);
  const made: (Corrupted & { problem: ProblemKeys })[] = [];
  for (let tries = 0; made.length < count; tries++) {
    assert.ok(tries < 50 * count, `${made.length} ${kind} in ${tries} tries`);
    const { problem, gold } = problems[tries % problems.length] ?? {};
    const one = problem && gold && corrupt(problem, gold, kind, chance);
    if (one) made.push({ ...one, problem });
  }
  return made;
}
