import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkTrace } from '../../src/core/soundness/checkTrace.ts';
import type { CheckedStep, ProblemKeys } from '../../src/core/soundness/keys.ts';
import { chanceFrom, firstWrongLine, rightLines } from '../fakes/corrupt.ts';

const fixtures = join(import.meta.dirname, '../fixtures/embedded');
const problems = readFileSync(join(fixtures, 'handmade-keys.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as ProblemKeys);

function problemOf(family: string): ProblemKeys {
  const found = problems.find((problem) => problem.family === family);
  assert.ok(found, family);
  return found;
}

/** A trace of a handmade problem, line by line, with what each of its steps is found to be. */
interface Example {
  family: string;
  name: string;
  text: string;
  findings: string[];
}

/** Blocks of `family: name` and, below it, one line a step: what it is, and its text (none where something is missing). */
const examples: Example[] = readFileSync(join(fixtures, 'handmade-traces.txt'), 'utf8')
  .trim()
  .split('\n\n')
  .map((block) => {
    const [title = '', ...rows] = block.split('\n');
    const [family = '', name = ''] = title.split(': ');
    const text = rows.map((row) => row.slice(12)).filter((line) => line !== '');
    return { family, name, text: text.join('\n'), findings: rows.map((row) => row.slice(0, 12).trim()) };
  });

for (const { family, name, text, findings } of examples) {
  test(`${family}: ${name}`, () => {
    const { steps } = checkTrace(problemOf(family), text);
    assert.deepEqual(
      steps.map(({ wrong }) => wrong ?? 'right'),
      findings,
    );
  });
}

const sound = ['Mia has 3 * 9 = 27 seeds.', 'Dan has 5 * 4 = 20 seeds.', 'The most is 27 > 20.', '#### 27'];

test('lines, spacing and the last stop do not matter', () => {
  const written = [
    sound.join('\n'),
    sound.join('\r\n'),
    sound.join(' '),
    `\n\n  ${sound.join('\n\n')}  \n\n`,
    sound.join('\n').replaceAll(' ', '   '),
    sound.join('\n').replace(/(?<=\d) (?=[*=>])|(?<=[*=>]) (?=\d)/g, ''),
    sound.join('\n').replaceAll('.\n', '\n'),
    sound.join('\n').replaceAll('. ', '.').replace('#### 27', '####27.'),
    sound.slice(0, 3).join('\n'),
  ];
  for (const text of written) {
    const { soundness, steps } = checkTrace(problemOf('larger'), text);
    assert.equal(soundness, 'sound', JSON.stringify(text));
    assert.ok(steps.length === 4 || !text.includes('####'), text);
  }
});

test('a sentence that begins with a number follows a stop without a space', () => {
  const text = 'Fox gives 60 / 3 = 20 away.60 - 20 = 40 stay with Fox.';
  const { steps } = checkTrace(problemOf('awkward-sentences'), text);
  assert.deepEqual(
    steps.slice(0, 2).map(({ start, end }) => text.slice(start, end)),
    ['Fox gives 60 / 3 = 20 away.', '60 - 20 = 40 stay with Fox.'],
  );
});

test('what follows the final line is not read', () => {
  for (const more of ['Mia has 3 * 9 = 27 seeds.', '#### 27', 'x']) {
    const { reason, steps } = checkTrace(problemOf('larger'), [...sound, more].join('\n'));
    assert.equal(reason, 'form');
    assert.equal(steps.length, 5);
  }
});

/** Family, the trace, and what is said of its first wrong step. */
const sentences: [string, string, string][] = [
  ['larger', 'Mia has 5 * 4 = 20 seeds.', '“Mia has … seeds” takes 5 * 4, which is right for “Dan has … seeds”.'],
  ['larger', 'Mia has 3 * 9 = 28 seeds.', '3 * 9 is 27, not 28.'],
  ['larger', 'Mia has 3 * 8 = 24 seeds.', '“Mia has … seeds” is 3 * 9, not 3 * 8.'],
  [
    'larger',
    'Zoe has 3 * 9 = 27 seeds.',
    '“Zoe has … seeds” states nothing that this problem asks for; 3 * 9 is right for “Mia has … seeds”.',
  ],
  [
    'larger',
    'Mia has 3 * 9 = 27 seeds.\nThe most is 27 > 20.',
    'It uses 20 (“Dan has … seeds”), which no right step before it derives.',
  ],
  ['larger', 'Mia has 3 * 7 = 21 seeds.', 'It uses 7, which neither the problem gives nor a step before it derives.'],
  ['larger', 'The most is 9 > 27.', '9 is not larger than 27.'],
  ['awkward-sentences', 'A third is 60 / 0 = 20 stamps.', '60 / 0 has no value.'],
  ['needed', 'To divide, 50 = 6 * 8 + 3.', '6 * 8 + 3 is 51, not 50.'],
  ['needed', 'To divide, 50 = 5 * 8 + 10.', '“To divide, …” is 50 divided by 8, not 5 * 8 + 10.'],
  ['larger', '', 'There is no step.'],
  ['larger', 'Mia has 3 * 9 = 27 seeds.', 'There is no final line, and the last step is not the answer.'],
  ['larger', '#### 27', 'The final line gives 27, but no right step derives “The most is …”.'],
  ['larger', sound.join('\n').replace('####', '####1'), 'The final line gives no number.'],
  ['larger', sound.join('\n').replace('#### 27', '#### 20'), 'The final line gives 20, but the steps give 27.'],
];

for (const [family, text, why] of sentences) {
  test(`of ${JSON.stringify(text)} it is said: ${why}`, () => {
    const wrong = checkTrace(problemOf(family), text).steps.find((step) => step.wrong !== null);
    assert.equal(wrong?.why, why);
  });
}

test('work is bounded on text of any length', () => {
  const problem = problemOf('larger');
  const texts = [
    'Mia has 3 * 9 = 27 seeds.\n'.repeat(100_000),
    'a. '.repeat(400_000),
    '.'.repeat(1_000_000),
    '1 '.repeat(500_000),
    '= '.repeat(500_000),
    '\n'.repeat(1_000_000),
    'x'.repeat(1_000_000),
    `${sound.join('\n')}${' '.repeat(1_000_000)}y`,
  ];
  for (const text of texts) {
    const { reason, steps } = checkTrace(problem, text);
    assert.equal(reason, 'form', text.slice(0, 40));
    assert.ok(steps.length <= 202);
    assertSpans(text, steps);
  }
});

const anyProblem = fc.constantFrom(...problems);
const piece = fc.constantFrom(
  'Mia has ',
  'The most is ',
  '3',
  '9',
  '27',
  ' * ',
  ' = ',
  ' > ',
  '/',
  '.',
  '\n',
  '#### ',
  '@',
  ' ',
  '$',
  '%',
  '😀',
  '\r',
  'seeds',
);

test('any text is checked, with spans in order and a reason for what is unsound', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(anyProblem, text, (problem, written) => {
      const { soundness, steps, reason } = checkTrace(problem, written);
      assertSpans(written, steps);
      assert.equal(soundness === 'sound', reason === null);
      assert.equal(reason, steps.find(({ wrong }) => wrong !== null)?.wrong ?? null);
      for (const { wrong, why } of steps)
        assert.equal(wrong !== null, why !== undefined && /^\S.*[.]$/s.test(why), why);
    }),
    { numRuns: 1000 },
  );
});

