import type { Match } from '../../core/budget/budget.ts';
import type { ExportFormat, SelectionCounts, SelectionPolicy } from '../../core/curate/policy.ts';
import { type Candidate, select } from '../../core/curate/select.ts';
import { buildReport, type Outcome } from '../../core/metrics/buildReport.ts';
import type { RunReport } from '../../core/metrics/report.ts';
import type { TraceId } from '../../core/trace/trace.ts';
import type { ExportResult } from '../../protocol/engine.ts';
import { exportSelection, type InputFile } from '../exporters/export.ts';
import type { TraceFacts, TraceIndex } from '../store/traceIndex.ts';
import type { OpenRun } from './openRun.ts';

/* What a run comes to: its report, its selection, its export. Each reads the facts of all traces, in steps that let others in. */

/** Coverage, diversity and FPR of both arms. `notes`: sentences to put first. */
export async function reportOn(run: OpenRun, match: Match, notes: string[] = []): Promise<RunReport> {
  const outcomes = await gather(run, outcomeOf);
  return buildReport({ run: run.run, match, outcomes, notes });
}

/**
 * The report of what is indexed, told once until something changes. A small run is waited for; of a large one whose index is
 * being built the report says so.
 */
export async function reportSoon(run: OpenRun, match: Match): Promise<RunReport> {
  await Promise.race([run.catchUp(), new Promise((resolve) => setTimeout(resolve, 3_000))]);
  const known = reports.get(run)?.get(match);
  if (known?.version === run.version) return known.report;
  const { version, indexing } = run;
  const report = await reportOn(run, match, indexing === null ? [] : [partial(indexing)]);
  reports.set(run, (reports.get(run) ?? new Map()).set(match, { version, report }));
  return report;
}

const reports = new WeakMap<OpenRun, Map<Match, { version: number; report: RunReport }>>();

function partial(share: number): string {
  return `The index is being built: these are the first ${Math.floor(share * 100)} % of the traces.`;
}

/** What the policy would keep. */
export async function previewSelection(run: OpenRun, policy: SelectionPolicy): Promise<SelectionCounts> {
  return select(await gather(run, candidateOf), policy).counts;
}

/** Writes the selection. `annotationFiles` are hashed into the manifest, like the run's own files. */
export async function exportRun(
  run: OpenRun,
  options: { formats: readonly ExportFormat[]; policy: SelectionPolicy; folder: string; inputs: readonly InputFile[] },
): Promise<ExportResult> {
  const candidates = await gather(run, candidateOf);
  return exportSelection({ ...options, run: run.run, candidates, problem: run.problem, trace: run.trace });
}

const rowsAtOnce = 1_000;

async function gather<T>(run: OpenRun, read: (facts: TraceFacts) => T): Promise<T[]> {
  const all: T[] = [];
  for (let after: TraceId | null = null, more = true; more; ) {
    const facts: TraceFacts[] = await run.ask(scanAfter(after));
    for (const fact of facts) all.push(read(fact));
    after = facts.at(-1)?.id ?? null;
    more = facts.length === rowsAtOnce;
    await new Promise(setImmediate);
  }
  return all;
}

function scanAfter(after: TraceId | null): (index: TraceIndex) => TraceFacts[] {
  return (index) => index.scan(after, rowsAtOnce);
}

function outcomeOf(facts: TraceFacts): Outcome {
  const { problem, arm, model, verdict, path, promptTokens, completionTokens, soundness, badProblem, reference } =
    facts;
  const flagged = facts.flags.length > 0;
  const truncated = facts.finish === 'length';
  return {
    problem,
    arm,
    model,
    verdict,
    path,
    flagged,
    truncated,
    promptTokens,
    completionTokens,
    soundness,
    badProblem,
    reference,
  };
}

function candidateOf(facts: TraceFacts): Candidate {
  const { id, problem, arm, sample, verdict, path, soundness, badProblem } = facts;
  const flagged = facts.flags.length > 0;
  const truncated = facts.finish === 'length';
  return { id, problem, arm, sample, verdict, path, flagged, truncated, soundness, badProblem };
}
