import { isAsserted } from './context.ts';
import type { Flag, Rule, RuleContext } from './flag.ts';
import { scan, stepAt } from './scan.ts';
import { type NumericPair, showNumber, showPair } from './sides.ts';

/** A numeric `<`, `>`, `≤`, `≥` that is false, such as `7 < 3 + 2`. Suppositions and denials are left alone. */
export const falseInequality: Rule = {
  name: 'falseInequality',
  title: 'false inequality',
  find: (context) =>
    scan(context).chains.flatMap((chain) =>
      chain.pairs
        .filter((pair) => isFalse(pair) && isAsserted(context.text, chain.start, chain.end))
        .slice(0, 1)
        .map((pair) => asFlag(context, pair)),
    ),
};

function isFalse(pair: NumericPair): boolean {
  const compare = comparisons[pair.relation];
  // `Day 1 < 5`: the number may be a label.
  const labelled = pair.left.label !== '' && pair.readings[0]?.[0].operators === 0;
  if (compare === undefined || labelled) return false;
  return pair.readings.every(([left, right]) => !compare(left.value, right.value));
}

/** Equal to the ninth digit counts as equal: the values are doubles. */
const comparisons: Record<string, (a: number, b: number) => boolean> = {
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b + 1e-9 * Math.abs(b),
  '>=': (a, b) => a >= b - 1e-9 * Math.abs(b),
};

function asFlag(context: RuleContext, pair: NumericPair): Flag {
  const [left, right] = pair.readings[0] ?? [];
  const values = `${showNumber(left?.value ?? Number.NaN)} and ${showNumber(right?.value ?? Number.NaN)}`;
  const { start } = pair.left;
  const reason = `${showPair(pair)} is false: the sides are ${values}.`;
  return {
    rule: 'falseInequality',
    step: stepAt(context.steps, start),
    start,
    end: pair.right.end,
    reason,
    strength: 0.85,
  };
}
