import * as vscode from 'vscode';
import type { RunReport } from '../core/metrics/report.ts';
import type { Channel } from '../protocol/channel.ts';
import type { Engine, PlanPreview, RunSummary } from '../protocol/engine.ts';
import type { SidebarHost, SidebarState, SidebarView } from '../protocol/views.ts';
import type { Failures } from './failures.ts';
import type { Settings } from './parseSettings.ts';
import { planSpec } from './planSpec.ts';
import type { ProblemFiles } from './problemFiles.ts';
import { whenQuiet } from './quiet.ts';
import type { Sampling } from './sampling.ts';
import { sidebarState } from './sidebarState.ts';
import { loadView } from './webview.ts';

/** The sidebar and the snapshot that it shows. */
export interface Sidebar {
  resolve(view: vscode.WebviewView): void;
  /** Something it shows changed: compute what depends on it, and show. Cheap to call often. */
  changed(): void;
  /** A run appeared, ended or vanished, or a decision changed. */
  runsChanged(): void;
}

export function createSidebar(options: {
  extension: vscode.Uri;
  /** A folder is open. */
  folder: boolean;
  /** Throws what to tell where sampling is not allowed. */
  requireTrust(): void;
  engine: Pick<Engine, 'previewPlan' | 'listRuns' | 'report'>;
  settings(): Settings;
  files: Pick<ProblemFiles, 'list' | 'requests' | 'refresh'>;
  sampling: Pick<Sampling, 'running' | 'connections'>;
  failures: Failures;
  actions: Omit<SidebarHost, 'ready'>;
}): Sidebar {
  const { engine, files, sampling } = options;
  let channel: Channel<SidebarView> | undefined;
  let ready = false;
  let preview: { of: string; result: PlanPreview | Error | null } = { of: '', result: null };
  let last: { summary: RunSummary; report: RunReport | null } | null = null;
  let lastIsKnown = false;

  const state = (): SidebarState =>
    sidebarState({
      folder: options.folder,
      settings: options.settings(),
      files: files.list(),
      connections: sampling.connections,
      preview: preview.result,
      running: sampling.running(),
      last,
    });
  const show = () => {
    if (ready) void channel?.remote.show(state()).catch(() => {});
  };

  /** The plan's cost, asked for again only when what it depends on changed. */
  const updatePreview = async () => {
    const of = JSON.stringify([
      vscode.workspace.isTrusted,
      options.settings(),
      files.requests(),
      files.list().map((file) => file.problems),
    ]);
    if (preview.of === of) return;
    const mine = { of, result: null as PlanPreview | Error | null };
    preview = mine;
    show();
    try {
      options.requireTrust();
      mine.result = await engine.previewPlan(planSpec(options.settings(), files.requests()));
    } catch (error) {
      options.failures.note(error);
      mine.result = error instanceof Error ? error : new Error(String(error));
    }
    if (preview === mine) show();
  };

  const updateLast = async () => {
    lastIsKnown = true;
    const newest = (await engine.listRuns()).find((run) => run.state !== 'running' && run.state !== 'stopping');
    // The report of the same run stands until the next one is there.
    const known = last?.summary.run.id === newest?.run.id ? (last?.report ?? null) : null;
    last = newest ? { summary: newest, report: known } : null;
    show();
    if (newest && newest.state !== 'indexing') updateReport.ask();
  };

  const updateReport = whenQuiet(reportQuietMs, () => void options.failures.attempt(showReport));

  const showReport = async () => {
    const newest = last?.summary;
    if (!newest) return;
    const report = await engine.report(newest.run.id, newest.run.match);
    if (last?.summary.run.id === newest.run.id) last = { summary: newest, report };
    show();
  };

  const update = async () => {
    if (!ready) return;
    show();
    if (!lastIsKnown) void options.failures.attempt(updateLast);
    await updatePreview();
  };

  return {
    changed: () => void options.failures.attempt(update),
    runsChanged: () => {
      if (ready) void options.failures.attempt(updateLast);
      else lastIsKnown = false;
    },
    resolve(view) {
      channel?.close();
      ready = false;
      channel = loadView<SidebarView, SidebarHost>(
        view.webview,
        { extension: options.extension, name: 'sidebar', title: 'Trace Loupe' },
        {
          ...options.actions,
          ready: async () => {
            ready = true;
            void options.failures.attempt(() => files.refresh().then(update));
            return state();
          },
        },
      );
      view.onDidDispose(() => {
        ready = false;
        updateReport.cancel();
        channel?.close();
      });
    },
  };
}

const reportQuietMs = 700;
