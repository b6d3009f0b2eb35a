import type { Derivation, Key, Operation, ProblemKeys } from '../../src/core/soundness/keys.ts';

/*
 * Makes wrong traces out of right ones, and says by its own means what is right: it writes out every right next line instead of
 * reading lines, so it shares nothing with the checker but the keys.
 */

export const corruptions = ['operand', 'label', 'arithmetic', 'skipped', 'final'] as const;
export type Corruption = (typeof corruptions)[number];

/** A stream of numbers in 0..1 from a seed (mulberry32). */
export type Chance = () => number;

export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Corrupted {
  text: string;
  /** Every line is still right: by chance another right solution came out. */
  stillRight: boolean;
  /** 0-based index of the first line that is wrong; undefined where none is. */
  firstWrong: number | undefined;
}

/** One corruption of a right trace; null where this trace has no place for it. */
export function corrupt(problem: ProblemKeys, gold: string, kind: Corruption, chance: Chance): Corrupted | null {
  const lines = gold.split('\n');
  const final = lines.pop() ?? '';
  const trace = { steps: lines.map((line) => readLine(problem, line)), final: Number(final.slice(5)) };
  const wrong = makers[kind](problem, trace, chance);
  if (wrong === null) return null;
  const text = write(wrong);
  if (text === gold) return null;
  const firstWrong = firstWrongLine(problem, text);
  return { text, stillRight: firstWrong === undefined, firstWrong };
}

/** Every line that would be a right next step, with the quantities that it derives. */
export function rightLines(problem: ProblemKeys, derived: ReadonlySet<string>): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const [name, key] of Object.entries(problem.keys)) {
    for (const way of key.from.filter(([x, , y]) =>
      [x, y].every((part) => typeof part === 'number' || derived.has(part)),
    )) {
      for (const equation of equations(problem, key, way)) {
        for (const say of key.say) {
          const line = say.replace('@', equation);
          lines.set(line, [...(lines.get(line) ?? []), name]);
        }
      }
    }
  }
  return lines;
}

/** The 0-based index of the first line that is not right; undefined where all are, the final one too. */
export function firstWrongLine(problem: ProblemKeys, text: string): number | undefined {
  const lines = text.split('\n');
  const derived = new Set<string>();
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const names = rightLines(problem, derived).get(line);
    if (names === undefined) return index;
    for (const name of names) derived.add(name);
  }
  return derived.has(problem.goal) && lines.at(-1) === `#### ${problem.answer}` ? undefined : lines.length - 1;
}

function equations({ keys }: ProblemKeys, { value, rest }: Key, [x, operation, y]: Derivation): string[] {
  const [a = 0, b = 0] = [x, y].map((part) => (typeof part === 'number' ? part : keys[part]?.value));
  if (operation === '>' || operation === '<') return [`${a} ${operation} ${b}`];
  if (operation === 'divmod') return [`${a} = ${value} * ${b} + ${rest}`, `${a} = ${b} * ${value} + ${rest}`];
  if (operation === '%') return [`${a} * ${b} / 100 = ${value}`, `${b} * ${a} / 100 = ${value}`];
  const swapped = operation === '+' || operation === '*' ? [`${b} ${operation} ${a} = ${value}`] : [];
  return [`${a} ${operation} ${b} = ${value}`, ...swapped];
}

interface Line {
  say: string;
  x: number;
  operation: Operation;
  y: number;
  value: number;
  rest: number;
}

interface Trace {
  steps: Line[];
  final: number;
}

function write({ steps, final }: Trace): string {
  return [...steps.map((step) => step.say.replace('@', spell(step))), `#### ${final}`].join('\n');
}

function spell({ x, operation, y, value, rest }: Line): string {
  if (operation === '>' || operation === '<') return `${x} ${operation} ${y}`;
  if (operation === 'divmod') return `${x} = ${value} * ${y} + ${rest}`;
  return operation === '%' ? `${x} * ${y} / 100 = ${value}` : `${x} ${operation} ${y} = ${value}`;
}

function readLine({ keys }: ProblemKeys, line: string): Line {
  for (const { say } of Object.values(keys)) {
    for (const one of say) {
      const [before = '', after = ''] = one.split('@');
      if (!line.startsWith(before) || !line.endsWith(after)) continue;
      const equation = readWritten(line.slice(before.length, line.length - after.length));
      if (equation) return { say: one, ...equation };
    }
  }
  throw new Error(`no sentence of the problem fits ${line}`);
}

function readWritten(written: string): Omit<Line, 'say'> | null {
  const n = (written.match(/\d+/g) ?? []).map(Number);
  const shape = written.replace(/\d+/g, 'n');
  const [a = 0, b = 0, c = 0, d = 0] = n;
  if (shape === 'n > n' || shape === 'n < n')
    return { x: a, operation: shape === 'n > n' ? '>' : '<', y: b, value: a, rest: 0 };
  if (shape === 'n = n * n + n') return { x: a, operation: 'divmod', y: c, value: b, rest: d };
  if (shape === 'n * n / n = n') return { x: a, operation: '%', y: b, value: d, rest: 0 };
  const operation = (['+', '-', '*', '/'] as const).find((one) => shape === `n ${one} n = n`);
  return operation ? { x: a, operation, y: b, value: c, rest: 0 } : null;
}

