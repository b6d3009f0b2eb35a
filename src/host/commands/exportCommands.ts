import * as vscode from 'vscode';
import {
  defaultPolicy,
  type ExportFormat,
  type SelectionCounts,
  type SelectionPolicy,
} from '../../core/curate/policy.ts';
import type { ExportResult, RunSummary } from '../../protocol/engine.ts';
import { pickRun } from '../pickRun.ts';
import { ask, type Choice, pick } from '../prompts.ts';
import type { CommandTable, Services } from '../services.ts';

type Part = Pick<Services, 'engine' | 'viewers' | 'dashboards'>;

export function exportCommands(services: Part): CommandTable<'exportRun'> {
  return {
    async exportRun(argument) {
      const summary = await pickRun(services, argument, 'Export which run?');
      if (!summary) return;
      const formats = await pickFormats();
      if (!formats?.length) return;
      const policy = await pickPolicy(services, summary);
      const folder = policy && (await pickFolder(summary));
      if (!policy || !folder) return;
      const location = vscode.ProgressLocation.Notification;
      const title = `Exporting ${summary.run.name}…`;
      const result = await vscode.window.withProgress({ location, title }, () =>
        services.engine.exportRun(summary.run.id, formats, policy, folder.fsPath),
      );
      void tellResult(result);
    },
  };
}

async function pickFormats(): Promise<ExportFormat[] | undefined> {
  const choices = formats.map((choice) => ({ ...choice, picked: choice.value === 'openai-chat' }));
  const title = 'Export (1 of 3): formats';
  const picked = await vscode.window.showQuickPick(choices, { title, canPickMany: true });
  return picked?.map((choice) => choice.value);
}

const formats: readonly Choice<ExportFormat>[] = [
  { label: 'OpenAI chat', description: 'JSONL with messages', value: 'openai-chat' },
  { label: 'Prompt and completion', description: 'JSONL with prompt, completion', value: 'prompt-completion' },
  { label: 'Preference pairs (DPO)', description: 'sound and correct over unsound or incorrect', value: 'dpo' },
];

const presets: readonly { label: string; change: Partial<SelectionPolicy> }[] = [
  { label: 'Correct, unless flagged or judged unsound', change: {} },
  { label: 'Correct and judged sound by a person', change: { soundness: 'soundOnly' } },
  { label: 'Correct, unless judged unsound', change: { soundness: 'notUnsound' } },
  { label: 'All correct answers, whatever their reasoning', change: { soundness: 'any', onePerPath: false } },
];

/** A preset with its counts, then its details, each change counted anew. Undefined: dismissed. */
async function pickPolicy({ engine }: Pick<Part, 'engine'>, { run }: RunSummary): Promise<SelectionPolicy | undefined> {
  const policies = presets.map(({ change }) => ({ ...defaultPolicy, ...change }));
  const counts = await Promise.all(policies.map((policy) => engine.previewSelection(run.id, policy)));
  const choices = presets.map(({ label }, index) => ({
    label,
    description: countsText(counts[index]),
    value: policies[index] ?? defaultPolicy,
  }));
  let policy = await pick('Export (2 of 3): which traces are fit to train on?', choices);
  while (policy) {
    const current: SelectionPolicy = policy;
    const kept = await engine.previewSelection(run.id, current);
    const title = 'Export (2 of 3): details';
    const detail = await pick<keyof SelectionPolicy | 'go'>(title, detailChoices(current, kept), droppedText(kept));
    if (detail === 'go' || !detail) return detail && current;
    policy = (await changeDetail(current, detail)) ?? current;
  }
  return undefined;
}

function detailChoices(policy: SelectionPolicy, counts: SelectionCounts): Choice<keyof SelectionPolicy | 'go'>[] {
  return [
    { label: '$(check) Choose the folder…', description: countsText(counts), detail: droppedText(counts), value: 'go' },
    { label: 'Arms', description: policy.arms.join(' and '), value: 'arms' },
    { label: 'Answers', description: policy.verdicts.join(', '), value: 'verdicts' },
    { label: 'Reasoning', description: soundnessTitles[policy.soundness], value: 'soundness' },
    { label: 'One per path', description: policy.onePerPath ? 'yes' : 'no', value: 'onePerPath' },
    { label: 'Most per problem', description: String(policy.capPerProblem ?? 'no cap'), value: 'capPerProblem' },
    { label: 'Cut-off traces', description: policy.keepTruncated ? 'kept' : 'dropped', value: 'keepTruncated' },
    { label: 'Split by problem', description: policy.split ? splitText(policy.split) : 'one file', value: 'split' },
    { label: 'Seed', description: String(policy.seed), detail: 'Decides the split and the duplicates', value: 'seed' },
  ];
}

const soundnessTitles: Record<SelectionPolicy['soundness'], string> = {
  any: 'not looked at',
  notUnsound: 'not judged unsound',
  unflagged: 'neither judged unsound nor flagged',
  soundOnly: 'judged sound',
};

