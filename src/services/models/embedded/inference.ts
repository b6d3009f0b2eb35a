import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ModelFailure } from '../model.ts';
import { type Batch, createBatch } from './batch.ts';
import type { Generated, GenerateRequest } from './generate.ts';
import type { EmbeddedName } from './settings.ts';
import { readWeights } from './weights.ts';

/** What the models' thread does. A request's `onText` can't cross to it: pieces go to `InferenceHost.text`. */
export interface InferenceWorker {
  /** @param id names the request to the host where it wants pieces; null: it wants none. */
  generate(id: number | null, request: Omit<GenerateRequest, 'onText'>, signal: AbortSignal): Promise<Reply>;
}

/** What the thread calls back. */
export interface InferenceHost {
  text(id: number, delta: string): Promise<void>;
}

/** A failure crosses as a value, because an error would lose its reason on the way. */
export type Reply = { generated: Generated } | { failure: Pick<ModelFailure, 'reason' | 'message'> };

/** What the thread is started with. */
export interface InferenceOptions {
  /** Of the weights. */
  folder: string;
  /** Default: where the machine has it. */
  simd?: boolean;
}

/** Loads a model's weights at its first request, and writes the texts that are asked for, all at once. */
export function createInference({ folder, simd }: InferenceOptions, host: InferenceHost): InferenceWorker {
  const shift = createShift();
  const loading = new Map<EmbeddedName, Promise<Batch>>();

  const load = async (model: EmbeddedName): Promise<Batch> => {
    const batch =
      loading.get(model) ??
      readWeights(join(folder, `${model}.tlm`), model).then((weights) => createBatch(weights, { simd }));
    loading.set(model, batch);
    // The file may be mended while we run.
    batch.catch(() => loading.delete(model));
    return batch;
  };

  const generate = async (id: number | null, request: GenerateRequest, signal: AbortSignal): Promise<Generated> => {
    const batch = await load(request.model);
    const onText = id === null ? undefined : (delta: string) => void host.text(id, delta).catch(() => {});
    const generated = batch.add({ ...request, onText }, signal);
    // A bug in it ends the thread, which the host tells everyone who waits.
    void shift.work(batch);
    return generated;
  };

  return {
    generate: async (id, request, signal) => {
      try {
        return { generated: await generate(id, request, signal) };
      } catch (error) {
        if (!(error instanceof ModelFailure)) throw error;
        return { failure: { reason: error.reason, message: error.message } };
      }
    },
  };
}

/** Steps are made for so long before messages are looked for and the other model has its turn: a change costs time, too. */
const sliceMs = 4;

/**
 * The batch that had the least time is next, so that a slow model and a quick one get the same.
 *
 * Between two slices messages come in: requests join, and stops free their row.
 */
function createShift() {
  /** Milliseconds that each busy batch had, counted from when the first of them began. */
  const spent = new Map<Batch, number>();

  const next = (): [Batch, number] | undefined => {
    for (const [batch] of spent) if (!batch.busy) spent.delete(batch);
    return [...spent].sort(([, a], [, b]) => a - b)[0];
  };
  const work = async (batch: Batch) => {
    const working = spent.size > 0;
    if (!spent.has(batch)) spent.set(batch, Math.max(0, ...spent.values()));
    if (working) return;
    for (let turn = next(); turn; turn = next()) {
      const [chosen, before] = turn;
      const started = performance.now();
      do chosen.step();
      while (chosen.busy && performance.now() - started < sliceMs);
      spent.set(chosen, before + performance.now() - started);
      await setImmediate();
    }
  };
  return { work };
}
