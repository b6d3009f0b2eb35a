import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  EmbeddedModels,
  Generated,
  GenerateRequest,
  TokenLogprob,
} from '../../src/services/models/embedded/generate.ts';
import { seededRandom } from '../../src/services/models/embedded/server/faults.ts';
import type { EmbeddedName } from '../../src/services/models/embedded/settings.ts';
import { ModelFailure } from '../../src/services/models/model.ts';

/** Embedded models without weights: they write a little sum, the same for the same request, one token a turn. */
export interface ScriptedModels extends EmbeddedModels {
  /** Texts that are being generated, now. */
  running(): number;
  /** Texts that were begun, ended ones included. */
  begun(): number;
  /** From now on no text goes on, until the function that it gives is called. */
  hold(): () => void;
}

/**
 * @param missing the model whose weights can't be read.
 * @param broken the seed whose text breaks off by a bug.
 */
export function scriptedModels({ missing, broken }: { missing?: EmbeddedName; broken?: number } = {}): ScriptedModels {
  let [running, begun] = [0, 0];
  let held: Promise<void> | null = null;

  const write = async (request: GenerateRequest, signal: AbortSignal): Promise<Generated> => {
    const { tokens, ...generated } = compose(request);
    for (const token of tokens) {
      await (held && Promise.race([held, aborted(signal)]));
      await nextTurn();
      signal.throwIfAborted();
      request.onText?.(token);
      if (request.seed === broken) throw new Error('Nobody foresaw this.');
    }
    return generated;
  };
  return {
    async generate(request, signal) {
      signal.throwIfAborted();
      if (request.model === missing) throw unreadable(request.model);
      const word = /\borchards?\b/.exec(request.problem);
      if (word)
        throw new ModelFailure('badRequest', `“${word[0]}” is not among the words of embedded:${request.model}.`);
      running++;
      begun++;
      return await write(request, signal).finally(() => running--);
    },
    unknownWord: async (text) => /\borchards?\b/.exec(text)?.[0] ?? null,
    async info(name) {
      if (name === missing) throw unreadable(name);
      const sha256 = (name === 'weak' ? 'ab' : 'cd').repeat(32);
      return { name, recipe: '0', seed: 0, steps: 1, parameters: 1, context, vocab: 9, bytes: 1, sha256 };
    },
    close: async () => {},
    running: () => running,
    begun: () => begun,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = null;
        resolve();
      };
    },
  };
}

const context = 64;

const unreadable = (name: string) =>
  new ModelFailure('notFound', `The weights of the model embedded:${name} are missing: install the program anew.`);

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** The whole reply; `tokens` are the pieces of the text as they are streamed. */
function compose(request: GenerateRequest): Generated & { tokens: string[] } {
  const { model, problem, seed, temperature, topK, maxTokens, stop = [], logprobs } = request;
  const greedy = temperature === 0 || topK === 1;
  const random = seededRandom((greedy ? 0 : seed) * 2 + (model === 'weak' ? 0 : 1) + problem.length);
  const [count, size] = [2 + Math.floor(random() * 30), 2 + Math.floor(random() * 30)];
  const script = `Amy has ${count} * ${size} = ${count * size} apples.\n#### ${count * size}`;
  const all = script.match(/ ?####|\n| ?\d|[ ]?[A-Za-z]+|[ ]?[^\sA-Za-z\d]/g) ?? [];
  const cut = all.slice(0, maxTokens);
  const text = cut.join('');
  const stops = stop.map((mark) => text.indexOf(mark)).filter((at) => at >= 0);
  const end = stops.length ? Math.min(...stops) : text.length;
  const tokens = upTo(cut, end);
  return {
    tokens,
    text: text.slice(0, end),
    finish: stops.length || all.length < maxTokens ? 'stop' : 'length',
    promptTokens: problem.split(/\s+/).length + 1,
    completionTokens: Math.min(all.length + 1, maxTokens),
    ...(logprobs === undefined ? {} : { logprobs: tokens.map((token) => likely(token, logprobs)) }),
  };
}

/** The first tokens that make `length` characters; the last one shortened where it goes on. */
function upTo(tokens: readonly string[], length: number): string[] {
  const kept: string[] = [];
  let left = length;
  for (const token of tokens) {
    if (left <= 0) break;
    kept.push(token.slice(0, left));
    left -= token.length;
  }
  return kept;
}

function likely(token: string, top: number): TokenLogprob {
  const others = Array.from({ length: top }, (_, rank) => ({
    token: rank ? ` x${rank}` : token,
    logprob: -0.25 - rank,
  }));
  return { token, logprob: -0.25, top: others };
}
