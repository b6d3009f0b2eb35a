import * as v from 'valibot';

const text = v.optional(v.string());
const number = v.optional(v.number());
const positive = v.optional(v.pipe(v.number(), v.gtValue(0, 'it must be above 0')));
const price = v.optional(v.pipe(v.number(), v.minValue(0, 'it must not be negative')));
const countSchema = v.pipe(v.number(), v.integer('it must be a whole number'), v.minValue(1, 'it must be at least 1'));

/** One entry of the setting `traceLoupe.models`, as the user wrote it; unknown fields are left out. */
export const modelSettingsSchema = v.object({
  name: v.pipe(v.string('every model needs a "name"'), v.trim(), v.minLength(1, 'every model needs a "name"')),
  baseUrl: v.pipe(
    v.string('every model needs a "baseUrl"'),
    v.regex(/^https?:\/\//i, 'write it like http://localhost:8000/v1'),
    v.check((url) => URL.canParse(url), 'it is not an address'),
  ),
  model: v.pipe(v.string('every model needs a "model", its name at the server'), v.minLength(1, 'it is empty')),
  api: v.optional(v.picklist(['chat', 'completions'])),
  apiKeyEnv: text,
  activeParamsB: positive,
  inputPrice: price,
  outputPrice: price,
  concurrency: v.optional(countSchema),
  sampling: v.optional(
    v.object({
      temperature: number,
      topP: number,
      topK: number,
      minP: number,
      maxTokens: v.optional(countSchema),
      stop: v.optional(v.array(v.string())),
      extraBody: v.optional(v.record(v.string(), v.unknown())),
    }),
  ),
  prompt: v.optional(v.object({ system: text, fewShotFile: text, template: text })),
});

/** `.sampling.maxTokens: it must be at least 1`: where an entry is wrong, and why. */
export function issueText({ path, message, received }: v.BaseIssue<unknown>): string {
  const place = (path ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  // The library's own words for an absent field speak of keys.
  return received === 'undefined' ? `${place} is missing` : `${place}: ${message.replace(/\.$/, '')}`;
}
