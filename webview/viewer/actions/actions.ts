import type { TraceId } from '../../../src/core/trace/trace.ts';
import type { ViewerAction, ViewerHost, ViewerPlace, ViewerState } from '../../../src/protocol/views.ts';
import { type BarText, isQuoting, toBar, toFilter } from '../model/filterTerms.ts';
import type { Fold, Layout, Menu, State } from '../model/state.ts';
import { type Annotator, createAnnotator } from './annotator.ts';
import { type Comparer, createComparer } from './comparer.ts';
import { createProblems, type Problems } from './problems.ts';
import { createReader, type Reader } from './reader.ts';
import { type Store, sentence } from './store.ts';

/** All that can be done in the Viewer, by mouse, key or command. */
export interface Actions {
  host: ViewerHost;
  problems: Problems;
  reader: Reader;
  annotator: Annotator;
  comparer: Comparer;
  /** Asks the extension what to show. Called once, first. */
  start(kept: Partial<Kept> | undefined): Promise<void>;
  /** Changes the filter bar; asks for the rows at once or after a pause in typing. */
  setBar(bar: BarText, when: 'now' | 'soon'): void;
  setFilter(filter: string): void;
  setSort(sort: State['sort']): void;
  show(place: ViewerPlace): Promise<void>;
  /** A whole new state came from the extension. */
  changed(state: ViewerState): void;
  toggleFold(fold: Fold): void;
  toggleBranch(key: string): void;
  focusRow(key: string): void;
  showMore(): void;
  openMenu(menu: Menu | null): void;
  showKeys(shown: boolean): void;
  layOut(layout: Partial<Layout>): void;
  dismissMessage(): void;
  /** What a key, a palette command or a menu asks for. */
  act(action: ViewerAction, argument?: number): void;
}

/** What is kept across reloads of the window. */
export interface Kept {
  filter: string;
  sort: State['sort'];
  layout: Layout;
  trace: TraceId | null;
}

/** What the actions need of the page. */
export interface Page {
  focus(what: 'filter' | 'note' | 'answers' | 'keys'): void;
  keep(kept: Kept): void;
  now(): Date;
  /** Does Enter mean something of its own where the focus is? */
  ownsEnter(): boolean;
}

const typingPauseMs = 250;
/** While samples arrive, the engine tells of them several times a second. */
const refreshPauseMs = 400;

export function createActions(
  store: Store,
  host: ViewerHost,
  page: Page,
  perform: (actions: Actions, action: ViewerAction, argument: number | undefined, page: Page) => void,
): Actions {
  const problems = createProblems(store, host);
  // The reader leaves a trace through the annotator, which in turn reopens one after undo.
  const reader: Reader = createReader(store, host, problems, {
    leave: () => annotator.flush(),
    arrive: () => keep(),
  });
  const annotator: Annotator = createAnnotator(store, host, page.now, (trace) => reopen(trace));
  const comparer = createComparer(store, host, reader);
  let typing: ReturnType<typeof setTimeout> | undefined;
  let refreshing = false;

  const reopen = async (trace: string) => {
    const shown = store.state.comparison?.shown;
    if (shown?.left.trace.id === trace || shown?.right.trace.id === trace) await comparer.refresh();
    if (store.state.trace === trace) return reader.refresh();
    if (!store.state.comparison) await reader.openTrace(trace);
  };

  const keep = () => {
    const { bar, sort, layout, trace } = store.state;
    page.keep({ filter: toFilter(bar), sort, layout, trace });
  };

  const query = async () => {
    clearTimeout(typing);
    typing = undefined;
    keep();
    await problems.reload();
    if (store.state.filterError !== null) return;
    void reader.loadQueue();
    await reader.reloadAnswers();
  };

  const setBar = (bar: BarText, when: 'now' | 'soon') => {
    const same = toFilter(bar) === toFilter(store.state.bar);
    store.update({ bar, message: null });
    // Enter after typing: what was typed is the filter already, and only waits for the pause.
    const waits = typing !== undefined;
    if (same && !(when === 'now' && waits)) return;
    clearTimeout(typing);
    if (when === 'now') void query();
    else if (!isQuoting(bar)) typing = setTimeout(() => void query(), typingPauseMs);
  };

  const show = async (place: ViewerPlace) => {
    if (place.filter !== toFilter(store.state.bar)) {
      store.update({ bar: toBar(place.filter), comparison: null });
      await query();
    }
    if (place.trace) await reader.openTrace(place.trace);
    else if (place.problem) await openProblem(place.problem);
    else if (store.state.trace === null) await reader.openProblemAt(0);
    if (place.compareWith) await comparer.compare(place.compareWith);
  };

  const openProblem = async (problem: string) => {
    const at = await problems.indexOf(problem);
    if (at >= 0) await reader.openProblemAt(at);
  };

  const actions: Actions = {
    host,
    problems,
    reader,
    annotator,
    comparer,
    setBar,
    show,
    async start(kept) {
      if (kept?.layout) store.update({ layout: { ...store.state.layout, ...kept.layout } });
      try {
        const viewer = await host.ready();
        const filter = viewer.place.filter || (kept?.filter ?? '');
        store.update({ viewer, bar: toBar(filter), sort: kept?.sort ?? 'file' });
        await query();
        const trace = viewer.place.trace ?? (viewer.place.problem ? undefined : kept?.trace);
        await show({ ...viewer.place, filter, ...(trace ? { trace } : {}) });
        // The kept trace may belong to a run that was drawn anew.
        if (store.state.traceError !== null && !viewer.place.trace) await reader.openProblemAt(0);
      } catch (error) {
        store.update({ failure: sentence(error) });
      }
    },
    setFilter: (filter) => setBar(toBar(filter), 'now'),
    setSort(sort) {
      store.update({ sort, menu: null });
      void query();
    },
    changed(viewer) {
      const empty = store.state.list.total === 0 || store.state.list.total === null;
      store.update({ viewer });
      if (refreshing) return;
      refreshing = true;
      setTimeout(async () => {
        await Promise.all([reader.refresh(), comparer.refresh()]);
        if (empty && store.state.trace === null) await reader.openProblemAt(0);
        if (empty) void reader.loadQueue();
        refreshing = false;
      }, refreshPauseMs);
    },
    toggleFold(fold) {
      store.update({ folds: toggled(store.state.folds, fold) });
    },
    toggleBranch(key) {
      store.update({ open: toggled(store.state.open, key), focused: key });
    },
    focusRow: (focused) => store.update({ focused }),
    showMore: () => store.update({ shownLength: store.state.shownLength * 4 }),
    openMenu: (menu) => store.update({ menu }),
    showKeys: (keysShown) => store.update({ keysShown, menu: null }),
    layOut(layout) {
      store.update({ layout: { ...store.state.layout, ...layout } });
      keep();
    },
    dismissMessage: () => store.update({ message: null }),
    act: (action, argument) => perform(actions, action, argument, page),
  };
  return actions;
}

function toggled<T>(all: ReadonlySet<T>, one: T): Set<T> {
  const next = new Set(all);
  if (!next.delete(one)) next.add(one);
  return next;
}