type Maker = (problem: ProblemKeys, trace: Trace, chance: Chance) => Trace | null;

const makers: Record<Corruption, Maker> = {
  operand(problem, { steps, final }, chance) {
    const at = Math.floor(chance() * steps.length);
    const step = steps[at];
    if (!step) return null;
    const known = [...problem.question.matchAll(/\d+/g)].map(([digits]) => Number(digits));
    const numbers = [...new Set([...known, ...steps.slice(0, at).map(({ value }) => value)])];
    const other = numbers[Math.floor(chance() * numbers.length)] ?? 0;
    const side = chance() < 0.5 ? 'x' : 'y';
    const changed = worked({ ...step, [side]: other });
    if (other === step[side] || changed === null) return null;
    return goOn({ steps, final }, at, changed, chance() < 0.5);
  },
  label(problem, { steps, final }, chance) {
    const at = Math.floor(chance() * steps.length);
    const step = steps[at];
    if (!step) return null;
    if (chance() < 0.5) {
      const says = Object.values(problem.keys).flatMap(({ say }) => say);
      const say = says[Math.floor(chance() * says.length)] ?? step.say;
      return sameQuantity(problem, say, step.say) ? null : { steps: steps.with(at, { ...step, say }), final };
    }
    const beside = Math.floor(chance() * steps.length);
    const other = steps[beside];
    if (!other || sameQuantity(problem, other.say, step.say)) return null;
    const swapped = steps.with(at, { ...step, say: other.say }).with(beside, { ...other, say: step.say });
    return { steps: swapped, final };
  },
  arithmetic(_problem, { steps, final }, chance) {
    const at = Math.floor(chance() * steps.length);
    const step = steps[at];
    if (!step) return null;
    if (step.operation === '>' || step.operation === '<') {
      return { steps: steps.with(at, { ...step, x: step.y, y: step.x, value: step.y }), final };
    }
    const value = chance() < 0.5 ? step.value + 1 + Math.floor(chance() * 12) : oneDigitOther(step.value, chance);
    return goOn({ steps, final }, at, { ...step, value }, chance() < 0.5);
  },
  skipped(problem, { steps, final }, chance) {
    const at = Math.floor(chance() * steps.length);
    const names = Object.keys(problem.keys).filter((name) => problem.keys[name]?.say.includes(steps[at]?.say ?? ''));
    const isNeeded = steps
      .slice(at + 1)
      .some(({ say }) =>
        Object.values(problem.keys).some(
          (key) => key.say.includes(say) && key.from.some((way) => names.some((name) => way.includes(name))),
        ),
      );
    return isNeeded ? { steps: steps.toSpliced(at, 1), final } : null;
  },
  final(_problem, { steps, final }, chance) {
    const values = steps.map(({ value }) => value).filter((value) => value !== final);
    const other = chance() < 0.5 ? values[Math.floor(chance() * values.length)] : oneDigitOther(final, chance);
    return other === undefined ? null : { steps, final: other };
  },
};

function sameQuantity({ keys }: ProblemKeys, one: string, other: string): boolean {
  return Object.values(keys).some(({ say }) => say.includes(one) && say.includes(other));
}

/** The line with its result worked out anew; null where it has no whole one or compares wrongly. */
function worked(step: Line): Line | null {
  const { x, operation, y } = step;
  if (operation === 'divmod') return y > 0 ? { ...step, value: Math.floor(x / y), rest: x % y } : null;
  if (operation === '>') return x > y ? { ...step, value: x } : null;
  if (operation === '<') return x < y ? { ...step, value: x } : null;
  const value = { '+': x + y, '-': x - y, '*': x * y, '/': x / y, '%': (x * y) / 100 }[operation];
  return Number.isInteger(value) && value >= 0 ? { ...step, value } : null;
}

/** Puts the line in its place; `carries`: what used its value goes on with the new one, as far as that can be worked out. */
function goOn({ steps, final }: Trace, at: number, changed: Line, carries: boolean): Trace {
  const written = steps.with(at, changed);
  if (!carries) return { steps: written, final };
  const now = new Map([[steps[at]?.value ?? 0, changed.value]]);
  for (let index = at + 1; index < steps.length; index++) {
    const before = steps[index];
    if (!before) continue;
    const after = worked({ ...before, x: now.get(before.x) ?? before.x, y: now.get(before.y) ?? before.y });
    if (after === null) return { steps: written, final };
    written[index] = after;
    if (after.value !== before.value) now.set(before.value, after.value);
  }
  return { steps: written, final: now.get(final) ?? final };
}

function oneDigitOther(value: number, chance: Chance): number {
  const digits = [...String(value)];
  const at = Math.floor(chance() * digits.length);
  digits[at] = String((Number(digits[at]) + 1 + Math.floor(chance() * 9)) % 10);
  return Number(digits.join(''));
}
