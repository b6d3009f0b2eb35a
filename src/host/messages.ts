import * as vscode from 'vscode';
import type { RunId } from '../core/trace/run.ts';
import type { RunEnd } from './samplingText.ts';

/* Messages that come by themselves, each once, with what can be done about it. */

export async function tellCrash(run: RunId | undefined, showLog: () => void): Promise<void> {
  const kept = run ? ' Every sample that arrived is on disk.' : '';
  const actions = run ? ['Resume', 'Show Log'] : ['Show Log'];
  const message = `The engine of Trace Loupe stopped unexpectedly and starts again when it is needed.${kept}`;
  const choice = await vscode.window.showErrorMessage(message, ...actions);
  if (choice === 'Resume') await vscode.commands.executeCommand('traceLoupe.resumeRun', run);
  if (choice === 'Show Log') showLog();
}

export async function tellEnd({ run, message, complete }: RunEnd): Promise<void> {
  const open = 'Open Viewer';
  const resume = 'Resume';
  const choice = complete
    ? await vscode.window.showInformationMessage(message, open)
    : await vscode.window.showWarningMessage(message, open, resume);
  if (choice === open) await vscode.commands.executeCommand('traceLoupe.openViewer', run);
  if (choice === resume) await vscode.commands.executeCommand('traceLoupe.resumeRun', run);
}

export async function tellBadSetting(message: string): Promise<void> {
  const open = 'Open Settings';
  if ((await vscode.window.showErrorMessage(message, open)) === open) {
    await vscode.commands.executeCommand('traceLoupe.openSettings');
  }
}