test('any walk of right lines to the goal is sound, whatever else it derives', () => {
  fc.assert(
    fc.property(anyProblem, fc.nat(), (problem, seed) => {
      const text = rightWalk(problem, seed);
      assert.equal(firstWrongLine(problem, text), undefined);
      assert.deepEqual(checkTrace(problem, text).reason, null, text);
    }),
    { numRuns: 1000 },
  );
});

test('one other digit in an equation or in the answer makes a sound trace unsound', () => {
  fc.assert(
    fc.property(anyProblem, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 9 }), (problem, seed, place, shift) => {
      const text = rightWalk(problem, seed);
      const digits = [...text.matchAll(/\d/g)].map(({ index }) => index);
      const at = digits[place % digits.length] ?? 0;
      const other = (Number(text[at]) + shift) % 10;
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      assert.equal(checkTrace(problem, changed).soundness, 'unsound', changed);
      assert.equal(firstWrongIndex(problem, changed), firstWrongLine(problem, changed), changed);
    }),
    { numRuns: 2000 },
  );
});

function firstWrongIndex(problem: ProblemKeys, text: string): number {
  return checkTrace(problem, text).steps.findIndex(({ wrong }) => wrong !== null);
}

/** Right lines at random until the goal is derived, and its final line. */
function rightWalk(problem: ProblemKeys, seed: number): string {
  const chance = chanceFrom(seed);
  const derived = new Set<string>();
  const lines: string[] = [];
  while (!derived.has(problem.goal) || chance() < 0.3) {
    const possible = [...rightLines(problem, derived)];
    const [line, names] = possible[Math.floor(chance() * possible.length)] ?? ['', []];
    lines.push(line);
    for (const name of names) derived.add(name);
  }
  return [...lines, `#### ${problem.answer}`].join('\n');
}

function assertSpans(text: string, steps: readonly CheckedStep[]): void {
  let last = 0;
  for (const { start, end } of steps) {
    assert.ok(last <= start && start <= end && end <= text.length, `${last} ${start} ${end} ${text.length}`);
    last = end;
  }
}
