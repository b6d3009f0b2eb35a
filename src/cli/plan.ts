import { join } from 'node:path';
import type { ModelSettings } from '../core/budget/model.ts';
import { type Arm, arms } from '../core/trace/trace.ts';
import { UserError } from '../core/userError.ts';
import type { PlanPreview, PlanSpec, ProblemFileRequest } from '../protocol/engine.ts';
import { makePlan, type Plan } from '../services/engine/planning.ts';
import type { ProblemFile } from '../services/importers/problems.ts';
import { createVocabularies } from '../services/models/embedded/vocabulary.ts';
import type { Call, Command, Option } from './command.ts';
import { inTheBox, modelOf, modelOptions } from './models.ts';
import { noteBadRows, problemFileOptions, problemFiles, readProblems } from './problems.ts';
import { count, dollars, si, table } from './table.ts';
import { match, number, numbers, text } from './values.ts';

export const planOptions: Record<string, Option> = {
  ...modelOptions,
  'strong-samples': {
    type: 'string',
    value: 'N,…',
    help: 'strong samples per problem: a number or an ascending grid such as 1,3,9 (default 1)',
  },
  match: { type: 'string', value: 'BY', help: 'flops, price or count (default flops)' },
  ...problemFileOptions,
  limit: { type: 'string', value: 'N', help: 'only the first so many problems' },
  seed: { type: 'string', value: 'S', help: 'seed of the run (default 0)' },
  'max-usd': { type: 'string', value: 'X', help: 'stop before both arms together have spent more than this' },
  json: { type: 'boolean', help: 'JSON instead of a table' },
};

export const planCommand: Command = {
  name: 'plan',
  usage: 'FILE… --weak M --strong M [--strong-samples 1,3,9] [--match flops|price|count]',
  summary: 'Prints what a run would draw and cost; spends nothing.',
  about: inTheBox,
  example: `plan gsm8k.jsonl --strong-samples 1,3,9 \\
    --weak http://localhost:8000/v1#gemma-2-9b-it --weak-params-b 9 \\
    --strong http://localhost:8001/v1#gemma-2-27b-it --strong-params-b 27`,
  options: planOptions,
  async run(call) {
    const { plan, badRows } = await readPlan(call);
    if (call.values.json) await call.terminal.result(JSON.stringify(plan.preview));
    else for (const line of previewLines(plan.preview)) await call.terminal.result(line);
    return badRows ? 1 : 0;
  },
};

/** The call's plan, and whether rows of its files were left out (each is named). Spends nothing. */
export async function readPlan(call: Call): Promise<{ spec: PlanSpec; plan: Plan; badRows: boolean }> {
  const spec = await planSpec(call);
  const files = new Map<string, ProblemFile>();
  for (const request of spec.problemFiles) files.set(request.path, await readProblems(request));
  const read = async (request: ProblemFileRequest) => files.get(request.path) ?? readProblems(request);
  const plan = await makePlan(spec, process.cwd(), read, createVocabularies(join(call.media, 'models')));
  const noted = [...files.values()].map(({ summary }) => noteBadRows(call, summary));
  return { spec, plan, badRows: noted.includes(true) };
}

async function planSpec(call: Call): Promise<PlanSpec> {
  const [weak, strong] = [await modelOf(call, 'weak'), await modelOf(call, 'strong')];
  checkCost(call, 'weak', weak);
  checkCost(call, 'strong', strong);
  return {
    problemFiles: await problemFiles(call),
    weak,
    strong,
    match: match(call),
    strongSamples: numbers(call, 'strong-samples') ?? [1],
    maxUsd: number(call, 'max-usd'),
    seed: number(call, 'seed', { whole: true }),
    limit: number(call, 'limit', { least: 1, whole: true }),
  };
}

/** Names the option to give where the budget can't be worked out without it. */
function checkCost(call: Call, arm: Arm, model: ModelSettings): void {
  const unpriced = model.inputPrice === undefined || model.outputPrice === undefined;
  if (match(call) === 'flops' && model.activeParamsB === undefined)
    throw new UserError(
      `The size of "${model.name}" is unknown: give --${arm}-params-b (its active parameters in billions), or another --match.`,
    );
  if (unpriced && (match(call) === 'price' || text(call, 'max-usd') !== undefined))
    throw new UserError(
      `The prices of "${model.name}" are unknown: give --${arm}-price IN/OUT (US dollars per million tokens; 0/0 if it is free).`,
    );
}

function previewLines(plan: PlanPreview): string[] {
  const largest = plan.grid.at(-1);
  const rows: [string, (arm: (typeof arms)[number]) => string][] = [
    ['samples per problem', (arm) => count(largest?.[arm] ?? 0)],
    ['requests', (arm) => count(plan.requests[arm])],
    ['expected tokens', (arm) => count(plan.spend[arm].completionTokens)],
    ['FLOPs', (arm) => si(plan.spend[arm].flops)],
    ['price', (arm) => dollars(plan.spend[arm].usd)],
  ];
  const ratio = plan.match.ratio === null ? 'unknown' : `${plan.match.ratio.toFixed(2)}×`;
  return [
    ...table(
      [`${count(plan.problems)} problems`, 'weak', 'strong'],
      rows.map(([name, cell]) => [name, ...arms.map(cell)]),
    ),
    `planned ${plan.match.matched ? 'matched' : 'unmatched'} by ${plan.match.match}: weak over strong ${ratio}`,
    ...(plan.grid.length > 1
      ? [`grid (weak/strong): ${plan.grid.map(({ weak, strong }) => `${weak}/${strong}`).join(', ')}`]
      : []),
    ...plan.notes,
  ];
}
