import * as vscode from 'vscode';
import { type Arm, arms } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';
import type { RunSummary } from '../../protocol/engine.ts';
import { isEmbedded } from '../../services/models/embedded/settings.ts';
import { askForKey } from '../askForKey.ts';
import { isLocal } from '../keys.ts';
import { pickRun } from '../pickRun.ts';
import type { CommandTable, Services } from '../services.ts';
import { requireTrust } from '../trust.ts';

type Names =
  | 'sample'
  | 'stopSampling'
  | 'resumeRun'
  | 'openViewer'
  | 'openDashboard'
  | 'revealRunFolder'
  | 'deleteRun'
  | 'refresh';

export function runCommands(services: Services): CommandTable<Names> {
  const { engine, sampling, viewers, dashboards, files } = services;
  return {
    async sample() {
      requireTrust();
      return sampling.start(files.requests());
    },
    async stopSampling() {
      const running = sampling.running();
      if (running) await sampling.stop(running.run);
      else void vscode.window.showInformationMessage('Nothing is being sampled.');
    },
    async resumeRun(argument) {
      requireTrust();
      const summary = await pickRun(services, argument, 'Resume which run?', isUnfinished);
      if (!summary) return;
      for (const arm of arms) await ensureKey(services, summary, arm);
      await sampling.resume(summary.run.id);
    },
    async openViewer(argument) {
      const summary = await pickRun(services, argument, 'Open which run in the Viewer?');
      if (summary) viewers.open(summary);
    },
    async openDashboard(argument) {
      const summary = await pickRun(services, argument, 'Open the Dashboard of which run?');
      if (summary) dashboards.open(summary);
    },
    async revealRunFolder(argument) {
      const summary = await pickRun(services, argument, 'Reveal the folder of which run?');
      if (!summary) return;
      await revealFolder(services, vscode.Uri.file(summary.folder));
    },
    async deleteRun(argument) {
      const summary = await pickRun(services, argument, 'Delete which run?');
      if (summary) await deleteRun(services, summary);
    },
    async refresh() {
      await engine.refresh();
      await services.refresh();
    },
  };
}

async function revealFolder({ folder }: Services, uri: vscode.Uri): Promise<void> {
  // The operating system's own file manager only sees the folder where the editor runs on the same machine.
  const isHere = vscode.env.uiKind === vscode.UIKind.Desktop && !vscode.env.remoteName;
  if (isHere || folder !== null) {
    await vscode.commands.executeCommand(isHere ? 'revealFileInOS' : 'revealInExplorer', uri);
    return;
  }
  // The Explorer shows nothing outside the open folder.
  const copy = 'Copy Path';
  const choice = await vscode.window.showInformationMessage(`The run is kept in ${uri.fsPath}.`, copy);
  if (choice === copy) await vscode.env.clipboard.writeText(uri.fsPath);
}

function isUnfinished({ run, state, drawn, planned }: RunSummary): boolean {
  const missing = drawn.weak < planned.weak || drawn.strong < planned.strong;
  return run.origin === 'sampled' && missing && state !== 'running' && state !== 'stopping';
}

async function ensureKey({ keys }: Services, { run }: RunSummary, arm: Arm): Promise<void> {
  const baseUrl = run.models[arm]?.baseUrl;
  if (!baseUrl || isEmbedded({ baseUrl }) || isLocal(baseUrl) || (await keys.isKnown(baseUrl))) return;
  if (!(await askForKey(keys, baseUrl))) throw new vscode.CancellationError();
}

async function deleteRun(services: Services, { run, folder, state }: RunSummary): Promise<void> {
  if (state === 'running' || state === 'stopping') {
    throw new UserError(`${run.name} is being sampled: stop it before deleting it.`, {
      title: 'Stop',
      command: 'stopSampling',
    });
  }
  const move = 'Move to Trash';
  const detail = 'All its traces go with it. Annotations stay in .trace-loupe/annotations.';
  const question = `Delete the run ${run.name}?`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, move)) !== move) return;
  services.viewers.close(run.id);
  services.dashboards.close(run.id);
  const uri = vscode.Uri.file(folder);
  try {
    await vscode.workspace.fs.delete(uri, { recursive: true, useTrash: true });
  } catch (error) {
    if (!(await confirmNoTrash(error))) return;
    await vscode.workspace.fs.delete(uri, { recursive: true, useTrash: false });
  }
  await services.engine.refresh();
  await services.refresh();
}

/** Remote machines often have no trash. */
async function confirmNoTrash(error: unknown): Promise<boolean> {
  const forever = 'Delete Permanently';
  const detail = error instanceof Error ? error.message : String(error);
  const question = 'It could not be moved to the trash. Delete it permanently?';
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, forever)) === forever;
}
