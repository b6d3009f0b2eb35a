import * as vscode from 'vscode';
import type { Engine, RunSummary } from '../protocol/engine.ts';
import { prefix, runContexts } from './ids.ts';

/** The Runs tree: newest first. Its rows are what the commands of their menus get as an argument. */
export interface RunsTree {
  children(parent?: RunSummary): Promise<RunSummary[]>;
  item(run: RunSummary): vscode.TreeItem;
}

export function createRunsTree(engine: Pick<Engine, 'listRuns'>): RunsTree {
  return {
    children: async (parent) => (parent ? [] : engine.listRuns()),
    item(summary) {
      const item = new vscode.TreeItem(summary.run.name);
      item.id = summary.run.id;
      item.description = runDescription(summary);
      item.tooltip = tooltip(summary);
      item.iconPath = icon(summary);
      item.contextValue = contextOf(summary);
      item.command = { title: 'Open Viewer', command: `${prefix}.openViewer`, arguments: [summary] };
      item.accessibilityInformation = { label: `${summary.run.name}, ${runDescription(summary)}` };
      return item;
    },
  };
}

/** E.g. `21 Nov 18:40 · 16,000 · 1.00×`. */
export function runDescription(summary: RunSummary): string {
  const { drawn, planned, state } = summary;
  const all = drawn.weak + drawn.strong;
  const unfinished = state === 'running' || state === 'stopping' || state === 'stopped';
  const traces = all.toLocaleString('en');
  const share = unfinished ? `${traces} of ${(planned.weak + planned.strong).toLocaleString('en')}` : traces;
  const ratio = summary.match.ratio === null ? '' : `${summary.match.ratio.toFixed(2)}×`;
  const status = state === 'complete' || state === 'imported' ? '' : state;
  return [dateOf(summary), share, ratio, status].filter(Boolean).join(' · ');
}

function tooltip({ run, drawn, failed, correct, flaggedCorrect, judged, warnings }: RunSummary): string {
  const models = (['weak', 'strong'] as const).map((arm) => {
    const name = run.models[arm]?.name ?? 'none';
    return `${arm}: ${name}, ${drawn[arm]} traces, ${correct[arm]} correct, ${flaggedCorrect[arm]} of them flagged, ${failed[arm]} failed`;
  });
  return [run.name, `${run.problemCount} problems`, ...models, `${judged} judged by people`, ...warnings].join('\n');
}

function icon({ state, warnings }: RunSummary): vscode.ThemeIcon {
  if (warnings.length) return new vscode.ThemeIcon('warning', new vscode.ThemeColor('editorWarning.foreground'));
  return new vscode.ThemeIcon(icons[state]);
}

const icons: Record<RunSummary['state'], string> = {
  running: 'sync~spin',
  stopping: 'sync~spin',
  indexing: 'loading~spin',
  stopped: 'debug-pause',
  complete: 'beaker',
  imported: 'cloud-download',
};

function contextOf({ state, run, drawn, planned }: RunSummary): string {
  if (state === 'running' || state === 'stopping') return runContexts.running;
  const missing = drawn.weak < planned.weak || drawn.strong < planned.strong;
  return run.origin === 'sampled' && missing ? runContexts.unfinished : runContexts.sampled;
}

function dateOf({ run }: RunSummary): string {
  const date = new Date(run.createdAt);
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return `${day} ${date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`;
}
