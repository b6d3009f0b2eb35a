import * as vscode from 'vscode';
import type { Arm } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';
import type { ImportPreview, ImportResult, TraceMapping } from '../../protocol/engine.ts';
import { type Choice, pick } from '../prompts.ts';
import type { CommandTable, Services } from '../services.ts';

type Names = 'importTraces' | 'tryRecordedSample';
type Part = Pick<Services, 'extension' | 'folder' | 'engine' | 'viewers' | 'refresh'>;

export function importCommands(services: Part): CommandTable<Names> {
  return {
    async importTraces(uri) {
      const file = uri instanceof vscode.Uri ? uri : await pickTraceFile(services.folder);
      if (!file) return;
      const plan = await planImport(services, file.fsPath);
      if (plan) await runImport(services, file.fsPath, plan.preview.mapping, plan.arms);
    },
    async tryRecordedSample() {
      const file = vscode.Uri.joinPath(services.extension, 'media', 'samples', 'recorded-traces.jsonl').fsPath;
      const preview = await services.engine.previewImport(file);
      await runImport(services, file, preview.mapping, suggestedArms(preview));
    },
  };
}

type Arms = Record<string, Arm>;

async function pickTraceFile(folder: string | null): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: 'Import Recorded Traces',
    openLabel: 'Import',
    ...(folder === null ? {} : { defaultUri: vscode.Uri.file(folder) }),
    filters: { Traces: ['jsonl', 'json', 'csv', 'gz'], 'All files': ['*'] },
  });
  return picked?.[0];
}

const roles: readonly { role: keyof TraceMapping; label: string; detail: string }[] = [
  { role: 'problem', label: 'Problem', detail: 'The question' },
  { role: 'gold', label: 'Gold answer', detail: 'The reference answer' },
  { role: 'solution', label: 'Solution', detail: 'What the model wrote' },
  { role: 'model', label: 'Model', detail: 'Which model wrote it' },
  { role: 'system', label: 'Method', detail: 'What else tells systems apart' },
  { role: 'problemId', label: 'Problem id', detail: 'What names the problem' },
  { role: 'completionTokens', label: 'Generated tokens', detail: 'For the compute spent' },
  { role: 'promptTokens', label: 'Prompt tokens', detail: 'For the price' },
  { role: 'seed', label: 'Seed', detail: '' },
  { role: 'options', label: 'Options', detail: 'Of multiple choice' },
];

type Step = { kind: 'import' } | { kind: 'role'; role: keyof TraceMapping } | { kind: 'system'; name: string };

/** Shows how the file would be read until the user is content. Undefined: dismissed. */
async function planImport(
  { engine }: Pick<Part, 'engine'>,
  file: string,
): Promise<{ preview: ImportPreview; arms: Arms } | undefined> {
  let preview = await engine.previewImport(file);
  let arms = suggestedArms(preview);
  for (;;) {
    const title = `Import ${file.split(/[\\/]/).at(-1)}`;
    const step = await pick<Step>(title, importChoices(preview, arms), 'Choose a line to change it');
    if (!step) return undefined;
    if (step.kind === 'import') {
      if (Object.keys(arms).length) return { preview, arms };
      void vscode.window.showWarningMessage('Name the arm of at least one system, else nothing is imported.');
    } else if (step.kind === 'system') {
      arms = await changeArm(arms, step.name);
    } else {
      const field = await pickField(preview, step.role);
      if (field === undefined) continue;
      const { [step.role]: _, ...others } = preview.mapping;
      const before = preview.systems;
      preview = await engine.previewImport(file, field ? { ...others, [step.role]: field } : others);
      // Other systems: the arms named so far are of no use.
      if (JSON.stringify(before) !== JSON.stringify(preview.systems)) arms = suggestedArms(preview);
    }
  }
}

function importChoices(preview: ImportPreview, arms: Arms): Choice<Step>[] {
  const { mapping, systems } = preview;
  const first = preview.rows[0];
  const examples: Partial<Record<keyof TraceMapping, string>> = {
    problem: first?.problem,
    gold: first?.gold,
    solution: first?.solution,
    model: first?.system,
  };
  const traces = systems.filter(({ name }) => arms[name]).reduce((sum, system) => sum + system.traces, 0);
  return [
    { label: '$(check) Import', description: `${traces.toLocaleString('en')} traces`, value: { kind: 'import' } },
    separator('Systems'),
    ...systems.map(({ name, traces }) => ({
      label: `$(${arms[name] ? 'circle-filled' : 'circle-outline'}) ${name}`,
      description: `${traces.toLocaleString('en')} traces · ${arms[name] ? `${arms[name]} arm` : 'left out'}`,
      value: { kind: 'system' as const, name },
    })),
    separator('Fields'),
    ...roles.map(({ role, label, detail }) => ({
      label,
      description: mapping[role] ?? 'none',
      detail: mapping[role] && examples[role] ? cut(examples[role]) : detail,
      value: { kind: 'role' as const, role },
    })),
  ];
}

async function changeArm(arms: Arms, name: string): Promise<Arms> {
  const arm = await pick<Arm | 'none'>(`${name} is`, [
    { label: 'Weak', description: 'the small, cheap model', value: 'weak' },
    { label: 'Strong', description: 'the large, expensive model', value: 'strong' },
    { label: 'Left out', value: 'none' },
  ]);
  if (!arm) return arms;
  const { [name]: _, ...others } = arms;
  return arm === 'none' ? others : { ...others, [name]: arm };
}

function pickField(preview: ImportPreview, role: keyof TraceMapping): Promise<string | undefined> {
  const label = roles.find((item) => item.role === role)?.label ?? role;
  const fields = preview.fields.map((field) => ({ label: field, value: field }));
  return pick(`${label}: which field?`, [{ label: '$(circle-slash) None', value: '' }, ...fields]);
}

async function runImport(services: Part, file: string, mapping: TraceMapping, arms: Arms): Promise<void> {
  const location = vscode.ProgressLocation.Notification;
  const title = 'Importing traces…';
  const result = await vscode.window.withProgress({ location, title }, () =>
    services.engine.importTraces(file, mapping, arms),
  );
  await services.refresh();
  services.viewers.open(await services.engine.runSummary(result.run));
  void vscode.window.showInformationMessage(importSentence(result));
}

function importSentence({ traces, badRows }: ImportResult): string {
  const done = `${traces.toLocaleString('en')} traces are imported.`;
  const [first] = badRows;
  if (!first) return done;
  const place = `${first.file}:${first.line}`;
  return `${done} ${badRows.length.toLocaleString('en')} rows could not be read; the first is ${place}: ${first.message}`;
}

function suggestedArms({ systems }: ImportPreview): Arms {
  if (!systems.length)
    throw new UserError('No traces were found in this file: it needs a problem and a solution per row.');
  return Object.fromEntries(systems.map(({ name, suggestedArm }) => [name, suggestedArm]));
}

function separator(label: string): Choice<Step> {
  return { label, kind: vscode.QuickPickItemKind.Separator, value: { kind: 'import' } };
}

const cut = (text: string) => (text.length > 120 ? `${text.slice(0, 119)}…` : text).replace(/\s+/g, ' ');
