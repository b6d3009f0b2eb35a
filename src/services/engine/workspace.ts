import { join } from 'node:path';
import type { Decision } from '../../core/annotation/annotation.ts';
import type { RunId } from '../../core/trace/run.ts';
import type { TraceId } from '../../core/trace/trace.ts';
import type { EngineConfig, EngineHost, RunState, RunSummary } from '../../protocol/engine.ts';
import type { InputFile } from '../exporters/export.ts';
import type { Reference } from '../grading/reference.ts';
import type { Clients } from '../models/client.ts';
import { openAnnotations } from '../store/annotations.ts';
import { isLocked } from '../store/lock.ts';
import type { DecisionOf } from './browse.ts';
import { createIndexingNews } from './indexingNews.ts';
import type { OpenRun } from './openRun.ts';
import { createRuns } from './runs.ts';
import { createSessions } from './sessions.ts';
import { summarise } from './summary.ts';

/** What an open folder holds: runs, people's annotations, and what is being sampled. */
export interface Workspace {
  readonly config: EngineConfig & { workspace: string };
  open(run: RunId): Promise<OpenRun>;
  /** Newest first. */
  summaries(): Promise<RunSummary[]>;
  summary(run: OpenRun): Promise<RunSummary>;
  /** Draws what is missing. Resolves once it has begun. */
  sample(run: RunId): Promise<void>;
  stop(run: RunId): Promise<void>;
  /** A run's folder was made. */
  runAppeared(run: RunId): Promise<void>;
  decisionOf(run: RunId): DecisionOf;
  annotate(run: RunId, trace: TraceId, decision: Decision): Promise<void>;
  undo(run: RunId): Promise<TraceId | null>;
  redo(run: RunId): Promise<TraceId | null>;
  annotationFiles(run: RunId): InputFile[];
  /** Takes up what changed outside. */
  refresh(): Promise<void>;
  warnings(): Promise<string[]>;
  /** Brings everything to disk. Closing twice is safe. */
  close(): Promise<void>;
}

export interface WorkspaceTools {
  host: EngineHost;
  clients: Clients;
  /** Null: no SQLite here. */
  indexFolder: string | null;
  reference: Reference;
  now(): number;
  log(level: 'info' | 'warn' | 'error', message: string): void;
}

export async function openWorkspace(
  config: EngineConfig & { workspace: string },
  { host, clients, indexFolder, reference, now, log }: WorkspaceTools,
): Promise<Workspace> {
  const folder = join(config.workspace, '.trace-loupe', 'annotations');
  const annotations = await openAnnotations(folder, config.annotator, now);
  const tell = (notice: Promise<void>) => void notice.catch(() => {});
  const runsChanged = () => tell(host.runsChanged());

  const sessions = createSessions({
    client: async ({ run }, arm) => {
      const settings = run.models[arm];
      return settings && clients.of(settings, () => host.apiKey(settings.baseUrl));
    },
    onProgress: (progress) => tell(host.runProgress(progress)),
    onChange: runsChanged,
    log,
  });
  const news = createIndexingNews({
    now,
    onProgress: async (id, share) => {
      if (sessions.state(id) === null) tell(host.runProgress(await news.progress(await runs.open(id), share)));
    },
    onDone: runsChanged,
  });
  const runs = createRuns({
    config,
    annotations,
    indexFolder,
    reference,
    isBusy: (id) => sessions.state(id) !== null,
    onIndexed: news.indexed,
    onBug: (error) => log('error', error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });

  const summary = async (open: OpenRun): Promise<RunSummary> => {
    const own = sessions.state(open.run.id);
    const elsewhere = own === null && open.run.origin === 'sampled' && (await isLocked(open.folder));
    const state: RunState | null = elsewhere ? 'running' : own;
    const notes = elsewhere ? ['Another window or program is sampling this run.'] : [];
    const found = await summarise(open, state, notes);
    if (found.state === 'indexing') news.awaited(open.run.id);
    return found;
  };

  const changed = async (run: RunId, trace: TraceId | null): Promise<TraceId | null> => {
    if (trace === null) return null;
    await (await runs.open(run)).judgeOne(trace, annotations.decision(run, trace));
    tell(host.annotationsChanged(run));
    return trace;
  };

  return {
    config,
    open: runs.open,
    summary,
    summaries: async () => {
      const found: RunSummary[] = [];
      for (const { run } of (await runs.list()).runs) found.push(await summary(await runs.open(run.id)));
      return found;
    },
    sample: async (id) => {
      const open = await runs.open(id);
      await sessions.start(open);
    },
    stop: sessions.stop,
    runAppeared: async (id) => {
      await runs.open(id);
      runsChanged();
    },
    decisionOf: (run) => (trace) => annotations.decision(run, trace),
    annotate: async (run, trace, decision) => {
      const open = await runs.open(run);
      if (!(await open.ask((index) => index.place(trace)))) await open.trace(trace);
      await annotations.annotate(run, trace, decision);
      await changed(run, trace);
    },
    undo: async (run) => changed(run, await annotations.undo(run)),
    redo: async (run) => changed(run, await annotations.redo(run)),
    annotationFiles: (run) => annotations.files(run),
    refresh: async () => {
      const judged = await annotations.reload();
      const there = new Set((await runs.list()).runs.map(({ run }) => run.id));
      for (const open of await runs.opened()) {
        const { id } = open.run;
        if (!there.has(id)) await runs.forget(id);
        else if (judged.includes(id)) await open.judge(annotations.decisions(id));
        if (there.has(id)) open.catchUp().catch((error: unknown) => log('error', String(error)));
      }
      for (const run of judged) tell(host.annotationsChanged(run));
      runsChanged();
    },
    warnings: async () => [...(await runs.list()).warnings, ...annotations.warnings()],
    close: async () => {
      await sessions.stopAll();
      await runs.close();
      await annotations.close();
    },
  };
}
