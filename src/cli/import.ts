import { basename, join, resolve } from 'node:path';
import type { Arm } from '../core/trace/trace.ts';
import { UserError } from '../core/userError.ts';
import type { TraceMapping } from '../protocol/engine.ts';
import { importRun } from '../services/engine/importRun.ts';
import { previewTraces } from '../services/importers/traces.ts';
import { runIdOf, runsFolder } from '../services/store/runFolder.ts';
import type { Call, Command } from './command.ts';
import { onlyFile } from './lines.ts';
import { count } from './table.ts';
import { text } from './values.ts';

export const importCommand: Command = {
  name: 'import',
  usage: 'FILE [--out DIR] [--weak NAMES] [--strong NAMES]',
  summary: 'Makes a run of traces that were drawn elsewhere (JSONL, JSON or CSV, plain or .gz).',
  example: 'import traces.jsonl.gz --out runs/recorded',
  options: {
    as: { type: 'string', help: 'auto (default), or role=field pairs: solution=output,gold=target …' },
    out: { type: 'string', help: 'the run folder (default: one below .trace-loupe/runs)' },
    weak: { type: 'string', help: 'systems of the weak arm, comma-separated (default: the smaller half)' },
    strong: { type: 'string', help: 'systems of the strong arm (default: the larger half)' },
    name: { type: 'string', help: 'name of the run' },
  },
  async run(call) {
    const file = resolve(onlyFile(call));
    const preview = await previewTraces(file, mappingOf(call), call.terminal.signal);
    const arms = armsOf(call, preview.systems);
    for (const { name, traces } of preview.systems)
      call.terminal.note(`${name}: ${count(traces)} traces, ${arms[name] ?? 'left out'}`);
    const createdAt = new Date().toISOString();
    const name = text(call, 'name') ?? basename(file).replace(/(\.traces)?\.(jsonl|json|csv)(\.gz)?$/, '');
    const folder = resolve(text(call, 'out') ?? join(runsFolder(process.cwd()), runIdOf(createdAt, name)));
    const { mapping } = preview;
    const { version, terminal } = call;
    const workspace = process.cwd();
    const report = await importRun({
      file,
      mapping,
      arms,
      workspace,
      folder,
      name,
      createdAt,
      version,
      signal: terminal.signal,
    });
    for (const row of report.badRows) terminal.note(`${row.file}:${row.line}:${row.column}: ${row.message}`);
    for (const note of report.notes) terminal.note(note);
    await terminal.result(`${folder}: ${count(report.traces)} traces of ${count(report.problems)} problems`);
    return report.badRows.length ? 1 : 0;
  },
};

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

function mappingOf(call: Call): TraceMapping | undefined {
  const said = text(call, 'as');
  if (said === undefined || said === 'auto') return undefined;
  return Object.fromEntries(
    said.split(',').map((pair) => {
      const [role = '', field = ''] = pair.split('=');
      if (!field || !roles.includes(role as keyof TraceMapping))
        throw new UserError(`--as ${said}: "${pair}" is not ROLE=FIELD with one of the roles ${roles.join(', ')}.`);
      return [role, field];
    }),
  );
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
