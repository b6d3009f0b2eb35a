import type { Derivation, Key, ProblemKeys } from './keys.ts';
import { readSentence } from './sentences.ts';

/** A problem's keys, made ready to check many traces against. */
export interface Compiled {
  quantities: readonly Quantity[];
  /** By the words of the sentences that state them, `@` for the equation. One sentence may state several. */
  bySentence: ReadonlyMap<string, readonly Quantity[]>;
  goal: Quantity | undefined;
  /** Every number that the problem gives, and those that its derivations take as given (60 minutes, a half). */
  given: ReadonlySet<number>;
  valueFor(name: string): number | undefined;
}

export interface Quantity extends Key {
  name: string;
  /** In the problem's own words, for people: `“Amy has … apples”`. */
  title: string;
}

/** Compiled once a problem: a run checks dozens of traces of each. */
export function compile(problem: ProblemKeys): Compiled {
  const kept = compiled.get(problem) ?? compileNow(problem);
  compiled.set(problem, kept);
  return kept;
}

const compiled = new WeakMap<ProblemKeys, Compiled>();

function compileNow({ question, goal, keys }: ProblemKeys): Compiled {
  const quantities = Object.entries(keys).map(([name, key]) => ({ ...key, name, title: titleOf(key, name) }));
  const byName = new Map(quantities.map((quantity) => [quantity.name, quantity]));
  return {
    quantities,
    bySentence: bySentence(quantities),
    goal: byName.get(goal),
    given: new Set([...numeralsIn(question), ...quantities.flatMap(({ from }) => from.flatMap(numbersOf))]),
    valueFor: (name) => byName.get(name)?.value,
  };
}

function bySentence(quantities: readonly Quantity[]): Map<string, Quantity[]> {
  const sentences = new Map<string, Quantity[]>();
  const units = new Set(quantities.flatMap(unitsOf));
  for (const quantity of quantities) {
    for (const words of withUnits(quantity, units)) {
      sentences.set(words, [...(sentences.get(words) ?? []), quantity]);
    }
  }
  return sentences;
}

/**
 * A quantity's sentences, also without the unit behind the equation, and with the one that another of its sentences has: nobody
 * who reads `A third is 36 / 3 = 12.` calls it wrong, though the problem's own words are `A third is @ cards.`
 */
function withUnits(quantity: Key, units: ReadonlySet<string>): Set<string> {
  const own = unitsOf(quantity);
  const all = sentencesOf(quantity).flatMap((words) => {
    const without = words.replace(/@ (\w+)/, (both, unit: string) => (units.has(unit) ? '@' : both));
    return [words, without, ...(words.endsWith('@') ? own.map((unit) => `${words} ${unit}`) : [])];
  });
  return new Set(all);
}

/** The single words with which its sentences end behind the equation: `apples`. */
function unitsOf(quantity: Key): string[] {
  return sentencesOf(quantity).flatMap((words) => /@ (\w+)$/.exec(words)?.[1] ?? []);
}

function sentencesOf({ say }: Key): string[] {
  return say.map((one) => readSentence(one)?.words ?? one);
}

function titleOf({ say }: Key, name: string): string {
  const [first = name] = say;
  return `“${first.replace('@', '…').replace(/\.$/, '')}”`;
}

function numeralsIn(question: string): number[] {
  return [...question.matchAll(/\d+/g)].map(([digits]) => Number(digits));
}

function numbersOf([x, , y]: Derivation): number[] {
  return [x, y].filter((operand) => typeof operand === 'number');
}
