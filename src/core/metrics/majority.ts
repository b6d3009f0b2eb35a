import { seededUniform } from './seeded.ts';

/** Samples of one problem whose answers are equal to each other. */
export interface AnswerClass {
  n: number;
  correct: boolean;
}

export interface Majority {
  /** Chance that the vote is right, 0 to 1; NaN for k > samples. */
  value: number;
  /** Standard error of the value where it was drawn at random; 0 where it is exact. */
  error: number;
}

/**
 * maj@k: the chance that the most frequent answer among k samples is correct, over all ways to take k of one problem's samples
 * without replacement; so it is the unbiased estimate for k fresh samples. A tie is broken by lot. Samples without a readable
 * answer are in no class: they use up k and don't vote; if nobody votes the vote is wrong. `samples`: all of the problem.
 *
 * Exact up to some millions of operations (k = 64 of 100 samples); beyond that `rounds` random subsets from `seed`.
 * Source of the metric: Wang et al. 2022, "Self-Consistency", arXiv:2203.11171; of the exact sum: class sizes in a subset are
 * binomial variables given their total.
 */
export function majorityAtK(
  classes: readonly AnswerClass[],
  samples: number,
  k: number,
  { seed, rounds = 2000, most = 5e6 }: { seed: number; rounds?: number; most?: number },
): Majority {
  if (k > samples) return { value: Number.NaN, error: 0 };
  if (k < 1) return { value: 0, error: 0 };
  const voting = classes.filter(({ n }) => n > 0);
  if (voting.every(({ correct }) => !correct)) return { value: 0, error: 0 };
  const operations = samples * k ** 2 * (1 + Math.log(k)) * voting.filter(({ correct }) => correct).length;
  return operations <= most ? exactly(voting, samples, k) : byLot(voting, samples, k, seed, rounds);
}

function exactly(classes: readonly AnswerClass[], samples: number, k: number): Majority {
  const share = k / samples;
  const silent = samples - classes.reduce((sum, { n }) => sum + n, 0);
  let value = 0;
  for (const winner of classes) {
    if (!winner.correct) continue;
    const others = classes.filter((other) => other !== winner).map(({ n }) => n);
    const own = binomials(winner.n, share);
    for (let votes = 1; votes <= Math.min(k, winner.n); votes++)
      value += (own[votes] ?? 0) * winningShare(votes, others, silent, k - votes, share);
  }
  return { value: Math.min(1, value / (binomials(samples, share)[k] ?? 1)), error: 0 };
}

/**
 * Chance that the others and the silent have `rest` samples together, none of the others more than `votes`; where t of them have
 * exactly as many, it counts 1 / (t + 1).
 */
function winningShare(votes: number, others: readonly number[], silent: number, rest: number, share: number): number {
  // Chances by ties and samples used so far.
  const mostTies = Math.min(others.length, Math.floor(rest / votes));
  let ways: number[][] = Array.from({ length: mostTies + 1 }, () => new Array(rest + 1).fill(0));
  const first = binomials(silent, share);
  for (let used = 0; used <= Math.min(rest, silent); used++) setAt(ways, 0, used, first[used] ?? 0);
  for (const other of others) ways = withClass(ways, binomials(other, share), votes);
  return ways.reduce((sum, byUsed, ties) => sum + (byUsed[rest] ?? 0) / (ties + 1), 0);
}

function withClass(ways: readonly number[][], chances: readonly number[], votes: number): number[][] {
  const next = ways.map((byUsed) => byUsed.map(() => 0));
  const most = Math.min(votes, chances.length - 1);
  for (const [ties, byUsed] of ways.entries())
    for (const [used, chance] of byUsed.entries()) {
      if (chance === 0) continue;
      for (let more = 0; more <= most && used + more < byUsed.length; more++)
        setAt(next, more === votes ? ties + 1 : ties, used + more, chance * (chances[more] ?? 0));
    }
  return next;
}

function setAt(ways: number[][], ties: number, used: number, more: number): void {
  const row = ways[ties];
  if (row !== undefined) row[used] = (row[used] ?? 0) + more;
}

/** Chances of 0 … n hits in n draws, of `share` each. From the likeliest count outwards, so that nothing underflows to nothing. */
function binomials(n: number, share: number): number[] {
  const chances: number[] = new Array(n + 1).fill(0);
  if (share >= 1) {
    chances[n] = 1;
    return chances;
  }
  const mode = Math.min(n, Math.floor((n + 1) * share));
  chances[mode] = 1;
  for (let i = mode; i < n; i++) chances[i + 1] = ((chances[i] ?? 0) * (n - i) * share) / ((i + 1) * (1 - share));
  for (let i = mode; i > 0; i--) chances[i - 1] = ((chances[i] ?? 0) * i * (1 - share)) / ((n - i + 1) * share);
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  return chances.map((chance) => chance / total);
}

function byLot(classes: readonly AnswerClass[], samples: number, k: number, seed: number, rounds: number): Majority {
  const random = seededUniform(seed);
  const deck = classes.flatMap(({ n }, index) => new Array<number>(n).fill(index));
  while (deck.length < samples) deck.push(-1);
  let sum = 0;
  let squares = 0;
  for (let round = 0; round < rounds; round++) {
    const right = voteOf(classes, drawFrom(deck, k, random));
    sum += right;
    squares += right ** 2;
  }
  const value = sum / rounds;
  return { value, error: Math.sqrt(Math.max(0, squares / rounds - value ** 2) / rounds) };
}

/** Moves k random samples to the front of the deck (Fisher and Yates), and counts them by class. */
function drawFrom(deck: number[], k: number, random: () => number): Map<number, number> {
  const votes = new Map<number, number>();
  for (let i = 0; i < k; i++) {
    const at = i + Math.floor(random() * (deck.length - i));
    const drawn = deck[at] ?? -1;
    deck[at] = deck[i] ?? -1;
    deck[i] = drawn;
    if (drawn >= 0) votes.set(drawn, (votes.get(drawn) ?? 0) + 1);
  }
  return votes;
}

/** Share of the winners that are correct. */
function voteOf(classes: readonly AnswerClass[], votes: ReadonlyMap<number, number>): number {
  const best = Math.max(0, ...votes.values());
  const winners = [...votes].filter(([, count]) => count === best).map(([index]) => classes[index]?.correct === true);
  return winners.length === 0 ? 0 : winners.filter(Boolean).length / winners.length;
}
