import type { Terminal } from './command.ts';

/** What a shell expects of a program that Ctrl-C ended: 128 + SIGINT. */
export const interrupted = 130;

/**
 * The process's own terminal. Ctrl-C ends the process at once, or, where the command `stopsInOrder`, aborts the signal; a second
 * Ctrl-C then ends it.
 */
export function openTerminal(stopsInOrder: boolean): Terminal & { close(): void } {
  const controller = new AbortController();
  let progressShown = false;
  const clearProgress = () => {
    if (progressShown) process.stderr.write('\r\x1b[K');
    progressShown = false;
  };
  const interrupt = () => {
    if (stopsInOrder && !controller.signal.aborted) return controller.abort();
    clearProgress();
    process.exit(interrupted);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  // The reader of a pipe (`| head`) may leave first; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
  return {
    signal: controller.signal,
    input: process.stdin,
    result: (line) => {
      clearProgress();
      if (process.stdout.write(`${line}\n`)) return written;
      return new Promise((resolve) => process.stdout.once('drain', resolve));
    },
    note: (line) => {
      clearProgress();
      process.stderr.write(`${line}\n`);
    },
    progress: (line) => {
      if (!process.stderr.isTTY) return;
      process.stderr.write(`\r\x1b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
      progressShown = true;
    },
    close: () => {
      clearProgress();
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}

const written = Promise.resolve();
