import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RunId } from '../core/trace/run.ts';
import type { EngineConfig, EngineHost, RunSummary } from '../protocol/engine.ts';
import type { ViewerAction } from '../protocol/views.ts';
import { askForKey } from './askForKey.ts';
import { showBadRows } from './badRows.ts';
import { exportCommands } from './commands/exportCommands.ts';
import { fileCommands } from './commands/fileCommands.ts';
import { generalCommands } from './commands/generalCommands.ts';
import { importCommands } from './commands/importCommands.ts';
import { modelCommands } from './commands/modelCommands.ts';
import { runCommands } from './commands/runCommands.ts';
import { viewerCommands } from './commands/viewerCommands.ts';
import { createDashboardPanels } from './dashboardPanels.ts';
import { createEngineProcess } from './engineProcess.ts';
import { createFailures } from './failures.ts';
import { findProblemFiles } from './findProblemFiles.ts';
import { createHttpBodies } from './httpBodies.ts';
import type { CommandName } from './ids.ts';
import { createKeys } from './keys.ts';
import { followLink } from './links.ts';
import { tellBadSetting, tellCrash, tellEnd } from './messages.ts';
import { createProblemFiles } from './problemFiles.ts';
import { createRunsTree, type RunsTree } from './runsTree.ts';
import { createSampleFiles, type SampleFiles } from './sampleFiles.ts';
import { createSampling } from './sampling.ts';
import type { CommandTable, Services } from './services.ts';
import { createSettings, workspaceFolder } from './settings.ts';
import { sidebarActions } from './sidebarActions.ts';
import { createSidebar } from './sidebarView.ts';
import { createTraceDocuments, sampleText, sampleUri } from './traceDocuments.ts';
import { requireTrust } from './trust.ts';
import { createViewerPanels } from './viewerPanels.ts';
import { watchWorkspace } from './watchWorkspace.ts';
import { spawnWorker } from './workerThread.ts';

/** Everything behind the registrations of `extension.ts`. */
export interface Host {
  run(command: CommandName, args: unknown[]): Promise<unknown>;
  act(action: ViewerAction, argument: unknown): Promise<void>;
  resolveSidebar(view: vscode.WebviewView): void;
  runs: RunsTree;
  restoreViewer(panel: vscode.WebviewPanel, state: unknown): Promise<void>;
  restoreDashboard(panel: vscode.WebviewPanel, state: unknown): Promise<void>;
  documentText(uri: vscode.Uri): Promise<string>;
  followLink(uri: vscode.Uri): Promise<void>;
  dispose(): Promise<void>;
}

/** A row of the Runs tree. */
export type RunRow = RunSummary;

