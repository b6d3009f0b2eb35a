import type { Keys } from './keys.ts';
import { originOf } from './keys.ts';
import { ask } from './prompts.ts';

/** Asks for the key of a server and keeps it for that origin alone. False: dismissed. */
export async function askForKey(keys: Pick<Keys, 'set'>, baseUrl: string): Promise<boolean> {
  const origin = originOf(baseUrl);
  const key = await ask(`API key for ${origin}`, {
    prompt: `Kept in the editor's secret storage and sent to ${origin} only. Leave it empty if the server needs none.`,
    password: true,
    check: (value) => (/[^\x21-\x7e]/.test(value) ? 'A key has no spaces and only ASCII characters.' : undefined),
  });
  if (key === undefined) return false;
  await keys.set(baseUrl, key);
  return true;
}
