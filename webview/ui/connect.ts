import { type Channel, connect, type Methods } from '../../src/protocol/channel.ts';

/**
 * Connects a view to the extension: `remote` is what the extension offers, `view` what it may call here.
 *
 * Nothing is sent to a view that has not called `ready`, so call that first.
 */
export function connectView<Host extends Methods<Host>, View extends object = object>(view: View): Channel<Host> {
  return connect<Host, Methods<unknown>>(
    {
      post: (message) => vsCode().postMessage(message),
      onMessage: (listener) => window.addEventListener('message', (event) => listener(event.data)),
    },
    view as Methods<unknown>,
  );
}

/** What the view keeps across being hidden and across reloads of the window; undefined the first time. */
export function loadState<T>(): Partial<T> | undefined {
  return vsCode().getState() as Partial<T> | undefined;
}

export function saveState<T>(state: T): void {
  vsCode().setState(state);
}

interface VsCode {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCode;

let acquired: VsCode | undefined;

/** The editor gives it out once. */
function vsCode(): VsCode {
  acquired ??= acquireVsCodeApi();
  return acquired;
}
