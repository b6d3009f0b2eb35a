import * as vscode from 'vscode';
import type { ModelSettings } from '../../core/budget/model.ts';
import type { Arm } from '../../core/trace/trace.ts';
import { embeddedModels, isEmbedded } from '../../services/models/embedded/settings.ts';
import { askForKey } from '../askForKey.ts';
import { aboutEmbedded } from '../inTheBox.ts';
import { originOf } from '../keys.ts';
import { ask, type Choice, pick } from '../prompts.ts';
import type { CommandTable, Services } from '../services.ts';
import { addModel } from './addModel.ts';

type Names = 'addModel' | 'setApiKey' | 'forgetApiKey' | 'testConnections' | 'chooseWeakModel' | 'chooseStrongModel';

export function modelCommands(
  services: Pick<Services, 'engine' | 'settings' | 'keys' | 'sampling'>,
): CommandTable<Names> {
  const { settings, keys, sampling } = services;
  return {
    addModel: () => addModel(services),
    chooseWeakModel: () => chooseModel(services, 'weak'),
    chooseStrongModel: () => chooseModel(services, 'strong'),
    async setApiKey(baseUrl) {
      const target = typeof baseUrl === 'string' ? baseUrl : await pickServer(settings.current().models);
      if (target) await askForKey(keys, target);
    },
    async forgetApiKey() {
      const origins = keys.origins();
      if (!origins.length) return vscode.window.showInformationMessage('Trace Loupe keeps no API key.');
      const choices = origins.map((origin) => ({ label: origin, value: origin }));
      const origin = await pick('Forget the API key of which server?', choices);
      if (!origin) return;
      await keys.forget(origin);
      return vscode.window.showInformationMessage(`The API key of ${origin} is forgotten.`);
    },
    async testConnections() {
      const models = chosenOrAll(services);
      const location = vscode.ProgressLocation.Notification;
      const title = 'Trace Loupe: testing connections…';
      const reports = await vscode.window.withProgress({ location, title }, () => sampling.test(models));
      for (const [index, report] of reports.entries()) {
        const message = `${models[index]?.name}: ${report.message}`;
        if (report.ok) void vscode.window.showInformationMessage(message);
        else void tellFailure(models[index], message, report.wantsKey ?? false);
      }
    },
  };
}

/** The models of the arms; where no arm has one, all of the user's own. */
function chosenOrAll({ settings }: Pick<Services, 'settings'>): ModelSettings[] {
  const { arms, models } = settings.current();
  const chosen = [...new Set([arms.weak, arms.strong])].filter((model) => model !== null);
  return chosen.length ? chosen : models;
}

async function tellFailure(model: ModelSettings | undefined, message: string, wantsKey: boolean): Promise<void> {
  // No setting mends what is in the box.
  if (model && isEmbedded(model)) return void vscode.window.showErrorMessage(message);
  const setKey = 'Set API Key';
  const openSettings = 'Open Settings';
  const choice = await vscode.window.showErrorMessage(message, ...(wantsKey ? [setKey] : []), openSettings);
  if (choice === setKey) await vscode.commands.executeCommand('traceLoupe.setApiKey', model?.baseUrl);
  if (choice === openSettings) await vscode.commands.executeCommand('traceLoupe.openSettings');
}

async function chooseModel({ settings, ...services }: Parameters<typeof modelCommands>[0], arm: Arm) {
  const { models, arms } = settings.current();
  const choiceOf = (model: ModelSettings): Choice<ModelSettings | 'add'> => ({
    label: model.name,
    description: describeModel(model),
    detail: aboutEmbedded(model) ?? undefined,
    picked: model.name === arms[arm]?.name,
    value: model,
  });
  const choices = [
    ...(models.length ? [group('Your own'), ...models.map(choiceOf)] : []),
    group('In the box'),
    ...embeddedModels.map(choiceOf),
    group(''),
    { label: '$(add) Add a model…', value: 'add' as const },
  ];
  const what = arm === 'weak' ? 'Weak model (small, cheap)' : 'Strong model (large, expensive)';
  const chosen = await pick<ModelSettings | 'add'>(what, choices);
  if (!chosen) return;
  const model = chosen === 'add' ? await addModel({ ...services, settings }) : chosen;
  if (model) await settings.update(arm === 'weak' ? 'weakModel' : 'strongModel', model.name);
}

function group(label: string): Choice<'add'> {
  return { label, kind: vscode.QuickPickItemKind.Separator, value: 'add' };
}

function describeModel(settings: ModelSettings): string {
  const { baseUrl, model, activeParamsB } = settings;
  if (isEmbedded(settings)) return `${((activeParamsB ?? 0) * 1000).toPrecision(2)} M`;
  const size = activeParamsB === undefined ? [] : [`${activeParamsB} B`];
  return [model, new URL(baseUrl).host, ...size].join(' · ');
}

async function pickServer(models: readonly ModelSettings[]): Promise<string | undefined> {
  const origins = [...new Set(models.map((model) => originOf(model.baseUrl)))];
  if (origins.length === 1) return origins[0];
  if (origins.length) {
    return pick(
      'API key for which server?',
      origins.map((origin) => ({ label: origin, value: origin })),
    );
  }
  return ask('API key for which server?', {
    prompt: 'Its address',
    placeHolder: 'https://api.openai.com/v1',
    check: (value) => (/^https?:\/\//.test(value) && URL.canParse(value) ? undefined : 'Write an http(s) address.'),
  });
}
