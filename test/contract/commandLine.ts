import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

/** What a finished call left. */
export interface Finished {
  /** Null where a signal ended it. */
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  pid: number;
  kill(signal: NodeJS.Signals): void;
  /** What it has printed so far. */
  printed(): Finished;
  done: Promise<Finished>;
}

export interface CallOptions {
  /** Standard input; empty where absent. */
  input?: string | Uint8Array;
  env?: Record<string, string>;
  /** Where it is called; default the scratch folder. */
  cwd?: string;
}

/** The built command line, and a folder to call it in. */
export interface CommandLine {
  folder: string;
  /** Writes a file below the folder and resolves with its path. */
  file(name: string, content: string | Uint8Array): Promise<string>;
  call(args: readonly string[], options?: CallOptions): Promise<Finished>;
  start(args: readonly string[], options?: CallOptions): Running;
  remove(): Promise<void>;
}

/** Builds `src/cli.ts` into a scratch folder (the one in `dist/` may be stale), as it ships: one call then takes a tenth of a second. */
export async function buildCommandLine(): Promise<CommandLine> {
  const scratch = await mkdtemp(join(tmpdir(), 'tl-cli-'));
  const folder = join(scratch, 'workspace');
  const program = join(scratch, 'dist/cli.js');
  await mkdir(folder);
  await copyFile(join(root, 'package.json'), join(scratch, 'package.json'));
  await mkdir(join(scratch, 'media/models'), { recursive: true });
  await copyFile(join(root, 'test/fixtures/embedded/handmade-keys.jsonl'), join(scratch, 'media/models/keys.jsonl'));
  for (const weights of ['models/weak.tlm', 'models/strong.tlm'])
    await copyFile(join(root, 'media', weights), join(scratch, 'media', weights));
  await build({
    entryPoints: [join(root, 'src/cli.ts'), join(root, 'src/embedded.ts')],
    outdir: dirname(program),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  const start = (args: readonly string[], options?: CallOptions) =>
    startProcess(program, args, { cwd: folder, ...options });
  return {
    folder,
    start,
    call: (args, options) => start(args, options).done,
    file: async (name, content) => {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      return path;
    },
    remove: () => rm(scratch, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function startProcess(program: string, args: readonly string[], { input = '', env, cwd }: CallOptions): Running {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  const finished: Finished = { status: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (finished.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (finished.stderr += text));
  // It may end before it has read its input.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const done = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(Object.assign(finished, { status })));
  });
  return { pid: child.pid ?? 0, kill: (signal) => child.kill(signal), printed: () => finished, done };
}

/** Each line of JSON Lines, parsed. */
export function parseLines<T = Record<string, unknown>>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
