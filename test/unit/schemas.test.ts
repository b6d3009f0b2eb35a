import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as v from 'valibot';
import { manifestSchema } from '../../src/services/exporters/manifest.ts';
import {
  annotationLineSchema,
  failedAttemptSchema,
  problemSchema,
  runFileSchema,
  traceSchema,
} from '../../src/services/store/schemas.ts';

/*
 * The JSON Schemas are what other tools read, the valibot schemas what the parsers check. Each example below goes through both.
 */

type Json = Record<string, unknown>;

const trace: Json = {
  id: 'gsm/1/w0',
  problem: 'gsm/1',
  arm: 'weak',
  sample: 0,
  model: 'small',
  seed: null,
  text: '2 + 2 = 4\n#### 4',
  finish: 'stop',
  usage: { promptTokens: 10, completionTokens: 12.5 },
  startedAt: '2026-01-01T00:00:00Z',
  durationMs: 1.5,
  attempt: 1,
};
const attempt: Json = {
  id: 'gsm/1/w0',
  attempt: 1,
  startedAt: '2026-01-01T00:00:00Z',
  durationMs: 10,
  reason: 'rateLimited',
  message: 'The server asked to wait.',
};
const problem: Json = {
  id: 'gsm/1',
  text: 'What is 2 + 2?',
  answer: '4',
  kind: 'free',
  source: { file: 'gsm.jsonl', line: 1 },
};
const decision: Json = {
  id: 'k3x9qa-1',
  kind: 'decision',
  at: '2026-01-01T00:00:00Z',
  annotator: 'ada',
  run: '20260101T000000Z-gsm',
  trace: 'gsm/1/w0',
  decision: { soundness: 'unsound', firstWrongStep: 2, errorType: 'calculation', effect: 'survives', note: 'no' },
};
const undo: Json = { id: 'k3x9qa-2', kind: 'undo', at: '2026-01-01T00:00:00Z', annotator: 'ada', of: 'k3x9qa-1' };
const model: Json = {
  name: 'small',
  baseUrl: 'http://localhost:8000/v1',
  model: 'small-2b',
  activeParamsB: 2,
  sampling: { temperature: 0.7, maxTokens: 512, stop: ['\n\n'], extraBody: { top_k: 5 } },
  prompt: { system: '', fewShot: '', template: '{problem}' },
};
const tokens = { promptTokens: 80, completionTokens: 300 };
const run: Json = {
  format: 'trace-loupe/run@1',
  id: '20260101T000000Z-gsm',
  name: 'gsm',
  createdAt: '2026-01-01T00:00:00Z',
  origin: 'sampled',
  version: '0.1.0',
  problemFiles: [{ file: 'gsm.jsonl', sha256: 'ab', problems: 2 }],
  problemCount: 2,
  models: { weak: model, strong: null },
  match: 'flops',
  grid: [{ weak: 3, strong: 1 }],
  expected: { weak: tokens, strong: tokens },
  seed: 0,
};
const hash = '0'.repeat(64);
const manifest: Json = {
  format: 'trace-loupe/export@1',
  run: {
    id: 'r',
    name: 'r',
    createdAt: '2026-01-01T00:00:00Z',
    origin: 'imported',
    version: '0.1.0',
    seed: 0,
    problemCount: 1,
  },
  problemFiles: [{ file: 'gsm.jsonl', sha256: 'ab', problems: 2 }],
  models: { weak: {}, strong: null },
  budget: { match: 'flops' },
  policy: { arms: ['weak'] },
  counts: { traces: 3, kept: 2, problemsKept: 1, pairs: 0 },
  inputs: [{ file: 'traces.jsonl', sha256: hash }],
  outputs: [{ file: 'dpo.train.jsonl', sha256: hash, format: 'dpo', split: 'train', records: 2 }],
};

interface FileKind {
  file: string;
  schema: v.GenericSchema;
  good: Json[];
  /** A good example with these changes is bad; `undefined` takes the field away. */
  bad: [example: Json, change: Json][];
}

