import type { Row } from './transformer.ts';

/** A problem in a cache of its own, which all its samples share. */
export interface Prompt {
  cache: number;
  /** Samples that stand on it: it must stay. */
  users: number;
  /** Those of a text's first token; undefined until the whole problem is read. */
  logits: Float32Array | undefined;
  /** Adds the rows of at most `most` tokens that are still to be read. */
  nextRows(most: number, rows: Row[]): void;
  /** Those rows went through the model. @param logits of the last of them; they count once it is the problem's last one. */
  rowsRead(logits: Float32Array): void;
}

export interface Prompts {
  /** The problem, read or still to be read. Another one that no sample stands on may have to go for it. */
  get(problem: string, tokens: readonly number[]): Prompt;
}

/**
 * @param caches free for problems: one more than may be in use at a time, at the least.
 * @param idle so many that no sample stands on are kept, for the next samples of their problems.
 */
export function createPrompts(caches: readonly number[], idle: number): Prompts {
  const free = [...caches];
  // In the order of their last use.
  const known = new Map<string, Prompt>();

  const makeRoom = (): number => {
    const unused = [...known].filter(([, { users }]) => users === 0);
    const [oldest] = unused;
    // A cache that was never used has no memory yet: it is taken last.
    const cache = oldest && (unused.length > idle || free.length === 0) ? oldest[1].cache : free.pop();
    if (cache === undefined) throw new Error('All problems are in use.');
    if (cache === oldest?.[1].cache) known.delete(oldest[0]);
    return cache;
  };
  return {
    get: (problem, tokens) => {
      const prompt = known.get(problem) ?? createPrompt(makeRoom(), tokens);
      known.delete(problem);
      known.set(problem, prompt);
      return prompt;
    },
  };
}

function createPrompt(cache: number, tokens: readonly number[]): Prompt {
  let read = 0;
  let asked = 0;
  const rowOf = (at: number): Row => ({
    token: tokens[at] ?? 0,
    before: tokens[at - 1] ?? -1,
    beforeThat: tokens[at - 2] ?? -1,
    position: at,
    cache,
    at,
    shared: cache,
    sharedLength: 0,
    wantsLogits: at === tokens.length - 1,
  });
  return {
    cache,
    users: 0,
    logits: undefined,
    nextRows(most, rows) {
      asked = Math.min(most, tokens.length - read);
      for (let at = read; at < read + asked; at++) rows.push(rowOf(at));
    },
    rowsRead(logits) {
      read += asked;
      if (read === tokens.length) this.logits = logits.slice();
    },
  };
}
