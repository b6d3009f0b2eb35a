// `node tools/embedded-models/audit.mjs RUN [--seed 1] [--count 50]`: prints traces with a right answer that the exact checker calls unsound
// and traces that it calls sound, drawn at random, for a person to read and mark; then what the reasons are, for each arm.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gradeTrace } from '../../src/core/answer/grade.ts';
import { hash32 } from '../../src/core/curate/hash.ts';
import { checkTrace } from '../../src/core/soundness/checkTrace.ts';
import { wrongReasons } from '../../src/core/soundness/keys.ts';
import { referenceKeys } from '../../src/services/grading/referenceKeys.ts';
import { readLines } from '../../src/services/store/lines.ts';
import { parseLine } from '../../src/services/store/record.ts';
import { readProblems, readRunFolder, traceFiles } from '../../src/services/store/runFolder.ts';
import { traceSchema } from '../../src/services/store/schemas.ts';

const root = resolve(import.meta.dirname, '../..');

async function main() {
  const options = { seed: { type: 'string', default: '1' }, count: { type: 'string', default: '50' } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length) {
    console.error(
      'Name one run folder: node tools/embedded-models/audit.mjs .trace-loupe/runs/20261121T184000Z-word-problems',
    );
    process.exitCode = 2;
    return;
  }
  const { path } = await readRunFolder(resolve(folder));
  const checked = await checkedTraces(path);
  for (const soundness of ['unsound', 'sound']) {
    const right = checked.filter((one) => one.verdict === 'correct' && one.check.soundness === soundness);
    const drawn = draw(right, Number(values.seed), Number(values.count));
    for (const [index, one] of drawn.entries()) print(one, `${soundness} ${index + 1}/${drawn.length}`);
  }
  for (const arm of ['weak', 'strong'])
    printReasons(
      arm,
      checked.filter((one) => one.trace.arm === arm),
    );
}

/** Every trace of the run whose problem has keys, graded and checked. */
async function checkedTraces(path) {
  const problems = new Map((await readProblems(path)).map((problem) => [problem.id, problem]));
  const keysOf = await referenceKeys(join(root, 'media/models/keys.jsonl'), (message) => console.error(message))();
  const checked = [];
  for (const name of await traceFiles(path)) {
    for await (const line of readLines(join(path, name))) {
      const parsed = parseLine(traceSchema, line);
      const problem = parsed.ok && problems.get(parsed.value.problem);
      const keys = problem && keysOf(problem.text);
      if (!keys) continue;
      const trace = parsed.value;
      checked.push({ trace, problem, check: checkTrace(keys, trace.text), ...gradeTrace(problem, trace.text) });
    }
  }
  return checked;
}

/** The seed's choice, the same for the same run. A text that was drawn several times is read once. */
function draw(all, seed, count) {
  const once = new Map(all.map((one) => [`${one.problem.id}\n${one.trace.text}`, one]));
  const order = ({ trace }) => hash32(trace.id, seed);
  return [...once.values()].sort((a, b) => order(a) - order(b)).slice(0, count);
}

function print({ trace, problem, check }, title) {
  console.log(
    `── ${title} · ${trace.id} · ${trace.arm}${check.reason ? ` · ${check.reason}` : ''}    [ ] the checker is right  [ ] it is not:\n`,
  );
  console.log(`${problem.text}\n`);
  for (const { start, end, wrong, why } of check.steps) {
    console.log(
      `  ${(wrong ?? '').padEnd(11)}${trace.text.slice(start, end) || '(missing)'}${why ? `\n             ↳ ${why}` : ''}`,
    );
  }
  console.log('');
}

function printReasons(arm, checked) {
  const right = checked.filter(({ verdict }) => verdict === 'correct');
  const unsound = right.filter(({ check }) => check.soundness === 'unsound');
  const share = (part, whole) =>
    `${part.length} (${whole.length ? ((100 * part.length) / whole.length).toFixed(1) : '–'} %)`;
  console.log(
    `${arm}: ${checked.length} traces, right answers ${share(right, checked)}, of them unsound ${share(unsound, right)}`,
  );
  for (const reason of wrongReasons) {
    const of = unsound.filter(({ check }) => check.reason === reason);
    if (of.length) console.log(`  ${reason.padEnd(11)}${share(of, unsound)}`);
  }
}

await main();
