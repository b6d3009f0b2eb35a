import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isUnderstood } from '../../src/core/answer/explain.ts';
import { extractGold } from '../../src/core/answer/extract.ts';
import { gradePair } from '../../src/core/answer/gradePair.ts';
import { drawPair } from '../fuzz/answerPairs.ts';
import { hostilePairs } from '../fuzz/hostileAnswers.ts';
import { seeded } from '../fuzz/random.ts';
import { nearMisses, respellings } from '../fuzz/respell.ts';
import { readLines, shown } from './answers.ts';

const pairs = Number(process.env.ANSWER_PAIRS ?? 100_000);
const seed = Number(process.env.ANSWER_SEED ?? 1);

/**
 * Prints what the grader makes of generated pairs: equal or different by construction, one-digit near misses and respellings of the gold
 * answers, and hostile ones. `ANSWER_PAIRS` and `ANSWER_SEED` set the number and the seed of the constructed ones.
 */
export async function measure(dataFolder: string): Promise<string[]> {
  return [...measureConstructed(), ...measureHostile(), ...measureGolds(goldAnswers(dataFolder))];
}

function measureConstructed(): string[] {
  const random = seeded(seed);
  const counts = { right: 0, wrong: 0, undecided: 0 };
  const wrong: string[] = [];
  for (let count = 0; count < pairs; count++) {
    const { kind, gold, prediction, equal } = drawPair(random);
    const grade = gradePair(gold, prediction);
    counts[grade.equal === null ? 'undecided' : grade.equal === equal ? 'right' : 'wrong']++;
    if (grade.equal === !equal)
      wrong.push(`  ${kind}: ${gold} | ${prediction}: made ${equal ? 'equal' : 'different'} (${grade.how})`);
  }
  return [
    `answers: ${pairs} constructed pairs, seed ${seed}: ${counts.wrong} wrong, ${counts.undecided} undecided, ${counts.right} right`,
    ...wrong.slice(0, 20),
  ];
}

function measureHostile(): string[] {
  const results = hostilePairs().map(([gold, prediction]) => {
    const times = [0, 1, 2].map(() => timed(() => gradePair(gold, prediction)));
    const best = times.sort((a, b) => a.ms - b.ms)[0];
    return { gold, ms: best?.ms ?? 0, equal: best?.value.equal };
  });
  results.sort((a, b) => b.ms - a.ms);
  const decided = results.filter(({ equal }) => equal !== null);
  const slow = results.slice(0, 3).map(({ gold, ms }) => `${ms.toFixed(2)} ms ${gold.slice(0, 30)}`);
  return [
    `answers: ${results.length} hostile pairs: ${decided.length} decided, slowest of best of three: ${slow.join('; ')}`,
    ...decided.map(({ gold, equal }) => `  ${gold.slice(0, 60)}: ${equal}`),
  ];
}

function timed<T>(work: () => T): { value: T; ms: number } {
  const started = performance.now();
  const value = work();
  return { value, ms: performance.now() - started };
}

function measureGolds(golds: readonly string[]): string[] {
  const lines: string[] = [];
  const near = { pairs: 0, accepted: 0 };
  const other = { pairs: 0, rejected: 0, undecided: 0 };
  for (const gold of golds) {
    for (const miss of nearMisses(gold)) {
      near.pairs++;
      if (gradePair(gold, miss).equal !== true) continue;
      near.accepted++;
      lines.push(`  accepted: ${shown(gold)} | ${shown(miss)}`);
    }
    for (const spelling of respellings(gold)) {
      other.pairs++;
      const { equal } = gradePair(gold, spelling);
      if (equal === null) other.undecided++;
      if (equal === false) other.rejected++;
      if (equal !== true)
        lines.push(`  ${equal === null ? 'undecided' : 'rejected'}: ${shown(gold)} | ${shown(spelling)}`);
    }
  }
  return [
    `answers: ${golds.length} gold answers: ${near.accepted} of ${near.pairs} near misses accepted; of ${other.pairs} respellings ${other.rejected} rejected, ${other.undecided} undecided`,
    ...lines.slice(0, 20),
  ];
}

/** The different gold answers that are maths, but for chains such as `z = 1 + 1 = 2`, of which the last side alone counts. */
function goldAnswers(dataFolder: string): string[] {
  if (!existsSync(join(dataFolder, 'traces.labelled.jsonl.gz'))) return [];
  const read = (file: string, field: string) =>
    readLines(join(dataFolder, file)).map((row) => String((row as unknown as Record<string, unknown>)[field] ?? ''));
  const labelled = gunzipSync(readFileSync(join(dataFolder, 'traces.labelled.jsonl.gz'))).toString();
  const traces = labelled
    .split('\n')
    .filter(Boolean)
    .map((line) => String(JSON.parse(line).gold_answer ?? ''));
  const golds = [
    ...['real-pairs', 'math-verify', 'hendrycks-math'].flatMap((name) => read(`answers/${name}.jsonl`, 'gold')),
    ...read('gsm8k/test.jsonl', 'answer'),
    ...traces,
  ].map(extractGold);
  return [...new Set(golds)].filter((gold) => isUnderstood(gold) && (gold.match(/=/g) ?? []).length < 2);
}

if (import.meta.main) console.log((await measure(process.env.TRACE_LOUPE_DATA ?? '../shared/data')).join('\n'));
