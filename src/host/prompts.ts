import * as vscode from 'vscode';

/** A choice with its value; `null` is a line between groups. */
export interface Choice<T> extends vscode.QuickPickItem {
  value: T;
}

/** Asks for one of these. Undefined: dismissed. */
export async function pick<T>(
  title: string,
  choices: readonly Choice<T>[],
  placeHolder?: string,
): Promise<T | undefined> {
  const options = { title, placeHolder, matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(choices, options))?.value;
}

/** Asks for a line of text; it stays open while the check gives a sentence. Undefined: dismissed. */
export async function ask(
  title: string,
  options: {
    prompt: string;
    value?: string;
    placeHolder?: string;
    password?: boolean;
    check?(value: string): string | undefined;
  },
): Promise<string | undefined> {
  const { check, ...rest } = options;
  const answer = await vscode.window.showInputBox({
    title,
    ignoreFocusOut: true,
    validateInput: (value) => check?.(value.trim()),
    ...rest,
  });
  return answer?.trim();
}

/** A number above 0, or nothing. */
export function checkPositive(value: string): string | undefined {
  return value === '' || Number(value) > 0 ? undefined : 'Write a number above 0, or leave it empty.';
}
