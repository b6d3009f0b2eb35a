import type { ExportFormat, SelectionPolicy } from '../../core/curate/policy.ts';
import { exportFormats } from '../../core/curate/policy.ts';
import type { Candidate, Selection } from '../../core/curate/select.ts';
import { select } from '../../core/curate/select.ts';
import type { Problem, ProblemId } from '../../core/problem/problem.ts';
import type { RunFile } from '../../core/trace/run.ts';
import type { Trace, TraceId } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';
import type { ExportResult } from '../../protocol/engine.ts';
import { onDisk } from '../store/diskError.ts';
import { datasetCard } from './card.ts';
import type { DataFile } from './dataFile.ts';
import { exporters } from './exporters.ts';
import { claimFolder, dropPartials, hashFile, partialPath, publish, writePartial } from './folder.ts';
import type { HashedFile, OutputFile } from './manifest.ts';
import { buildManifest, manifestFile, manifestText, portable } from './manifest.ts';
import { writeRecords } from './records.ts';

export interface ExportInput {
  run: RunFile;
  /** Absolute; made where it is absent. */
  folder: string;
  formats: readonly ExportFormat[];
  policy: SelectionPolicy;
  /** One for each trace of the run, in any order. */
  candidates: Iterable<Candidate>;
  problem(id: ProblemId): Promise<Problem>;
  trace(id: TraceId): Promise<Trace>;
  /** The files that the selection rests on (traces, problems, annotations), to be hashed into the manifest. */
  inputs: readonly InputFile[];
  signal?: AbortSignal;
  /** Records written of all that will be. */
  onProgress?(done: number, total: number): void;
}

export interface InputFile {
  /** As the manifest names it, e.g. `traces.jsonl` or `annotations/ada.jsonl`. */
  name: string;
  /** Absolute. */
  path: string;
}

/**
 * Writes the selection in every format, one file per split, with `manifest.json` and a dataset card; the same inputs give the same
 * bytes. Each file is read back before any gets its name, and the manifest comes last, so a folder with a manifest is whole.
 *
 * @throws UserError where the policy keeps nothing, the folder holds other files, or the disk refuses; nothing is then changed.
 */
export async function exportSelection(input: ExportInput): Promise<ExportResult> {
  const selection = select(input.candidates, input.policy);
  const formats = exportFormats.filter((format) => input.formats.includes(format));
  checkNotEmpty(formats, selection);
  const earlier = await claimFolder(input.folder, input.run.id);
  const begun: DataFile[] = [];
  const written: string[] = ['README.md', manifestFile];
  try {
    const inputs = await hashInputs(input.inputs);
    const thoughts = await writeRecords(input, formats, selection, begun);
    const data: OutputFile[] = [];
    for (const file of begun.toSorted((a, b) => (a.name < b.name ? -1 : 1))) data.push(await file.finish());
    const facts = { policy: input.policy, counts: selection.counts, inputs };
    await writePartial(
      input.folder,
      'README.md',
      datasetCard(buildManifest(input.run, { ...facts, outputs: data }), thoughts),
    );
    const card = { file: 'README.md', sha256: await hashFile(partialPath(input.folder, 'README.md')) };
    const manifest = buildManifest(input.run, { ...facts, outputs: [...data, card] });
    await writePartial(input.folder, manifestFile, manifestText(manifest));
    const files = [...data.map((file) => file.file), ...written];
    await publish(input.folder, files, earlier);
    return { folder: input.folder, files, counts: selection.counts };
  } catch (error) {
    for (const file of begun) await file.close();
    await dropPartials(input.folder, [...begun.map((file) => file.name), ...written]);
    throw error;
  }
}

function checkNotEmpty(formats: readonly ExportFormat[], { counts }: Selection): void {
  if (formats.length === 0) throw new UserError(`Choose at least one format to export: ${exportFormats.join(', ')}.`);
  const records = formats.map((format) => (exporters[format].of === 'pairs' ? counts.pairs : counts.kept));
  if (records.some((n) => n > 0)) return;
  const reasons = Object.entries(counts.dropped).filter(([, n]) => n > 0);
  const why = reasons.map(([reason, n]) => `${n} by ${reason}`).join(', ');
  throw new UserError(
    `Nothing to export: of ${counts.traces} traces the policy keeps ${counts.kept} and makes ${counts.pairs} pairs${why && ` (dropped: ${why})`}. Loosen the policy, or judge more traces.`,
  );
}

function hashInputs(files: readonly InputFile[]): Promise<HashedFile[]> {
  const byName = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return Promise.all(
    byName.map(async ({ name, path }) => ({
      file: portable(name),
      sha256: await onDisk(`read ${path}`, () => hashFile(path)),
    })),
  );
}
