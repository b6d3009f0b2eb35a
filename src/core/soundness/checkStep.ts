import type { Compiled, Quantity } from './compile.ts';
import { type Equation, readEquation } from './equation.ts';
import type { CheckedStep } from './keys.ts';
import { type Agreement, agreement, type Ledger, noteStated } from './ledger.ts';
import { readSentence } from './sentences.ts';

/** What is found of one sentence. */
export type Finding = Pick<CheckedStep, 'wrong' | 'why'>;

const right: Finding = { wrong: null };

/** Decides one sentence and enters into the ledger what it establishes or states. */
export function checkStep(compiled: Compiled, ledger: Ledger, sentence: string): Finding {
  ledger.latest = [];
  const parts = readSentence(sentence);
  if (parts === null) return { wrong: 'form', why: 'The sentence is too long to be read.' };
  const [tokens, another] = parts.equations;
  if (tokens === undefined) return { wrong: 'form', why: 'The sentence holds no equation.' };
  if (another !== undefined) return { wrong: 'form', why: 'The sentence holds more than one equation.' };
  const equation = readEquation(tokens);
  if (equation === null)
    return { wrong: 'form', why: `${tokens.join(' ').slice(0, 60)} can't be read as one equation.` };
  const step = { compiled, ledger, equation, words: parts.words, named: compiled.bySentence.get(parts.words) ?? [] };
  const finding = findFault(step);
  if (finding.wrong !== null) noteStated(ledger, claimed(step), equation.value);
  return finding;
}

interface Step {
  compiled: Compiled;
  ledger: Ledger;
  equation: Equation;
  words: string;
  /** The quantities that the sentence states. */
  named: readonly Quantity[];
}

function findFault(step: Step): Finding {
  const { equation, ledger, named } = step;
  if (!equation.holds) return { wrong: 'arithmetic', why: equation.falseBecause };
  const derived = those(step, named, 'right');
  ledger.latest = derived.map(({ name }) => name);
  for (const name of ledger.latest) ledger.derived.add(name);
  if (derived.length > 0) return right;
  if (named.length === 0) return { wrong: 'label', why: unknownName(step) };
  if (those(step, named, 'carried').length > 0)
    return { wrong: 'carried', why: 'It goes on from a wrong step before it.' };
  return (
    skippedPart(step, named) ??
    otherName(step) ??
    skippedPart(step, step.compiled.quantities) ??
    unknownNumber(step) ??
    wrongNumbers(step)
  );
}

function those({ compiled, ledger, equation }: Step, quantities: readonly Quantity[], wanted: Agreement): Quantity[] {
  const { operation, readings } = equation;
  return quantities.filter((quantity) => agreement(compiled, ledger, quantity, operation, readings) === wanted);
}

function unknownName(step: Step): string {
  const nothing = `${sayingOf(step)} states nothing that this problem asks for`;
  const [meant] = those(step, step.compiled.quantities, 'right');
  return meant ? `${nothing}; ${step.equation.takes} is right for ${meant.title}.` : `${nothing}.`;
}

/** The equation derives another quantity than the one named. */
function otherName(step: Step): Finding | null {
  const [other] = those(step, step.compiled.quantities, 'right');
  if (other === undefined) return null;
  return {
    wrong: 'swapped',
    why: `${sayingOf(step)} takes ${step.equation.takes}, which is right for ${other.title}.`,
  };
}

/** The numbers are right, but one of them was not derived before. */
function skippedPart(step: Step, quantities: readonly Quantity[]): Finding | null {
  const [quantity] = those(step, quantities, 'missing');
  if (quantity === undefined) return null;
  const { compiled, ledger, equation } = step;
  const numerals = equation.readings.flatMap(({ x, y }) => [x, y]);
  const parts = quantity.from.flatMap(([x, , y]) => [x, y]).filter((part) => typeof part === 'string');
  const missing = compiled.quantities.find(
    ({ name, value }) => parts.includes(name) && !ledger.derived.has(name) && numerals.includes(value),
  );
  const which = missing ? `${missing.value} (${missing.title})` : 'a quantity';
  return { wrong: 'skipped', why: `It uses ${which}, which no right step before it derives.` };
}

/** A number that the problem does not give and no step stated. */
function unknownNumber({ compiled, ledger, equation }: Step): Finding | null {
  const known = new Set([
    ...compiled.given,
    ...ledger.nameless,
    ...[...ledger.stated.values()].flatMap((values) => [...values]),
  ]);
  for (const name of ledger.derived) known.add(compiled.valueFor(name) ?? Number.NaN);
  const [as] = equation.readings;
  const unknown = as && [as.x, as.y].find((numeral) => !known.has(numeral));
  if (unknown === undefined) return null;
  return { wrong: 'skipped', why: `It uses ${unknown}, which neither the problem gives nor a step before it derives.` };
}

function wrongNumbers(step: Step): Finding {
  const wanted = step.named[0]?.from.map((way) => spell(step.compiled, way)) ?? [];
  return {
    wrong: 'operands',
    why: `${sayingOf(step)} is ${wanted.slice(0, 2).join(' or ')}, not ${step.equation.takes}.`,
  };
}

const spelling: Partial<Record<string, (x: number, y: number) => string>> = {
  '%': (x, y) => `${x} * ${y} / 100`,
  divmod: (x, y) => `${x} divided by ${y}`,
};

function spell({ valueFor }: Compiled, [x, operation, y]: Quantity['from'][number]): string {
  const [a = 0, b = 0] = [x, y].map((operand) => (typeof operand === 'number' ? operand : valueFor(operand)));
  return spelling[operation]?.(a, b) ?? `${a} ${operation} ${b}`;
}

/** The quantities of which a wrong step states its value. */
function claimed(step: Step): Quantity[] {
  const meant = step.equation.holds ? those(step, step.compiled.quantities, 'right') : [];
  return [...new Set([...step.named, ...meant])];
}

/** The sentence as the trace put it: `“Amy has … apples”`. */
function sayingOf({ words }: Step): string {
  const plain = words.replace('@', '…').replace(/ (?=[.,?!%])/g, '');
  return `“${plain.length > 60 ? `${plain.slice(0, 60)}…` : plain}”`;
}
