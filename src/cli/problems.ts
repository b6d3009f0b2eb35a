import type { ProblemFileSummary } from '../protocol/engine.ts';
import { readProblemFile } from '../services/importers/problems.ts';
import type { Call, Command } from './command.ts';
import { problemPaths } from './problemPaths.ts';

export const problemsCommand: Command = {
  name: 'problems',
  usage: 'FILE…',
  summary: 'Prints each problem found, as JSON lines; bad rows as errors with file:line:column.',
  example: 'problems gsm8k.jsonl',
  options: {},
  async run(call) {
    let failed = false;
    for (const path of await problemPaths(call)) {
      const { summary, problems } = await readProblemFile({ path }, process.cwd());
      for (const { id, text, answer, kind, source } of problems)
        await call.terminal.result(JSON.stringify({ id, text, answer, kind, source }));
      failed = noteBadRows(call, summary) || failed;
    }
    return failed ? 1 : 0;
  },
};

/** Names each bad row on standard error; true if there was one, or the file could not be read at all. */
export function noteBadRows(call: Call, { file, badRows, error }: ProblemFileSummary): boolean {
  if (error) call.terminal.note(`${file}: ${error.message}`);
  for (const row of badRows) call.terminal.note(`${row.file}:${row.line}:${row.column}: ${row.message}`);
  return error !== undefined || badRows.length > 0;
}
