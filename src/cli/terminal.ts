import type { Terminal } from './command.ts';

/** The process's own terminal. Ctrl-C aborts once, in order; a second Ctrl-C ends the process at once. */
export function openTerminal(): Terminal & { close(): void } {
  const controller = new AbortController();
  let progressShown = false;
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  const clearProgress = () => {
    if (progressShown) process.stderr.write('\r\x1b[K');
    progressShown = false;
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  // The reader of a pipe (`| head`) may leave first; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
  return {
    signal: controller.signal,
    input: process.stdin,
    result: (line) =>
      new Promise((resolve) => {
        clearProgress();
        process.stdout.write(`${line}\n`, () => resolve());
      }),
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
