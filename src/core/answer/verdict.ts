/** Is the final answer equal to the gold answer? `ungradable`: no answer was found, or equality is undecided. */
export type Verdict = 'correct' | 'incorrect' | 'ungradable';

/** The final answer as it was found in a trace's text. */
export interface ExtractedAnswer {
  /** The answer alone, trimmed, e.g. `\frac{1}{2}`. */
  text: string;
  /** UTF-16 offsets of the answer in the trace's text, `end` exclusive. */
  start: number;
  end: number;
  /** The rule that fired. */
  rule: 'boxed' | 'hashes' | 'finalAnswer' | 'answerLine' | 'optionLetter' | 'lastNumber' | 'lastExpression' | 'whole';
}

/** Equality of two answers: `null` is undecided, never "wrong". `how` names the layer that decided, for people to read. */
export interface Equality {
  equal: boolean | null;
  how: string;
}

export interface Grade {
  verdict: Verdict;
  answer: ExtractedAnswer | null;
  how: string;
}
