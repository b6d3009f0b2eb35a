/** How far a sentence is searched for words that make its equalities mere talk. */
const reach = 160;

/**
 * Is what stands at this span asserted, or only supposed, asked or denied ("if 3 + 4 = 8", "5 < 3, which is false")? A false equation
 * that nobody asserts says nothing about the reasoning.
 */
export function isAsserted(text: string, start: number, end: number): boolean {
  const before = text.slice(sentenceStart(text, start), start);
  const after = text.slice(end, sentenceEnd(text, end));
  return !supposed.test(before) && !denied.test(after) && !denied.test(before);
}

const supposed =
  /\b(?:if|suppose|assum\w*|let's (?:try|test|check)|whether|try(?:ing)?|test(?:ing)?|check(?:ing)?|verify\w*|would|should|could|were|impossible|unless|guess\w*)\b/i;
const denied =
  /\b(?:not|false|incorrect|wrong|contradict\w*|impossible|never|isn't|doesn't|cannot|can't|mistake|error|invalid|untrue|no solution)\b|\?|≠|\\neq?\b/i;

function sentenceStart(text: string, from: number): number {
  for (let at = from - 1; at >= 0 && from - at < reach; at--) {
    const character = text.charAt(at);
    if (character === '\n' && text.charAt(at - 1) === '\n') return at + 1;
    if (endsSentence(character, text.charAt(at + 1))) return at + 1;
  }
  return Math.max(0, from - reach);
}

function sentenceEnd(text: string, from: number): number {
  for (let at = from; at < text.length && at - from < reach; at++) {
    if (endsSentence(text.charAt(at), text.charAt(at + 1))) return at + 1;
  }
  return Math.min(text.length, from + reach);
}

function endsSentence(character: string, next: string): boolean {
  return '.?!。'.includes(character) ? /\s|^$/.test(next) : character === '\n' && /[\n*-]/.test(next);
}
