import { basename, join } from 'node:path';
import type { RunFile, RunModel } from '../../core/trace/run.ts';
import type { Arm } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';
import type { TraceMapping } from '../../protocol/engine.ts';
import { parametersB } from '../importers/systems.ts';
import { readTraces, type TraceReport } from '../importers/traces.ts';
import { openBulkWriter } from '../store/bulkWriter.ts';
import { createRunFolder, writeSynced } from '../store/runFolder.ts';

export interface ImportRunOptions {
  file: string;
  mapping: TraceMapping;
  /** The arm of each wanted system. */
  arms: Record<string, Arm>;
  workspace: string | null;
  /** The folder to make. */
  folder: string;
  name: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  version: string;
  signal?: AbortSignal;
}

/**
 * Makes a run of recorded traces: all of it or nothing, in one pass and bounded memory.
 * @throws UserError where the file holds no trace of the wanted systems, or can't be read or kept.
 */
export async function importRun(options: ImportRunOptions): Promise<TraceReport & { run: RunFile }> {
  const { file, folder, mapping, workspace, createdAt: importedAt, signal } = options;
  let result: (TraceReport & { run: RunFile }) | undefined;
  await createRunFolder(folder, async (draft) => {
    const problems = await openBulkWriter(join(draft, 'problems.jsonl'));
    const traces = await openBulkWriter(join(draft, 'traces.jsonl'));
    try {
      const seen = createTally();
      const request = { file, mapping, arms: options.arms, workspace, importedAt, signal };
      const report = await readTraces(request, {
        problem: (problem) => problems.write(problem),
        trace: (trace) => {
          seen.add(trace);
          return traces.write(trace);
        },
      });
      if (report.traces === 0) throw new UserError(nothing(file, report));
      await problems.finish();
      await traces.finish();
      const run = runFileOf(options, report, seen);
      await writeSynced(join(draft, 'run.json'), [`${JSON.stringify(run, null, 2)}\n`]);
      result = { ...report, run };
    } finally {
      await problems.close();
      await traces.close();
    }
  });
  if (!result) throw new Error('The import ended without a result.');
  return result;
}

interface Tally {
  add(trace: {
    arm: Arm;
    model: string;
    sample: number;
    usage: { promptTokens: number; completionTokens: number };
  }): void;
  models: Record<Arm, Set<string>>;
  mostSamples: Record<Arm, number>;
  tokens: Record<Arm, { traces: number; promptTokens: number; completionTokens: number }>;
}

function createTally(): Tally {
  const none = () => ({ traces: 0, promptTokens: 0, completionTokens: 0 });
  const tally: Tally = {
    models: { weak: new Set(), strong: new Set() },
    mostSamples: { weak: 0, strong: 0 },
    tokens: { weak: none(), strong: none() },
    add: ({ arm, model, sample, usage }) => {
      tally.models[arm].add(model);
      tally.mostSamples[arm] = Math.max(tally.mostSamples[arm], sample + 1);
      tally.tokens[arm].traces += 1;
      tally.tokens[arm].promptTokens += usage.promptTokens;
      tally.tokens[arm].completionTokens += usage.completionTokens;
    },
  };
  return tally;
}

function runFileOf(options: ImportRunOptions, report: TraceReport, { models, mostSamples, tokens }: Tally): RunFile {
  const mapping = Object.fromEntries(Object.entries(options.mapping).filter(([, field]) => field !== undefined));
  const weak = modelOf([...models.weak]);
  const strong = modelOf([...models.strong]);
  const sized = weak?.activeParamsB !== undefined && strong?.activeParamsB !== undefined;
  const mean = (arm: Arm) => {
    const { traces, promptTokens, completionTokens } = tokens[arm];
    return {
      promptTokens: Math.round(promptTokens / Math.max(1, traces)),
      completionTokens: Math.round(completionTokens / Math.max(1, traces)),
    };
  };
  return {
    format: 'trace-loupe/run@1',
    id: basename(options.folder),
    name: options.name,
    createdAt: options.createdAt,
    origin: 'imported',
    version: options.version,
    problemFiles: [{ file: basename(options.file), sha256: report.sha256, problems: report.problems }],
    problemCount: report.problems,
    models: { weak, strong },
    match: sized ? 'flops' : 'count',
    grid: [mostSamples],
    expected: { weak: mean('weak'), strong: mean('strong') },
    seed: 0,
    importedFrom: { file: basename(options.file), sha256: report.sha256, mapping },
  };
}

/** All that is known of a recorded model: its name, and its size where the names of all its systems tell the same. */
function modelOf(systems: string[]): RunModel | null {
  const [first] = systems;
  if (first === undefined) return null;
  const sizes = new Set(systems.map(parametersB));
  const size = sizes.size === 1 ? [...sizes][0] : null;
  const name = systems.length > 1 ? systems.toSorted().join(', ') : first;
  const prompt = { system: '', fewShot: '', template: '{problem}' };
  return { name, baseUrl: '', model: first, ...(typeof size === 'number' ? { activeParamsB: size } : {}), prompt };
}

function nothing(file: string, { skipped, badRows }: TraceReport): string {
  const name = basename(file);
  if (skipped > 0) return `None of the ${skipped} traces in ${name} is of a system with an arm; give one an arm.`;
  const first = badRows[0];
  return first
    ? `${name} holds no trace that can be read; line ${first.line}: ${first.message}`
    : `${name} holds no trace; choose a file with one trace per line.`;
}
