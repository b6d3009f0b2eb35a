import { UserError } from '../core/userError.ts';

/** What we need of VS Code's SecretStorage. */
export interface Secrets {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

/** What we need of VS Code's Memento. */
export interface Memory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): PromiseLike<void>;
}

/**
 * API keys, each bound to the origin that it was entered for: a setting that points a model elsewhere finds no key there.
 * The origins (never the keys) are remembered in `memory`, so that keys can be listed and forgotten.
 */
export function createKeys(secrets: Secrets, memory: Memory) {
  const origins = () => memory.get<string[]>(originsKey) ?? [];
  return {
    origins,
    async get(baseUrl: string): Promise<string | undefined> {
      const key = await secrets.get(secretName(originOf(baseUrl)));
      return key === undefined || key === noKey ? undefined : key;
    },
    /** Has the user answered for this origin, be it with a key or with "none"? */
    async isKnown(baseUrl: string): Promise<boolean> {
      return (await secrets.get(secretName(originOf(baseUrl)))) !== undefined;
    },
    /** An empty key is remembered as "this server needs none". */
    async set(baseUrl: string, key: string): Promise<void> {
      const origin = originOf(baseUrl);
      await secrets.store(secretName(origin), key.trim() || noKey);
      await memory.update(originsKey, [...new Set([...origins(), origin])].sort());
    },
    async forget(origin: string): Promise<void> {
      await secrets.delete(secretName(origin));
      await memory.update(
        originsKey,
        origins().filter((other) => other !== origin),
      );
    },
  };
}

export type Keys = ReturnType<typeof createKeys>;

/** Scheme, host and port. Throws a `UserError` for what is no http(s) address. */
export function originOf(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin;
  throw new UserError(`"${baseUrl}" is not an http(s) address: write it like http://localhost:8000/v1.`, {
    title: 'Open Settings',
    command: 'traceLoupe.openSettings',
  });
}

/** Servers on this machine rarely want a key: they are not asked about before one is refused. */
export function isLocal(baseUrl: string): boolean {
  const { hostname } = new URL(originOf(baseUrl));
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}

const secretName = (origin: string) => `traceLoupe.key:${origin}`;
const originsKey = 'traceLoupe.keyOrigins';
/** A key can't hold a line break, so this is none. */
const noKey = '\n';
