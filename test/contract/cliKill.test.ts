import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { buildCommandLine } from './commandLine.ts';
import { killAndResume } from './killAndResume.ts';

const cli = await buildCommandLine();
after(cli.remove);

test('killed at random moments and called again, sample loses nothing and draws nothing twice', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const result = await killAndResume(cli, { seed, kills: 5, problems: 50, latencyMs: 80, longestMs: 700 });
  const told = `seed ${seed}`;
  assert.equal(result.end.status, 0, `${told}\n${result.end.stderr}`);
  const { lost, doubled, missing, unplanned } = result;
  assert.deepEqual({ lost, doubled, missing, unplanned }, { lost: [], doubled: [], missing: [], unplanned: [] }, told);
  // Torn lines are told, and hinder nothing.
  assert.deepEqual([result.report.status, result.end.stdout.includes('150 of 150')], [0, true], told);
  const warnings = result.report.stderr
    .split('\n')
    .filter((line) => /^traces\.jsonl:\d+ is torn or is not JSON/.test(line));
  assert.equal(warnings.length, result.tornLines, `${told}\n${result.report.stderr}`);
});
