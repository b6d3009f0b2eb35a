import type { Arm } from '../trace/trace.ts';
import { UserError } from '../userError.ts';
import type { GridPoint, Match, MatchRatio, MeanTokens, Spend } from './budget.ts';
import { addSpend, costPerSample, isKnown, spendOf } from './cost.ts';
import { matchedSamples, matchRatio } from './match.ts';
import type { ModelSettings } from './model.ts';
import { planNotes } from './planNotes.ts';

/** What the user chose; the fields of a `PlanSpec` that decide the budget. */
export interface BudgetChoice {
  match: Match;
  /** Strong samples per problem, ascending, e.g. [1, 3, 9]. */
  strongSamples: readonly number[];
  /** Weak samples set by hand instead of by the match; same length. */
  weakSamples?: readonly number[];
  /** Measured mean tokens of a sample; absent, both models are assumed to write `assumedTokens`. */
  expected?: Record<Arm, MeanTokens>;
  /** The run stops when both arms' spend reaches it, in US dollars. */
  maxUsd?: number;
}

export interface PlanInput {
  problems: number;
  /** Mean tokens of a prompt, as estimated from the problems; `spec.expected` replaces it. */
  promptTokens: number;
  weak: ModelSettings;
  strong: ModelSettings;
  spec: BudgetChoice;
  /** Samples per second that each arm's server was seen to finish; without it no time is foreseen. */
  samplesPerSecond?: Record<Arm, number>;
}

/** The budget of a run before a token is spent; has the shape of the protocol's `PlanPreview`. */
export interface BudgetPreview {
  problems: number;
  grid: GridPoint[];
  match: MatchRatio;
  requests: Record<Arm, number>;
  spend: Record<Arm, Spend>;
  durationMs: number | null;
  notes: string[];
}

/**
 * Requests, tokens, FLOPs, money and (where rates are given) time of a plan, with its assumptions in sentences. Spends nothing.
 *
 * @throws UserError where the grid is no grid, or where the match or the cap needs a figure that a model's entry lacks.
 */
export function previewPlan(input: PlanInput): BudgetPreview {
  const { problems, weak, strong, spec } = input;
  const models = { weak, strong };
  const expected = expectedTokens(input);
  checkCap(spec, models);
  const grid = planGrid(spec, weak, strong, expected);
  const drawn = grid.at(-1) ?? { weak: 0, strong: 0 };
  const each = perArm((arm) => spendAt(models[arm], expected[arm], drawn[arm]));
  const requests = perArm((arm) => drawn[arm] * problems);
  const spend = perArm((arm) => spendAt(models[arm], expected[arm], requests[arm]));
  const match = matchRatio(spec.match, each.weak, each.strong, 1);
  const notes = planNotes({ ...input, expected, grid, match, total: addSpend(spend.weak, spend.strong) });
  return { problems, grid, match, requests, spend, durationMs: durationMs(requests, input.samplesPerSecond), notes };
}

/**
 * The grid of samples per problem: for every number of strong samples the most weak ones of the same cost, or those set by hand.
 *
 * @throws UserError where the numbers are not whole and ascending, a cost is unknown, or not one weak sample is affordable.
 */
export function planGrid(
  spec: BudgetChoice,
  weak: ModelSettings,
  strong: ModelSettings,
  expected: Record<Arm, MeanTokens>,
): GridPoint[] {
  checkSamples('Strong samples per problem', spec.strongSamples);
  if (spec.weakSamples !== undefined) return gridByHand(spec.strongSamples, spec.weakSamples);
  const weakCost = positiveCost(spec.match, weak, expected.weak);
  const strongCost = positiveCost(spec.match, strong, expected.strong);
  return spec.strongSamples.map((samples) => {
    const affordable = matchedSamples(strongCost, weakCost, samples);
    if (affordable > 0) return { weak: affordable, strong: samples };
    throw new UserError(
      `One sample of "${weak.name}" costs more than ${samples} of "${strong.name}": raise the strong samples, swap the two models, or set the weak samples by hand.`,
    );
  });
}

/**
 * Tokens of an answer that both models are assumed to write until a pilot or an earlier run has measured them. The paper assumes
 * equal mean length and names none; worked solutions of grade-school to competition problems run to some hundreds of tokens.
 */
export const assumedTokens = 300;

