import type { Flag, Rule, RuleContext } from './flag.ts';
import { stepAt } from './scan.ts';

/**
 * An answer that is guessed or tried instead of derived ("let's guess", "by trial and error"), forced on a problem that is called
 * faulty, or stated with no derivation at all.
 */
export const guessedAnswer: Rule = {
  name: 'guessedAnswer',
  title: 'guessed answer',
  find: (context) => [...guesses(context), ...bareAnswer(context)],
};

/** What people and models write when they choose an answer that they did not derive. */
const phrases = [
  /\b(?:we|i|let'?s|let us|can|could|must|just|simply|by|have to)\s+(?:\w{1,12}\s+)?guess(?:ing)?\b/gi,
  /\b(?:educated|random|wild|best|lucky)\s+guess\b/gi,
  /\b(?:by|through|using) trial and error\b/gi,
  /\b(?:error|mistake|typo|inconsistency) in the (?:problem|question|options|answer choices|choices|given)\b/gi,
  /\bnone of the (?:given |provided )?(?:options|choices|answers) (?:exactly )?match(?:es)?\b/gi,
];

const maxFound = 8;

function guesses(context: RuleContext): Flag[] {
  const found: Flag[] = [];
  for (const phrase of phrases) {
    for (const match of context.text.matchAll(phrase)) {
      if (found.length >= maxFound) return found;
      const [start, end] = [match.index, match.index + match[0].length];
      const reason = `"${match[0]}": the answer may be chosen, not derived.`;
      found.push({ rule: 'guessedAnswer', step: stepAt(context.steps, start), start, end, reason, strength: 0.5 });
    }
  }
  return found;
}

/** Fewer characters than this hold an answer and no reasoning. */
const bareLength = 60;

function bareAnswer(context: RuleContext): Flag[] {
  const stated = context.text.trim();
  if (stated === '' || stated.length > bareLength || context.problem.kind === 'choice' || /[=+×*/]|\\frac/.test(stated))
    return [];
  if (!/\d/.test(stated) || context.problem.text.length < 2 * bareLength) return [];
  const start = context.text.indexOf(stated);
  const reason = 'The answer is stated without any derivation.';
  return [
    {
      rule: 'guessedAnswer',
      step: stepAt(context.steps, start),
      start,
      end: start + stated.length,
      reason,
      strength: 0.7,
    },
  ];
}
