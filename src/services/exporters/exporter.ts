import type * as v from 'valibot';
import type { ExportFormat } from '../../core/curate/policy.ts';
import type { Problem } from '../../core/problem/problem.ts';
import type { RunModel } from '../../core/trace/run.ts';
import type { Trace } from '../../core/trace/trace.ts';
import type { ChatMessage } from '../models/model.ts';
import { buildMessages } from '../sampling/prompt.ts';

/** One export format: one file, one line in the registry (`exporters.ts`). Pure: from a sample to the record of its line. */
export type Exporter = TraceExporter | PairExporter;

export interface TraceExporter extends Format {
  of: 'traces';
  record(exported: ExportedTrace): unknown;
}

export interface PairExporter extends Format {
  of: 'pairs';
  /** The two traces answer the same problem. */
  record(chosen: ExportedTrace, rejected: ExportedTrace): unknown;
}

interface Format {
  name: ExportFormat;
  /** What a line holds, for people. */
  title: string;
  /** What every line must be; each written file is read back against it. */
  schema: v.GenericSchema;
}

export interface ExportedTrace {
  problem: Problem;
  trace: Trace;
  /** As the trace's model was prompted; null where that is unknown (imported traces). */
  prompt: RunModel['prompt'] | null;
}

/**
 * What the trained model is to be asked: the user's system text and filled template. The few-shot examples are left out: they
 * served to steer the sampled model, and the trained one is to answer without them.
 */
export function promptMessages({ problem, prompt }: ExportedTrace): ChatMessage[] {
  const template = prompt?.template.includes('{problem}') ? prompt.template : '{problem}\n\n{options}';
  return buildMessages({ system: prompt?.system ?? '', fewShot: '', template }, problem);
}
