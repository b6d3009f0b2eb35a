import { UserError } from '../core/userError.ts';

/** The two ends of anything that carries messages: a webview, a worker thread, a test's pair of arrays. */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when the other end is gone; every open call is then rejected. */
  onClose?(listener: (reason: Error) => void): void;
}

/** An object of functions that may be called from the other end: own properties only, so a plain object, not a class's prototype. */
// biome-ignore lint/suspicious/noExplicitAny: an interface of arbitrary async functions; each side's own interface gives the types
export type Methods<T> = { [K in keyof T]: (...args: any[]) => Promise<unknown> };

export interface Channel<Remote> {
  /** Call the other end's functions as if they were here. A trailing `AbortSignal` argument cancels the call over there. */
  remote: Remote;
  /** Rejects every open call and answers no more. */
  close(reason?: Error): void;
}

/**
 * Connects `local` to the functions at the other end of `port`.
 *
 * Every call settles: with the value, with the error (a `UserError` stays one), or with "closed". Values are structured
 * clones. One transport for webviews and worker alike.
 */
export function connect<Remote extends Methods<Remote>, Local extends Methods<Local>>(
  port: Port,
  local: Local,
): Channel<Remote> {
  const open = new Map<number, OpenCall>();
  const running = new Map<number, AbortController>();
  let nextId = 1;
  let closed: Error | undefined;

  const close = (reason = new Error('The other side is gone.')) => {
    closed ??= reason;
    for (const call of open.values()) {
      call.done();
      call.reject(closed);
    }
    open.clear();
    for (const controller of running.values()) controller.abort();
    running.clear();
  };

  const answer = async (call: Call) => {
    const controller = new AbortController();
    running.set(call.id, controller);
    const reply = await settle(local, call, controller.signal);
    running.delete(call.id);
    if (closed) return;
    try {
      port.post(reply);
    } catch (error) {
      // A value that can't be cloned: the caller must hear of it all the same.
      port.post({ kind: 'error', id: call.id, error: toSent(error) } satisfies Message);
    }
  };

  port.onMessage((raw) => {
    const message = raw as Message;
    if (closed || typeof message !== 'object' || message === null) return;
    if (message.kind === 'call') void answer(message);
    else if (message.kind === 'cancel') running.get(message.id)?.abort();
    else if (message.kind === 'value' || message.kind === 'error') {
      const call = open.get(message.id);
      open.delete(message.id);
      call?.done();
      if (message.kind === 'value') call?.resolve(message.value);
      else call?.reject(toError(message.error));
    }
  });
  port.onClose?.(close);

  const call = (method: string, args: unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      if (closed) return reject(closed);
      const id = nextId++;
      const signal = args.at(-1) instanceof AbortSignal ? (args.pop() as AbortSignal) : undefined;
      if (signal?.aborted) return reject(signal.reason);
      const cancel = () => port.post({ kind: 'cancel', id } satisfies Message);
      const done = () => signal?.removeEventListener('abort', cancel);
      signal?.addEventListener('abort', cancel, { once: true });
      open.set(id, { resolve, reject, done });
      try {
        port.post({ kind: 'call', id, method, args, cancellable: signal !== undefined } satisfies Message);
      } catch (error) {
        // An argument that can't be cloned.
        open.delete(id);
        done();
        reject(error);
      }
    });

  // `then` must stay undefined, or awaiting the remote itself would become a call.
  const remote = new Proxy({} as object, {
    get: (_, method) =>
      typeof method === 'string' && method !== 'then' ? (...args: unknown[]) => call(method, args) : undefined,
  }) as Remote;
  return { remote, close };
}

interface OpenCall {
  resolve(value: unknown): void;
  reject(error: Error): void;
  /** Takes the caller's signal off. */
  done(): void;
}

type Message =
  | Call
  | { kind: 'cancel'; id: number }
  | { kind: 'value'; id: number; value: unknown }
  | { kind: 'error'; id: number; error: SentError };

interface Call {
  kind: 'call';
  id: number;
  method: string;
  args: unknown[];
  /** The caller passed an `AbortSignal` last; the callee gets one in its place. */
  cancellable: boolean;
}

interface SentError {
  name: string;
  message: string;
  stack?: string;
  remedy?: UserError['remedy'];
}

async function settle(local: object, call: Call, signal: AbortSignal): Promise<Message> {
  try {
    const args = call.cancellable ? [...call.args, signal] : call.args;
    const method = Object.hasOwn(local, call.method) ? (local as Record<string, unknown>)[call.method] : undefined;
    if (typeof method !== 'function') throw new Error(`There is no function "${call.method}" at this end.`);
    return { kind: 'value', id: call.id, value: await method.call(local, ...args) };
  } catch (error) {
    return { kind: 'error', id: call.id, error: toSent(error) };
  }
}

function toSent(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return error instanceof UserError ? { name, message, remedy: error.remedy } : { name, message, stack };
}

function toError(sent: SentError | undefined): Error {
  if (!sent) return new Error('The other side failed and did not say why.');
  if (sent.name === 'UserError') return new UserError(sent.message, sent.remedy);
  return Object.assign(new Error(sent.message), { name: sent.name, stack: sent.stack });
}
