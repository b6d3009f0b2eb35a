import * as v from 'valibot';
import type { AnnotationLine, Decision } from '../../core/annotation/annotation.ts';
import { errorTypes } from '../../core/annotation/annotation.ts';
import type { Problem } from '../../core/problem/problem.ts';
import type { RunFile, RunModel } from '../../core/trace/run.ts';
import type { FailedAttempt, Trace, Usage } from '../../core/trace/trace.ts';
import { arms } from '../../core/trace/trace.ts';

/*
 * What the store's parsers check: the same rules as `media/schemas/*.json`, which a test holds them to. Fields that are not named
 * here are tolerated and left out of what is read, so a newer version's files can be opened by this one.
 */

const text = v.string();
const name = v.pipe(v.string(), v.nonEmpty());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const ordinal = v.pipe(v.number(), v.integer(), v.minValue(1));
const amount = v.pipe(v.number(), v.minValue(0));
const record = v.record(v.string(), v.unknown());
const arm = v.picklist(arms);
const perArm = <T extends v.GenericSchema>(schema: T) => v.object({ weak: schema, strong: schema });

const usageSchema: v.GenericSchema<unknown, Usage> = v.object({
  promptTokens: amount,
  completionTokens: amount,
  reasoningTokens: v.optional(amount),
  estimated: v.optional(v.literal(true)),
});

/** One line of `traces.jsonl`. */
export const traceSchema: v.GenericSchema<unknown, Trace> = v.object({
  id: name,
  problem: name,
  arm,
  sample: count,
  model: text,
  seed: v.nullable(v.number()),
  text,
  thinking: v.optional(text),
  finish: v.picklist(['stop', 'length', 'contentFilter', 'unknown']),
  usage: usageSchema,
  startedAt: text,
  durationMs: amount,
  attempt: ordinal,
  requestId: v.optional(text),
  extra: v.optional(record),
});

/** One line of `attempts.jsonl`. */
export const failedAttemptSchema: v.GenericSchema<unknown, FailedAttempt> = v.object({
  id: name,
  attempt: ordinal,
  startedAt: text,
  durationMs: amount,
  reason: v.picklist([
    'rateLimited',
    'serverError',
    'network',
    'idleTimeout',
    'cutStream',
    'malformed',
    'emptyReply',
    'wrongKey',
    'notFound',
    'badRequest',
  ]),
  message: text,
  httpStatus: v.optional(v.pipe(v.number(), v.integer())),
  retryAfterMs: v.optional(amount),
  final: v.optional(v.literal(true)),
  usage: v.optional(usageSchema),
});

/** One line of a run's `problems.jsonl`. */
export const problemSchema: v.GenericSchema<unknown, Problem> = v.object({
  id: name,
  text,
  answer: text,
  kind: v.picklist(['free', 'choice']),
  options: v.optional(v.array(text)),
  solution: v.optional(text),
  level: v.optional(text),
  source: v.object({ file: text, line: ordinal }),
});

const decisionSchema: v.GenericSchema<unknown, Decision> = v.object({
  soundness: v.optional(v.picklist(['sound', 'unsound', 'unsure'])),
  badProblem: v.optional(v.literal(true)),
  firstWrongStep: v.optional(count),
  errorType: v.optional(v.picklist(errorTypes)),
  effect: v.optional(v.picklist(['repaired', 'survives'])),
  note: v.optional(text),
});

/** One line of `annotations/<annotator>.jsonl`. */
export const annotationLineSchema: v.GenericSchema<unknown, AnnotationLine> = v.variant('kind', [
  v.object({
    id: name,
    kind: v.literal('decision'),
    at: text,
    annotator: name,
    run: name,
    trace: name,
    decision: decisionSchema,
  }),
  v.object({ id: name, kind: v.picklist(['undo', 'redo']), at: text, annotator: name, of: name }),
]);

const modelSchema: v.GenericSchema<unknown, RunModel> = v.object({
  name: text,
  baseUrl: text,
  model: text,
  api: v.optional(v.picklist(['chat', 'completions'])),
  apiKeyEnv: v.optional(text),
  activeParamsB: v.optional(amount),
  inputPrice: v.optional(amount),
  outputPrice: v.optional(amount),
  concurrency: v.optional(ordinal),
  sampling: v.optional(
    v.object({
      temperature: v.optional(v.number()),
      topP: v.optional(v.number()),
      topK: v.optional(v.number()),
      minP: v.optional(v.number()),
      maxTokens: v.optional(ordinal),
      stop: v.optional(v.array(text)),
      extraBody: v.optional(record),
    }),
  ),
  prompt: v.object({ system: text, fewShot: text, template: text }),
});

/** `run.json`. */
export const runFileSchema: v.GenericSchema<unknown, RunFile> = v.object({
  format: v.literal('trace-loupe/run@1'),
  id: name,
  name: text,
  createdAt: text,
  origin: v.picklist(['sampled', 'imported']),
  version: text,
  problemFiles: v.array(v.object({ file: text, sha256: text, problems: count })),
  problemCount: count,
  models: perArm(v.nullable(modelSchema)),
  match: v.picklist(['flops', 'price', 'count']),
  grid: v.array(perArm(count)),
  expected: perArm(v.object({ promptTokens: amount, completionTokens: amount })),
  seed: v.number(),
  maxUsd: v.optional(amount),
  importedFrom: v.optional(v.object({ file: text, sha256: text, mapping: v.record(v.string(), text) })),
});
