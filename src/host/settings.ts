import { userInfo } from 'node:os';
import * as vscode from 'vscode';
import { prefix, type SettingName, settingNames } from './ids.ts';
import { parseSettings, type Settings } from './parseSettings.ts';

export interface SettingsStore extends vscode.Disposable {
  current(): Settings;
  /** Written where the setting already stands, else to the workspace, else for the user. */
  update(name: SettingName, value: unknown, target?: vscode.ConfigurationTarget): Promise<void>;
  onDidChange: vscode.Event<Settings>;
}

/** The settings, parsed once per change. */
export function createSettings(): SettingsStore {
  const changed = new vscode.EventEmitter<Settings>();
  let settings: Settings | undefined;
  const listener = vscode.workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration(prefix)) return;
    settings = undefined;
    changed.fire(read());
  });
  const read = () => {
    settings ??= parseSettings(rawSettings(), userName());
    return settings;
  };
  return {
    current: read,
    onDidChange: changed.event,
    update: async (name, value, target) => {
      await configuration().update(name, value, target ?? placeOf(name) ?? defaultTarget());
    },
    dispose: () => {
      listener.dispose();
      changed.dispose();
    },
  };
}

/** The folder that runs are kept in: the first one where there are several. */
export function workspaceFolder(): vscode.WorkspaceFolder | undefined {
  return vscode.workspace.workspaceFolders?.find((folder) => folder.uri.scheme === 'file');
}

/** Where a setting of that name now stands: a value written elsewhere might be hidden by it. Null: nowhere. */
export function placeOf(name: SettingName): vscode.ConfigurationTarget | null {
  const values = configuration().inspect(name);
  if (values?.workspaceFolderValue !== undefined) return vscode.ConfigurationTarget.WorkspaceFolder;
  if (values?.workspaceValue !== undefined) return vscode.ConfigurationTarget.Workspace;
  return values?.globalValue === undefined ? null : vscode.ConfigurationTarget.Global;
}

function defaultTarget(): vscode.ConfigurationTarget {
  return workspaceFolder() ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
}

const configuration = () => vscode.workspace.getConfiguration(prefix, workspaceFolder()?.uri ?? null);

/** As plain data: the editor hands out proxies, which no message can carry. */
function rawSettings(): Partial<Record<SettingName, unknown>> {
  const values = configuration();
  const raw = settingNames.map((name) => [name, values.get(name)] as const);
  return JSON.parse(JSON.stringify(Object.fromEntries(raw)));
}

function userName(): string {
  try {
    return userInfo().username || 'me';
  } catch {
    // Containers may run under a user id without a name.
    return 'me';
  }
}
