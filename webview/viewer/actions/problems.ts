import type { ProblemId } from '../../../src/core/problem/problem.ts';
import type { ProblemPage, ProblemRow, TraceQuery } from '../../../src/protocol/engine.ts';
import type { ViewerHost } from '../../../src/protocol/views.ts';
import { toFilter } from '../model/filterTerms.ts';
import { latest, type Store, sentence } from './store.ts';

/** The list of problems: fetched in windows, kept while it is near, fetched again when the filter or the run changes. */
export interface Problems {
  /** The rows `from` to `to` (exclusive) are about to be seen. */
  see(from: number, to: number): void;
  /** Asks anew under the filter as it stands. `hold`: unless the open problem would go from the list. */
  reload(options?: { hold?: boolean }): Promise<void>;
  /** The row at an index, fetched where need be. */
  rowAt(index: number): Promise<ProblemRow | undefined>;
  /** Index of a problem; -1 where the list does not hold it, or not among its first few thousand. */
  indexOf(problem: ProblemId): Promise<number>;
}

const pageSize = 64;
const pagesKept = 60;
/** Pages to look through for a problem where the engine can't tell its index. */
const pagesSearched = 40;

export function currentQuery(store: Store): TraceQuery {
  return { filter: toFilter(store.state.bar), sort: store.state.sort };
}

export function createProblems(store: Store, host: ViewerHost): Problems {
  const newest = latest();
  let isNewest = newest.next();
  let query = currentQuery(store);
  let pages = new Map<number, Promise<ProblemPage>>();
  let seen = { from: 0, to: pageSize };

  const fetchPage = (page: number) => host.problemRows(query, page * pageSize, (page + 1) * pageSize);

  const load = async (page: number) => {
    const current = isNewest;
    const fetched = pages.get(page) ?? fetchPage(page);
    pages.set(page, fetched);
    const got = await fetched;
    if (current()) adopt([[page, got]], store.state.list.rows);
    return got;
  };

  const adopt = (got: [number, ProblemPage][], kept: ReadonlyMap<number, ProblemRow>) => {
    const last = got.at(-1)?.[1];
    if (!last) return;
    const rows = new Map(kept);
    for (const [page, { rows: found }] of got) {
      found.forEach((row, at) => {
        rows.set(page * pageSize + at, row);
      });
    }
    trim(rows, pages, seen.from);
    const { total, traces, matrix } = last;
    store.update({ list: { ...store.state.list, total, traces, matrix, rows } });
  };

  const reload = async ({ hold = false } = {}) => {
    const current = newest.next();
    isNewest = current;
    query = currentQuery(store);
    const fresh = new Map<number, Promise<ProblemPage>>();
    pages = fresh;
    try {
      const wanted = [...pagesOf(seen.from, seen.to), ...(hold ? [] : [0])];
      for (const page of new Set(wanted)) fresh.set(page, fetchPage(page));
      const got: [number, ProblemPage][] = [];
      for (const [page, fetched] of fresh) got.push([page, await fetched]);
      if (!current()) return;
      const { problem, list } = store.state;
      const here = findIn(got, problem);
      if (hold && problem !== null && list.current >= 0 && here < 0) return keepUntilMoving(got[0]?.[1]);
      store.update({ filterError: null, list: { ...list, current: here, stale: false } });
      adopt(got, new Map());
    } catch (error) {
      if (current()) store.update({ filterError: sentence(error) });
    }
  };

  /** New counts, old rows. */
  const keepUntilMoving = (page: ProblemPage | undefined) => {
    if (!page) return;
    const { traces, matrix } = page;
    pages = new Map(
      [...store.state.list.rows.keys()].map((index) => [Math.floor(index / pageSize), Promise.resolve(page)]),
    );
    store.update({ filterError: null, list: { ...store.state.list, traces, matrix, stale: true } });
    // Rows that the reader jumped to were perhaps on their way, and were dropped with the answers before.
    see(seen.from, seen.to);
  };

  const see = (from: number, to: number) => {
    seen = { from, to };
    for (const page of pagesOf(from, to)) if (!pages.has(page)) load(page).catch(() => pages.delete(page));
  };

  return {
    reload,
    see,
    async rowAt(index) {
      const known = store.state.list.rows.get(index);
      if (known) return known;
      const page = Math.floor(index / pageSize);
      return (await load(page)).rows[index - page * pageSize];
    },
    async indexOf(problem) {
      const known = [...store.state.list.rows].find(([, row]) => row.id === problem);
      if (known) return known[0];
      const { found, total } = await host.problemRows({ ...query, find: problem }, 0, 0);
      if (found !== undefined) return found;
      for (let page = 0; page < Math.min(pagesSearched, Math.ceil(total / pageSize)); page++) {
        const at = (await load(page)).rows.findIndex((row) => row.id === problem);
        if (at >= 0) return page * pageSize + at;
      }
      return -1;
    },
  };
}

function pagesOf(from: number, to: number): number[] {
  const first = Math.floor(from / pageSize);
  const last = Math.floor(Math.max(from, to - 1) / pageSize);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

function findIn(got: readonly [number, ProblemPage][], problem: ProblemId | null): number {
  for (const [page, { rows }] of got) {
    const at = rows.findIndex((row) => row.id === problem);
    if (at >= 0) return page * pageSize + at;
  }
  return -1;
}

/** Forgets the pages farthest from what is on screen. */
function trim(rows: Map<number, ProblemRow>, pages: Map<number, unknown>, near: number): void {
  if (pages.size <= pagesKept) return;
  const distance = (page: number) => Math.abs(page - near / pageSize);
  const far = [...pages.keys()].sort((a, b) => distance(b) - distance(a)).slice(0, pages.size - pagesKept);
  for (const page of far) {
    pages.delete(page);
    for (let index = page * pageSize; index < (page + 1) * pageSize; index++) rows.delete(index);
  }
}
