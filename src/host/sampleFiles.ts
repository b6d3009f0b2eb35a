import { basename, join } from 'node:path';

/**
 * The problem files in the box, which the embedded models can read. Where they lie changes with every version of the extension,
 * so they are remembered, and named in runs, by a token that stays: `sample:word-problems.jsonl`.
 */
export interface SampleFiles {
  /** Absolute, in the order to offer them; the first is what a new user samples. */
  paths: readonly string[];
  /** Undefined where the path is none of them. */
  tokenOf(path: string): string | undefined;
  pathOf(token: string): string | undefined;
}

/** @param folder `media/samples` of the installed extension. */
export function createSampleFiles(folder: string): SampleFiles {
  const paths = sampleNames.map((name) => join(folder, name));
  return {
    paths,
    tokenOf: (path) => (paths.includes(path) ? `${tokenStart}${basename(path)}` : undefined),
    pathOf: (token) => paths.find((path) => token === `${tokenStart}${basename(path)}`),
  };
}

/** Of another version, the file may be gone: then it is still no path. */
export function isSampleToken(file: string): boolean {
  return file.startsWith(tokenStart);
}

const tokenStart = 'sample:';
const sampleNames = ['word-problems.jsonl', 'word-problems-more.jsonl'];
