import * as vscode from 'vscode';
import type { ModelSettings } from '../../core/budget/model.ts';
import { askForKey } from '../askForKey.ts';
import { isKeptName } from '../inTheBox.ts';
import { isLocal } from '../keys.ts';
import { ask, type Choice, checkPositive, pick } from '../prompts.ts';
import type { Services } from '../services.ts';
import { placeOf, workspaceFolder } from '../settings.ts';

/** Asks for everything a model's entry needs, writes it and tests it. Undefined: the user left. */
export async function addModel(
  services: Pick<Services, 'engine' | 'settings' | 'keys' | 'sampling'>,
): Promise<ModelSettings | undefined> {
  const { settings, keys, sampling } = services;
  const baseUrl = await askForServer(settings.current().models);
  if (!baseUrl) return undefined;
  if (!isLocal(baseUrl) && !(await keys.isKnown(baseUrl)) && !(await askForKey(keys, baseUrl))) return undefined;
  const model = await askForModel(services, baseUrl);
  if (!model) return undefined;
  const entry = await askForDetails({ baseUrl, model }, settings.current().models);
  if (!entry) return undefined;
  const target = await askForTarget();
  if (target === undefined) return undefined;
  await settings.update('models', [...settings.current().models, entry], target);
  const [report] = await sampling.test([entry]);
  if (report?.ok) void vscode.window.showInformationMessage(`${entry.name} is added. ${report.message}`);
  else void vscode.window.showWarningMessage(`${entry.name} is added, but not reachable yet: ${report?.message}`);
  return entry;
}

async function askForServer(models: readonly ModelSettings[]): Promise<string | undefined> {
  const known = [...new Set(models.map((model) => model.baseUrl))];
  const choices: Choice<string>[] = [
    ...known.map((url) => ({ label: url, description: 'already in use', value: url })),
    ...servers.filter(({ value }) => !known.includes(value)),
    { label: 'Another address…', value: '' },
  ];
  const chosen = await pick('Add a model (1 of 5): where does it run?', choices, 'Any OpenAI-compatible server');
  if (chosen !== '') return chosen;
  return ask('Add a model (1 of 5): the server’s address', {
    prompt: 'The base URL of its OpenAI-compatible API, usually ending in /v1',
    placeHolder: 'http://localhost:8000/v1',
    check: (value) => (/^https?:\/\/./i.test(value) && URL.canParse(value) ? undefined : 'Write an http(s) address.'),
  });
}

const servers: Choice<string>[] = [
  { label: 'http://localhost:8000/v1', description: 'vLLM, SGLang', value: 'http://localhost:8000/v1' },
  { label: 'http://localhost:11434/v1', description: 'Ollama', value: 'http://localhost:11434/v1' },
  { label: 'http://localhost:8080/v1', description: 'llama.cpp', value: 'http://localhost:8080/v1' },
  { label: 'http://localhost:1234/v1', description: 'LM Studio', value: 'http://localhost:1234/v1' },
  { label: 'https://api.openai.com/v1', description: 'OpenAI', value: 'https://api.openai.com/v1' },
  { label: 'https://openrouter.ai/api/v1', description: 'OpenRouter', value: 'https://openrouter.ai/api/v1' },
];

/** From the server's own list where it gives one. */
async function askForModel({ engine }: Pick<Services, 'engine'>, baseUrl: string): Promise<string | undefined> {
  const title = `Asking ${new URL(baseUrl).host} for its models…`;
  const location = vscode.ProgressLocation.Notification;
  const report = await vscode.window.withProgress({ location, title, cancellable: true }, (_, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    return engine.testConnection({ name: 'new', baseUrl, model: '' }, controller.signal).catch(() => null);
  });
  const step = 'Add a model (2 of 5): which one?';
  const byHand = { label: 'Another name…', value: '' };
  const listed = (report?.models ?? []).map((name) => ({ label: name, value: name }));
  const chosen = listed.length ? await pick(step, [...listed, byHand], `${listed.length} models on this server`) : '';
  if (chosen !== '') return chosen;
  const why = listed.length ? '' : `The server listed no models${report ? `: ${report.message}` : ''}. `;
  return ask(step, {
    prompt: `${why}Write the model's name as the server knows it.`,
    check: (value) => (value ? undefined : 'A name is needed.'),
  });
}

async function askForDetails(
  { baseUrl, model }: Pick<ModelSettings, 'baseUrl' | 'model'>,
  models: readonly ModelSettings[],
): Promise<ModelSettings | undefined> {
  const name = await ask('Add a model (3 of 5): your name for it', {
    prompt: 'Shown in runs and reports',
    value: model.split('/').at(-1),
    check: (value) => {
      if (!value) return 'A name is needed.';
      if (isKeptName(value)) return 'Names that start with “embedded:” are those of the models in the box.';
      return models.some((other) => other.name === value) ? 'Another model has this name.' : undefined;
    },
  });
  if (!name) return undefined;
  const size = await ask('Add a model (4 of 5): active parameters', {
    prompt: 'In billions, to match compute by FLOPs; of a mixture of experts the active ones. Empty if unknown.',
    value: parametersIn(model),
    check: checkPositive,
  });
  if (size === undefined) return undefined;
  const prices = await ask('Add a model (5 of 5): prices', {
    prompt: 'US dollars per million prompt / generated tokens, e.g. 0.15/0.60, to match by price. Empty if unknown.',
    check: (value) => (value === '' || parsePrices(value) ? undefined : 'Write two numbers like 0.15/0.60.'),
  });
  if (prices === undefined) return undefined;
  return { name, baseUrl, model, ...(size ? { activeParamsB: Number(size) } : {}), ...parsePrices(prices) };
}

/** `gemma-2-9b-it` says 9, `Qwen3-30B-A3B` says 3; a name that says nothing gives nothing. */
export function parametersIn(model: string): string {
  const active = /[-_]a(\d+(?:\.\d+)?)b\b/i.exec(model);
  return (active ?? /(?:^|[^\w.])(\d+(?:\.\d+)?)b(?![a-z])/i.exec(model))?.[1] ?? '';
}

export function parsePrices(text: string): Pick<ModelSettings, 'inputPrice' | 'outputPrice'> | null {
  const found = /^\$?(\d+(?:\.\d+)?)\s*[/ ]\s*\$?(\d+(?:\.\d+)?)$/.exec(text);
  return found ? { inputPrice: Number(found[1]), outputPrice: Number(found[2]) } : null;
}

async function askForTarget(): Promise<vscode.ConfigurationTarget | undefined> {
  if (!workspaceFolder()) return vscode.ConfigurationTarget.Global;
  const place = placeOf('models');
  if (place !== null) return place;
  const { Workspace, Global } = vscode.ConfigurationTarget;
  return pick('Keep this model in', [
    { label: 'Workspace settings', detail: 'The command line and colleagues find it there.', value: Workspace },
    { label: 'User settings', detail: 'For all your workspaces.', value: Global },
  ]);
}
