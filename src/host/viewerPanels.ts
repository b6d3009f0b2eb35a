import * as vscode from 'vscode';
import type { RunReport } from '../core/metrics/report.ts';
import type { ProblemId, SourceLine } from '../core/problem/problem.ts';
import type { RunId } from '../core/trace/run.ts';
import { UserError } from '../core/userError.ts';
import type { Channel } from '../protocol/channel.ts';
import type { Engine, RunSummary } from '../protocol/engine.ts';
import type { ViewerAction, ViewerHost, ViewerPlace, ViewerState, ViewerView } from '../protocol/views.ts';
import type { Failures } from './failures.ts';
import { contextKeys, panelIds, prefix, viewerActions, viewerKeys } from './ids.ts';
import { whenQuiet } from './quiet.ts';
import type { TraceDocuments } from './traceDocuments.ts';
import { loadView, tabIcon } from './webview.ts';

/** The Viewers, at most one per run. */
export interface ViewerPanels {
  open(summary: RunSummary, place?: Partial<ViewerPlace>): void;
  restore(panel: vscode.WebviewPanel, run: RunId): Promise<void>;
  /** The one that was used last, and what is open in it. */
  active(): { run: RunId; place: ViewerPlace } | null;
  /** Sends an action to the active Viewer. */
  act(action: ViewerAction, argument?: number): Promise<void>;
  /** The run grew or ended, or a decision changed; undefined: any run may have. */
  changed(run?: RunId): void;
  /** The run is gone. */
  close(run: RunId): void;
}

export function createViewerPanels(options: {
  extension: vscode.Uri;
  engine: Engine;
  documents: TraceDocuments;
  failures: Failures;
  openSource(source: SourceLine): Promise<void>;
}): ViewerPanels {
  const viewers = new Map<RunId, Viewer>();
  let active: Viewer | undefined;

  const attach = (panel: vscode.WebviewPanel, summary: RunSummary, place: Partial<ViewerPlace>) => {
    const run = summary.run.id;
    const viewer = createViewer(panel, summary, { filter: '', ...place }, options, () => {
      active = viewer;
    });
    viewers.set(run, viewer);
    active = viewer;
    panel.onDidChangeViewState(() => {
      if (panel.active) active = viewer;
      else if (active === viewer) void setFocus(false, false);
    });
    panel.onDidDispose(() => {
      viewers.delete(run);
      if (active === viewer) {
        active = [...viewers.values()].at(-1);
        void setFocus(false, false);
      }
    });
  };

  return {
    open(summary, place = {}) {
      const known = viewers.get(summary.run.id);
      if (known) {
        known.panel.reveal();
        if (Object.keys(place).length) known.show({ filter: '', ...place });
        return;
      }
      const column = vscode.ViewColumn.Active;
      const panel = vscode.window.createWebviewPanel(panelIds.viewer, summary.run.name, column, {
        retainContextWhenHidden: true,
      });
      panel.iconPath = tabIcon(options.extension);
      attach(panel, summary, place);
    },
    restore: async (panel, run) => attach(panel, await options.engine.runSummary(run), {}),
    active: () => (active ? { run: active.run, place: active.place() } : null),
    async act(action, argument) {
      if (!active) throw new UserError('Open a run in the Viewer first.', openViewer);
      if (!active.panel.active) active.panel.reveal();
      await active.act(action, argument);
    },
    changed(run) {
      for (const viewer of viewers.values()) if (run === undefined || viewer.run === run) viewer.changed();
    },
    close: (run) => viewers.get(run)?.panel.dispose(),
  };
}

const openViewer = { title: 'Open Viewer', command: 'openViewer' };

/** Its keys apply while the Viewer, but none of its text fields, has the keyboard. */
async function setFocus(view: boolean, textField: boolean): Promise<void> {
  await vscode.commands.executeCommand('setContext', contextKeys.viewerFocus, view);
  await vscode.commands.executeCommand('setContext', contextKeys.viewerTextField, textField);
}

interface Viewer {
  run: RunId;
  panel: vscode.WebviewPanel;
  place(): ViewerPlace;
  act(action: ViewerAction, argument?: number): Promise<void>;
  show(place: ViewerPlace): void;
  changed(): void;
}

