import { basename, extname } from 'node:path';
import type { RunId } from '../core/trace/run.ts';
import type { PlanPreview, RunProgress } from '../protocol/engine.ts';

/** How a run ended, for one message. */
export interface RunEnd {
  run: RunId;
  message: string;
  complete: boolean;
}

/** The run to show as running, if any is. */
export function runningOf(all: Iterable<RunProgress>): RunProgress | null {
  for (const progress of all) if (progress.state === 'running' || progress.state === 'stopping') return progress;
  return null;
}

/** E.g. `$(sync~spin) 2,466/16,000 · 1.00×`. */
export function statusText(progress: RunProgress): string {
  const ratio = ratioText(progress);
  return `$(sync~spin) ${count(drawn(progress))}/${count(planned(progress))}${ratio && ` · ${ratio}`}`;
}

/** The notification's line and how far it is, in percent. */
export function progressText(progress: RunProgress): { message: string; percent: number } {
  const parts = [
    `${count(drawn(progress))} of ${count(planned(progress))} samples`,
    ratioText(progress),
    progress.state === 'stopping' ? 'stopping' : remaining(progress.remainingMs),
    progress.problem ?? '',
  ];
  return {
    message: parts.filter(Boolean).join(' · '),
    percent: planned(progress) ? (100 * drawn(progress)) / planned(progress) : 100,
  };
}

/** All that went wrong is in this one message. */
export function endMessage(progress: RunProgress): RunEnd {
  const { run, name, state, problem } = progress;
  const missing = planned(progress) - drawn(progress);
  const complete = state === 'complete' && missing === 0;
  const drawnText = `${count(drawn(progress))} of ${count(planned(progress))} samples`;
  const cause = missing > 0 && problem ? ` The last failure: ${problem}` : '';
  if (complete) return { run, complete, message: `${name} is complete: ${count(drawn(progress))} samples drawn.` };
  if (state === 'complete') {
    return { run, complete, message: `${name} ended with ${drawnText}; ${count(missing)} failed.${cause}` };
  }
  return { run, complete, message: `${name} was stopped at ${drawnText}; what arrived is kept.${cause}` };
}

/** The plan in one paragraph, for the question before money is spent. */
export function planSentence(preview: PlanPreview, maxUsd: number | null): string {
  const { requests, durationMs } = preview;
  const time = durationMs === null ? '' : `, about ${duration(durationMs)}`;
  const cap = maxUsd === null ? 'No cap is set.' : `The run stops at $${maxUsd.toFixed(2)}.`;
  const what = `${count(requests.weak)} requests to the weak and ${count(requests.strong)} to the strong model${time}.`;
  return [what, cap, ...preview.notes].join(' ');
}

/** From the files' names, e.g. `gsm-hard, fractions`. */
export function runName(paths: readonly string[]): string {
  const stems = paths.map((path) => basename(path, extname(path)));
  const name = stems.join(', ');
  return name.length <= nameLength ? name : `${stems[0]?.slice(0, nameLength - 8)} and ${stems.length - 1} more`;
}

export function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const nameLength = 48;
const count = (value: number) => value.toLocaleString('en');
const drawn = ({ drawn }: RunProgress) => drawn.weak + drawn.strong;
const planned = ({ planned }: RunProgress) => planned.weak + planned.strong;
const remaining = (ms: number | null) => (ms === null ? '' : `${duration(ms)} left`);
const ratioText = ({ match }: RunProgress) => (match.ratio === null ? '' : `${match.ratio.toFixed(2)}×`);
