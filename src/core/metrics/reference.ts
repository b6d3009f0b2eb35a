import { arms } from '../trace/trace.ts';
import { clusteredShare } from './interval.ts';
import type { ReferenceReport, RunReport } from './report.ts';
import type { ArmTally } from './tally.ts';

/**
 * The arm's figures by the exact check, each a share of traces with an interval clustered by problem. A trace counts as flagged where
 * any rule flagged it. Null where no trace of the arm could be checked.
 */
export function referenceReport({ problems }: ArmTally): ReferenceReport | null {
  const checked = problems.flatMap(({ reference }) => reference ?? []);
  if (checked.length === 0) return null;
  return {
    fpr: clusteredShare(checked.map(({ sound, unsound }) => ({ hits: unsound, n: sound + unsound }))),
    flagPrecision: clusteredShare(
      checked.map(({ flaggedSound, flaggedUnsound }) => ({ hits: flaggedUnsound, n: flaggedSound + flaggedUnsound })),
    ),
    flagRecall: clusteredShare(checked.map(({ unsound, flaggedUnsound }) => ({ hits: flaggedUnsound, n: unsound }))),
  };
}

/** Is there a figure by the exact check at all? */
export function hasReference({ arms: of }: Pick<RunReport, 'arms'>): boolean {
  return arms.some((arm) => of[arm]?.reference);
}
