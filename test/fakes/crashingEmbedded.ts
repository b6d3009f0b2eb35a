import { parentPort } from 'node:worker_threads';

/* The embedded models' thread, one that breaks where the problem speaks of it: the rest of it is the real one. */

parentPort?.on('message', (message: { args?: [unknown, { problem?: string }] }) => {
  const problem = message.args?.[1]?.problem ?? '';
  if (problem.endsWith('pears')) process.exit(3);
  if (problem.endsWith('bags'))
    process.nextTick(() => {
      throw new Error('A bug, told\nin two lines');
    });
});
await import('../../src/embedded.ts');
