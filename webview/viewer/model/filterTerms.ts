/*
 * The filter's text as the bar shows it: complete terms with a field as chips, the words behind them in the input. The text is
 * the only truth; the engine alone says whether a term is right.
 */

/** The filter bar: chips, and what stands in its input. */
export interface BarText {
  chips: string[];
  draft: string;
}

/** Terms apart at spaces; a quoted stretch, closed or not, holds together. */
export function splitTerms(filter: string): string[] {
  return filter.match(/(?:\\"|[^\s"]|"(?:\\"|[^"])*(?:"|$))+/g) ?? [];
}

/** E.g. `arm:weak`, `steps>8`; not a plain word, nor an equation such as `x=5`. */
export function hasField(term: string): boolean {
  return /^(?:[a-zA-Z]+:|(?:steps|tokens)(?:[<>]=?|=))./i.test(term);
}

/** Is a quotation mark still to be closed? Then more is about to be typed. */
export function isQuoting({ draft }: BarText): boolean {
  return (draft.replaceAll('\\"', '').match(/"/g)?.length ?? 0) % 2 === 1;
}

/** The bar for a filter that came from elsewhere: every term with a field is a chip. */
export function toBar(filter: string): BarText {
  const terms = splitTerms(filter);
  return { chips: terms.filter(hasField), draft: terms.filter((term) => !hasField(term)).join(' ') };
}

export function toFilter({ chips, draft }: BarText): string {
  return [...chips, draft.trim()].filter((part) => part !== '').join(' ');
}

/** The terms with a field that stand complete in the draft become chips: all of them on Enter, those before a space while typing. */
export function settle(bar: BarText, done: boolean): BarText {
  if (!done && (isQuoting(bar) || !/\s$/.test(bar.draft))) return bar;
  const terms = splitTerms(bar.draft);
  const fields = terms.filter(hasField);
  if (fields.length === 0) return bar;
  const words = terms.filter((term) => !hasField(term)).join(' ');
  return { chips: [...bar.chips, ...fields], draft: words === '' ? '' : `${words} ` };
}

export type QuadrantAnswer = 'correct' | 'incorrect';
export type QuadrantReasoning = 'sound' | 'unsound' | 'none';

/** The cell of the answer × reasoning matrix that the filter names, if it names exactly one. */
export function quadrantOf(filter: string): { answer: QuadrantAnswer; reasoning: QuadrantReasoning } | null {
  const values = (field: string) =>
    splitTerms(filter)
      .filter((term) => term.startsWith(`${field}:`))
      .map((term) => term.slice(field.length + 1));
  const [answer, ...otherAnswers] = values('verdict');
  const [reasoning, ...otherReasonings] = values('soundness');
  if (otherAnswers.length > 0 || otherReasonings.length > 0) return null;
  if (answer !== 'correct' && answer !== 'incorrect') return null;
  if (reasoning !== 'sound' && reasoning !== 'unsound' && reasoning !== 'none') return null;
  return { answer, reasoning };
}

/** Chooses a cell of the matrix in place of the filter's own verdict and soundness, or gives it up when it is chosen. */
export function toggleQuadrant(filter: string, answer: QuadrantAnswer, reasoning: QuadrantReasoning): string {
  const now = quadrantOf(filter);
  const rest = splitTerms(filter).filter((term) => !/^(?:verdict|soundness):/.test(term));
  const chosen = now?.answer === answer && now.reasoning === reasoning;
  return (chosen ? rest : [`verdict:${answer}`, `soundness:${reasoning}`, ...rest]).join(' ');
}
