import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngineProcess, type EngineWorker } from '../../src/host/engineProcess.ts';
import { connect } from '../../src/protocol/channel.ts';
import type { EngineHost, EngineInfo } from '../../src/protocol/engine.ts';

/** A worker in this thread; `crash` is what a worker's exit would do. */
function fakeWorker(functions: Record<string, (...args: unknown[]) => Promise<unknown>>) {
  const toHost: ((message: unknown) => void)[] = [];
  const toWorker: ((message: unknown) => void)[] = [];
  const closed: ((reason: Error) => void)[] = [];
  const ended: string[] = [];
  const later = (listeners: ((message: unknown) => void)[], message: unknown) =>
    queueMicrotask(() => {
      for (const listener of listeners) listener(structuredClone(message));
    });
  connect({ post: (message) => later(toHost, message), onMessage: (listener) => toWorker.push(listener) }, functions);
  const worker: EngineWorker = {
    post: (message) => later(toWorker, message),
    onMessage: (listener) => toHost.push(listener),
    onClose: (listener) => closed.push(listener),
    terminate: async () => ended.push('terminated'),
  };
  return {
    worker,
    ended,
    crash: (reason: Error) => {
      for (const listener of closed) listener(reason);
    },
  };
}

function setUp(functions: Record<string, (...args: unknown[]) => Promise<unknown>> = {}) {
  const info: EngineInfo = { index: 'memory', limits: [], warnings: [] };
  const workers: ReturnType<typeof fakeWorker>[] = [];
  const opened: EngineInfo[] = [];
  const crashes: string[] = [];
  const engineProcess = createEngineProcess({
    spawn() {
      const worker = fakeWorker({ open: async () => info, listRuns: async () => [], ...functions });
      workers.push(worker);
      return worker.worker;
    },
    host: {} as EngineHost,
    config: () => ({ workspace: null, storage: '/none', annotator: 'me', version: '0' }),
    onOpen: (what) => opened.push(what),
    onCrash: (reason) => crashes.push(reason.message),
  });
  return { ...engineProcess, workers, opened, crashes };
}

test('the worker starts with the first call and serves all that follow', async () => {
  const { engine, workers, opened } = setUp();
  assert.equal(workers.length, 0);
  assert.deepEqual(await engine.listRuns(), []);
  await Promise.all([engine.listRuns(), engine.listRuns()]);
  assert.equal(workers.length, 1);
  assert.equal(opened.length, 1);
});

test('a crash rejects the open calls, is told once, and the next call starts a new worker', async () => {
  const { engine, workers, crashes } = setUp({ report: () => new Promise(() => {}) });
  await engine.listRuns();
  const waiting = engine.report('run', 'flops');
  await new Promise((resolve) => setImmediate(resolve));
  workers[0]?.crash(new Error('out of memory'));
  await assert.rejects(waiting, /out of memory/);
  assert.deepEqual(crashes, ['out of memory']);
  assert.deepEqual(await engine.listRuns(), []);
  assert.equal(workers.length, 2);
});

test('an engine that can not open is tried afresh at the next call', async () => {
  let full = true;
  const open = async () => {
    if (full) throw new Error('The disk is full.');
    return { index: 'memory', limits: [], warnings: [] };
  };
  const { engine, workers, crashes } = setUp({ open });
  await assert.rejects(engine.listRuns(), /disk is full/);
  full = false;
  assert.deepEqual(await engine.listRuns(), []);
  assert.equal(workers.length, 2);
  assert.deepEqual(workers[0]?.ended, ['terminated']);
  assert.deepEqual(crashes, []);
});

test('disposing brings everything to disk before the worker ends, and twice is safe', async () => {
  const order: string[] = [];
  const { engine, workers, dispose, crashes } = setUp({
    shutdown: async () => {
      order.push('shutdown');
    },
  });
  await engine.listRuns();
  await dispose();
  await dispose();
  assert.deepEqual([...order, ...(workers[0]?.ended ?? [])], ['shutdown', 'terminated']);
  assert.deepEqual(crashes, []);
  await assert.rejects(engine.listRuns(), /shutting down/);
});
