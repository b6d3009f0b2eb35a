import { isAbsolute, join, relative, sep } from 'node:path';
import type { FieldMapping } from '../core/problem/problem.ts';
import type { Engine, ProblemFileRequest, ProblemFileSummary } from '../protocol/engine.ts';
import type { Memory } from './keys.ts';

export type ListedFile = ProblemFileSummary & { chosen: boolean };

/**
 * The problem files of the workspace: those that the user chose, then those found that hold problems.
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
  workspace: string | null;
  memory: Memory;
  mappings(): Record<string, FieldMapping>;
  engine: Pick<Engine, 'readProblemFiles'>;
  /** Absolute paths that may be problem files, bounded. */
  find(): Promise<string[]>;
  onDidRead(summaries: readonly ProblemFileSummary[]): void;
}): ProblemFiles {
  const { workspace, memory, engine } = options;
  const summaries = new Map<string, ProblemFileSummary>();
  let found: string[] = [];
  let reading: Promise<void> | undefined;

  const chosen = () => (memory.get<string[]>(memoryKey) ?? []).map((file) => absolute(workspace, file));
  const keep = async (paths: readonly string[]) => {
    await memory.update(
      memoryKey,
      [...new Set(paths)].map((path) => portable(workspace, path)),
    );
  };
  const request = (path: string): ProblemFileRequest => {
    const mapping = options.mappings()[portable(workspace, path)];
    return mapping ? { path, mapping } : { path };
  };

  const read = async () => {
    found = await options.find();
    const wanted = [...new Set([...chosen(), ...found])];
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
      const listed = (path: string, isChosen: boolean): ListedFile[] => {
        const summary = summaries.get(path);
        return summary && (isChosen || isSuggestion(summary)) ? [{ ...summary, chosen: isChosen }] : [];
      };
      const others = found.filter((path) => !picked.includes(path));
      return [...picked.flatMap((path) => listed(path, true)), ...others.flatMap((path) => listed(path, false))];
    },
    async choose(path, isChosen) {
      const others = chosen().filter((other) => other !== path);
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
