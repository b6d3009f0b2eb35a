import type { ModelSettings } from '../../core/budget/model.ts';
import type { Problem } from '../../core/problem/problem.ts';
import type { RunModel } from '../../core/trace/run.ts';
import { UserError } from '../../core/userError.ts';
import { requestOf } from '../models/embedded/request.ts';
import { isEmbedded } from '../models/embedded/settings.ts';
import type { ChatMessage } from '../models/model.ts';
import { defaultMaxTokens, defaultTemperature, requestBody, requestUrl } from '../models/requestBody.ts';

export type Prompt = RunModel['prompt'];

/** What a model is told where its settings do not say. Base models continue a text, so theirs ends where the solution begins. */
export const defaultPrompts: Record<'chat' | 'completions', Omit<Prompt, 'fewShot'>> = {
  chat: {
    system:
      'Solve the problem step by step, then put the final answer in \\boxed{}. For multiple choice, put the letter of the option in it.',
    template: '{problem}\n\n{options}',
  },
  completions: {
    system: 'Solve the problem step by step, then put the final answer in \\boxed{}.',
    template: 'Problem:\n{problem}\n\n{options}\n\nSolution:',
  },
};

/** Where a base model must stop, lest it goes on with a next problem; only with the default template. */
const defaultStop = ['\nProblem:'];

/**
 * Asks a problem: the system text, then one message of the user with the worked examples and the filled template.
 * Empty texts make no message.
 */
export function buildMessages(prompt: Prompt, problem: Pick<Problem, 'text' | 'options'>): ChatMessage[] {
  const user = [prompt.fewShot.trim(), fillTemplate(prompt.template, problem)].filter(Boolean).join('\n\n');
  const system: ChatMessage[] = prompt.system.trim() ? [{ role: 'system', content: prompt.system.trim() }] : [];
  return [...system, { role: 'user', content: user }];
}

/**
 * Puts the problem's text for `{problem}` and its lettered options for `{options}`. A template without `{options}` gets
 * them after the problem, because a choice without its options can't be solved.
 */
export function fillTemplate(template: string, problem: Pick<Problem, 'text' | 'options'>): string {
  const options = (problem.options ?? []).map((text, index) => `${letter(index)}) ${text}`).join('\n');
  // One pass, so that a problem whose text holds `{options}` stays as it is.
  return withOptions(template, options !== '')
    .replace(/\{(problem|options)\}/g, (_, name) => (name === 'problem' ? problem.text.trim() : options))
    .trim();
}

/** The template with a place for options where there are some, and without it, and the space before it, where there are none. */
function withOptions(template: string, wanted: boolean): string {
  if (!wanted) return template.replace(/\s{0,8}\{options\}/g, '');
  return template.includes('{options}') ? template : template.replace('{problem}', '{problem}\n\n{options}');
}

function letter(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : `${letter(Math.floor(index / 26) - 1)}${letter(index % 26)}`;
}

/**
 * Fixes a model for a run: defaults are written out and the few-shot file's text is taken in, so nothing outside the run
 * can change what it asks.
 *
 * @param readFile gives the text of `prompt.fewShotFile` as it stands in the settings.
 * @throws UserError where the file can't be read or the template has no `{problem}`.
 */
export async function resolveModel(
  settings: ModelSettings,
  readFile: (path: string) => Promise<string>,
): Promise<RunModel> {
  const { prompt = {}, sampling = {}, api = 'chat' } = settings;
  const template = prompt.template ?? defaultPrompts[api].template;
  if (!template.includes('{problem}')) {
    throw new UserError(
      `The template of “${settings.name}” does not hold {problem}: write it where the problem belongs.`,
    );
  }
  const base = api === 'completions' && prompt.template === undefined;
  return {
    ...settings,
    api,
    concurrency: settings.concurrency ?? defaultConcurrency,
    sampling: {
      ...sampling,
      temperature: sampling.temperature ?? defaultTemperature,
      maxTokens: sampling.maxTokens ?? defaultMaxTokens,
      ...(base && !sampling.stop ? { stop: defaultStop } : {}),
    },
    prompt: {
      system: prompt.system ?? defaultPrompts[api].system,
      fewShot: prompt.fewShotFile ? await readFewShot(settings.name, prompt.fewShotFile, readFile) : '',
      template,
    },
  };
}

export const defaultConcurrency = 16;

async function readFewShot(name: string, file: string, readFile: (path: string) => Promise<string>): Promise<string> {
  try {
    return await readFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`The few-shot file “${file}” of “${name}” can't be read (${why}): correct “fewShotFile”.`);
  }
}

/** The exact request that asked for a trace, for people: where it went (if anywhere), and its body as JSON. Holds no key. */
export function describeRequest(
  model: RunModel,
  problem: Pick<Problem, 'text' | 'options'>,
  seed: number | null,
): string {
  const messages = buildMessages(model.prompt, problem);
  const [head, body] = isEmbedded(model)
    ? [`${model.name}, in the box: nothing was sent`, requestOf(model, messages, seed)]
    : [`POST ${requestUrl(model)}`, requestBody(model, messages, seed)];
  return `${head}\n\n${JSON.stringify(body, null, 2)}`;
}
