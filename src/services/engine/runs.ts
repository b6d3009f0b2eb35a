import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { RunId } from '../../core/trace/run.ts';
import { UserError } from '../../core/userError.ts';
import type { EngineConfig } from '../../protocol/engine.ts';
import type { Reference } from '../grading/reference.ts';
import type { Annotations } from '../store/annotations.ts';
import { listRunFolders, type RunFolder, readRunFolder, runsFolder } from '../store/runFolder.ts';
import { type OpenRun, openRun } from './openRun.ts';

/** The runs of a workspace. Each is opened on first use; only the most recent ones stay open. */
export interface Runs {
  /** Newest first. Folders that are no runs are named in `warnings`. */
  list(): Promise<{ runs: RunFolder[]; warnings: string[] }>;
  /** The run, its index kept up in the background. */
  open(id: RunId): Promise<OpenRun>;
  /** Those that are open now. */
  opened(): Promise<OpenRun[]>;
  /** Closes a run whose folder vanished or was replaced. */
  forget(id: RunId): Promise<void>;
  close(): Promise<void>;
}

export interface RunsOptions {
  config: EngineConfig & { workspace: string };
  annotations: Annotations;
  /** Null: no SQLite here. */
  indexFolder: string | null;
  reference: Reference;
  /** Must not be closed, e.g. while it is sampled. */
  isBusy(id: RunId): boolean;
  /** The index of a run grew; `share` is 1 when it holds everything. */
  onIndexed(id: RunId, share: number): void;
  onBug(error: unknown): void;
}

/** Each open run holds some files; a process may hold about 1,000. */
const mostOpen = 24;

export function createRuns(options: RunsOptions): Runs {
  const { config, annotations, indexFolder, reference } = options;
  const folder = runsFolder(config.workspace);
  const opened = new Map<RunId, Promise<OpenRun>>();

  const openNow = async (id: RunId): Promise<OpenRun> => {
    const run = await openRun(await readRunFolder(pathOf(folder, id)), {
      indexPath: indexFolder && indexPathOf(indexFolder, join(folder, id)),
      version: config.version,
      decisions: annotations.decisions(id),
      reference,
      onProgress: (share) => options.onIndexed(id, Math.min(share, 0.999)),
    });
    run.catchUp().then(() => options.onIndexed(id, 1), ignoreClosing(options.onBug));
    return run;
  };

  const closeOldest = async () => {
    for (const [id, promise] of opened) {
      if (opened.size <= mostOpen) return;
      const run = await promise;
      if (options.isBusy(id) || run.indexing !== null) continue;
      opened.delete(id);
      await run.close();
    }
  };

  const forget = async (id: RunId) => {
    const run = opened.get(id);
    opened.delete(id);
    await (await run?.catch(() => undefined))?.close();
  };

  return {
    list: () => listRunFolders(folder),
    open: async (id) => {
      const run = opened.get(id) ?? openNow(id);
      opened.delete(id);
      opened.set(id, run);
      // A failure is not kept: the user may mend the folder.
      run.catch(() => opened.delete(id));
      await run;
      if (opened.size > mostOpen) await closeOldest();
      return run;
    },
    opened: async () => {
      const settled = await Promise.allSettled(opened.values());
      return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    },
    forget,
    close: async () => {
      for (const id of [...opened.keys()]) await forget(id);
    },
  };
}

/** Where a run's index is kept: named by the run's folder, which is what it belongs to. */
export function indexPathOf(indexFolder: string, runFolder: string): string {
  return join(indexFolder, `${createHash('sha256').update(runFolder).digest('hex').slice(0, 24)}.sqlite`);
}

/** A run's id comes from outside (deep links, views): it must name a folder right below, nothing else. */
function pathOf(folder: string, id: RunId): string {
  if (id === '' || id.startsWith('.') || /[\\/\0]/.test(id)) {
    throw new UserError(`“${id.slice(0, 100)}” is not the name of a run; choose one from the list of runs.`);
  }
  return join(folder, id);
}

function ignoreClosing(report: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error && error.message === 'The run was closed.')) report(error);
  };
}
