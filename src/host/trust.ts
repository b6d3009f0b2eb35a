import * as vscode from 'vscode';
import { UserError } from '../core/userError.ts';

/** A workspace's settings name the servers that prompts go to: throws until the user trusts it. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserError('Sampling is off in Restricted Mode: trust this workspace first.', {
    title: 'Manage Trust',
    command: 'workbench.trust.manage',
  });
}
