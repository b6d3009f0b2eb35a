import { readFile } from 'node:fs/promises';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import * as v from 'valibot';
import type { ModelSettings } from '../core/budget/model.ts';
import type { Arm } from '../core/trace/trace.ts';
import { UserError } from '../core/userError.ts';
import { embeddedModels } from '../services/models/embedded/settings.ts';
import { issueText, modelSettingsSchema } from '../services/models/settingsSchema.ts';
import type { Call, Option } from './command.ts';
import { number, required, text } from './values.ts';

export const modelOptions: Record<string, Option> = {
  weak: {
    type: 'string',
    value: 'M',
    help: 'the weak, cheap model: embedded:weak, a name from the settings, or URL#MODEL',
  },
  strong: {
    type: 'string',
    value: 'M',
    help: 'the strong, expensive model, named in the same ways',
  },
  'weak-params-b': { type: 'string', value: 'N', help: 'active parameters of the weak model, in billions' },
  'strong-params-b': { type: 'string', value: 'N', help: 'active parameters of the strong model, in billions' },
  'weak-price': { type: 'string', value: 'IN/OUT', help: 'US dollars per million prompt and generated tokens' },
  'strong-price': { type: 'string', value: 'IN/OUT', help: 'the same of the strong model' },
  settings: {
    type: 'string',
    value: 'FILE',
    help: 'settings file with traceLoupe.models (default .vscode/settings.json)',
  },
};

/** For the help of what takes models. */
export const inTheBox = [
  'embedded:weak and embedded:strong are tiny models in the box: they need no key and no network, and can read',
  'only the sample problems (media/samples/word-problems.jsonl).',
];

/** The model of an arm, in the box, out of the settings file or `URL#MODEL`, with what the command line says of its cost. */
export async function modelOf(call: Call, arm: Arm): Promise<ModelSettings> {
  const named = required(call, arm, `embedded:${arm}, the name of a model in the settings, or URL#MODEL`);
  const [inputPrice, outputPrice] = price(call, `${arm}-price`);
  const said = { activeParamsB: positive(call, `${arm}-params-b`), inputPrice, outputPrice };
  const known = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return { ...(await findModel(call, named)), ...known };
}

function findModel(call: Call, named: string): Promise<ModelSettings> | ModelSettings {
  if (named.startsWith('embedded:')) return embeddedModel(named);
  return named.includes('#') ? bareModel(named) : fromSettings(call, named);
}

function embeddedModel(named: string): ModelSettings {
  const found = embeddedModels.find(({ name }) => name === named);
  if (found) return found;
  throw new UserError(
    `There is no embedded model "${named}": there are ${embeddedModels.map(({ name }) => name).join(' and ')}.`,
  );
}

function bareModel(named: string): ModelSettings {
  const at = named.indexOf('#');
  const [baseUrl, model] = [named.slice(0, at), named.slice(at + 1)];
  if (!/^https?:\/\//i.test(baseUrl) || !URL.canParse(baseUrl) || !model)
    throw new UserError(`"${named}" is not of the form URL#MODEL, e.g. http://localhost:8000/v1#gemma-2-9b-it.`);
  const { username, password } = new URL(baseUrl);
  if (username || password)
    throw new UserError(
      'A URL with a password in it would be kept in the run: describe the model in the settings, with apiKeyEnv.',
    );
  return { name: model, baseUrl, model };
}

async function fromSettings(call: Call, name: string): Promise<ModelSettings> {
  const file = text(call, 'settings') ?? '.vscode/settings.json';
  const entries = await readEntries(file);
  const index = entries.findIndex((entry) => nameOf(entry) === name);
  if (index >= 0) return checked(entries[index], `${file}, traceLoupe.models[${index}]`);
  const others = entries.map(nameOf).filter((other) => other !== undefined);
  throw new UserError(
    `${file} has no model "${name}" under traceLoupe.models: ${others.length ? `there are ${others.join(', ')}` : 'there is none'}.`,
  );
}

const nameOf = (entry: unknown): string | undefined => {
  const name = (entry as { name?: unknown } | null)?.name;
  return typeof name === 'string' ? name.trim() : undefined;
};

function checked(entry: unknown, place: string): ModelSettings {
  const read = v.safeParse(modelSettingsSchema, entry);
  if (read.success) return read.output;
  throw new UserError(`${place}${issueText(read.issues[0])}.`);
}

async function readEntries(file: string): Promise<unknown[]> {
  const source = await readFile(file, 'utf8').catch(() => {
    throw new UserError(
      `The settings file ${file} can't be read: name another with --settings, or give the model as URL#MODEL.`,
    );
  });
  const errors: ParseError[] = [];
  const settings: unknown = parse(source.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error) throw new UserError(`${place(file, source, error.offset)}: not valid JSON (${wordsOf(error)}).`);
  const models = (settings as Record<string, unknown> | undefined)?.['traceLoupe.models'];
  return Array.isArray(models) ? models : [];
}

/** `ValueExpected` → `value expected`. */
const wordsOf = ({ error }: ParseError): string =>
  printParseErrorCode(error)
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase();

/** `FILE:line:column`. */
function place(file: string, source: string, offset: number): string {
  const before = source.slice(0, offset).split('\n');
  return `${file}:${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

function positive(call: Call, name: string): number | undefined {
  const value = number(call, name);
  if (value === 0) throw new UserError(`--${name} 0 is no number of parameters: give billions above 0.`);
  return value;
}

function price(call: Call, name: string): [number?, number?] {
  const value = text(call, name);
  if (value === undefined) return [];
  const found = /^(\d*\.?\d+)\/(\d*\.?\d+)$/.exec(value);
  if (!found)
    throw new UserError(
      `--${name} ${value} is not of the form IN/OUT, e.g. 0.1/0.3 for US dollars per million tokens.`,
    );
  return [Number(found[1]), Number(found[2])];
}

/** The model's key, from the environment variable that its entry names; undefined where it names none. */
export function keyOf(model: ModelSettings, environment: Record<string, string | undefined>): string | undefined {
  if (model.apiKeyEnv === undefined) return undefined;
  const key = environment[model.apiKeyEnv]?.trim();
  if (key) return key;
  throw new UserError(
    `The model "${model.name}" takes its key from ${model.apiKeyEnv}, which is not set: export it first.`,
  );
}
