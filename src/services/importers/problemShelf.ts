import { createHash } from 'node:crypto';
import type { ProblemId } from '../../core/problem/problem.ts';
import { type Arm, arms } from '../../core/trace/trace.ts';
import type { ProblemRow } from './problemRow.ts';
import { UniqueIds } from './uniqueIds.ts';

export interface PlacedProblem {
  id: ProblemId;
  gold: string;
  emitted: boolean;
  samples: Record<Arm, number>;
}

/** The problems met so far in a file of traces: rows with the same id and text are one problem. A text is kept as its hash: a million problems fit. */
export class ProblemShelf {
  readonly #ids: UniqueIds;
  readonly #file: string;
  readonly #places = new Map<string, PlacedProblem>();
  #conflicts = 0;
  #firstConflict = 0;

  constructor(stem: string, file: string) {
    this.#ids = new UniqueIds(stem);
    this.#file = file;
  }

  place(problem: ProblemRow, line: number): PlacedProblem {
    // An id alone is not enough: some files give many texts one id, and each has a gold answer of its own.
    const key = `${problem.ownId ?? ''} ${hashOf(problem.text)}`;
    const known = this.#places.get(key);
    if (known !== undefined) {
      if (known.gold !== problem.answer && this.#conflicts++ === 0) this.#firstConflict = line;
      return known;
    }
    const id = this.#ids.take(problem.ownId ?? String(this.#places.size + 1));
    const samples = Object.fromEntries(arms.map((arm) => [arm, 0])) as Record<Arm, number>;
    const place = { id, gold: problem.answer, emitted: false, samples };
    this.#places.set(key, place);
    return place;
  }

  notes(): string[] {
    if (this.#conflicts === 0) return [];
    return [
      `${this.#conflicts} rows give another gold answer than the first row of their problem, which was used (first at ${this.#file}:${this.#firstConflict}).`,
    ];
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text.replace(/\s+/g, ' ').trim()).digest('base64');
}