const kinds: FileKind[] = [
  {
    file: 'trace',
    schema: traceSchema,
    good: [
      trace,
      { ...trace, seed: 7, thinking: 'hm', requestId: 'x', extra: { is_correct: true }, finish: 'length' },
      { ...trace, usage: { promptTokens: 0, completionTokens: 0, reasoningTokens: 3, estimated: true } },
    ],
    bad: [
      { id: '' },
      { id: undefined },
      { arm: 'middle' },
      { sample: -1 },
      { sample: 0.5 },
      { seed: '7' },
      { seed: undefined },
      { text: null },
      { finish: 'done' },
      { usage: {} },
      { usage: { promptTokens: -1, completionTokens: 0 } },
      { usage: { ...tokens, estimated: false } },
      { durationMs: -1 },
      { attempt: 0 },
      { thinking: 5 },
      { extra: 'none' },
    ].map((change) => [trace, change]),
  },
  {
    file: 'attempt',
    schema: failedAttemptSchema,
    good: [attempt, { ...attempt, httpStatus: 429, retryAfterMs: 1000, final: true, usage: tokens }],
    bad: [{ attempt: 0 }, { reason: 'bored' }, { message: undefined }, { httpStatus: 4.5 }, { final: false }].map(
      (change) => [attempt, change],
    ),
  },
  {
    file: 'problem',
    schema: problemSchema,
    good: [problem, { ...problem, kind: 'choice', options: ['1', '4'], solution: 'add', level: '1' }],
    bad: [
      { id: '' },
      { answer: 4 },
      { kind: 'essay' },
      { options: [1] },
      { source: { file: 'gsm.jsonl', line: 0 } },
      { source: undefined },
    ].map((change) => [problem, change]),
  },
  {
    file: 'annotation',
    schema: annotationLineSchema,
    good: [
      decision,
      { ...decision, decision: {} },
      { ...decision, decision: { badProblem: true } },
      undo,
      { ...undo, kind: 'redo' },
    ],
    bad: [
      [decision, { kind: 'said' }],
      [decision, { kind: undefined }],
      [decision, { trace: undefined }],
      [decision, { decision: undefined }],
      [decision, { decision: { soundness: 'fine' } }],
      [decision, { decision: { firstWrongStep: -1 } }],
      [decision, { decision: { errorType: 'typo' } }],
      [decision, { decision: { badProblem: false } }],
      [undo, { of: undefined }],
      [undo, { annotator: '' }],
    ],
  },
  {
    file: 'run',
    schema: runFileSchema,
    good: [
      run,
      {
        ...run,
        maxUsd: 5,
        origin: 'imported',
        importedFrom: { file: 'a.jsonl', sha256: 'ab', mapping: { gold: 'answer' } },
      },
    ],
    bad: [
      { format: 'trace-loupe/run@2' },
      { id: '' },
      { origin: 'found' },
      { problemCount: -1 },
      { models: { weak: null } },
      { models: { weak: { ...model, prompt: undefined }, strong: null } },
      { models: { weak: { ...model, api: 'telepathy' }, strong: null } },
      { models: { weak: { ...model, activeParamsB: -2 }, strong: null } },
      { models: { weak: { ...model, sampling: { maxTokens: 0 } }, strong: null } },
      { match: 'luck' },
      { grid: [{ weak: 3 }] },
      { expected: { weak: tokens } },
      { seed: '0' },
      { maxUsd: -1 },
      { importedFrom: { file: 'a', sha256: 'b', mapping: { gold: 1 } } },
    ].map((change) => [run, change]),
  },
  {
    file: 'export-manifest',
    schema: manifestSchema,
    good: [manifest, { ...manifest, outputs: [{ file: 'README.md', sha256: hash }] }],
    bad: [
      { format: 'trace-loupe/run@1' },
      { run: { id: 'r' } },
      { models: {} },
      { policy: null },
      { counts: { traces: 3 } },
      { inputs: [{ file: 'traces.jsonl', sha256: 'short' }] },
      { outputs: [{ file: 'x', sha256: hash, format: 'parquet' }] },
    ].map((change) => [manifest, change]),
  },
];

