import * as vscode from 'vscode';
import type { RunId } from '../../core/trace/run.ts';
import type { TraceId } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';
import type { TraceRow } from '../../protocol/engine.ts';
import type { ViewerPlace } from '../../protocol/views.ts';
import { traceLink } from '../links.ts';
import { type Choice, pick } from '../prompts.ts';
import type { CommandTable, Services } from '../services.ts';

type Names = 'compareTraces' | 'openDiff' | 'openText' | 'copyLink';
type Part = Pick<Services, 'engine' | 'viewers' | 'documents'>;

/** Commands about the trace that is open in the Viewer. */
export function viewerCommands(services: Part): CommandTable<Names> {
  const { viewers, documents } = services;
  return {
    compareTraces: () => viewers.act('compare'),
    async openDiff() {
      const { run, place, trace } = openTrace(services);
      const other = place.compareWith ?? (await pickOther(services, run, trace));
      if (other) await documents.openDiff(run, trace, other);
    },
    async openText() {
      const { run, trace } = openTrace(services);
      await documents.openText(run, trace);
    },
    async copyLink() {
      const { run, trace } = openTrace(services);
      await vscode.env.clipboard.writeText(traceLink(run, trace));
      vscode.window.setStatusBarMessage(`$(link) Link to ${trace} copied`, 3000);
    },
  };
}

function openTrace({ viewers }: Pick<Part, 'viewers'>): { run: RunId; place: ViewerPlace; trace: TraceId } {
  const active = viewers.active();
  if (!active) {
    throw new UserError('Open a run in the Viewer first.', { title: 'Open Viewer', command: 'openViewer' });
  }
  const { trace } = active.place;
  if (!trace) throw new UserError('Select a trace in the Viewer first.');
  return { ...active, trace };
}

/** Another trace of the same problem. */
async function pickOther({ engine }: Part, run: RunId, trace: TraceId): Promise<TraceId | undefined> {
  const { problem } = (await engine.traceDetail(run, trace)).trace;
  const classes = await engine.answerClasses(run, problem, { filter: '' });
  const choices = classes.flatMap(({ answer, paths }) =>
    paths.flatMap((path) => path.traces.filter((row) => row.id !== trace).map((row) => choice(row, answer))),
  );
  return pick(`Compare ${trace} with`, choices, 'Traces of the same problem');
}

function choice(row: TraceRow, answer: string | null): Choice<TraceId> {
  const description = [answer ?? 'no answer', row.verdict, ...row.flags].join(' · ');
  return { label: `${row.arm} #${row.sample + 1}`, description, value: row.id };
}
