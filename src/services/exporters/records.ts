import type { ExportFormat } from '../../core/curate/policy.ts';
import type { Selection } from '../../core/curate/select.ts';
import type { Problem } from '../../core/problem/problem.ts';
import type { TraceId } from '../../core/trace/trace.ts';
import type { DataFile } from './dataFile.ts';
import { openDataFile } from './dataFile.ts';
import type { ExportInput } from './export.ts';
import type { ExportedTrace } from './exporter.ts';
import { exporters } from './exporters.ts';

/**
 * Writes the selection's records to files that it opens as it needs them and adds to `begun`, so a split without records gets no
 * file. Resolves with the number of written traces whose hidden reasoning, kept apart by their server, no format holds.
 */
export async function writeRecords(
  input: ExportInput,
  formats: readonly ExportFormat[],
  { kept, pairs }: Selection,
  begun: DataFile[],
): Promise<number> {
  const { load, thoughts } = traceLoader(input);
  const total = formats.reduce((sum, format) => sum + (exporters[format].of === 'pairs' ? pairs : kept).length, 0);
  const files = new Map<string, DataFile>();
  let done = 0;
  const put = async (format: ExportFormat, split: string | null, record: unknown) => {
    input.signal?.throwIfAborted();
    const key = `${format}/${split}`;
    const file = files.get(key) ?? (await openDataFile(input.folder, format, split));
    if (!files.has(key)) begun.push(file);
    files.set(key, file);
    await file.append(record);
    input.onProgress?.(++done, total);
  };
  for (const format of formats) {
    const exporter = exporters[format];
    if (exporter.of === 'traces')
      for (const { trace, split } of kept) await put(format, split, exporter.record(await load(trace)));
    else
      for (const { chosen, rejected, split } of pairs)
        await put(format, split, exporter.record(await load(chosen), await load(rejected)));
  }
  return thoughts.size;
}

function traceLoader(input: ExportInput) {
  const thoughts = new Set<TraceId>();
  // Records come problem by problem, so one is enough to remember.
  let problem: Problem | undefined;
  const load = async (id: TraceId): Promise<ExportedTrace> => {
    const trace = await input.trace(id);
    if (problem?.id !== trace.problem) problem = await input.problem(trace.problem);
    if (trace.thinking) thoughts.add(id);
    return { problem, trace, prompt: input.run.models[trace.arm]?.prompt ?? null };
  };
  return { load, thoughts };
}
