import * as vscode from 'vscode';
import type { RunId } from '../core/trace/run.ts';
import type { TraceId } from '../core/trace/trace.ts';
import { UserError } from '../core/userError.ts';
import type { Services } from './services.ts';

/** A link that opens this trace in the Viewer of whoever has the run in the open folder. */
export function traceLink(run: RunId, trace: TraceId): string {
  const query = new URLSearchParams({ run, trace });
  return `${vscode.env.uriScheme}://trace-loupe.trace-loupe/trace?${query}`;
}

/** Follows a link. It may come from anywhere, so it opens what is there and does nothing else. */
export async function followLink(services: Pick<Services, 'engine' | 'viewers'>, uri: vscode.Uri): Promise<void> {
  const query = new URLSearchParams(uri.query);
  const run = query.get('run');
  const trace = query.get('trace');
  const summary = (await services.engine.listRuns()).find((candidate) => candidate.run.id === run);
  if (!summary)
    throw new UserError(`The run ${run ?? ''} of this link is not in the open folder: open its folder first.`);
  services.viewers.open(summary, trace ? { trace, problem: trace.slice(0, trace.lastIndexOf('/')) } : {});
}
