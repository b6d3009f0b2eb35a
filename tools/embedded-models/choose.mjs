// `node tools/embedded-models/choose.mjs OUT [--problems N] [--samples N]`: what each model of a recipe's run does on its
// validation split, by the extension's own inference, grader and checker. The shipped seed is chosen by this, never by the test split.
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gradeTrace } from '../../src/core/answer/grade.ts';
import { checkTrace } from '../../src/core/soundness/checkTrace.ts';
import { createInference } from '../../src/services/models/embedded/inference.ts';

const { values, positionals } = parseArgs({
  options: { problems: { type: 'string', default: '200' }, samples: { type: 'string', default: '5' } },
  allowPositionals: true,
});
const [out = '.'] = positionals;
const lines = (name) =>
  readFileSync(join(out, 'data', name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const keys = lines('validation-keys.jsonl').slice(0, Number(values.problems));
const samples = Number(values.samples);

console.log(`${keys.length} validation problems, ${samples} samples each at temperature 0.7`);
console.log('model        greedy  pass@1  FPR    of right answers, by first wrong step');
for (const file of globSync(join(out, 'seeds', '*.tlm')).sort()) console.log(await figures(file));

async function figures(file) {
  const name = basename(file, '.tlm');
  const { generate } = createInference({ model: name.startsWith('weak') ? 'weak' : 'strong', file });
  const draw = async (problem, seed, temperature) => {
    const request = { model: name, problem: problem.question, seed, temperature, maxTokens: 128 };
    const reply = await generate(null, request, new AbortController().signal);
    if (reply.failure) throw new Error(reply.failure.message);
    return judge(problem, reply.generated.text);
  };
  const greedy = await Promise.all(keys.map((problem) => draw(problem, 0, 0)));
  const sampled = await Promise.all(
    keys.flatMap((problem) => Array.from({ length: samples }, (_, sample) => draw(problem, sample, 0.7))),
  );
  const right = sampled.filter(({ correct }) => correct);
  const wrong = right.filter(({ reason }) => reason !== null);
  const kinds = Object.entries(Object.groupBy(wrong, ({ reason }) => reason)).map(([kind, all]) => [kind, all.length]);
  const shares = kinds.sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${kind} ${share(count, wrong.length)}`);
  const good = share(greedy.filter(({ correct }) => correct).length, greedy.length);
  return `${name.padEnd(12)} ${good}   ${share(right.length, sampled.length)}   ${share(wrong.length, right.length)}   ${shares.join(', ')}`;
}

function judge(problem, text) {
  const { soundness, reason } = checkTrace(problem, text);
  const correct = gradeTrace({ answer: String(problem.answer), kind: 'free' }, text).verdict === 'correct';
  return { correct, reason: soundness === 'sound' ? null : reason };
}

function share(part, whole) {
  return (part / Math.max(1, whole)).toFixed(3);
}
