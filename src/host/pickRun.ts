import * as vscode from 'vscode';
import type { RunId } from '../core/trace/run.ts';
import { UserError } from '../core/userError.ts';
import type { RunSummary } from '../protocol/engine.ts';
import { pick } from './prompts.ts';
import { runDescription } from './runsTree.ts';
import type { Services } from './services.ts';

/**
 * The run that a command is about: the one it was called with (a row of the tree, or an id), else the one in the focused
 * view, else the only one, else the one that the user picks. Undefined: dismissed.
 */
export async function pickRun(
  services: Pick<Services, 'engine' | 'viewers' | 'dashboards'>,
  argument: unknown,
  title: string,
  fits: (run: RunSummary) => boolean = () => true,
): Promise<RunSummary | undefined> {
  const named = runIdOf(argument) ?? focusedRun(services);
  if (named !== null) {
    const summary = await services.engine.runSummary(named);
    if (argument !== undefined || fits(summary)) return summary;
  }
  const runs = (await services.engine.listRuns()).filter(fits);
  if (!runs.length) throw noRuns();
  if (runs.length === 1) return runs[0];
  const choices = runs.map((run) => ({ label: run.run.name, description: runDescription(run), value: run }));
  return pick(title, choices, 'Newest first');
}

/** Only a focused view decides for the user; one in the background does not. */
function focusedRun({ viewers, dashboards }: Pick<Services, 'viewers' | 'dashboards'>): RunId | null {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  if (!(tab?.input instanceof vscode.TabInputWebview)) return null;
  return dashboards.active() ?? viewers.active()?.run ?? null;
}

function runIdOf(argument: unknown): RunId | null {
  if (typeof argument === 'string') return argument;
  const run = (argument as Partial<RunSummary> | null | undefined)?.run;
  return run?.id ?? null;
}

function noRuns(): UserError {
  return new UserError('There is no such run yet: sample a problem file, or import recorded traces.', {
    title: 'Import Traces',
    command: 'importTraces',
  });
}
