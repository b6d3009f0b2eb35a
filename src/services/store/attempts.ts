import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FailedAttempt, TraceId } from '../../core/trace/trace.ts';
import { readLines } from './lines.ts';
import { parseLine } from './record.ts';
import { failedAttemptSchema } from './schemas.ts';

/** What the failed attempts of a run come to so far; grown by `readAttempts`. */
export interface AttemptCounts {
  /** Samples that were given up in some session; they may have been drawn in a later one. */
  givenUp: Set<TraceId>;
  /** Failed attempts by sample. */
  byTrace: Map<TraceId, number>;
  /** Attempts that cost tokens all the same. */
  lost: Pick<FailedAttempt, 'id' | 'usage'>[];
  /** Where to go on reading, by file. */
  next: Map<string, number>;
}

export function noAttempts(): AttemptCounts {
  return { givenUp: new Set(), byTrace: new Map(), lost: [], next: new Map() };
}

/** Reads what `attempts.jsonl` and its shards hold beyond `counts`, into it. Lines that can't be read are passed over: nothing rests on them. */
export async function readAttempts(folder: string, counts: AttemptCounts): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^attempts(\..+)?\.jsonl$/.test(name)) continue;
    for await (const line of readLines(join(folder, name), counts.next.get(name))) {
      const parsed = parseLine(failedAttemptSchema, line);
      if (!parsed.ok && line.unfinished) break;
      counts.next.set(name, line.next);
      if (parsed.ok) count(counts, parsed.value);
    }
  }
}

function count(counts: AttemptCounts, { id, final, usage }: FailedAttempt): void {
  counts.byTrace.set(id, (counts.byTrace.get(id) ?? 0) + 1);
  if (usage) counts.lost.push({ id, usage });
  if (final) counts.givenUp.add(id);
}
