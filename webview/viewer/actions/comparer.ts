import type { TraceId } from '../../../src/core/trace/trace.ts';
import type { AnswerClass } from '../../../src/protocol/engine.ts';
import type { ViewerHost } from '../../../src/protocol/views.ts';
import { counterpart } from '../model/answerTree.ts';
import { divergences, nextDivergence, swapped } from '../model/divergence.ts';
import { toFilter } from '../model/filterTerms.ts';
import type { Reader } from './reader.ts';
import { latest, type Store, sentence } from './store.ts';

/** Two traces of a problem side by side. */
export interface Comparer {
  /** Compares the open trace with another; without one, with the most telling of its problem. */
  compare(right?: TraceId): Promise<void>;
  /** Puts another trace on one side. */
  choose(side: 'left' | 'right', trace: TraceId): Promise<void>;
  move(direction: 1 | -1): void;
  swap(): void;
  judge(side: 'left' | 'right'): void;
  openDiff(): Promise<void>;
  /** Asks again for what people said of both. */
  refresh(): Promise<void>;
  close(): void;
}

export function createComparer(store: Store, host: ViewerHost, reader: Reader): Comparer {
  const calls = latest();

  const show = async (left: TraceId, right: TraceId, classes: AnswerClass[]) => {
    const current = calls.next();
    const comparison = { classes, shown: null, at: -1, side: 'left' as const, failure: null };
    store.update({ comparison, menu: null, message: null });
    try {
      const shown = await host.compare(left, right);
      if (!current() || !store.state.comparison) return;
      store.update({ comparison: { ...store.state.comparison, shown, at: shown.firstDivergence } });
      const { bar, problem } = store.state;
      void host.setPlace({ filter: toFilter(bar), ...(problem ? { problem } : {}), trace: left, compareWith: right });
    } catch (error) {
      if (current() && store.state.comparison)
        store.update({ comparison: { ...store.state.comparison, failure: sentence(error) } });
    }
  };

  const patch = (part: Partial<NonNullable<typeof store.state.comparison>>) => {
    const { comparison } = store.state;
    if (comparison) store.update({ comparison: { ...comparison, ...part } });
  };

  return {
    async compare(right) {
      const { trace, problem } = store.state;
      if (trace === null || problem === null) return store.update({ message: 'Open a trace first.' });
      // The filter is for finding a trace; what it is compared with is most often what the filter leaves out.
      const classes = await host.answerClasses(problem, { filter: '' }).catch(() => []);
      if (store.state.trace !== trace) return;
      const other = right ?? counterpart(classes, trace)?.id;
      if (other === undefined || other === trace)
        return store.update({ message: 'This problem has no other trace to compare with.' });
      await show(trace, other, classes);
    },
    async choose(side, trace) {
      const { shown, classes } = store.state.comparison ?? {};
      if (!shown || !classes) return;
      const [left, right] = [shown.left.trace.id, shown.right.trace.id];
      if (trace === left || trace === right) {
        store.update({ menu: null });
        return;
      }
      await (side === 'left' ? show(trace, right, classes) : show(left, trace, classes));
    },
    move(direction) {
      const { comparison } = store.state;
      if (!comparison?.shown) return;
      patch({ at: nextDivergence(divergences(comparison.shown), comparison.at, direction) });
    },
    swap() {
      const { comparison } = store.state;
      if (comparison?.shown)
        patch({ shown: swapped(comparison.shown), side: comparison.side === 'left' ? 'right' : 'left' });
    },
    judge: (side) => patch({ side }),
    async openDiff() {
      const shown = store.state.comparison?.shown;
      if (shown) await host.openDiff(shown.left.trace.id, shown.right.trace.id);
    },
    async refresh() {
      const shown = store.state.comparison?.shown;
      if (!shown) return;
      const fresh = await host.compare(shown.left.trace.id, shown.right.trace.id).catch(() => null);
      const now = store.state.comparison?.shown;
      if (fresh && now && fresh.left.trace.id === now.left.trace.id && fresh.right.trace.id === now.right.trace.id)
        patch({ shown: fresh });
    },
    close() {
      calls.next();
      const shown = store.state.comparison?.shown;
      store.update({ comparison: null, menu: null });
      const sides = shown ? [shown.left.trace.id, shown.right.trace.id] : [];
      const { trace } = store.state;
      const [left] = sides;
      // Back to what was read before, where it was compared; else to the left side.
      const back = trace !== null && sides.includes(trace) ? trace : (left ?? trace);
      if (back !== null) void reader.openTrace(back);
    },
  };
}
