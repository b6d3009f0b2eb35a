import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { connect } from '../../../protocol/channel.ts';
import { ModelFailure } from '../model.ts';
import type { InferenceHost, InferenceOptions, InferenceWorker } from './inference.ts';

/** The thread in which the models run. It keeps the process alive only while it is held. */
export interface InferenceThread {
  readonly remote: InferenceWorker;
  /** Whether something is waited for. */
  hold(held: boolean): void;
  end(): Promise<void>;
}

/**
 * @param file the thread's program.
 * @param onEnd is called when it ended; every open call is then rejected with a `ModelFailure`.
 */
export function startThread(
  file: string,
  options: InferenceOptions,
  host: InferenceHost,
  onEnd: () => void,
): InferenceThread {
  // The process's own flags, which may be for its program only, are not handed on.
  const worker = new Worker(file, { workerData: options, name: 'embedded models', execArgv: [], resourceLimits });
  let why = '';
  worker.on('error', (error: unknown) => {
    why = ` (${error instanceof Error ? error.message.split('\n', 1)[0] : error})`;
  });
  const { remote } = connect<InferenceWorker, { [K in keyof InferenceHost]: InferenceHost[K] }>(
    {
      post: (message) => worker.postMessage(message),
      onMessage: (listener) => void worker.on('message', listener),
      onClose: (listener) =>
        void worker.once('exit', () => {
          onEnd();
          const sentence = `The embedded models stopped in the middle of their work${why}: they start anew with the next request.`;
          listener(new ModelFailure('serverError', sentence));
        }),
    },
    host,
  );
  return {
    remote,
    hold: (held) => (held ? worker.ref() : worker.unref()),
    end: async () => void (await worker.terminate()),
  };
}

/** The thread needs some 8 MB of heap; without limits the engine lets its garbage lie. Weights and caches are not on this heap. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 };

/** The thread's program: beside the bundles or one above them, or the source that this file belongs to. */
export function threadFile(): string {
  const places = ['./embedded.js', '../embedded.js', '../../../embedded.ts'];
  const files = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return files.find((file) => existsSync(file)) ?? (files[0] as string);
}
