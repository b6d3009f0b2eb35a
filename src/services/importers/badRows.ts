import type { BadRow } from '../../core/problem/problem.ts';

/** A file's bad rows in its order: at most 1,000 are kept, and one more that says how many were not. */
export class BadRows {
  readonly #file: string;
  readonly #kept: BadRow[] = [];
  #count = 0;

  constructor(file: string) {
    this.#file = file;
  }

  get count(): number {
    return this.#count;
  }

  get first(): BadRow | undefined {
    return this.list()[0];
  }

  add(line: number, column: number, message: string): void {
    this.#count++;
    if (this.#kept.length < mostBadRows) this.#kept.push({ file: this.#file, line, column, message });
  }

  list(): BadRow[] {
    const more = this.#count - this.#kept.length;
    const inOrder = this.#kept.toSorted((left, right) => left.line - right.line);
    const last = inOrder.at(-1);
    if (more === 0 || last === undefined) return inOrder;
    const message = `${more} further rows can’t be read and are not listed: mend these first.`;
    return [...inOrder, { ...last, column: 1, message }];
  }
}

const mostBadRows = 1000;
