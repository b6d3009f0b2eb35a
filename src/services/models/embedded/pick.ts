import { exponential } from './exponential.ts';
import type { GenerateRequest, LikelyToken } from './generate.ts';
import { special } from './tokenizer.ts';

export type PickSettings = Pick<GenerateRequest, 'temperature' | 'topK' | 'topP' | 'minP'>;

/** Where a row's logits stand. */
export interface Logits {
  values: Float32Array;
  /** Of token 0. */
  at: number;
  /** Size of the vocabulary. */
  count: number;
}

/** Chooses tokens by their logits. It never chooses what can't stand in a text: padding, and the mark that ends a problem. */
export interface Picker {
  /** @param random gives a number from 0 to below 1; not asked where the temperature is 0. */
  pick(logits: Logits, settings: PickSettings, random: () => number): number;
}

/** @param vocab size of the vocabulary. Keeps its tables, so that a step makes no garbage. */
export function createPicker(vocab: number): Picker {
  const weights = new Float64Array(vocab);
  const order = new Uint16Array(vocab);

  const pick = (logits: Logits, settings: PickSettings, random: () => number): number => {
    const best = argmax(logits);
    if (settings.temperature === 0) return best;
    const all = weigh(logits, best, settings.temperature, weights);
    if (isOpen(settings)) return draw(random() * all, weights, best);
    const kept = order.subarray(0, keep(settings));
    const drawn = random() * total(kept);
    return kept[firstPlace(kept, (sum) => sum > drawn)] ?? best;
  };

  const total = (tokens: Uint16Array) => tokens.reduce((sum, token) => sum + (weights[token] as number), 0);

  /** Puts the tokens that may be chosen at the front of `order`, likeliest first, and tells how many they are. */
  const keep = ({ topK = 0, topP = 1, minP = 0 }: PickSettings): number => {
    const possibleOnes = order.subarray(0, vocab - possible);
    possibleOnes.forEach((_, place) => {
      possibleOnes[place] = place + possible;
    });
    possibleOnes.sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b);
    // The likeliest has the weight 1.
    const rare = possibleOnes.findIndex((token) => (weights[token] as number) < minP);
    const kept = Math.min(topK || vocab, rare < 0 ? possibleOnes.length : rare);
    return topP >= 1 ? kept : nucleus(possibleOnes.subarray(0, kept), topP);
  };

  /** How many of the likeliest reach the share `topP` of all that are left (Holtzman et al. 2020, arXiv:1904.09751). */
  const nucleus = (tokens: Uint16Array, topP: number): number => {
    const enough = topP * total(tokens);
    return Math.min(tokens.length, firstPlace(tokens, (sum) => sum >= enough) + 1);
  };

  /** The first place at which the weights up to there, summed, satisfy `enough`; behind the end where none does. */
  const firstPlace = (tokens: Uint16Array, enough: (sum: number) => boolean): number => {
    let sum = 0;
    for (let place = 0; place < tokens.length; place++) {
      sum += weights[tokens[place] as number] as number;
      if (enough(sum)) return place;
    }
    return tokens.length;
  };

  return { pick };
}

function isOpen({ topK = 0, topP = 1, minP = 0 }: PickSettings): boolean {
  return topK === 0 && topP >= 1 && minP === 0;
}

/** Writes each token's weight, that of the likeliest being 1, and gives their sum. */
function weigh({ values, at, count }: Logits, best: number, temperature: number, weights: Float64Array): number {
  const most = values[at + best] as number;
  let total = 0;
  for (let token = possible; token < count; token++) {
    const exponent = ((values[at + token] as number) - most) / temperature;
    const weight = exponent < negligible ? 0 : exponential(exponent);
    weights[token] = weight;
    total += weight;
  }
  return total;
}

/** A token this much rarer than the likeliest, 1 in 10⁹, is not drawn: its weight would be lost in the sum's rounding soon. */
const negligible = -21;

/** The token within whose weight `left` falls, all weights laid end to end. */
function draw(left: number, weights: Float64Array, best: number): number {
  let rest = left;
  for (let token = possible; token < weights.length; token++) {
    rest -= weights[token] as number;
    if (rest < 0) return token;
  }
  return best;
}

/** The first token that can stand in a text or end it. */
const possible: number = special.end;

/** The first of the likeliest. */
function argmax({ values, at, count }: Logits): number {
  let best = possible;
  for (let token = possible + 1; token < count; token++) {
    if ((values[at + token] as number) > (values[at + best] as number)) best = token;
  }
  return best;
}

/** Log probabilities of all tokens that could have been chosen, by their ids; temperature and the like aside. */
export function logProbabilities({ values, at, count }: Logits): Float64Array {
  const found = Float64Array.from(values.subarray(at, at + count)).fill(-Infinity, 0, possible);
  const most = found.reduce((a, b) => Math.max(a, b));
  const total = found.reduce((sum, value) => sum + Math.exp(value - most), 0);
  return found.map((value) => value - most - Math.log(total));
}

/** The `count` likeliest, likeliest first, the first of equals first. */
export function likeliest(found: Float64Array, count: number, textOf: (token: number) => string): LikelyToken[] {
  const tokens = Array.from(found.keys()).slice(possible);
  tokens.sort((a, b) => (found[b] as number) - (found[a] as number) || a - b);
  return tokens.slice(0, count).map((token) => ({ token: textOf(token), logprob: found[token] as number }));
}
