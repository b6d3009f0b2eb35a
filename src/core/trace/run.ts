import type { GridPoint, Match, MeanTokens } from '../budget/budget.ts';
import type { ModelSettings } from '../budget/model.ts';
import type { Arm } from './trace.ts';

/** The name of a run's folder below `.trace-loupe/runs/`: `<UTC time>-<name>`, e.g. `20261121T184000Z-gsm-hard`. */
export type RunId = string;

/** `run.json`: the plan of a run, all that is needed to resume it. Written once; its problems stand beside it in `problems.jsonl`. */
export interface RunFile {
  format: 'trace-loupe/run@1';
  id: RunId;
  /** For people, e.g. `gsm-hard`. */
  name: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** `imported`: the traces were drawn elsewhere, so the run can't be resumed. */
  origin: 'sampled' | 'imported';
  /** The version of Trace Loupe that wrote it. */
  version: string;
  problemFiles: { file: string; sha256: string; problems: number }[];
  problemCount: number;
  /** Null where an imported run has traces of one model only. Imported runs may know no more than a model's name. */
  models: Record<Arm, RunModel | null>;
  match: Match;
  /** Points of the budget grid, ascending. What is drawn is the largest of each arm. */
  grid: GridPoint[];
  /** Means that the plan assumed. */
  expected: Record<Arm, MeanTokens>;
  seed: number;
  /** Stops the run when the arms' spend together reaches it. */
  maxUsd?: number;
  /** Where the imported traces came from. */
  importedFrom?: { file: string; sha256: string; mapping: Record<string, string> };
}

/** A model as the run used it: the settings, with the prompt's texts in full so that nothing outside the run can change it. */
export interface RunModel extends Omit<ModelSettings, 'prompt'> {
  prompt: { system: string; fewShot: string; template: string };
}
