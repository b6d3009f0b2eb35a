import * as vscode from 'vscode';
import type { FieldMapping } from '../../core/problem/problem.ts';
import { UserError } from '../../core/userError.ts';
import type { ProblemFileSummary } from '../../protocol/engine.ts';
import { problemFileExtensions, viewIds } from '../ids.ts';
import { portable } from '../problemFiles.ts';
import { type Choice, pick } from '../prompts.ts';
import type { CommandTable, Services } from '../services.ts';

type Names = 'addProblemFiles' | 'sampleSelectedFiles' | 'mapFields' | 'copySampleProblems';
type Part = Pick<Services, 'extension' | 'folder' | 'files' | 'engine' | 'settings' | 'refresh'>;

export function fileCommands(services: Part): CommandTable<Names> {
  const { files } = services;
  return {
    async addProblemFiles() {
      const picked = await vscode.window.showOpenDialog({
        title: 'Add Problem Files',
        openLabel: 'Add',
        canSelectMany: true,
        ...(services.folder === null ? {} : { defaultUri: vscode.Uri.file(services.folder) }),
        filters: { 'Problem files': [...problemFileExtensions], 'All files': ['*'] },
      });
      for (const uri of picked ?? []) await files.choose(uri.fsPath, true);
      await services.refresh();
    },
    async sampleSelectedFiles(uri, uris) {
      const paths = selectedPaths(uri, uris);
      if (!paths.length) throw new UserError('Select a problem file in the Explorer, or open one, to sample it.');
      await files.chooseOnly(paths);
      await vscode.commands.executeCommand(`${viewIds.sidebar}.focus`);
      await services.refresh();
      await vscode.commands.executeCommand('traceLoupe.sample');
    },
    async mapFields(path) {
      const file = await pickFile(services, path);
      const mapping = file && (await editMapping(services, file));
      if (!file || !mapping) return;
      const key = portable(services.folder, file.path);
      const others = services.settings.current().fieldMappings;
      files.forget(file.path);
      await services.settings.update('fieldMappings', { ...others, [key]: mapping });
      await services.refresh();
    },
    async copySampleProblems() {
      if (services.folder === null) throw noFolder();
      const from = vscode.Uri.joinPath(services.extension, 'media', 'samples');
      const to = vscode.Uri.joinPath(vscode.Uri.file(services.folder), 'sample-problems');
      const copied: string[] = [];
      for (const [name, type] of await vscode.workspace.fs.readDirectory(from)) {
        if (type !== vscode.FileType.File || !name.startsWith('sample-')) continue;
        const target = vscode.Uri.joinPath(to, name);
        await copyUnlessThere(vscode.Uri.joinPath(from, name), target);
        await files.choose(target.fsPath, true);
        copied.push(name);
      }
      await vscode.commands.executeCommand(`${viewIds.sidebar}.focus`);
      await services.refresh();
      return vscode.window.showInformationMessage(`Copied to sample-problems: ${copied.join(', ')}.`);
    },
  };
}

function noFolder(): UserError {
  return new UserError('Open a folder first: the sample problems are copied into it.', {
    title: 'Open Folder',
    command: 'workbench.action.files.openFolder',
  });
}

/** From the Explorer (the file and the whole selection), or else the file of the active editor. */
function selectedPaths(uri: unknown, uris: unknown): string[] {
  const selection = Array.isArray(uris) && uris.length ? uris : [uri ?? vscode.window.activeTextEditor?.document.uri];
  const files = selection.filter((item) => item instanceof vscode.Uri && item.scheme === 'file') as vscode.Uri[];
  return files.map((file) => file.fsPath);
}

/** A file of the user's own is never written over. */
async function copyUnlessThere(from: vscode.Uri, to: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.copy(from, to, { overwrite: false });
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError && error.code === 'FileExists')) throw error;
  }
}

async function pickFile({ files, engine }: Part, path: unknown): Promise<ProblemFileSummary | undefined> {
  if (typeof path === 'string') {
    return files.list().find((file) => file.path === path) ?? (await engine.readProblemFiles([files.request(path)]))[0];
  }
  if (path instanceof vscode.Uri) return (await engine.readProblemFiles([files.request(path.fsPath)]))[0];
  await files.refresh();
  const listed = files.list().filter((file) => !file.sample);
  if (!listed.length) {
    const remedy = { title: 'Add Problem Files', command: 'addProblemFiles' };
    throw new UserError('There is no problem file to map: add one first.', remedy);
  }
  const choices = listed.map((file) => ({ label: file.file, description: `${file.problems} problems`, value: file }));
  return pick('Map the fields of which file?', choices);
}

const roles: readonly { role: keyof FieldMapping; label: string; detail: string }[] = [
  { role: 'text', label: 'Problem', detail: 'The question' },
  { role: 'answer', label: 'Answer', detail: 'The reference answer, bare or inside a solution (#### or \\boxed)' },
  { role: 'solution', label: 'Solution', detail: 'The worked reference solution' },
  { role: 'options', label: 'Options', detail: 'The texts to choose from: a list, or columns joined by commas' },
  { role: 'context', label: 'Passage', detail: 'What the question is about, put before it' },
  { role: 'id', label: 'Id', detail: 'What names the row' },
  { role: 'level', label: 'Level', detail: 'Its difficulty' },
];

/** Shows every role with its field until the user is content. Undefined: dismissed. */
async function editMapping(services: Part, file: ProblemFileSummary): Promise<FieldMapping | undefined> {
  let summary = file;
  for (;;) {
    const shown = summary;
    const { mapping } = shown;
    const choices: Choice<keyof FieldMapping | 'done'>[] = roles.map(({ role, label, detail }) => ({
      label,
      description: mapping[role] ? `${mapping[role]}${exampleOf(shown, mapping[role])}` : 'none',
      detail,
      value: role,
    }));
    const found = `${shown.problems} problems, ${shown.badRows.length} bad rows`;
    choices.unshift({ label: '$(check) Use this mapping', description: found, value: 'done' });
    const chosen = await pick(`Fields of ${file.file}`, choices, shown.error?.message ?? 'Choose a role to change it');
    if (!chosen) return undefined;
    if (chosen === 'done') return mapping;
    const field = await pickField(shown, chosen);
    if (field === undefined) continue;
    const next = withRole(mapping, chosen, field);
    const [read] = await services.engine.readProblemFiles([{ path: file.path, mapping: next }]);
    summary = read ? { ...read, mapping: read.error ? next : read.mapping } : { ...summary, mapping: next };
  }
}

async function pickField(file: ProblemFileSummary, role: keyof FieldMapping): Promise<string | undefined> {
  const label = roles.find((item) => item.role === role)?.label;
  const fields = file.fields.map((field) => ({ label: field, description: exampleOf(file, field), value: field }));
  return pick(`${label} of ${file.file}`, [{ label: '$(circle-slash) None', value: '' }, ...fields]);
}

function withRole(mapping: FieldMapping, role: keyof FieldMapping, field: string): FieldMapping {
  const { [role]: _, ...others } = mapping;
  return field ? { ...others, [role]: field } : others;
}

function exampleOf({ firstValues }: ProblemFileSummary, field: string): string {
  const value = firstValues?.[field];
  return value ? `: ${value}` : '';
}
