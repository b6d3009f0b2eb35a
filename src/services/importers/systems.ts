import type { Arm } from '../../core/trace/trace.ts';

/** One system of a trace file: a model, or a model with one of its methods. */
export interface SystemCount {
  name: string;
  traces: number;
}

/**
 * An arm for each system: the smaller half of the sizes is weak. Sizes are parameters found in the names (`6B` < `175B`); names
 * without one are ordered by what vendors call their smaller models, after all that have one. A guess to start from, no more.
 */
export function suggestArms(systems: readonly SystemCount[]): (SystemCount & { suggestedArm: Arm })[] {
  const rankOf = new Map(systems.map(({ name }) => [name, sizeRank(name)]));
  const ranks = [...new Set(rankOf.values())].sort((left, right) => left - right);
  if (ranks.length === 1) {
    const weak = Math.ceil(systems.length / 2);
    return systems.map((system, index) => ({ ...system, suggestedArm: index < weak ? 'weak' : 'strong' }));
  }
  const weakest = new Set(ranks.slice(0, Math.floor(ranks.length / 2)));
  return systems.map((system) => ({
    ...system,
    suggestedArm: weakest.has(rankOf.get(system.name) ?? 0) ? 'weak' : 'strong',
  }));
}

/**
 * Active parameters in billions by a model's name, null where it names none: 6 of `GPT-3 6B`, 0.5 of `Qwen2.5-0.5B`, 0.36 of
 * `SmolLM-360M`, 3 of `Qwen3-30B-A3B`, 56 of `Mixtral-8x7B`.
 */
export function parametersB(name: string): number | null {
  const active = /(?:^|[^a-z0-9])a(\d{1,4}(?:\.\d{1,3})?)b(?![a-z0-9])/i.exec(name);
  if (active !== null) return Number(active[1]);
  const total = /(?:^|[^\d.a-z]|\d(?=x))(?:(\d{1,3})x)?(\d{1,4}(?:\.\d{1,3})?)[ -]?([bm])(?![a-z0-9])/i.exec(name);
  if (total === null) return null;
  const unit = total[3]?.toLowerCase() === 'm' ? 1000 : 1;
  return (Number(total[1] ?? 1) * Number(total[2])) / unit;
}

function sizeRank(name: string): number {
  return (
    parametersB(name) ??
    unknownSize + (/(?:^|[^a-z])(?:nano|micro|tiny|mini|small|lite|flash|haiku)(?![a-z])/i.test(name) ? 0 : 1)
  );
}

/** In billions; above every size that is named. */
const unknownSize = 1e9;
