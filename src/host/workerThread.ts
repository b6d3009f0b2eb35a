import { Worker } from 'node:worker_threads';
import type { EngineWorker } from './engineProcess.ts';

/** The engine's worker thread, as an end of a channel. */
export function spawnWorker(file: string, log: (line: string) => void): EngineWorker {
  const worker = new Worker(file, { stdout: true, stderr: true });
  const closed: ((reason: Error) => void)[] = [];
  let failure: Error | undefined;
  worker.stdout.on('data', (chunk: Buffer) => log(chunk.toString().trimEnd()));
  worker.stderr.on('data', (chunk: Buffer) => log(chunk.toString().trimEnd()));
  worker.on('error', (error: Error) => {
    failure = error;
  });
  worker.on('exit', (code) => {
    const reason = failure ?? new Error(`The engine ended with code ${code}.`);
    for (const listener of closed) listener(reason);
  });
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on('message', listener),
    onClose: (listener) => closed.push(listener),
    terminate: () => worker.terminate(),
  };
}
