/**
 * The same functions, but a call that is rejected tells `show` its message instead, and resolves with undefined: a view's buttons
 * call and forget.
 */
export function tellingErrors<T extends object>(remote: T, show: (message: string) => void): Telling<T> {
  return new Proxy(remote, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        try {
          return await method(...args);
        } catch (error) {
          show(error instanceof Error ? error.message : String(error));
        }
      };
    },
  }) as Telling<T>;
}

export type Telling<T> = {
  [K in keyof T]: T[K] extends (...args: infer Args) => Promise<infer Value>
    ? (...args: Args) => Promise<Value | undefined>
    : T[K];
};
