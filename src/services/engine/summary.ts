import type { Spend } from '../../core/budget/budget.ts';
import { spendOf } from '../../core/budget/cost.ts';
import { matchRatio } from '../../core/budget/match.ts';
import type { RunFile } from '../../core/trace/run.ts';
import type { Arm } from '../../core/trace/trace.ts';
import type { RunState, RunSummary } from '../../protocol/engine.ts';
import { planned } from '../sampling/order.ts';
import { splitTraceId } from '../store/traceIndex.ts';
import type { OpenRun } from './openRun.ts';

/** What the lists and heads say of a run. `session`: its state where it is being sampled. */
export async function summarise(open: OpenRun, session: RunState | null, notes: string[] = []): Promise<RunSummary> {
  const { run } = open;
  const { arms, judged } = await open.ask((index) => index.totals());
  const per = <T>(value: (arm: Arm) => T): Record<Arm, T> => ({ weak: value('weak'), strong: value('strong') });
  const drawn = per((arm) => arms[arm].traces);
  const wanted = plannedSamples(run, drawn);
  const spend = per<Spend>((arm) =>
    spendOf(run.models[arm] ?? {}, arms[arm].traces, arms[arm].promptTokens, arms[arm].completionTokens),
  );
  return {
    run,
    folder: open.folder,
    state: session ?? restingState(open, drawn, wanted),
    drawn,
    planned: wanted,
    failed: await stillMissing(open),
    correct: per((arm) => arms[arm].correct),
    flaggedCorrect: per((arm) => arms[arm].flaggedCorrect),
    judged,
    spend,
    match: matchRatio(run.match, spend.weak, spend.strong, run.problemCount),
    warnings: [...notes, ...open.warnings()],
  };
}

/** Samples of the plan; an imported run has what it has. */
export function plannedSamples(run: RunFile, drawn: Record<Arm, number>): Record<Arm, number> {
  if (run.origin === 'imported') return drawn;
  return { weak: planned(run, 'weak') * run.problemCount, strong: planned(run, 'strong') * run.problemCount };
}

function restingState(open: OpenRun, drawn: Record<Arm, number>, wanted: Record<Arm, number>): RunState {
  if (open.indexing !== null) return 'indexing';
  if (open.run.origin === 'imported') return 'imported';
  return drawn.weak >= wanted.weak && drawn.strong >= wanted.strong ? 'complete' : 'stopped';
}

/** Samples that were given up and not drawn since. */
async function stillMissing({ ask, attempts }: OpenRun): Promise<Record<Arm, number>> {
  const failed = { weak: 0, strong: 0 };
  const missing = await ask((index) => [...attempts.givenUp].filter((id) => index.place(id) === null));
  for (const id of missing) {
    const arm = splitTraceId(id)?.arm;
    if (arm) failed[arm] += 1;
  }
  return failed;
}
