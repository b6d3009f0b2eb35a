import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { type Channel, connect } from './protocol/channel.ts';
import type { Engine, EngineHost } from './protocol/engine.ts';
import { createEngine } from './services/engine/createEngine.ts';

/* The worker thread's composition root: the engine at one end of the channel, the extension host at the other. */

if (!parentPort) throw new Error('engine.ts runs in a worker thread.');
const port = parentPort;
const channel: Channel<EngineHost> = connect<EngineHost, Engine>(
  {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', listener),
    onClose: (listener) => void port.once('close', () => listener(new Error('The extension host is gone.'))),
  },
  createEngine(
    {
      fetch: (...args) => channel.remote.fetch(...args),
      readBody: (...args) => channel.remote.readBody(...args),
      dropBody: (...args) => channel.remote.dropBody(...args),
      apiKey: (...args) => channel.remote.apiKey(...args),
      runProgress: (...args) => channel.remote.runProgress(...args),
      runsChanged: () => channel.remote.runsChanged(),
      annotationsChanged: (...args) => channel.remote.annotationsChanged(...args),
      log: (...args) => channel.remote.log(...args),
    },
    { media: fileURLToPath(new URL('../media/', import.meta.url)) },
  ),
);
