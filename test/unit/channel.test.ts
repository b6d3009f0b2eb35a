import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { UserError } from '../../src/core/userError.ts';
import { type Channel, connect, type Port } from '../../src/protocol/channel.ts';

interface Callee {
  add(a: number, b: number): Promise<number>;
  fail(how: 'user' | 'bug' | 'text'): Promise<void>;
  wait(signal?: AbortSignal): Promise<string>;
}

const callee: Callee = {
  add: async (a, b) => a + b,
  fail: async (how) => {
    if (how === 'user') throw new UserError('Do this.', { title: 'Do it', command: 'doIt' });
    if (how === 'text') throw 'a text';
    throw new TypeError('a bug');
  },
  wait: (signal) =>
    new Promise((resolve) => {
      signal?.addEventListener('abort', () => resolve('stopped'));
    }),
};

/** Two ends in memory; messages arrive later, as structured clones, as between threads. */
function pair(): { ends: [Port, Port]; sent: unknown[]; hangUp(): void } {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const closers: ((reason: Error) => void)[] = [];
  const sent: unknown[] = [];
  const end = (own: number): Port => ({
    post: (message) => {
      sent.push(message);
      const copy = structuredClone(message);
      queueMicrotask(() => {
        for (const listener of listeners[1 - own] ?? []) listener(copy);
      });
    },
    onMessage: (listener) => void listeners[own]?.push(listener),
    onClose: (listener) => void closers.push(listener),
  });
  const hangUp = () => {
    for (const close of closers) close(new Error('gone'));
  };
  return { ends: [end(0), end(1)], sent, hangUp };
}

function connected(): { remote: Callee; caller: Channel<Callee>; hangUp(): void; sent: unknown[] } {
  const { ends, hangUp, sent } = pair();
  connect<Record<never, never>, Callee>(ends[1], callee);
  const caller = connect<Callee, Record<never, never>>(ends[0], {});
  return { remote: caller.remote, caller, hangUp, sent };
}

test('a call gives the value', async () => {
  assert.equal(await connected().remote.add(2, 3), 5);
});

test('a UserError stays one, with its remedy', async () => {
  await assert.rejects(connected().remote.fail('user'), (error) => {
    assert.ok(error instanceof UserError);
    assert.deepEqual([error.message, error.remedy], ['Do this.', { title: 'Do it', command: 'doIt' }]);
    return true;
  });
});

test('a bug keeps its name, message and stack, and is no UserError', async () => {
  await assert.rejects(connected().remote.fail('bug'), (error) => {
    assert.ok(error instanceof Error && !(error instanceof UserError));
    assert.deepEqual([error.name, error.message], ['TypeError', 'a bug']);
    assert.match(error.stack ?? '', /channel\.test/);
    return true;
  });
});

test('what is thrown and is no error becomes one', async () => {
  await assert.rejects(connected().remote.fail('text'), { message: 'a text' });
});

test('an unknown function is an error that names it', async () => {
  const { remote } = connected();
  const unknown = remote as unknown as Record<string, () => Promise<void>>;
  await assert.rejects(async () => unknown.nothing?.(), /"nothing"/);
});

test('inherited functions can not be called', async () => {
  const unknown = connected().remote as unknown as Record<string, () => Promise<void>>;
  for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) {
    await assert.rejects(async () => unknown[name]?.(), new RegExp(name));
  }
});

test('a signal cancels the call at the other end', async () => {
  const { remote } = connected();
  const abort = new AbortController();
  const waiting = remote.wait(abort.signal);
  abort.abort();
  assert.equal(await waiting, 'stopped');
});

test('a call with a signal that is aborted already is not sent', async () => {
  const { remote, sent } = connected();
  await assert.rejects(remote.wait(AbortSignal.abort(new Error('too late'))), /too late/);
  assert.equal(sent.length, 0);
});

test('closing rejects the open calls, and later ones', async () => {
  const { remote, caller } = connected();
  const open = remote.wait();
  caller.close(new Error('over'));
  await assert.rejects(open, /over/);
  await assert.rejects(remote.add(1, 1), /over/);
});

test('when the other side goes, open calls are rejected', async () => {
  const { remote, hangUp } = connected();
  const open = remote.wait();
  hangUp();
  await assert.rejects(open, /gone/);
});

test('closing cancels what is running for the other side', async () => {
  const { ends } = pair();
  const stopped = Promise.withResolvers<string>();
  const local = {
    wait: (signal: AbortSignal) =>
      new Promise<void>(() => signal.addEventListener('abort', () => stopped.resolve('stopped'))),
  };
  const own = connect<Record<never, never>, typeof local>(ends[1], local);
  const other = connect<Callee, Record<never, never>>(ends[0], {});
  other.remote.wait(new AbortController().signal).catch(() => {});
  await new Promise(setImmediate);
  own.close();
  assert.equal(await stopped.promise, 'stopped');
});

test('the remote can be awaited without being called', async () => {
  const { remote, sent } = connected();
  await Promise.resolve(remote);
  assert.equal(sent.length, 0);
});

test('hostile messages change nothing and throw nothing', async () => {
  const { ends } = pair();
  let receive: (message: unknown) => void = () => {};
  const port: Port = { ...ends[0], onMessage: (listener) => (receive = listener) };
  connect<Callee, Callee>(port, callee);
  const hostile = fc.oneof(
    fc.anything(),
    fc.record({ kind: fc.constantFrom('value', 'error', 'cancel'), id: fc.anything() }, { requiredKeys: ['kind'] }),
  );
  fc.assert(
    fc.property(hostile, (message) => {
      fc.pre((message as { kind?: unknown } | null)?.kind !== 'call');
      receive(message);
    }),
  );
});

test('every call settles between real threads, also when the port closes', async () => {
  const { port1, port2 } = new MessageChannel();
  const portOf = (port: typeof port1): Port => ({
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', listener),
    onClose: (listener) => void port.once('close', () => listener(new Error('closed'))),
  });
  connect<Record<never, never>, Callee>(portOf(port1), callee);
  const { remote } = connect<Callee, Record<never, never>>(portOf(port2), {});
  const sums = await Promise.all(Array.from({ length: 200 }, (_, i) => remote.add(i, 1)));
  assert.deepEqual(sums.slice(0, 3), [1, 2, 3]);
  const open = remote.wait();
  port1.close();
  await assert.rejects(open, /closed/);
});
