import * as vscode from 'vscode';
import { UserError } from '../core/userError.ts';
import { prefix } from './ids.ts';

/** The one place where what the user can mend is told apart from bugs. */
export interface Failures {
  /** Runs the action; a failure is shown and gives `undefined`. */
  attempt<T>(action: () => T | PromiseLike<T>): Promise<T | undefined>;
  /** A `UserError` is shown with its remedy; a bug is logged with its cause and the message leads to the log; a cancel is silent. */
  show(error: unknown): void;
  /** For a failure that is shown elsewhere: a bug goes to the log with its cause, nothing else happens. */
  note(error: unknown): void;
}

export function createFailures(log: vscode.LogOutputChannel): Failures {
  const show = (error: unknown) => {
    if (isCancel(error)) return;
    if (error instanceof UserError) void showUserError(error);
    else void showBug(log, error);
  };
  return {
    show,
    note(error) {
      if (!isCancel(error) && !(error instanceof UserError)) log.error(describe(error));
    },
    async attempt(action) {
      try {
        return await action();
      } catch (error) {
        show(error);
        return undefined;
      }
    },
  };
}

/** A remedy names one of our commands with or without the prefix, or any other command in full. */
export function commandId(command: string): string {
  return command.includes('.') && !command.startsWith('viewer.') ? command : `${prefix}.${command}`;
}

async function showUserError({ message, remedy }: UserError): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(message, ...(remedy ? [remedy.title] : []));
  if (remedy && chosen) await vscode.commands.executeCommand(commandId(remedy.command), ...(remedy.arguments ?? []));
}

async function showBug(log: vscode.LogOutputChannel, error: unknown): Promise<void> {
  log.error(describe(error));
  const message = error instanceof Error ? error.message : String(error);
  const showLog = 'Show Log';
  const chosen = await vscode.window.showErrorMessage(`Trace Loupe failed: ${message}`, showLog);
  if (chosen === showLog) log.show();
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${describe(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

function isCancel(error: unknown): boolean {
  return error instanceof vscode.CancellationError || (error instanceof Error && error.name === 'AbortError');
}