/** Builds the host. `runsChanged` makes the Runs tree ask again. */
export function createHost(context: vscode.ExtensionContext, runsChanged: () => void): Host {
  const extension = context.extensionUri;
  const folder = workspaceFolder()?.uri ?? null;
  const folderPath = folder?.fsPath ?? null;
  // Without a folder, runs are kept where they outlast the window, and the choice of files beside them.
  const workspace = folder ?? vscode.Uri.joinPath(context.globalStorageUri, 'scratch');
  const memory = folder ? context.workspaceState : context.globalState;
  const samples = createSampleFiles(vscode.Uri.joinPath(extension, 'media', 'samples').fsPath);
  const log = vscode.window.createOutputChannel('Trace Loupe', { log: true });
  const diagnostics = vscode.languages.createDiagnosticCollection('traceLoupe');
  const failures = createFailures(log);
  const settings = createSettings();
  const keys = createKeys(context.secrets, context.globalState);
  const http = createHttpBodies((...request) => globalThis.fetch(...request));

  const engineHost: EngineHost = {
    fetch: http.fetch,
    readBody: http.readBody,
    dropBody: http.dropBody,
    apiKey: keys.get,
    runProgress: async (progress) => {
      sampling.progress(progress);
      if (progress.state !== 'complete') showGrowth(progress.run);
    },
    runsChanged: async () => showRuns(),
    annotationsChanged: async (run) => showRuns(run),
    log: async (level, message) => log[level](message),
  };
  const process = createEngineProcess({
    spawn: () => spawnWorker(vscode.Uri.joinPath(extension, 'dist', 'engine.js').fsPath, (line) => log.warn(line)),
    host: engineHost,
    config: () => engineConfig(context, workspace.fsPath, settings.current().annotator),
    onOpen: ({ index, limits, warnings }) => {
      log.info(`The engine is up with the ${index} index.`);
      for (const sentence of [...limits, ...warnings]) log.warn(sentence);
    },
    onCrash: (reason) => {
      http.dropAll();
      const wasSampling = sampling.running();
      sampling.interrupted();
      log.error(`The engine stopped: ${reason.stack ?? reason.message}`);
      void tellCrash(wasSampling?.run, () => log.show());
    },
  });
  const { engine } = process;

  const documents = createTraceDocuments(engine);
  const files = createProblemFiles({
    workspace: folderPath,
    memory,
    samples,
    mappings: () => settings.current().fieldMappings,
    engine,
    find: findProblemFiles,
    onDidRead: (summaries) => showBadRows(diagnostics, summaries),
  });
  const sampling = createSampling({
    engine,
    settings: settings.current,
    keys,
    askForKey: (baseUrl) => askForKey(keys, baseUrl),
    onDidEnd: (end) => void tellEnd(end),
  });
  const viewers = createViewerPanels({
    extension,
    engine,
    documents,
    failures,
    openSource: openSource(folderPath, samples),
  });
  const dashboards = createDashboardPanels({
    extension,
    engine,
    failures,
    openTraces: (summary, filter) => viewers.open(summary, { filter }),
  });
  const refresh = async () => {
    await files.refresh();
    sidebar.changed();
    showRuns();
  };
  const services: Services = {
    extension,
    folder: folderPath,
    engine,
    settings,
    keys,
    files,
    sampling,
    viewers,
    dashboards,
    documents,
    failures,
    log,
    refresh,
  };
  const sidebar = createSidebar({
    extension,
    folder: folder !== null,
    requireTrust,
    engine,
    settings: settings.current,
    files,
    sampling,
    failures,
    actions: sidebarActions(services),
  });
  function showRuns(run?: RunId) {
    if (run === undefined) runsChanged();
    sidebar.runsChanged();
    viewers.changed(run);
    dashboards.changed(run);
  }

  const tree = createRunsTree(engine);
  let rowTimer: NodeJS.Timeout | undefined;
  /** A run is being drawn or indexed: its row and its Viewer follow, now and then. */
  const showGrowth = (run: RunId) => {
    rowTimer ??= setTimeout(() => {
      rowTimer = undefined;
      runsChanged();
      viewers.changed(run);
    }, runningRowMs);
  };

  const commands: CommandTable<CommandName> = {
    ...generalCommands(services),
    ...fileCommands(services),
    ...modelCommands(services),
    ...runCommands(services),
    ...importCommands(services),
    ...exportCommands(services),
    ...viewerCommands(services),
  };
  const subscriptions = [
    log,
    diagnostics,
    settings,
    sampling,
    sampling.onDidChange(() => sidebar.changed()),
    settings.onDidChange(({ problems }) => {
      if (problems[0]) void tellBadSetting(problems[0]);
      void failures.attempt(refresh);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => sidebar.changed()),
    ...watchWorkspace(workspace, folder !== null, { engine, files, sampling, failures, refresh }),
  ];

  return {
    run: (command, args) => failures.attempt(() => commands[command](...args)),
    act: async (action, argument) =>
      void (await failures.attempt(() => viewers.act(action, typeof argument === 'number' ? argument : undefined))),
    resolveSidebar: sidebar.resolve,
    runs: { ...tree, children: async (parent) => (await failures.attempt(() => tree.children(parent))) ?? [] },
    restoreViewer: (panel, state) => restore(panel, state, viewers.restore),
    restoreDashboard: (panel, state) => restore(panel, state, dashboards.restore),
    documentText: async (uri) => (await sampleText(samples, uri)) ?? documents.text(uri),
    followLink: async (uri) => void (await failures.attempt(() => followLink(services, uri))),
    async dispose() {
      clearTimeout(rowTimer);
      await process.dispose();
      http.dropAll();
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

/** How often the row and the Viewer of a running run count its samples anew. */
const runningRowMs = 2000;

function engineConfig(context: vscode.ExtensionContext, workspace: string, annotator: string): EngineConfig {
  const storage = (context.storageUri ?? context.globalStorageUri).fsPath;
  for (const made of [storage, workspace]) mkdirSync(made, { recursive: true });
  const { version } = context.extension.packageJSON as { version: string };
  return { workspace, storage, annotator, version };
}

/** Problem files are named relative to the open folder where they lie inside it, and by their token where they are in the box. */
function openSource(folder: string | null, samples: SampleFiles) {
  return async ({ file, line }: { file: string; line: number }) => {
    const path = /^([/\\]|[A-Za-z]:)/.test(file) || folder === null ? file : join(folder, file);
    const at = new vscode.Position(Math.max(0, line - 1), 0);
    const uri = sampleUri(samples, file) ?? vscode.Uri.file(path);
    await vscode.commands.executeCommand('vscode.open', uri, { selection: new vscode.Range(at, at) });
  };
}

/** A panel whose run is gone since is closed rather than left empty. */
async function restore(
  panel: vscode.WebviewPanel,
  state: unknown,
  into: (panel: vscode.WebviewPanel, run: RunId) => Promise<void>,
): Promise<void> {
  const run = (state as { run?: unknown } | undefined)?.run;
  try {
    if (typeof run !== 'string') throw new Error('The panel does not say which run it showed.');
    await into(panel, run);
  } catch {
    panel.dispose();
  }
}
