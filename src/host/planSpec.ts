import { UserError } from '../core/userError.ts';
import type { PlanSpec, ProblemFileRequest } from '../protocol/engine.ts';
import { isEmbedded } from '../services/models/embedded/settings.ts';
import type { Settings } from './parseSettings.ts';

/** What the settings and the chosen files ask for. Throws a `UserError` with the remedy for the first thing that is missing. */
export function planSpec(
  settings: Pick<Settings, 'arms' | 'match' | 'strongSamples' | 'weakSamples' | 'maxUsd' | 'problems'>,
  problemFiles: ProblemFileRequest[],
): PlanSpec {
  const { weak, strong } = settings.arms;
  if (settings.problems[0]) throw new UserError(settings.problems[0], openSettings);
  if (!weak) throw new UserError('Choose the weak model.', { title: 'Choose Weak Model', command: 'chooseWeakModel' });
  if (!strong) {
    throw new UserError('Choose the strong model.', { title: 'Choose Strong Model', command: 'chooseStrongModel' });
  }
  if (!problemFiles.length) {
    throw new UserError('Choose a problem file to sample.', { title: 'Add Problem Files', command: 'addProblemFiles' });
  }
  return {
    problemFiles,
    weak,
    strong,
    match: settings.match,
    strongSamples: settings.strongSamples,
    ...(settings.weakSamples === null ? {} : { weakSamples: spread(settings.weakSamples, settings.strongSamples) }),
    // Nobody is paid for what is in the box, so no cap can be reckoned, nor is one needed.
    ...(settings.maxUsd === null || (isEmbedded(weak) && isEmbedded(strong)) ? {} : { maxUsd: settings.maxUsd }),
  };
}

/** `weak` belongs to the largest point of the grid; the smaller points get their share of it, at least 1. */
export function spread(weak: number, strongSamples: readonly number[]): number[] {
  const largest = Math.max(...strongSamples);
  return strongSamples.map((strong) => Math.max(1, Math.floor((weak * strong) / largest)));
}

const openSettings = { title: 'Open Settings', command: 'openSettings' };
