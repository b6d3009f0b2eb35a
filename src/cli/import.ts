import { basename, resolve } from 'node:path';
import type { Arm } from '../core/trace/trace.ts';
import { UserError } from '../core/userError.ts';
import type { TraceMapping } from '../protocol/engine.ts';
import { importRun } from '../services/engine/importRun.ts';
import { previewTraces } from '../services/importers/traces.ts';
import { freeRunFolder, runIdOf, runsFolder } from '../services/store/runFolder.ts';
import type { Call, Command } from './command.ts';
import { nameBase, onlyFile, pathsOf } from './files.ts';
import { counted } from './table.ts';
import { rolesOf, text } from './values.ts';

const roles: (keyof TraceMapping)[] = [
  'problem',
  'problemId',
  'gold',
  'solution',
  'model',
  'system',
  'seed',
  'promptTokens',
  'completionTokens',
  'options',
];

export const importCommand: Command = {
  name: 'import',
  usage: 'FILE [--out DIR] [--weak NAMES] [--strong NAMES]',
  summary: 'Makes a run of traces that were drawn elsewhere.',
  about: [
    'Reads JSONL, JSON and CSV, plain or .gz: a problem, its gold answer, a solution and a model in each row.',
    `Roles of fields: ${roles.join(', ')}.`,
    'Prints the run folder and what it holds; rows that were left out go to standard error.',
  ],
  example: 'import traces.jsonl.gz --out runs/recorded',
  options: {
    as: { type: 'string', value: 'ROLE=FIELD,…', help: 'auto (default), or fields by hand' },
    out: { type: 'string', value: 'DIR', help: 'the run folder (default: a new one below .trace-loupe/runs)' },
    weak: { type: 'string', value: 'NAMES', help: 'systems of the weak arm, comma-separated (default: the smaller)' },
    strong: { type: 'string', value: 'NAMES', help: 'systems of the strong arm (default: the larger)' },
    name: { type: 'string', value: 'NAME', help: 'name of the run' },
    json: { type: 'boolean', help: 'JSON instead of a sentence' },
  },
  stopsInOrder: true,
  async run(call) {
    const { version, terminal } = call;
    const { signal } = terminal;
    const [file = ''] = await pathsOf(call, [onlyFile(call)]);
    const preview = await previewTraces(file, mappingOf(call), signal);
    const arms = armsOf(call, preview.systems);
    for (const system of preview.systems)
      terminal.note(`${system.name}: ${counted(system.traces, 'trace')}, ${arms[system.name] ?? 'left out'}`);
    const createdAt = new Date().toISOString();
    const name = text(call, 'name') ?? basename(file).replace(/(\.traces)?\.(jsonl|json|csv)(\.gz)?$/i, '');
    const folder = await folderFor(call, createdAt, name);
    const { mapping } = preview;
    const workspace = nameBase(file);
    const report = await importRun({ file, mapping, arms, workspace, folder, name, createdAt, version, signal });
    for (const row of report.badRows) terminal.note(`${row.file}:${row.line}:${row.column}: ${row.message}`);
    for (const note of report.notes) terminal.note(note);
    const { traces, problems, skipped, badRows } = report;
    await terminal.result(
      call.values.json
        ? JSON.stringify({ folder, traces, problems, skipped, badRows: badRows.length })
        : `${folder}: ${counted(traces, 'trace')} of ${counted(problems, 'problem')}`,
    );
    return badRows.length ? 1 : 0;
  },
};

/** Where `--out` says, or a folder of its own in the workspace. */
async function folderFor(call: Call, createdAt: string, name: string): Promise<string> {
  const out = text(call, 'out');
  return out ? resolve(out) : (await freeRunFolder(runsFolder(process.cwd()), runIdOf(createdAt, name))).path;
}

function mappingOf(call: Call): TraceMapping | undefined {
  return text(call, 'as') === 'auto' ? undefined : rolesOf(call, 'as', roles);
}

function armsOf(call: Call, systems: { name: string; suggestedArm: Arm }[]): Record<string, Arm> {
  const named = (arm: Arm) =>
    text(call, arm)
      ?.split(',')
      .map((name) => name.trim());
  const [weak, strong] = [named('weak'), named('strong')];
  if (!weak && !strong) return Object.fromEntries(systems.map(({ name, suggestedArm }) => [name, suggestedArm]));
  for (const name of [...(weak ?? []), ...(strong ?? [])]) {
    if (systems.some((system) => system.name === name)) continue;
    throw new UserError(
      `The file has no system "${name}": there are ${systems.map((system) => system.name).join(', ')}.`,
    );
  }
  const chosen = (names: string[] | undefined, arm: Arm) => (names ?? []).map((name) => [name, arm] as const);
  return Object.fromEntries([...chosen(weak, 'weak'), ...chosen(strong, 'strong')]);
}
