import * as v from 'valibot';
import type { Match } from '../core/budget/budget.ts';
import type { ModelSettings } from '../core/budget/model.ts';
import type { FieldMapping } from '../core/problem/problem.ts';
import type { Arm } from '../core/trace/trace.ts';
import { issueText, modelSettingsSchema } from '../services/models/settingsSchema.ts';
import type { SettingName } from './ids.ts';
import { embeddedModel, isKeptName } from './inTheBox.ts';

/** The user's settings, checked. */
export interface Settings {
  /** The user's own. */
  models: ModelSettings[];
  /** The models by arm, the user's own or embedded; null: none is chosen, and it is not clear which is meant. */
  arms: Record<Arm, ModelSettings | null>;
  match: Match;
  strongSamples: number[];
  weakSamples: number | null;
  maxUsd: number | null;
  annotator: string;
  /** By path relative to the workspace. */
  fieldMappings: Record<string, FieldMapping>;
  /** One sentence for each setting that could not be used as it is. */
  problems: string[];
}

/** Reads the settings as the user wrote them. A bad value is reported and replaced by its default; it never throws. */
export function parseSettings(raw: Partial<Record<SettingName, unknown>>, userName: string): Settings {
  const problems: string[] = [];
  const read = <T>(name: SettingName, schema: v.GenericSchema<unknown, T>, fallback: T): T => {
    if (raw[name] === undefined) return fallback;
    const result = v.safeParse(schema, raw[name]);
    if (result.success) return result.output;
    problems.push(sentence(name, result.issues[0]));
    return fallback;
  };
  const models = read('models', modelsSchema, []);
  return {
    models,
    arms: chooseArms(models, read('weakModel', v.string(), ''), read('strongModel', v.string(), ''), problems),
    match: read('match', v.picklist(['flops', 'price', 'count'] satisfies Match[]), 'flops'),
    strongSamples: read('strongSamples', samplesSchema, defaultStrongSamples),
    weakSamples: read('weakSamples', v.nullable(countSchema), null),
    maxUsd: read('maxUsd', v.nullable(v.pipe(v.number(), v.gtValue(0))), null),
    annotator: read('annotator', v.string(), '').trim() || userName,
    fieldMappings: read('fieldMappings', v.record(v.string(), mappingSchema), {}),
    problems,
  };
}

/** Few, so that a first run ends within seconds; the largest point is what is drawn. */
export const defaultStrongSamples = [1, 3];

/**
 * By name; where no name is set, the smallest of the user's own models is weak and the largest is strong. Where they are too few for
 * that, the models in the box stand in.
 */
function chooseArms(models: ModelSettings[], weak: string, strong: string, problems: string[]) {
  const named = (setting: SettingName, name: string) => {
    const model = models.find((candidate) => candidate.name === name) ?? embeddedModel(name);
    if (name && !model) problems.push(`traceLoupe.${setting} is "${name}", which traceLoupe.models does not list.`);
    return model ?? null;
  };
  const bySize = [...models].sort((a, b) => sizeOf(a) - sizeOf(b));
  const guess = (arm: Arm, model: ModelSettings | undefined, other: string) => {
    if (models.length < 2) return embeddedModel(`embedded:${arm}`) ?? null;
    return model && model.name !== other ? model : null;
  };
  return {
    weak: weak ? named('weakModel', weak) : guess('weak', bySize[0], strong),
    strong: strong ? named('strongModel', strong) : guess('strong', bySize.at(-1), weak),
  };
}

const sizeOf = (model: ModelSettings) => model.activeParamsB ?? model.outputPrice ?? 0;

function sentence(name: SettingName, issue: v.BaseIssue<unknown>): string {
  const missing = issue.received === 'undefined';
  const text = issueText(missing ? { ...issue, message: 'it is missing' } : issue);
  return `traceLoupe.${name}${text}.`;
}

const countSchema = v.pipe(v.number(), v.integer('it must be a whole number'), v.minValue(1, 'it must be at least 1'));
const samplesSchema = v.pipe(
  v.array(countSchema),
  v.minLength(1, 'it needs at least one number of samples'),
  v.transform((samples) => [...new Set(samples)].sort((a, b) => a - b)),
);
const text = v.optional(v.string());
const mappingSchema = v.object({
  text,
  context: text,
  answer: text,
  solution: text,
  options: text,
  id: text,
  level: text,
});

const modelsSchema = v.pipe(
  v.array(modelSettingsSchema),
  v.check((models) => new Set(models.map((model) => model.name)).size === models.length, 'two models have one name'),
  v.check(
    (models) => !models.some((model) => isKeptName(model.name)),
    'names that start with "embedded:" are those of the models in the box, so give your model another name',
  ),
);
