import * as vscode from 'vscode';
import type { Match } from '../core/budget/budget.ts';
import type { RunId } from '../core/trace/run.ts';
import type { Engine, RunSummary } from '../protocol/engine.ts';
import type { DashboardHost, DashboardState, DashboardView } from '../protocol/views.ts';
import type { Failures } from './failures.ts';
import { panelIds, prefix } from './ids.ts';
import { whenQuiet } from './quiet.ts';
import { loadView, tabIcon } from './webview.ts';

/** The Dashboards, at most one per run. */
export interface DashboardPanels {
  open(summary: RunSummary): void;
  restore(panel: vscode.WebviewPanel, run: RunId): Promise<void>;
  /** The run of the one that has the focus. */
  active(): RunId | null;
  changed(run?: RunId): void;
  close(run: RunId): void;
}

export function createDashboardPanels(options: {
  extension: vscode.Uri;
  engine: Pick<Engine, 'runSummary' | 'report'>;
  failures: Failures;
  openTraces(summary: RunSummary, filter: string): void;
}): DashboardPanels {
  const dashboards = new Map<RunId, { panel: vscode.WebviewPanel; changed(): void }>();

  const attach = (panel: vscode.WebviewPanel, summary: RunSummary) => {
    const run = summary.run.id;
    dashboards.set(run, { panel, changed: loadDashboard(panel, summary, options) });
    panel.onDidDispose(() => dashboards.delete(run));
  };

  return {
    open(summary) {
      const known = dashboards.get(summary.run.id);
      if (known) return known.panel.reveal();
      const title = `${summary.run.name} Dashboard`;
      const panel = vscode.window.createWebviewPanel(panelIds.dashboard, title, vscode.ViewColumn.Active, {
        retainContextWhenHidden: true,
      });
      panel.iconPath = tabIcon(options.extension);
      attach(panel, summary);
    },
    restore: async (panel, run) => attach(panel, await options.engine.runSummary(run)),
    active: () => [...dashboards].find(([, { panel }]) => panel.active)?.[0] ?? null,
    changed(run) {
      for (const [id, dashboard] of dashboards) if (run === undefined || id === run) dashboard.changed();
    },
    close: (run) => dashboards.get(run)?.panel.dispose(),
  };
}

/** Returns what is to be called when the run changed. */
function loadDashboard(
  panel: vscode.WebviewPanel,
  first: RunSummary,
  options: Parameters<typeof createDashboardPanels>[0],
): () => void {
  const { engine, failures } = options;
  const run = first.run.id;
  let summary = first;
  let match = first.run.match;
  let isReady = false;
  let updating = false;
  let updateAgain = false;

  const state = async (): Promise<DashboardState> => {
    summary = await engine.runSummary(run);
    return { summary, match, report: await engine.report(run, match) };
  };

  /** While one update runs, any number of changes make one more. */
  const update = async () => {
    updateAgain = updating;
    if (updating || !isReady) return;
    updating = true;
    try {
      const next = await state();
      if (isReady) void channel.remote.show(next).catch(() => {});
    } finally {
      updating = false;
      if (updateAgain) void failures.attempt(update);
    }
  };

  const updateSoon = whenQuiet(reportQuietMs, () => void failures.attempt(update));

  const host: DashboardHost = {
    ready: async () => {
      isReady = true;
      return state();
    },
    setMatch: async (next: Match) => {
      const before = match;
      match = next;
      try {
        return await state();
      } catch (error) {
        match = before;
        throw error;
      }
    },
    openTraces: async (filter) => options.openTraces(summary, filter),
    exportRun: async () => void (await vscode.commands.executeCommand(`${prefix}.exportRun`, summary)),
    savePicture: async (name, svg) => void (await failures.attempt(() => savePicture(summary, name, svg))),
  };
  const channel = loadView<DashboardView, DashboardHost>(
    panel.webview,
    { extension: options.extension, name: 'dashboard', title: `${summary.run.name} Dashboard`, data: { run } },
    host,
  );
  panel.onDidDispose(() => {
    isReady = false;
    updateSoon.cancel();
    channel.close();
  });
  return updateSoon.ask;
}

const reportQuietMs = 700;

async function savePicture(summary: RunSummary, name: string, svg: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(summary.folder);
  const file = `${summary.run.name}-${name}`.replace(/[^\p{L}\p{N}._-]+/gu, '-');
  const defaultUri = vscode.Uri.joinPath(folder, file.endsWith('.svg') ? file : `${file}.svg`);
  const target = await vscode.window.showSaveDialog({ defaultUri, filters: { Picture: ['svg'] } });
  if (target) await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(svg));
}
