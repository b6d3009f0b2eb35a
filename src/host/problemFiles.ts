import { isAbsolute, join, relative, sep } from 'node:path';
import type { FieldMapping } from '../core/problem/problem.ts';
import type { Engine, ProblemFileRequest, ProblemFileSummary } from '../protocol/engine.ts';
import type { Memory } from './keys.ts';
import { isSampleToken, type SampleFiles } from './sampleFiles.ts';

/** `sample`: it is in the box. */
export type ListedFile = ProblemFileSummary & { chosen: boolean; sample: boolean };

/**
 * The problem files of the workspace: those that the user chose, then those found that hold problems, then those in the box. The
 * first in the box is chosen until the user chooses anything.
 *
 * The choice is kept in the workspace's memory (a person's passing selection, nothing to commit); mappings made by hand stand
 * in the setting `traceLoupe.fieldMappings` (facts about a file, which colleagues and the command line need as well).
 */
export interface ProblemFiles {
  /** As last read. */
  list(): ListedFile[];
  /** The chosen files, those aside that turned out to hold no problems. */
  requests(): ProblemFileRequest[];
  request(path: string): ProblemFileRequest;
  choose(path: string, chosen: boolean): Promise<void>;
  /** These and no others. */
  chooseOnly(paths: readonly string[]): Promise<void>;
  /** Reads what is new or was forgotten; resolves when `list` is up to date. */
  refresh(): Promise<void>;
  /** The file changed on disk, or how it is to be read. */
  forget(path: string): void;
  isListed(path: string): boolean;
}

export function createProblemFiles(options: {
  /** Null: no folder is open. */
  workspace: string | null;
  memory: Memory;
  samples: SampleFiles;
  mappings(): Record<string, FieldMapping>;
  engine: Pick<Engine, 'readProblemFiles'>;
  /** Absolute paths that may be problem files, bounded. */
  find(): Promise<string[]>;
  onDidRead(summaries: readonly ProblemFileSummary[]): void;
}): ProblemFiles {
  const { workspace, memory, samples, engine } = options;
  const summaries = new Map<string, ProblemFileSummary>();
  let found: string[] = [];
  let reading: Promise<void> | undefined;

  /** Undefined: the user never chose. */
  const remembered = () => memory.get<string[]>(memoryKey)?.flatMap((file) => pathOf(file) ?? []);
  const chosen = () => remembered() ?? samples.paths.slice(0, 1);
  const pathOf = (file: string) => (isSampleToken(file) ? samples.pathOf(file) : absolute(workspace, file));
  const keep = async (paths: readonly string[]) => {
    await memory.update(
      memoryKey,
      [...new Set(paths)].map((path) => samples.tokenOf(path) ?? portable(workspace, path)),
    );
  };
  const request = (path: string): ProblemFileRequest => {
    const name = samples.tokenOf(path);
    if (name !== undefined) return { path, name };
    const mapping = options.mappings()[portable(workspace, path)];
    return mapping ? { path, mapping } : { path };
  };

  const read = async () => {
    found = await options.find();
    const wanted = [...new Set([...chosen(), ...found, ...samples.paths])];
    for (const path of summaries.keys()) if (!wanted.includes(path)) summaries.delete(path);
    const missing = wanted.filter((path) => !summaries.has(path));
    if (missing.length) {
      const read = await engine.readProblemFiles(missing.map(request));
      for (const [index, path] of missing.entries()) {
        const summary = read[index];
        if (summary) summaries.set(path, summary);
      }
    }
    const picked = new Set(chosen());
    options.onDidRead([...summaries.values()].filter((summary) => picked.has(summary.path)));
  };

  return {
    request,
    requests: () =>
      chosen()
        .filter((path) => !summaries.get(path)?.error)
        .map(request),
    list() {
      const picked = chosen();
      const inOrder = new Set([
        ...[...picked, ...found].filter((path) => !samples.paths.includes(path)),
        ...samples.paths,
      ]);
      return [...inOrder].flatMap((path): ListedFile[] => {
        const summary = summaries.get(path);
        const isChosen = picked.includes(path);
        if (!summary || !(isChosen || isSuggestion(summary))) return [];
        return [{ ...summary, chosen: isChosen, sample: samples.paths.includes(path) }];
      });
    },
    async choose(path, isChosen) {
      // A first file of one's own takes the place of the sample that nobody chose.
      const before = remembered() ?? (samples.paths.includes(path) ? chosen() : []);
      const others = before.filter((other) => other !== path);
      await keep(isChosen ? [...others, path] : others);
    },
    chooseOnly: keep,
    async refresh() {
      // One reader at a time; a call during a read waits for a further one, which sees what changed meanwhile.
      const before = reading;
      const next = (async () => {
        await before?.catch(() => {});
        await read();
      })();
      reading = next;
      await next;
    },
    forget: (path) => void summaries.delete(path),
    isListed: (path) => summaries.has(path) || chosen().includes(path),
  };
}

/** Relative with forward slashes inside the workspace, so that the folder may move; absolute outside. */
export function portable(workspace: string | null, path: string): string {
  const inside = workspace === null ? path : relative(workspace, path);
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside.split(sep).join('/');
}

function absolute(workspace: string | null, file: string): string {
  return workspace === null || isAbsolute(file) ? file : join(workspace, file);
}

/** Recorded traces have questions and gold answers too, but are no problem files. */
function isSuggestion(summary: ProblemFileSummary): boolean {
  const { error, problems, mapping, fields } = summary;
  const recorded = fields.some((field) => /^(model|model_name|arm)$/i.test(field)) && fields.length > 3;
  return !error && problems > 0 && mapping.text !== undefined && mapping.answer !== undefined && !recorded;
}

const memoryKey = 'traceLoupe.chosenFiles';
