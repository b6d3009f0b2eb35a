import { matchRatio } from '../../core/budget/match.ts';
import type { RunId } from '../../core/trace/run.ts';
import type { RunProgress } from '../../protocol/engine.ts';
import type { OpenRun } from './openRun.ts';
import { summarise } from './summary.ts';

/** Tells of indexes being built, where that takes long enough to be noticed. */
export interface IndexingNews {
  /** The index of a run grew; 1: it holds everything. */
  indexed(run: RunId, share: number): void;
  /** Someone was told that the run is being indexed, and must hear when it is done. */
  awaited(run: RunId): void;
  progress(run: OpenRun, share: number): Promise<RunProgress>;
}

export interface IndexingNewsOptions {
  now(): number;
  onProgress(run: RunId, share: number): void;
  onDone(run: RunId): void;
}

const everyMs = 250;

export function createIndexingNews({ now, onProgress, onDone }: IndexingNewsOptions): IndexingNews {
  const begun = new Map<RunId, { at: number; toldAt: number }>();
  const awaited = new Set<RunId>();
  return {
    indexed: (run, share) => {
      const state = begun.get(run) ?? { at: now(), toldAt: now() };
      begun.set(run, state);
      if (share >= 1) {
        begun.delete(run);
        if (awaited.delete(run)) onDone(run);
      } else if (now() - state.toldAt >= everyMs) {
        state.toldAt = now();
        awaited.add(run);
        onProgress(run, share);
      }
    },
    awaited: (run) => void awaited.add(run),
    progress: async (open, share) => {
      const { run, drawn, failed, spend } = await summarise(open, null);
      const all = (count: number) => Math.max(count, Math.round(count / Math.max(share, 0.001)));
      return {
        run: run.id,
        name: run.name,
        state: 'indexing',
        drawn,
        planned: { weak: all(drawn.weak), strong: all(drawn.strong) },
        failed,
        spend,
        match: matchRatio(run.match, spend.weak, spend.strong, run.problemCount),
        remainingMs: null,
      };
    },
  };
}