/** The means a plan rests on: measured ones, or equal lengths (the paper's assumption), within both models' token limits. */
export function expectedTokens(input: Pick<PlanInput, 'promptTokens' | 'weak' | 'strong' | 'spec'>) {
  const limits = [input.weak, input.strong].map((model) => model.sampling?.maxTokens ?? defaultMaxTokens);
  const assumed = { promptTokens: input.promptTokens, completionTokens: Math.min(assumedTokens, ...limits) };
  return input.spec.expected ?? { weak: assumed, strong: assumed };
}

/** As `SamplingSettings.maxTokens` says. */
const defaultMaxTokens = 1024;

/** Told here again: the budget stands before the traces, and imports nothing of them. */
const arms: readonly Arm[] = ['weak', 'strong'];

function spendAt(model: ModelSettings, tokens: MeanTokens, samples: number): Spend {
  return spendOf(model, samples, samples * tokens.promptTokens, samples * tokens.completionTokens);
}

/** The arms are drawn side by side, so the slower one sets the time. */
function durationMs(requests: Record<Arm, number>, rates: PlanInput['samplesPerSecond']): number | null {
  if (rates === undefined || !arms.every((arm) => rates[arm] > 0)) return null;
  return Math.max(...arms.map((arm) => (requests[arm] / rates[arm]) * 1000));
}

function positiveCost(match: Match, model: ModelSettings, tokens: MeanTokens): number {
  const cost = costPerSample(match, model, tokens);
  if (cost === null) throw unknownCost(match, model);
  if (cost > 0) return cost;
  throw new UserError(
    `A sample of "${model.name}" costs nothing by ${matchWords[match]}, so nothing matches it: match by ${match === 'price' ? 'FLOPs' : 'price'} or count, or set the weak samples by hand.`,
  );
}

const matchWords: Record<Match, string> = { flops: 'FLOPs', price: 'price', count: 'count' };

function unknownCost(match: Match, model: ModelSettings): UserError {
  if (match === 'flops')
    return new UserError(
      `To match by FLOPs, set "activeParamsB" (billions of active parameters) of "${model.name}" in the setting traceLoupe.models, or match by price or count.`,
    );
  return new UserError(
    `To match by price, set ${missingPrices(model)} (US dollars per million tokens) of "${model.name}" in the setting traceLoupe.models, or match by FLOPs or count.`,
  );
}

function missingPrices(model: ModelSettings): string {
  const names = ['inputPrice', 'outputPrice'] as const;
  return names
    .filter((name) => !isKnown(model[name]))
    .map((name) => `"${name}"`)
    .join(' and ');
}

/** A cap that can't be reckoned would be a cap that never holds. */
function checkCap(spec: BudgetChoice, models: Record<Arm, ModelSettings>): void {
  if (spec.maxUsd === undefined) return;
  if (!(spec.maxUsd > 0))
    throw new UserError('The cap on spending must be more than 0 dollars: raise it or take it away.');
  const unpriced = arms.map((arm) => models[arm]).find((model) => missingPrices(model) !== '');
  if (unpriced === undefined) return;
  throw new UserError(
    `To cap the spending, set ${missingPrices(unpriced)} (US dollars per million tokens; 0 if it is free) of "${unpriced.name}" in the setting traceLoupe.models, or take the cap away.`,
  );
}

function gridByHand(strongSamples: readonly number[], weakSamples: readonly number[]): GridPoint[] {
  checkSamples('Weak samples per problem', weakSamples);
  if (weakSamples.length !== strongSamples.length)
    throw new UserError(
      `Weak and strong samples do not pair up (${weakSamples.join(', ')} with ${strongSamples.join(', ')}): give as many numbers of each, in the same order.`,
    );
  return strongSamples.map((strong, point) => ({ weak: weakSamples[point] ?? 0, strong }));
}

function checkSamples(what: string, samples: readonly number[]): void {
  const rising = samples.every((n, i) => Number.isSafeInteger(n) && n > (samples[i - 1] ?? 0));
  if (samples.length > 0 && rising) return;
  throw new UserError(
    `${what} must be whole numbers from 1 up, each larger than the one before, e.g. 1, 3, 9; found: ${samples.join(', ') || 'none'}.`,
  );
}

function perArm<T>(make: (arm: Arm) => T): Record<Arm, T> {
  return { weak: make('weak'), strong: make('strong') };
}
