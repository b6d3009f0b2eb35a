import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defaultPolicy, type ExportFormat, exportFormats, type SelectionPolicy } from '../core/curate/policy.ts';
import { UserError } from '../core/userError.ts';
import { exportRun } from '../services/engine/outcomes.ts';
import { readPolicy } from '../services/exporters/policy.ts';
import { traceFiles } from '../services/store/runFolder.ts';
import type { Call, Command } from './command.ts';
import { readRun } from './runs.ts';
import { count, counted } from './table.ts';
import { required, text } from './values.ts';

export const exportCommand: Command = {
  name: 'export',
  usage: 'RUN --format NAME… [--policy FILE] --out DIR',
  summary: 'Writes the selection, a manifest and a dataset card; the same inputs give the same bytes.',
  about: ['Prints the files written. A policy file holds the fields that differ from these:', ...policyLines()],
  example: 'export runs/first --format openai-chat --format dpo --out data/first',
  options: {
    format: { type: 'string', multiple: true, value: 'NAME…', help: exportFormats.join(', ') },
    policy: { type: 'string', value: 'FILE', help: 'JSON file that says what to keep' },
    out: { type: 'string', value: 'DIR', help: 'the folder to write: a new one, or an earlier export of the same run' },
    json: { type: 'boolean', help: 'JSON instead of file names' },
  },
  async run(call) {
    // `--format openai-chat dpo`: names that follow are formats too; the run comes first.
    const extra = call.files.slice(1);
    const formats = formatsOf([call.values.format ?? [], extra].flat() as string[]);
    const out = resolve(required(call, 'out', 'the folder to write'));
    const policy = await policyOf(call);
    await using read = await readRun({ ...call, files: call.files.slice(0, 1) });
    const { run, annotations } = read;
    const names = ['run.json', 'problems.jsonl', ...(await traceFiles(run.folder))];
    const inputs = [...names.map((name) => ({ name, path: join(run.folder, name) })), ...annotations.files(run.run.id)];
    const result = await exportRun(run, { formats, policy, folder: out, inputs });
    const { folder, files, counts } = result;
    if (call.values.json) await call.terminal.result(JSON.stringify(result));
    else for (const file of files) await call.terminal.result(join(folder, file));
    call.terminal.note(
      `${count(counts.kept)} of ${counted(counts.traces, 'trace')} kept, ${counted(counts.pairs, 'pair')}.`,
    );
    return 0;
  },
};

/** The default policy as JSON, in lines that fit a terminal. */
function policyLines(): string[] {
  const fields = Object.entries(defaultPolicy).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
  return [`  { ${fields.slice(0, 4).join(', ')},`, `    ${fields.slice(4).join(', ')} }`];
}

function formatsOf(names: string[]): ExportFormat[] {
  const unknown = names.find((name) => !exportFormats.includes(name as ExportFormat));
  if (unknown !== undefined || !names.length)
    throw new UserError(
      `${unknown === undefined ? '--format is missing' : `There is no format "${unknown}"`}: use ${exportFormats.join(', ')}.`,
    );
  return exportFormats.filter((format) => names.includes(format));
}

async function policyOf(call: Call): Promise<SelectionPolicy> {
  const file = text(call, 'policy');
  if (file === undefined) return defaultPolicy;
  const source = await readFile(file, 'utf8').catch(() => {
    throw new UserError(`The policy file ${file} can't be read: name another with --policy.`);
  });
  try {
    return readPolicy(JSON.parse(source), file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${file} is not valid JSON: ${(error as Error).message}.`);
  }
}
