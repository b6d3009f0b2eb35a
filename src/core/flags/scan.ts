import { type Chain, findChains } from '../trace/chains.ts';
import { tokenise } from '../trace/tokens.ts';
import type { Step } from '../trace/trace.ts';
import type { RuleContext } from './flag.ts';
import { type NumericPair, numericPairs } from './sides.ts';

/** What several rules need of one trace, read once. */
export interface Scan {
  chains: readonly ScannedChain[];
}

export interface ScannedChain extends Chain {
  pairs: readonly NumericPair[];
}

const scans = new WeakMap<RuleContext, Scan>();

/** The chains of the trace's text and of its calculator notes; kept as long as the context lives. */
export function scan(context: RuleContext): Scan {
  const known = scans.get(context);
  if (known !== undefined) return known;
  const chains = [...findChains(tokenise(context.text)), ...noteChains(context.text)];
  const made = { chains: chains.map((chain) => ({ ...chain, pairs: numericPairs(chain) })) };
  scans.set(context, made);
  return made;
}

const note = /<<([^<>\n]{1,200})>>/g;

function noteChains(text: string): Chain[] {
  if (!text.includes('<<')) return [];
  return [...text.matchAll(note)].flatMap((match) => {
    const start = match.index + 2;
    return findChains(tokenise(text, start, start + (match[1]?.length ?? 0)));
  });
}

/** The step that holds `offset`, by bisection; the last one for an offset beyond all. */
export function stepAt(steps: readonly Step[], offset: number): number {
  let [low, high] = [0, Math.max(0, steps.length - 1)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offset < (steps[middle]?.end ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
