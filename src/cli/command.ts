import type { Readable } from 'node:stream';
import type { ParseArgsConfig } from 'node:util';

/** One command of the command line: one file, one line in the table of `src/cli.ts`. */
export interface Command {
  name: string;
  /** What follows the name in the usage line, e.g. `FILE… --weak M --strong M`. */
  usage: string;
  /** What it does, one line. */
  summary: string;
  /** What it reads and prints, where the summary does not tell: lines of help. */
  about?: readonly string[];
  /** A call that works, without the program's name. */
  example: string;
  options: Record<string, Option>;
  /** It heeds `Terminal.signal` and leaves things in order; the others, which only read and print, simply end. */
  stopsInOrder?: true;
  /** Resolves with the exit status: 0 done, 1 some rows failed, 2 a file is of the wrong kind. Throws a `UserError` when the call is wrong. */
  run(call: Call): Promise<0 | 1 | 2>;
}

export type Option = NonNullable<ParseArgsConfig['options']>[string] & {
  help: string;
  /** What its value is called in the help, e.g. `DIR`. */
  value?: string;
};

/** A parsed call and what a command may reach of the world outside. */
export interface Call {
  files: string[];
  values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  terminal: Terminal;
  environment: Record<string, string | undefined>;
  version: string;
  /** The folder of what ships beside the code: embedded models, their problems' keys. */
  media: string;
}

export interface Terminal {
  /** One line of results, to standard output. Resolves when more may be written (a slow reader holds us back). */
  result(line: string): Promise<void>;
  /** Progress, warnings and errors, to standard error. */
  note(line: string): void;
  /** Progress that replaces the line before it; nothing where standard error is no terminal. */
  progress(line: string): void;
  input: Readable;
  /** Aborted by Ctrl-C and by SIGTERM. */
  signal: AbortSignal;
}
