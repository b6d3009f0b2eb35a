import { readFile } from 'node:fs/promises';
import { type ParseError, parse } from 'jsonc-parser';
import type { ModelSettings } from '../core/budget/model.ts';
import type { Arm } from '../core/trace/trace.ts';
import { UserError } from '../core/userError.ts';
import type { Call, Option } from './command.ts';
import { number, required, text } from './values.ts';

export const modelOptions: Record<string, Option> = {
  weak: { type: 'string', help: 'the weak, cheap model: a name from the settings, or URL#MODEL' },
  strong: { type: 'string', help: 'the strong, expensive model' },
  'weak-params-b': { type: 'string', help: 'active parameters of the weak model, in billions' },
  'strong-params-b': { type: 'string', help: 'active parameters of the strong model, in billions' },
  'weak-price': { type: 'string', help: 'IN/OUT: US dollars per million prompt and generated tokens' },
  'strong-price': { type: 'string', help: 'IN/OUT, as --weak-price' },
  settings: { type: 'string', help: 'settings file with traceLoupe.models (default .vscode/settings.json)' },
};

/** The model of an arm, out of the settings file or `URL#MODEL`, with what the command line says of its cost. */
export async function modelOf(call: Call, arm: Arm): Promise<ModelSettings> {
  const named = required(call, arm, 'the name of a model in the settings, or URL#MODEL');
  const [inputPrice, outputPrice] = price(call, `${arm}-price`);
  const said = { activeParamsB: number(call, `${arm}-params-b`), inputPrice, outputPrice };
  const known = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return { ...(named.includes('#') ? bareModel(named) : await fromSettings(call, named)), ...known };
}

function bareModel(named: string): ModelSettings {
  const at = named.indexOf('#');
  const [baseUrl, model] = [named.slice(0, at), named.slice(at + 1)];
  if (!URL.canParse(baseUrl) || !model)
    throw new UserError(`"${named}" is not of the form URL#MODEL, e.g. http://localhost:8000/v1#gemma-2-9b-it.`);
  return { name: model, baseUrl, model };
}

async function fromSettings(call: Call, name: string): Promise<ModelSettings> {
  const file = text(call, 'settings') ?? '.vscode/settings.json';
  const models = await readModels(file);
  const found = models.find((model) => model.name === name);
  if (found) return found;
  const others = models.map((model) => model.name).join(', ');
  throw new UserError(
    `${file} has no model "${name}" under traceLoupe.models: ${others ? `there are ${others}` : 'there is none'}.`,
  );
}

async function readModels(file: string): Promise<ModelSettings[]> {
  const source = await readFile(file, 'utf8').catch(() => {
    throw new UserError(
      `The settings file ${file} can't be read: name another with --settings, or give the model as URL#MODEL.`,
    );
  });
  const errors: ParseError[] = [];
  const settings: unknown = parse(source, errors, { allowTrailingComma: true });
  if (errors.length)
    throw new UserError(`The settings file ${file} is not valid JSON at character ${errors[0]?.offset}.`);
  const models = (settings as Record<string, unknown> | undefined)?.['traceLoupe.models'];
  if (!Array.isArray(models)) return [];
  return models.filter((model): model is ModelSettings => isModel(model));
}

const isModel = (model: Partial<ModelSettings> | null) =>
  [model?.name, model?.baseUrl, model?.model].every((value) => typeof value === 'string');

function price(call: Call, name: string): [number?, number?] {
  const value = text(call, name);
  if (value === undefined) return [];
  const found = /^(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(value);
  if (!found)
    throw new UserError(
      `--${name} ${value} is not of the form IN/OUT, e.g. 0.1/0.3 for US dollars per million tokens.`,
    );
  return [Number(found[1]), Number(found[2])];
}

/** The key of a model's URL, from the environment variable that its entry names. */
export function keyFrom(environment: Record<string, string | undefined>, models: ModelSettings[]) {
  return async (baseUrl: string): Promise<string | undefined> => {
    const model = models.find((candidate) => candidate.baseUrl === baseUrl && candidate.apiKeyEnv);
    if (!model?.apiKeyEnv) return undefined;
    const key = environment[model.apiKeyEnv];
    if (key) return key;
    throw new UserError(
      `The model "${model.name}" takes its key from ${model.apiKeyEnv}, which is not set: export it first.`,
    );
  };
}
