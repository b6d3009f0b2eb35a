import type { TraceId } from '../trace/trace.ts';

export type Soundness = 'sound' | 'unsound' | 'unsure';
export type ErrorType = 'calculation' | 'logical' | 'conceptual' | 'jump' | 'incomplete' | 'other';
export const errorTypes: readonly ErrorType[] = ['calculation', 'logical', 'conceptual', 'jump', 'incomplete', 'other'];

/** All that a person says of a trace: a decision replaces the one before it as a whole. An empty object says nothing (cleared). */
export interface Decision {
  soundness?: Soundness;
  /** The problem itself is at fault (no answer, several, a wrong gold answer). */
  badProblem?: true;
  /** 0-based. */
  firstWrongStep?: number;
  errorType?: ErrorType;
  /** What became of the error: repaired later, or it survives to the answer. */
  effect?: 'repaired' | 'survives';
  note?: string;
}

/** One line of `annotations/<annotator>.jsonl`. Undo and redo are lines too: nothing is ever edited. */
export type AnnotationLine = DecisionLine | UndoLine;

export interface DecisionLine {
  /** Unique per file: `<six characters drawn when the window opened>-<counter>`, so that two windows never give the same. */
  id: string;
  kind: 'decision';
  /** ISO 8601, UTC. */
  at: string;
  annotator: string;
  /** The run's folder name. */
  run: string;
  trace: TraceId;
  decision: Decision;
}

export interface UndoLine {
  id: string;
  kind: 'undo' | 'redo';
  at: string;
  annotator: string;
  /** The id of the decision line that is undone or done again. */
  of: string;
}