for (const { file, schema, good, bad } of kinds) {
  const document = JSON.parse(readFileSync(`${import.meta.dirname}/../../media/schemas/${file}.schema.json`, 'utf8'));

  test(`a good ${file} passes both schemas, also with fields that a later version adds`, () => {
    for (const example of good.flatMap((one) => [one, { ...one, addedLater: { a: 1 } }])) {
      const json = asJson(example);
      assert.deepEqual(violations(document, json, document), [], JSON.stringify(example));
      assert.ok(v.is(schema, json), JSON.stringify(v.safeParse(schema, json).issues));
    }
  });

  test(`a bad ${file} fails both schemas`, () => {
    for (const [example, change] of bad) {
      const json = asJson({ ...example, ...change });
      assert.notDeepEqual(violations(document, json, document), [], `JSON Schema passes ${JSON.stringify(change)}`);
      assert.ok(!v.is(schema, json), `valibot passes ${JSON.stringify(change)}`);
    }
  });

  test(`what is read of a ${file} keeps every field that the schema names`, () => {
    for (const example of good) assert.deepEqual(v.parse(schema, asJson(example)), asJson(example));
  });

  test(`neither schema of a ${file} takes anything but an object`, () => {
    for (const other of [null, 'text', 7, [], [good[0]]]) {
      assert.notDeepEqual(violations(document, other, document), []);
      assert.ok(!v.is(schema, other));
    }
  });
}

/** As a line of a file: `undefined` fields are gone. */
function asJson(value: Json): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** The keywords of JSON Schema that our schemas use; any other keyword is an error of the test. */
function violations(schema: Json, value: unknown, root: Json, path = '$'): string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    const check = keywords[keyword];
    if (check === undefined) throw new Error(`The test's checker does not know the keyword "${keyword}".`);
    // Each keyword's rule has its own type, which the keyword's name tells.
    return check(rule as never, value, { schema, root, path });
  });
}

interface Place {
  schema: Json;
  root: Json;
  path: string;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const when = (failed: boolean, path: string, what: string) => (failed ? [`${path}: ${what}`] : []);
const annotation = () => [];

const keywords: Record<string, (rule: never, value: unknown, place: Place) => string[]> = {
  $schema: annotation,
  $id: annotation,
  $defs: annotation,
  title: annotation,
  description: annotation,
  $ref: (rule: string, value, { root, path }) => {
    const target = rule
      .split('/')
      .slice(1)
      .reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), root);
    assert.ok(isObject(target), `${rule} is there`);
    return violations(target, value, root, path);
  },
  type: (rule: string | string[], value, { path }) =>
    when(![rule].flat().some((type) => isType(type, value)), path, `is no ${rule}`),
  const: (rule: unknown, value, { path }) => when(value !== rule, path, `is not ${rule}`),
  enum: (rule: unknown[], value, { path }) => when(!rule.includes(value), path, `is none of ${rule}`),
  minimum: (rule: number, value, { path }) => when(typeof value === 'number' && value < rule, path, `is below ${rule}`),
  minLength: (rule: number, value, { path }) =>
    when(typeof value === 'string' && value.length < rule, path, 'is too short'),
  pattern: (rule: string, value, { path }) =>
    when(typeof value === 'string' && !new RegExp(rule, 'u').test(value), path, 'is off pattern'),
  required: (rule: string[], value, { path }) =>
    isObject(value) ? rule.flatMap((key) => when(!Object.hasOwn(value, key), path, `lacks ${key}`)) : [],
  properties: (rule: Record<string, Json>, value, { root, path }) =>
    Object.entries(rule).flatMap(([key, inner]) =>
      isObject(value) && Object.hasOwn(value, key) ? violations(inner, value[key], root, `${path}.${key}`) : [],
    ),
  additionalProperties: (rule: Json, value, { root, path }) =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, inner]) => violations(rule, inner, root, `${path}.${key}`))
      : [],
  items: (rule: Json, value, { root, path }) =>
    Array.isArray(value) ? value.flatMap((item, i) => violations(rule, item, root, `${path}[${i}]`)) : [],
  anyOf: (rule: Json[], value, { root, path }) =>
    when(!rule.some((inner) => violations(inner, value, root).length === 0), path, 'fits no alternative'),
  oneOf: (rule: Json[], value, { root, path }) =>
    when(
      rule.filter((inner) => violations(inner, value, root).length === 0).length !== 1,
      path,
      'does not fit one alternative',
    ),
};

function isType(type: string, value: unknown): boolean {
  if (type === 'object') return isObject(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}
