import { arms } from '../core/trace/trace.ts';
import type { PlanPreview, PlanSpec } from '../protocol/engine.ts';
import { makePlan, type Plan, problemFileReader } from '../services/engine/planning.ts';
import type { Call, Command, Option } from './command.ts';
import { modelOf, modelOptions } from './models.ts';
import { problemPaths } from './problemPaths.ts';
import { noteBadRows } from './problems.ts';
import { count, dollars, si, table } from './table.ts';
import { match, number, numbers } from './values.ts';

export const planOptions: Record<string, Option> = {
  ...modelOptions,
  'strong-samples': {
    type: 'string',
    help: 'strong samples per problem: a number or an ascending grid such as 1,3,9 (default 1)',
  },
  match: { type: 'string', help: 'flops, price or count (default flops)' },
  limit: { type: 'string', help: 'only the first so many problems' },
  seed: { type: 'string', help: 'seed of the run (default 0)' },
  'max-usd': { type: 'string', help: 'stop when both arms together have spent this much' },
};

export const planCommand: Command = {
  name: 'plan',
  usage: 'FILE… --weak M --strong M [--strong-samples 1,3,9] [--match flops|price|count]',
  summary: 'Prints what a run would draw and cost; spends nothing.',
  example:
    'plan gsm8k.jsonl --weak http://localhost:8000/v1#gemma-2-9b-it --weak-params-b 9 --strong http://localhost:8001/v1#gemma-2-27b-it --strong-params-b 27 --strong-samples 1,3,9',
  options: { ...planOptions, json: { type: 'boolean', help: 'JSON instead of a table' } },
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
  const read = problemFileReader(process.cwd());
  let badRows = false;
  for (const request of spec.problemFiles) badRows = noteBadRows(call, (await read(request)).summary) || badRows;
  return { spec, plan: await makePlan(spec, process.cwd(), read), badRows };
}

async function planSpec(call: Call): Promise<PlanSpec> {
  const [weak, strong] = [await modelOf(call, 'weak'), await modelOf(call, 'strong')];
  return {
    problemFiles: (await problemPaths(call)).map((path) => ({ path })),
    weak,
    strong,
    match: match(call),
    strongSamples: numbers(call, 'strong-samples') ?? [1],
    maxUsd: number(call, 'max-usd'),
    seed: number(call, 'seed', { whole: true }),
    limit: number(call, 'limit', { least: 1, whole: true }),
  };
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
