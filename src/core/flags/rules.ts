import { falseInequality } from './falseInequality.ts';
import type { Flag, Rule, RuleContext } from './flag.ts';
import { guessedAnswer } from './guessedAnswer.ts';
import { wrongArithmetic } from './wrongArithmetic.ts';

/** Every rule, in the order in which people see them. A new rule is a file and a line here. */
export const rules: readonly Rule[] = [wrongArithmetic, falseInequality, guessedAnswer];

/** Flags kept of one rule; a trace with more of them is no reasoning that a person would read. */
const maxPerRule = 100;

/** The flags of all rules, by place in the text. */
export function findFlags(context: RuleContext): Flag[] {
  return rules
    .flatMap((rule) => rule.find(context).slice(0, maxPerRule))
    .sort((a, b) => a.start - b.start || a.end - b.end);
}
