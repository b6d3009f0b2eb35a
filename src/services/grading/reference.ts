import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KeyLookup, referenceKeys } from './referenceKeys.ts';

/** Where reference soundness comes from. Nothing is read before it is asked for, and everything once. */
export interface Reference {
  keys(): Promise<KeyLookup>;
  /** Names the keys' content, so that an index made with others is made anew. */
  version(): Promise<string>;
}

/** The keys that ship in the media folder. `warn` is told once where they are missing or broken; nothing else fails then. */
export function openReference(media: string, warn: (message: string) => void): Reference {
  const file = join(media, 'models', 'keys.jsonl');
  let version: Promise<string> | undefined;
  return {
    keys: referenceKeys(file, warn),
    version: () => {
      version ??= readFile(file).then(digest, () => 'none');
      return version;
    },
  };
}

/** For runs of which no trace is checked. */
export const noReference: Reference = { keys: async () => () => undefined, version: async () => 'none' };

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
