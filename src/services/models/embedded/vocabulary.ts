import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../../../core/userError.ts';
import { tokenPattern } from './tokenizer.ts';

/** The words of the embedded models, read from the heads of their weights without loading them. */
export interface Vocabularies {
  /** @param model as in the settings: `weak` or `strong`. Rejects with a `UserError` where the weights can't be read. */
  of(model: string): Promise<ReadonlySet<string>>;
}

/** @param folder of the weights, `media/models`. Each file is read once; one that can't be read is tried again. */
export function createVocabularies(folder: string): Vocabularies {
  const known = new Map<string, Promise<ReadonlySet<string>>>();
  return {
    of: (model) => {
      const words = known.get(model) ?? readVocabulary(join(folder, `${model}.tlm`));
      known.set(model, words);
      words.catch(() => known.delete(model));
      return words;
    },
  };
}

/** The tokens in the header of a `.tlm` file. @throws UserError where it is missing or no such file. */
export async function readVocabulary(file: string): Promise<ReadonlySet<string>> {
  try {
    const { vocab } = JSON.parse(await readHeaderText(file)) as { vocab?: unknown };
    if (!Array.isArray(vocab) || !vocab.every((word) => typeof word === 'string')) throw new Error('it lists no words');
    return new Set(vocab);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const what = missing ? 'are missing' : `can't be read (${(error as Error).message})`;
    throw new UserError(
      `The weights of embedded:${basename(file, '.tlm')} ${what}: install Trace Loupe again, or choose another model. The file is ${file}.`,
    );
  }
}

/** The first word, digit or sign that is not in the vocabulary; null where all are. */
export function firstUnknownWord(text: string, vocabulary: ReadonlySet<string>): string | null {
  for (const [token] of text.matchAll(tokenPattern)) if (!vocabulary.has(token)) return token;
  return null;
}

/** Magic, length of the header in 32 bits, header. */
async function readHeaderText(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const start = Buffer.alloc(8);
    await handle.read(start, 0, start.length, 0);
    const length = start.readUInt32LE(4);
    if (start.toString('latin1', 0, 4) !== 'TLM2' || length > mostHeaderBytes) throw new Error('it holds no weights');
    const header = Buffer.alloc(length);
    const { bytesRead } = await handle.read(header, 0, length, start.length);
    return header.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

const mostHeaderBytes = 2 ** 20;
