import { basename, isAbsolute } from 'node:path';
import * as v from 'valibot';
import type { SelectionCounts, SelectionPolicy } from '../../core/curate/policy.ts';
import { exportFormats } from '../../core/curate/policy.ts';
import type { RunFile, RunModel } from '../../core/trace/run.ts';

/** `manifest.json` of an export: every setting that made it, and the hash of every file that went in and came out. */
export interface ExportManifest {
  format: 'trace-loupe/export@1';
  run: Pick<RunFile, 'id' | 'name' | 'createdAt' | 'origin' | 'version' | 'seed' | 'problemCount'>;
  problemFiles: RunFile['problemFiles'];
  importedFrom?: RunFile['importedFrom'];
  models: Record<'weak' | 'strong', ExportedModel | null>;
  budget: Pick<RunFile, 'match' | 'grid' | 'expected' | 'maxUsd'>;
  policy: SelectionPolicy;
  counts: SelectionCounts;
  inputs: HashedFile[];
  outputs: OutputFile[];
}

/** A model without what tells where it runs and with which key: an export is made to be passed on. */
export type ExportedModel = Omit<RunModel, 'baseUrl' | 'apiKeyEnv' | 'concurrency'>;

export interface HashedFile {
  file: string;
  sha256: string;
}

/** `format`, `split` and `records` are those of data files; the dataset card has none. */
export interface OutputFile extends HashedFile {
  format?: (typeof exportFormats)[number];
  split?: string;
  records?: number;
}

export const manifestFile = 'manifest.json';

/**
 * Holds no time of export and no path of this machine, so the same inputs give the same bytes anywhere; of a file that lay
 * outside the workspace only the name is told.
 */
export function buildManifest(
  run: RunFile,
  rest: Pick<ExportManifest, 'policy' | 'counts' | 'inputs' | 'outputs'>,
): ExportManifest {
  const { id, name, createdAt, origin, version, seed, problemCount, match, grid, expected, maxUsd } = run;
  return {
    format: 'trace-loupe/export@1',
    run: { id, name, createdAt, origin, version, seed, problemCount },
    problemFiles: run.problemFiles.map((file) => ({ ...file, file: portable(file.file) })),
    ...(run.importedFrom && { importedFrom: { ...run.importedFrom, file: portable(run.importedFrom.file) } }),
    models: { weak: exportedModel(run.models.weak), strong: exportedModel(run.models.strong) },
    budget: { match, grid, expected, ...(maxUsd !== undefined && { maxUsd }) },
    ...rest,
  };
}

/** JSON with sorted keys, however the objects came about. */
export function manifestText(manifest: ExportManifest): string {
  return `${JSON.stringify(sorted(manifest), null, 2)}\n`;
}

export function portable(file: string): string {
  return isAbsolute(file) ? basename(file) : file.replaceAll('\\', '/');
}

function exportedModel(model: RunModel | null): ExportedModel | null {
  if (model === null) return null;
  const { baseUrl: _url, apiKeyEnv: _key, concurrency: _concurrency, ...told } = model;
  return told;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const loose = v.record(v.string(), v.unknown());

/** The same rules as `media/schemas/export-manifest.schema.json`; further fields are tolerated. */
export const manifestSchema = v.looseObject({
  format: v.literal('trace-loupe/export@1'),
  run: v.looseObject({
    id: text,
    name: text,
    createdAt: text,
    origin: v.picklist(['sampled', 'imported']),
    version: text,
    seed: v.number(),
    problemCount: count,
  }),
  problemFiles: v.array(v.looseObject({ file: text, sha256: text, problems: count })),
  importedFrom: v.optional(v.looseObject({ file: text, sha256: text, mapping: v.record(text, text) })),
  models: v.looseObject({ weak: v.nullable(loose), strong: v.nullable(loose) }),
  budget: loose,
  policy: loose,
  counts: v.looseObject({ traces: count, kept: count, problemsKept: count, pairs: count }),
  inputs: v.array(v.looseObject({ file: text, sha256 })),
  outputs: v.array(
    v.looseObject({
      file: text,
      sha256,
      format: v.optional(v.picklist(exportFormats)),
      split: v.optional(text),
      records: v.optional(count),
    }),
  ),
});
