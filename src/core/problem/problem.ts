/** A question with a reference ("gold") answer, from a problem file. */
export interface Problem {
  /** `<file stem>/<the row's own id, else its 1-based line or row number>`: the same file gives the same ids. */
  id: ProblemId;
  text: string;
  /** The gold answer alone, e.g. `18` out of `… #### 18`. For multiple choice the option's letter. */
  answer: string;
  kind: AnswerKind;
  /** Texts of the options in order; the first is `A`. Multiple choice only. */
  options?: readonly string[];
  /** The worked reference solution, where the file has one. */
  solution?: string;
  level?: string;
  source: SourceLine;
}

export type ProblemId = string;
export type AnswerKind = 'free' | 'choice';

/** A place in a file that a person can open. `file` is relative to the workspace where it lies inside; `line` is 1-based. */
export interface SourceLine {
  file: string;
  line: number;
}

/** A row that could not be read; `line` and `column` are 1-based, `message` is one sentence with the remedy. */
export interface BadRow extends SourceLine {
  column: number;
  message: string;
}

/**
 * Which field of a row plays which role; a role that is absent was not found. Dots reach into objects: `messages.0.content`.
 * `options` may name one field per option, with commas: `A,B,C,D`.
 */
export interface FieldMapping {
  text?: string;
  answer?: string;
  solution?: string;
  options?: string;
  id?: string;
  level?: string;
  /** A passage that the question rests on; it is put before the question's text. */
  context?: string;
}
