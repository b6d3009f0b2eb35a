import type { FieldMapping } from '../core/problem/problem.ts';
import { UserError } from '../core/userError.ts';
import type { ProblemFileRequest, ProblemFileSummary } from '../protocol/engine.ts';
import { type ProblemFile, readProblemFile } from '../services/importers/problems.ts';
import type { Call, Command, Option } from './command.ts';
import { nameBase, pathsOf } from './files.ts';
import { rolesOf } from './values.ts';

export const problemFileOptions: Record<string, Option> = {
  map: { type: 'string', value: 'ROLE=FIELD,…', help: 'fields by hand: text, answer, solution, options, id, level' },
};

export const problemsCommand: Command = {
  name: 'problems',
  usage: 'FILE…',
  summary: 'Prints each problem found; bad rows as errors with file:line:column.',
  about: [
    'Reads JSONL, JSON, CSV, YAML and Markdown, plain or .gz; field names are recognised.',
    'Prints {"id", "text", "answer", "kind", "options"?, "source": {"file", "line"}} for each problem.',
  ],
  example: 'problems gsm8k.jsonl',
  options: problemFileOptions,
  async run(call) {
    let status: 0 | 1 | 2 = 0;
    for (const request of await problemFiles(call)) {
      const { summary, problems } = await readProblems(request);
      for (const { id, text, answer, kind, options, source } of problems)
        await call.terminal.result(JSON.stringify({ id, text, answer, kind, options, source }));
      if (noteBadRows(call, summary) && status === 0) status = 1;
      if (!summary.error) continue;
      call.terminal.note(`trace-loupe: ${summary.error.message}`);
      status = 2;
    }
    return status;
  },
};

/** The problem files that the call names, with the roles it gives their fields. */
export async function problemFiles(call: Call): Promise<ProblemFileRequest[]> {
  if (!call.files.length) throw new UserError('Name a problem file, or - for standard input.');
  const mapping: FieldMapping = rolesOf(call, 'map', [
    'text',
    'context',
    'answer',
    'solution',
    'options',
    'id',
    'level',
  ]);
  const paths = await pathsOf(call, call.files);
  return paths.map((path) => (Object.keys(mapping).length ? { path, mapping } : { path }));
}

/** Reads a problem file, naming it as seen from here. */
export function readProblems(request: ProblemFileRequest): Promise<ProblemFile> {
  return readProblemFile(request, nameBase(request.path));
}

/** Names each bad row on standard error; true if there was one. */
export function noteBadRows(call: Call, { badRows }: ProblemFileSummary): boolean {
  for (const row of badRows) call.terminal.note(`${row.file}:${row.line}:${row.column}: ${row.message}`);
  return badRows.length > 0;
}