function createViewer(
  panel: vscode.WebviewPanel,
  first: RunSummary,
  firstPlace: ViewerPlace,
  options: Parameters<typeof createViewerPanels>[0],
  used: () => void,
): Viewer {
  const { engine, failures, documents } = options;
  const run = first.run.id;
  const sources = new Map<ProblemId, SourceLine>();
  let summary = first;
  let report: RunReport | null = null;
  let place = firstPlace;
  const whenReady = Promise.withResolvers<void>();
  let isReady = false;
  let updating = false;
  let updateAgain = false;

  const state = (): ViewerState => ({ summary, report, place, keys: shippedKeys });

  const updateReport = whenQuiet(reportQuietMs, () => {
    void failures.attempt(async () => {
      report = await engine.report(run, summary.run.match);
      if (isReady) void channel.remote.changed(state()).catch(() => {});
    });
  });

  /** While one update runs, any number of calls make one more. */
  const update = async () => {
    updateAgain = updating;
    if (updating) return;
    updating = true;
    try {
      summary = await engine.runSummary(run);
      if (isReady) void channel.remote.changed(state()).catch(() => {});
      updateReport.ask();
    } finally {
      updating = false;
      if (updateAgain) void failures.attempt(update);
    }
  };

  const sourceOf = async (problem: ProblemId): Promise<SourceLine> => {
    const known = sources.get(problem);
    if (known) return known;
    const classes = await engine.answerClasses(run, problem, { filter: '' });
    const trace = classes[0]?.paths[0]?.traces[0];
    if (!trace) throw new UserError(`No trace of ${problem} is on disk, so its source is not known.`);
    return (await engine.traceDetail(run, trace.id)).problem.source;
  };

  const host: ViewerHost = {
    ready: async () => {
      isReady = true;
      whenReady.resolve();
      void failures.attempt(update);
      return state();
    },
    problemRows: (query, from, to) => engine.problemRows(run, query, from, to),
    answerClasses: (problem, query) => engine.answerClasses(run, problem, query),
    traceDetail: async (trace) => {
      const detail = await engine.traceDetail(run, trace);
      sources.set(detail.problem.id, detail.problem.source);
      return detail;
    },
    compare: (left, right) => engine.compare(run, left, right),
    queue: (query, limit) => engine.queue(run, query, limit),
    annotate: (trace, decision) => engine.annotate(run, trace, decision),
    undo: () => engine.undo(run),
    redo: () => engine.redo(run),
    openDiff: async (left, right) => void (await failures.attempt(() => documents.openDiff(run, left, right))),
    openText: async (trace) => void (await failures.attempt(() => documents.openText(run, trace))),
    openSource: async (problem) =>
      void (await failures.attempt(async () => options.openSource(await sourceOf(problem)))),
    openDashboard: async () => void (await vscode.commands.executeCommand(`${prefix}.openDashboard`, summary)),
    exportRun: async () => void (await vscode.commands.executeCommand(`${prefix}.exportRun`, summary)),
    setFocus: async (view, textField) => {
      if (view) used();
      await setFocus(view, textField);
    },
    setPlace: async (next) => {
      place = next;
    },
  };
  const title = `${summary.run.name} – Trace Loupe`;
  const channel: Channel<ViewerView> = loadView<ViewerView, ViewerHost>(
    panel.webview,
    { extension: options.extension, name: 'viewer', title, data: { run } },
    host,
  );
  panel.onDidDispose(() => {
    isReady = false;
    updateReport.cancel();
    whenReady.reject(new vscode.CancellationError());
    channel.close();
  });
  whenReady.promise.catch(() => {});

  return {
    run,
    panel,
    place: () => place,
    act: async (action, argument) => {
      await whenReady.promise;
      await channel.remote.act(action, argument);
    },
    show(next) {
      place = next;
      if (isReady) void channel.remote.show(next).catch(() => {});
    },
    changed: () => void failures.attempt(update),
  };
}

const reportQuietMs = 700;

const shippedKeys: ViewerState['keys'] = viewerKeys.map(({ action, key, argument }) => ({
  action,
  key: keyLabel(key),
  title: argument === undefined ? viewerActions[action] : `${viewerActions[action]}: step ${argument}`,
}));

/** As people write it: `shift+/` is `?`, `shift+j` is `J`, `ctrl+z` is `Ctrl+Z`. */
function keyLabel(key: string): string {
  if (key === 'shift+/') return '?';
  const letter = /^shift\+([a-z])$/.exec(key)?.[1];
  if (letter) return letter.toUpperCase();
  if (key.length === 1) return key;
  const names: Record<string, string> = { escape: 'Esc', delete: 'Del' };
  const parts = key.split('+').map((part) => names[part] ?? part.slice(0, 1).toUpperCase() + part.slice(1));
  return parts.join('+');
}
