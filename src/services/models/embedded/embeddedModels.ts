import { join } from 'node:path';
import { ModelFailure } from '../model.ts';
import type { EmbeddedModelInfo, EmbeddedModels, Generated, GenerateRequest } from './generate.ts';
import { type InferenceThread, startThread, threadFile } from './inferenceThread.ts';
import type { EmbeddedName } from './settings.ts';
import { createVocabularies, firstUnknownWord } from './vocabulary.ts';
import { readWeights } from './weights.ts';

export interface EmbeddedModelsOptions {
  /** Of the weights, `media/models`. */
  folder: string;
  /** Program of the thread; default: ours. */
  worker?: string;
  /** Whether vector instructions are used; default: where the machine has them. */
  simd?: boolean;
  /** A thread that was asked nothing for so long is ended. Default 60 s. */
  idleMs?: number;
}

const defaultIdleMs = 60_000;

/**
 * The models that come with the program, in a thread that is started at the first request.
 *
 * One thread for both: a second one would take 15 to 20 MB, and save time only where a processor is idle.
 */
export function createEmbeddedModels({ folder, ...options }: EmbeddedModelsOptions): EmbeddedModels {
  const { worker, simd, idleMs = defaultIdleMs } = options;
  const listeners = new Map<number, (delta: string) => void>();
  let thread: InferenceThread | undefined;
  let waiting = 0;
  let nextId = 1;
  let idle: NodeJS.Timeout | undefined;

  const start = (): InferenceThread => {
    const host = { text: async (id: number, delta: string) => listeners.get(id)?.(delta) };
    const started = startThread(worker ?? threadFile(), { folder, simd }, host, () => {
      if (thread === started) thread = undefined;
    });
    return started;
  };

  const close = async () => {
    clearTimeout(idle);
    const ended = thread;
    thread = undefined;
    await ended?.end();
  };

  /** Counts who waits: the thread holds the process while there is somebody, and goes some time after the last one. */
  const count = (by: 1 | -1) => {
    waiting += by;
    thread?.hold(waiting > 0);
    clearTimeout(idle);
    if (waiting === 0) idle = setTimeout(close, idleMs).unref();
  };

  const generate = async ({ onText, ...request }: GenerateRequest, signal: AbortSignal): Promise<Generated> => {
    signal.throwIfAborted();
    thread ??= start();
    const id = onText ? nextId++ : null;
    if (id !== null && onText) listeners.set(id, onText);
    count(1);
    try {
      const reply = await orAborted(thread.remote.generate(id, request, signal), signal);
      if ('generated' in reply) return reply.generated;
      throw new ModelFailure(reply.failure.reason, reply.failure.message);
    } finally {
      if (id !== null) listeners.delete(id);
      count(-1);
    }
  };

  return { generate, close, ...createReader(folder) };
}

/** What can be told of the models without running them. */
function createReader(folder: string): Pick<EmbeddedModels, 'info' | 'unknownWord'> {
  const vocabularies = createVocabularies(folder);
  const known = new Map<EmbeddedName, Promise<EmbeddedModelInfo>>();
  return {
    info: (name) => {
      const info = known.get(name) ?? readInfo(folder, name);
      known.set(name, info);
      info.catch(() => known.delete(name));
      return info;
    },
    unknownWord: async (text) => {
      const vocabulary = await vocabularies.of('weak').catch(() => vocabularies.of('strong').catch(() => null));
      return vocabulary && firstUnknownWord(text, vocabulary);
    },
  };
}

async function readInfo(folder: string, name: EmbeddedName): Promise<EmbeddedModelInfo> {
  const { header, bytes } = await readWeights(join(folder, `${name}.tlm`), name);
  const { recipe, seed, steps, parameters, config, sha256 } = header;
  return { name, recipe, seed, steps, parameters, context: config.context, vocab: config.vocab, bytes, sha256 };
}

/** A stop is obeyed at once; the thread hears of it after its step. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
