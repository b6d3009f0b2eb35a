import { parentPort, workerData } from 'node:worker_threads';
import { type Channel, connect } from './protocol/channel.ts';
import {
  createInference,
  type InferenceHost,
  type InferenceOptions,
  type InferenceWorker,
} from './services/models/embedded/inference.ts';

/* The composition root of the embedded models' thread: the models at one end of the channel, who asks them at the other. */

if (!parentPort) throw new Error('embedded.ts runs in a worker thread.');
const port = parentPort;
const channel: Channel<InferenceHost> = connect<InferenceHost, InferenceWorker>(
  {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', listener),
    onClose: (listener) => void port.once('close', () => listener(new Error('Who asked is gone.'))),
  },
  createInference(workerData as InferenceOptions, { text: (...args) => channel.remote.text(...args) }),
);
