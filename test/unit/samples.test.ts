import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { gradeTrace } from '../../src/core/answer/grade.ts';
import { findFlags } from '../../src/core/flags/rules.ts';
import { splitSteps } from '../../src/core/trace/steps.ts';
import { readProblemFile } from '../../src/services/importers/problems.ts';
import { previewTraces } from '../../src/services/importers/traces.ts';

const samples = resolve(import.meta.dirname, '../../media/samples');

for (const [name, count] of [
  ['sample-problems.jsonl', 40],
  ['sample-choices.csv', 8],
  ['sample-rates.yaml', 6],
] as const)
  test(`${name} loads as ${count} problems without a bad row`, async () => {
    const { summary, problems } = await readProblemFile({ path: join(samples, name) }, samples);
    assert.deepEqual([summary.error, summary.badRows, problems.length], [undefined, [], count]);
    assert.equal(new Set(problems.map(({ id }) => id)).size, count);
  });

test('every worked answer of the sample problems is graded correct', async () => {
  const { problems } = await readProblemFile({ path: join(samples, 'sample-problems.jsonl') }, samples);
  for (const problem of problems)
    assert.equal(gradeTrace(problem, problem.solution ?? '').verdict, 'correct', problem.id);
});

test('the sample choices are read as multiple choice', async () => {
  const { problems } = await readProblemFile({ path: join(samples, 'sample-choices.csv') }, samples);
  assert.deepEqual(problems.map(({ answer }) => answer).join(''), 'CBBABCCA');
  assert.ok(problems.every(({ kind, options }) => kind === 'choice' && options?.length === 4));
});

interface Recorded {
  problem: string;
  gold_answer: string;
  model: string;
  solution: string;
}

const recorded: Recorded[] = readFileSync(join(samples, 'recorded-traces.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

/** The verdict and whether a rule speaks against the reasoning. */
function judge({ problem: text, gold_answer: answer, solution }: Recorded) {
  const problem = { text, answer, kind: 'free' } as const;
  const flags = findFlags({ problem, text: solution, steps: splitSteps(solution) });
  return { verdict: gradeTrace(problem, solution).verdict, flagged: flags.length > 0 };
}

test('the recorded traces are 48 of a weak and 12 of a strong model, and are found as such', async () => {
  const { systems, format } = await previewTraces(join(samples, 'recorded-traces.jsonl'));
  assert.equal(format, 'JSONL');
  assert.deepEqual(
    systems.map(({ name, traces, suggestedArm }) => [name, traces, suggestedArm]),
    [
      ['sample-weak-2b', 48, 'weak'],
      ['sample-strong-9b', 12, 'strong'],
    ],
  );
});

test('among the recorded traces are right answers that a rule flags for false arithmetic', () => {
  const judged = recorded.map(judge);
  const correct = judged.filter(({ verdict }) => verdict === 'correct');
  assert.equal(correct.length, 40);
  assert.equal(judged.filter(({ verdict }) => verdict === 'ungradable').length, 0);
  const flagged = correct.filter((one) => one.flagged).length;
  assert.ok(flagged >= 9 && flagged <= 12, String(flagged));
});
