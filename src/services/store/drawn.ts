import { join } from 'node:path';
import type { Arm, TraceId, Usage } from '../../core/trace/trace.ts';
import { readLines } from './lines.ts';
import { parseLine } from './record.ts';
import { traceFiles } from './runFolder.ts';
import { traceSchema } from './schemas.ts';

/** What a run's log holds: read from the files themselves, so that nothing is drawn twice whatever became of the index. */
export interface DrawnSamples {
  ids: Set<TraceId>;
  tokens: Record<Arm, Pick<Usage, 'promptTokens' | 'completionTokens'> & { samples: number }>;
}

export async function readDrawn(folder: string, signal?: AbortSignal): Promise<DrawnSamples> {
  const none = { samples: 0, promptTokens: 0, completionTokens: 0 };
  const drawn: DrawnSamples = { ids: new Set(), tokens: { weak: { ...none }, strong: { ...none } } };
  for (const name of await traceFiles(folder)) {
    for await (const line of readLines(join(folder, name))) {
      signal?.throwIfAborted();
      const parsed = parseLine(traceSchema, line);
      if (!parsed.ok || drawn.ids.has(parsed.value.id)) continue;
      const { id, arm, usage } = parsed.value;
      drawn.ids.add(id);
      drawn.tokens[arm].samples += 1;
      drawn.tokens[arm].promptTokens += usage.promptTokens;
      drawn.tokens[arm].completionTokens += usage.completionTokens;
    }
  }
  return drawn;
}
