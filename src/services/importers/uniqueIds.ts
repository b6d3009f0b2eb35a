/** Ids of one file; a second row with the same id gets `~2`, and so on in the file's order. */
export class UniqueIds {
  readonly #stem: string;
  readonly #used = new Set<string>();
  readonly #times = new Map<string, number>();

  constructor(stem: string) {
    this.#stem = stem;
  }

  take(own: string): string {
    let id = `${this.#stem}/${own}`;
    for (let times = this.#times.get(own) ?? 1; this.#used.has(id); ) {
      times++;
      this.#times.set(own, times);
      id = `${this.#stem}/${own}~${times}`;
    }
    this.#used.add(id);
    return id;
  }
}
