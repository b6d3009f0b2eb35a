import type { ProblemId } from '../../../src/core/problem/problem.ts';
import type { TraceId } from '../../../src/core/trace/trace.ts';
import type { TraceDetail } from '../../../src/protocol/engine.ts';
import type { ViewerHost } from '../../../src/protocol/views.ts';
import { richLimit } from '../../ui/text.ts';
import { branchesTo, firstOpen, firstToRead, tracesInOrder } from '../model/answerTree.ts';
import { toFilter } from '../model/filterTerms.ts';
import type { Problems } from './problems.ts';
import { currentQuery } from './problems.ts';
import { latest, type Store, sentence } from './store.ts';

/** Moving through problems and traces: what is open is fetched; answers that were overtaken are dropped. */
export interface Reader {
  openProblemAt(index: number): Promise<void>;
  /** Opens a trace of any problem. */
  openTrace(trace: TraceId): Promise<void>;
  moveTrace(by: 1 | -1): Promise<void>;
  moveProblem(by: 1 | -1): Promise<void>;
  moveInQueue(by: 1 | -1): Promise<void>;
  loadQueue(): Promise<void>;
  /** Something changed elsewhere: asks again for what is open, and keeps the open trace in sight. */
  refresh(): Promise<void>;
  /** Asks again for the answers of the open problem under the filter as it stands. */
  reloadAnswers(): Promise<void>;
}

/** What is to be done when the reader goes to another trace. */
interface Moves {
  /** Before. */
  leave(): void;
  /** After: the place is told and kept. */
  arrive(): void;
}

/** Ids to ask a queue for: some hours of review. */
const queueLength = 1000;

export function createReader(store: Store, host: ViewerHost, problems: Problems, moves: Moves): Reader {
  const problemCalls = latest();
  const traceCalls = latest();
  const queueCalls = latest();

  const tellPlace = () => {
    const { bar, problem, trace, comparison } = store.state;
    const compareWith = comparison?.shown?.right.trace.id;
    moves.arrive();
    const place = { filter: toFilter(bar), ...(problem ? { problem } : {}), ...(trace ? { trace } : {}) };
    void host.setPlace(compareWith ? { ...place, compareWith } : place);
  };

  /** Fetches a trace and shows it; what was open stays in sight until it is here. */
  const showTrace = async (trace: TraceId): Promise<TraceDetail | null> => {
    moves.leave();
    const current = traceCalls.next();
    store.update({ trace, focused: trace, traceError: null, message: null, menu: null });
    try {
      const detail = await host.traceDetail(trace);
      if (!current()) return null;
      const open = new Set([...store.state.open, ...branchesTo(store.state.classes ?? [], trace)]);
      store.update({ detail, open, shownLength: richLimit, folds: new Set() });
      tellPlace();
      return detail;
    } catch (error) {
      if (current()) store.update({ traceError: sentence(error), detail: null });
      return null;
    }
  };

  const showProblem = async (problem: ProblemId, wanted?: TraceId) => {
    const current = problemCalls.next();
    if (problem !== store.state.problem) store.update({ problem, classes: null, focused: null });
    try {
      const classes = await host.answerClasses(problem, currentQuery(store));
      if (!current()) return;
      const trace = wanted ?? firstToRead(classes)?.id ?? null;
      store.update({ classes, open: firstOpen(classes, trace), focused: trace, traceError: null });
      if (trace !== null && trace !== store.state.trace) await showTrace(trace);
      else if (trace === null) {
        traceCalls.next();
        store.update({ trace: null, detail: null });
        tellPlace();
      }
    } catch (error) {
      if (current()) store.update({ classes: [], traceError: sentence(error) });
    }
  };

  /** A list that waited for the reader to move on is brought up to date first. */
  const freshIndex = async (index: number): Promise<number> => {
    const { list } = store.state;
    if (!list.stale) return index;
    const wanted = list.rows.get(index)?.id;
    await problems.reload();
    return wanted === undefined ? index : problems.indexOf(wanted);
  };

  const openProblemAt = async (index: number) => {
    const at = await freshIndex(index);
    const row = at < 0 ? undefined : await problems.rowAt(at);
    if (!row) return;
    store.update({ list: { ...store.state.list, current: at } });
    await showProblem(row.id);
  };

  const openTrace = async (trace: TraceId) => {
    const { classes } = store.state;
    if (classes && branchesTo(classes, trace).length > 0) {
      await showTrace(trace);
      return;
    }
    const detail = await showTrace(trace);
    if (!detail) return;
    const problem = detail.problem.id;
    const moved = problem !== store.state.problem;
    await showProblem(problem, trace);
    if (!moved) return;
    const at = await problems.indexOf(problem).catch(() => -1);
    if (store.state.problem === problem) store.update({ list: { ...store.state.list, current: at } });
  };

  const loadQueue = async () => {
    const current = queueCalls.next();
    const queue = await host.queue(currentQuery(store), queueLength).catch(() => null);
    if (current()) store.update({ queue });
  };

  const reloadAnswers = async () => {
    const { problem } = store.state;
    if (problem === null) return;
    const current = problemCalls.next();
    const fresh = await host.answerClasses(problem, currentQuery(store)).catch(() => null);
    if (!fresh || !current()) return;
    const { classes, trace, open } = store.state;
    const shows = (answers: typeof fresh) => branchesTo(answers, trace).length > 0;
    // The trace that is being read stays in the tree until one moves on, even when it no longer passes the filter.
    if (trace !== null && classes && shows(classes) && !shows(fresh)) return;
    const sameShape = classes?.length === fresh.length;
    store.update({
      classes: fresh,
      open: sameShape ? new Set([...open, ...branchesTo(fresh, trace)]) : firstOpen(fresh, trace),
    });
  };

  return {
    openProblemAt,
    openTrace,
    loadQueue,
    reloadAnswers,
    async moveTrace(by) {
      const traces = tracesInOrder(store.state.classes ?? []);
      const at = traces.findIndex((row) => row.id === store.state.trace);
      const next = traces[at < 0 ? 0 : at + by];
      if (next) await showTrace(next.id);
      else
        store.update({
          message: by === 1 ? 'This is the last trace of the problem.' : 'This is the first trace of the problem.',
        });
    },
    async moveProblem(by) {
      const { current, total } = store.state.list;
      const next = current + by;
      if (next >= 0 && next < (total ?? 0)) await openProblemAt(next);
      else store.update({ message: by === 1 ? 'This is the last problem.' : 'This is the first problem.' });
    },
    async moveInQueue(by) {
      if (store.state.queue === null) await loadQueue();
      const { queue, trace } = store.state;
      if (!queue || queue.length === 0)
        return store.update({ message: 'No trace passes the filter, so the queue is empty.' });
      const at = trace === null ? -1 : queue.indexOf(trace);
      const next = queue[at < 0 ? 0 : at + by];
      if (next) await openTrace(next);
      else store.update({ message: by === 1 ? 'This is the end of the queue.' : 'This is the start of the queue.' });
    },
    async refresh() {
      const { trace } = store.state;
      const reread = async () => {
        if (trace === null) return;
        const detail = await host.traceDetail(trace).catch(() => null);
        if (detail && store.state.detail?.trace.id === trace) store.update({ detail });
      };
      await Promise.all([problems.reload({ hold: true }), reloadAnswers(), reread()]);
    },
  };
}
