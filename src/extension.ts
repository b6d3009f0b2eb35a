import * as vscode from 'vscode';
import type * as hostModule from './host/host.ts';
import { commandNames, documentScheme, panelIds, prefix, viewerActionNames, viewIds } from './host/ids.ts';

let started: hostModule.Host | undefined;

/** Registers everything and does nothing: the host is loaded by the first thing that is used. */
export function activate(context: vscode.ExtensionContext): void {
  const runsChanged = new vscode.EventEmitter<undefined>();
  const host = () => {
    // Its own bundle, left out of this one (see esbuild.mjs), so that activation does not pay for it.
    const { createHost } = require('./host.cjs') as typeof hostModule;
    started ??= createHost(context, () => runsChanged.fire(undefined));
    return started;
  };

  const { registerCommand } = vscode.commands;
  const { window } = vscode;
  context.subscriptions.push(
    runsChanged,
    ...commandNames.map((name) => registerCommand(`${prefix}.${name}`, (...args) => host().run(name, args))),
    ...viewerActionNames.map((action) =>
      registerCommand(`${prefix}.viewer.${action}`, (argument) => host().act(action, argument)),
    ),
    window.registerWebviewViewProvider(
      viewIds.sidebar,
      { resolveWebviewView: (view) => host().resolveSidebar(view) },
      { webviewOptions: { retainContextWhenHidden: true } },
    ),
    window.registerTreeDataProvider<hostModule.RunRow>(viewIds.runs, {
      onDidChangeTreeData: runsChanged.event,
      getChildren: (parent) => host().runs.children(parent),
      getTreeItem: (run) => host().runs.item(run),
    }),
    window.registerWebviewPanelSerializer(panelIds.viewer, {
      deserializeWebviewPanel: (panel, state) => host().restoreViewer(panel, state),
    }),
    window.registerWebviewPanelSerializer(panelIds.dashboard, {
      deserializeWebviewPanel: (panel, state) => host().restoreDashboard(panel, state),
    }),
    vscode.workspace.registerTextDocumentContentProvider(documentScheme, {
      provideTextDocumentContent: (uri) => host().documentText(uri),
    }),
    window.registerUriHandler({ handleUri: (uri) => host().followLink(uri) }),
  );
}

export async function deactivate(): Promise<void> {
  await started?.dispose();
  started = undefined;
}
