import { type Channel, connect, type Port } from '../protocol/channel.ts';
import type { Engine, EngineConfig, EngineHost, EngineInfo } from '../protocol/engine.ts';

/** A worker thread, or what stands in for one in a test. */
export interface EngineWorker extends Port {
  terminate(): Promise<unknown>;
}

export interface EngineProcess {
  /** Starts the worker at the first call. While it is down, a call starts a new one. */
  engine: Engine;
  /** Brings everything to disk and ends the worker. Safe to call twice. */
  dispose(): Promise<void>;
}

/**
 * Runs the engine in a worker that is started when first needed and again after a crash.
 *
 * `onCrash` is called once per crash; open calls are rejected with its reason. What was sampled is on disk, so a run that
 * was going is resumable.
 */
export function createEngineProcess(options: {
  spawn(): EngineWorker;
  host: EngineHost;
  config(): EngineConfig;
  onOpen(info: EngineInfo): void;
  onCrash(reason: Error): void;
}): EngineProcess {
  let current: Running | undefined;
  let disposed = false;

  const start = (): Running => {
    const worker = options.spawn();
    const channel = connect<Engine, EngineHost>(worker, options.host);
    const running: Running = { worker, channel, opened: channel.remote.open(options.config()) };
    worker.onClose?.((reason) => {
      if (current !== running) return;
      current = undefined;
      if (!disposed) options.onCrash(reason);
    });
    running.opened.then(options.onOpen, () => forget(running));
    return running;
  };

  /** An engine that can't open its store is tried afresh at the next call, so that the user's remedy counts. */
  const forget = (running: Running) => {
    if (current === running) current = undefined;
    running.channel.close();
    void running.worker.terminate();
  };

  const call = async (method: keyof Engine, args: unknown[]) => {
    if (disposed) throw new Error('Trace Loupe is shutting down.');
    current ??= start();
    const { channel, opened } = current;
    await opened;
    const remote = channel.remote as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    return remote[method]?.(...args);
  };

  const engine = new Proxy({} as Engine, {
    get: (_, method) =>
      typeof method === 'string' && method !== 'then'
        ? (...args: unknown[]) => call(method as keyof Engine, args)
        : undefined,
  });

  const dispose = async () => {
    if (disposed) return;
    disposed = true;
    const running = current;
    current = undefined;
    if (!running) return;
    await running.opened.then(() => running.channel.remote.shutdown()).catch(() => {});
    running.channel.close();
    await running.worker.terminate();
  };
  return { engine, dispose };
}

interface Running {
  worker: EngineWorker;
  channel: Channel<Engine>;
  opened: Promise<EngineInfo>;
}
