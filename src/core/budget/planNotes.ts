import type { Arm } from '../trace/trace.ts';
import type { GridPoint, MatchRatio, MeanTokens, Spend } from './budget.ts';
import { costPerSample, spendOf } from './cost.ts';
import type { BudgetChoice, PlanInput } from './plan.ts';

interface NotedPlan extends PlanInput {
  expected: Record<Arm, MeanTokens>;
  grid: readonly GridPoint[];
  match: MatchRatio;
  total: Spend;
}

/** What a reader of the preview must know to trust it: assumptions, what rounding leaves over, and where the cap stands. */
export function planNotes(plan: NotedPlan): string[] {
  return [...lengthNotes(plan), ...matchNotes(plan), ...moneyNotes(plan)];
}

function lengthNotes({ spec, expected }: NotedPlan): string[] {
  const weak = Math.round(expected.weak.completionTokens);
  const strong = Math.round(expected.strong.completionTokens);
  if (spec.expected === undefined)
    return [
      `Assumes that both models write equally long solutions, ${weak} tokens each, until a run has measured them.`,
    ];
  return [`Uses measured mean lengths: ${weak} tokens of the weak model, ${strong} of the strong one.`];
}

function matchNotes(plan: NotedPlan): string[] {
  const { spec, match } = plan;
  const ratio = match.ratio === null ? null : `${match.ratio.toFixed(2)}×`;
  if (spec.weakSamples !== undefined) return [byHand(spec, match, ratio)];
  if (spec.match === 'count') return ['Matched by count: the arms get as many samples, not the same compute.'];
  const remainder = plan.grid.map((point) => leftOver(plan, point)).filter((note) => note !== null);
  const swapped = costOf(plan, 'weak') > costOf(plan, 'strong');
  return swapped
    ? [
        `A sample of "${plan.weak.name}" costs more than one of "${plan.strong.name}": are weak and strong swapped?`,
        ...remainder,
      ]
    : remainder;
}

function byHand(spec: BudgetChoice, match: MatchRatio, ratio: string | null): string {
  const unit = { flops: 'FLOPs', price: 'price', count: 'count' }[spec.match];
  if (ratio === null) return `Weak samples are set by hand; whether they match by ${unit} is unknown.`;
  return `Weak samples are set by hand: the weak model spends ${ratio} of the strong one by ${unit}${match.matched ? '' : ', so the arms are not matched'}.`;
}

/** Only whole samples can be drawn; what the weak arm can't use is said where it is more than a matched run's tolerance. */
function leftOver(plan: NotedPlan, point: GridPoint): string | null {
  const share = 1 - (costOf(plan, 'weak') * point.weak) / (costOf(plan, 'strong') * point.strong);
  if (share < 0.02) return null;
  const percent = Math.round(100 * share);
  return `At ${plural(point.strong, 'strong sample')} the weak model gets ${point.weak}: whole samples leave ${percent} % of its share unused.`;
}

/** Of one sample; the grid stands, so it is known. */
function costOf(plan: NotedPlan, arm: Arm): number {
  return costPerSample(plan.spec.match, plan[arm], plan.expected[arm]) ?? 0;
}

function moneyNotes(plan: NotedPlan): string[] {
  const unpriced = [plan.weak, plan.strong].filter((model) => spendOf(model, 1, 1, 1).usd === null);
  // Models in the box stand in no setting, and nobody asks money for them.
  const named = unpriced.filter(({ baseUrl }) => !baseUrl.startsWith('embedded:')).map(({ name }) => `"${name}"`);
  if (named.length > 0)
    return [`The price is unknown: the setting traceLoupe.models gives no prices of ${named.join(' and ')}.`];
  if (unpriced.length > 0) return [];
  const usd = plan.total.usd ?? 0;
  const { maxUsd } = plan.spec;
  if (maxUsd === undefined || usd <= maxUsd) return [];
  return [
    `The cap of ${dollars(maxUsd)} will stop the run at about ${Math.floor((100 * maxUsd) / usd)} % of its expected ${dollars(usd)}.`,
  ];
}

/** Cents, or three significant digits below them. */
function dollars(usd: number): string {
  return `$${usd >= 0.1 ? usd.toFixed(2) : usd.toPrecision(3)}`;
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
