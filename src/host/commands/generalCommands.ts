import * as vscode from 'vscode';
import type { Match } from '../../core/budget/budget.ts';
import { prefix, viewIds, walkthroughId } from '../ids.ts';
import { ask, pick } from '../prompts.ts';
import type { CommandTable, Services } from '../services.ts';

type Names = 'openSidebar' | 'setBudget' | 'setCap' | 'openWalkthrough' | 'openSettings' | 'showLog';

export function generalCommands({ settings, log }: Pick<Services, 'settings' | 'log'>): CommandTable<Names> {
  return {
    openSidebar: async () => vscode.commands.executeCommand(`${viewIds.sidebar}.focus`),
    async setBudget() {
      const current = settings.current();
      const match = await pick('Budget (1 of 2): match the arms by', matches, `now ${current.match}`);
      if (!match) return;
      const samples = await ask('Budget (2 of 2): strong samples per problem', {
        prompt: 'One number, or several separated by commas for a grid. The weak samples follow from the match.',
        value: current.strongSamples.join(', '),
        check: (value) => (parseSamples(value) ? undefined : 'Write whole numbers from 1, like 1, 3, 9.'),
      });
      if (!samples) return;
      await settings.update('match', match);
      await settings.update('strongSamples', parseSamples(samples));
      if (current.weakSamples !== null) await settings.update('weakSamples', null);
    },
    async setCap() {
      const { maxUsd } = settings.current();
      const cap = await ask('Stop a run at', {
        prompt: 'US dollars that both arms together may spend. Empty for no cap.',
        value: maxUsd === null ? '' : String(maxUsd),
        check: (value) => (value === '' || Number(value) > 0 ? undefined : 'Write an amount above 0, or nothing.'),
      });
      if (cap !== undefined) await settings.update('maxUsd', cap === '' ? null : Number(cap));
    },
    openWalkthrough: async () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', `trace-loupe.trace-loupe#${walkthroughId}`),
    openSettings: async () => vscode.commands.executeCommand('workbench.action.openSettings', `${prefix}.`),
    showLog: async () => log.show(),
  };
}

const matches: { label: string; description: string; value: Match }[] = [
  { label: 'FLOPs', description: '2 · active parameters · generated tokens', value: 'flops' },
  { label: 'Price', description: 'your prices of prompt and generated tokens', value: 'price' },
  { label: 'Count', description: 'as many samples of each, the number-matched baseline', value: 'count' },
];

/** Ascending and distinct; null where it is no list of whole numbers from 1. */
export function parseSamples(text: string): number[] | null {
  const parts = text.split(/[\s,/]+/).filter(Boolean);
  if (!parts.length || !parts.every((part) => /^[1-9]\d{0,5}$/.test(part))) return null;
  return [...new Set(parts.map(Number))].sort((a, b) => a - b);
}
