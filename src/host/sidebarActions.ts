import * as vscode from 'vscode';
import type { SidebarHost } from '../protocol/views.ts';
import { commandNames, prefix } from './ids.ts';
import type { Services } from './services.ts';

/** What the sidebar may do. Failures are shown here, once, so every call resolves. */
export function sidebarActions(
  services: Pick<Services, 'files' | 'settings' | 'failures' | 'sampling' | 'refresh'>,
): Omit<SidebarHost, 'ready'> {
  const { files, settings, failures } = services;
  const attempt = async (action: () => unknown) => {
    await failures.attempt(async () => action());
  };
  const command = (name: string, ...args: unknown[]) => {
    const known = (commandNames as readonly string[]).includes(name);
    return attempt(() => {
      if (name === 'openFolder') return vscode.commands.executeCommand('workbench.action.files.openFolder');
      if (!known) throw new Error(`The sidebar asked for the unknown command "${name}".`);
      return vscode.commands.executeCommand(`${prefix}.${name}`, ...args);
    });
  };
  return {
    setFileChosen: (path, chosen) => attempt(() => files.choose(path, chosen).then(services.refresh)),
    addFiles: () => command('addProblemFiles'),
    showBadRows: (path) => attempt(() => showBadRows(services, path)),
    mapFields: (path) => command('mapFields', path),
    chooseModel: (arm) => command(arm === 'weak' ? 'chooseWeakModel' : 'chooseStrongModel'),
    testConnections: () => command('testConnections'),
    setMatch: (match) => attempt(() => settings.update('match', match)),
    setStrongSamples: (samples) => attempt(() => settings.update('strongSamples', samples)),
    setWeakSamples: (samples) => attempt(() => settings.update('weakSamples', samples)),
    setCap: () => command('setCap'),
    sample: () => command('sample'),
    stop: () => command('stopSampling'),
    resume: (run) => command('resumeRun', run),
    openViewer: (run) => command('openViewer', run),
    openDashboard: (run) => command('openDashboard', run),
    command: (name) => command(name),
  };
}

/** Through `vscode.open`: a file too large for the extension host to hold still opens. */
async function showBadRows({ files }: Pick<Services, 'files'>, path: string): Promise<void> {
  const row = files.list().find((file) => file.path === path)?.badRows[0];
  const at = new vscode.Position((row?.line ?? 1) - 1, (row?.column ?? 1) - 1);
  const options = { selection: new vscode.Range(at, at) };
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path), options);
  await vscode.commands.executeCommand('workbench.actions.view.problems');
}