async function changeDetail(
  policy: SelectionPolicy,
  detail: keyof SelectionPolicy,
): Promise<SelectionPolicy | undefined> {
  switch (detail) {
    case 'onePerPath':
    case 'keepTruncated':
      return { ...policy, [detail]: !policy[detail] };
    case 'arms':
      return withList(policy, 'arms', ['weak', 'strong']);
    case 'verdicts':
      return withList(policy, 'verdicts', ['correct', 'incorrect', 'ungradable']);
    case 'soundness': {
      const choices = Object.entries(soundnessTitles).map(([value, label]) => ({ label, value }));
      const soundness = (await pick('Reasoning', choices)) as SelectionPolicy['soundness'] | undefined;
      return soundness && { ...policy, soundness };
    }
    case 'capPerProblem': {
      const cap = await askWhole('Most traces per problem', 'Empty for no cap', policy.capPerProblem, 1);
      return cap === undefined ? undefined : { ...policy, capPerProblem: cap };
    }
    case 'seed': {
      const seed = await askWhole('Seed', 'A whole number', policy.seed, 0);
      return seed === undefined ? undefined : { ...policy, seed: seed ?? 0 };
    }
    case 'split': {
      const split = await pick('Split by problem', splits);
      return split && { ...policy, split: split.shares };
    }
  }
}

const splits: Choice<{ shares: Record<string, number> | null }>[] = [
  { label: 'One file', value: { shares: null } },
  { label: '90 % train, 10 % validation', value: { shares: { train: 0.9, validation: 0.1 } } },
  { label: '80 % train, 10 % validation, 10 % test', value: { shares: { train: 0.8, validation: 0.1, test: 0.1 } } },
];

async function withList<Field extends 'arms' | 'verdicts'>(
  policy: SelectionPolicy,
  field: Field,
  all: SelectionPolicy[Field][number][],
): Promise<SelectionPolicy | undefined> {
  const chosen: readonly string[] = policy[field];
  const items = all.map((value) => ({ label: value, picked: chosen.includes(value), value }));
  const picked = await vscode.window.showQuickPick(items, { canPickMany: true, title: `Keep which ${field}?` });
  return picked?.length ? { ...policy, [field]: picked.map((item) => item.value) } : undefined;
}

/** Undefined: dismissed; null: left empty. */
async function askWhole(title: string, prompt: string, value: number | null, least: number) {
  const check = (text: string) =>
    text === '' || (/^\d{1,9}$/.test(text) && Number(text) >= least)
      ? undefined
      : `Write a whole number from ${least}.`;
  const answer = await ask(title, { prompt, value: value === null ? '' : String(value), check });
  return answer === undefined ? undefined : answer === '' ? null : Number(answer);
}

/** A new folder inside the one that is picked, so that nothing is written among other files. */
async function pickFolder({ run }: RunSummary): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: 'Export (3 of 3): the folder to write to',
    openLabel: 'Export Here',
    canSelectFiles: false,
    canSelectFolders: true,
    defaultUri: vscode.workspace.workspaceFolders?.[0]?.uri,
  });
  return picked?.[0] && vscode.Uri.joinPath(picked[0], `${run.id}-export`);
}

async function tellResult({ folder, files, counts }: ExportResult): Promise<void> {
  const open = 'Open Folder';
  const card = files.find((file) => /readme/i.test(file));
  const actions = card ? ['Open Dataset Card', open] : [open];
  const message = `${countsText(counts)} exported to ${folder.split(/[\\/]/).at(-1)} in ${files.length} files.`;
  const choice = await vscode.window.showInformationMessage(message, ...actions);
  const uri = vscode.Uri.file(folder);
  if (choice === open) {
    const isLocal = vscode.env.uiKind === vscode.UIKind.Desktop && !vscode.env.remoteName;
    await vscode.commands.executeCommand(isLocal ? 'revealFileInOS' : 'revealInExplorer', uri);
  } else if (choice && card) {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.joinPath(uri, card));
  }
}

function countsText(counts: SelectionCounts | undefined): string {
  if (!counts) return '';
  const { kept, problemsKept, pairs } = counts;
  return `${plural(kept, 'trace')} of ${plural(problemsKept, 'problem')}, ${plural(pairs, 'pair')}`;
}

function droppedText({ traces, dropped }: SelectionCounts): string {
  const reasons = Object.entries(dropped).filter(([, number]) => number > 0);
  const names = reasons.map(([reason, number]) => `${count(number)} ${dropReasons[reason as keyof typeof dropped]}`);
  return `Of ${count(traces)} traces: ${names.join(', ') || 'none dropped'}`;
}

const dropReasons: Record<keyof SelectionCounts['dropped'], string> = {
  arm: 'of another arm',
  verdict: 'by their answer',
  truncated: 'cut off',
  soundness: 'by their reasoning',
  badProblem: 'of bad problems',
  duplicatePath: 'with a path kept already',
  cap: 'over the cap',
};

const splitText = (split: Record<string, number>) =>
  Object.entries(split)
    .map(([name, share]) => `${Math.round(share * 100)} % ${name}`)
    .join(', ');
const count = (value: number) => value.toLocaleString('en');
const plural = (value: number, noun: string) => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
