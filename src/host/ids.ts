import type { ViewerAction } from '../protocol/views.ts';

/*
 * Every name that the manifest and the code share. A test holds both against each other. An id, once shipped, never changes.
 */

export const prefix = 'traceLoupe';

/** Palette commands by their id without the prefix. */
export const commandNames = [
  'openSidebar',
  'addProblemFiles',
  'sampleSelectedFiles',
  'sample',
  'stopSampling',
  'resumeRun',
  'addModel',
  'setApiKey',
  'forgetApiKey',
  'testConnections',
  'mapFields',
  'chooseWeakModel',
  'chooseStrongModel',
  'setBudget',
  'setCap',
  'openViewer',
  'openDashboard',
  'importTraces',
  'exportRun',
  'compareTraces',
  'openDiff',
  'openText',
  'copyLink',
  'revealRunFolder',
  'deleteRun',
  'refresh',
  'openWalkthrough',
  'openSettings',
  'showLog',
  'tryRecordedSample',
  'copySampleProblems',
] as const;
export type CommandName = (typeof commandNames)[number];

/** Sent on to the Viewer as they are: `traceLoupe.viewer.<action>`. Titles are what the `?` sheet and the palette say. */
export const viewerActions: Record<ViewerAction, string> = {
  sound: 'Judge Sound',
  unsound: 'Judge Unsound',
  unsure: 'Judge Unsure',
  badProblem: 'Mark as Bad Problem',
  clear: 'Clear the Judgement',
  errorType: 'Choose the Error Type',
  effect: 'Toggle Repaired or Survives',
  note: 'Write a Note',
  firstWrongStep: 'Mark the First Wrong Step',
  undo: 'Undo the Judgement',
  redo: 'Redo the Judgement',
  nextTrace: 'Next Trace',
  previousTrace: 'Previous Trace',
  nextProblem: 'Next Problem',
  previousProblem: 'Previous Problem',
  nextInQueue: 'Next in Queue',
  previousInQueue: 'Previous in Queue',
  raw: 'Toggle Raw Text',
  compare: 'Compare with Another Trace',
  filter: 'Filter Traces',
  keys: 'Show All Keys',
  nextDivergence: 'Next Divergence',
  previousDivergence: 'Previous Divergence',
  swap: 'Swap Sides of the Comparison',
  back: 'Back from the Comparison',
};

export const viewerActionNames = Object.keys(viewerActions) as ViewerAction[];

/** Shipped keys, as the manifest spells them. `argument` of `firstWrongStep` is the number on the key (1-based). */
export const viewerKeys: readonly { action: ViewerAction; key: string; mac?: string; argument?: number }[] = [
  { action: 'sound', key: 's' },
  { action: 'unsound', key: 'u' },
  { action: 'unsure', key: '.' },
  { action: 'badProblem', key: 'b' },
  { action: 'clear', key: 'delete', mac: 'backspace' },
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((step) => ({
    action: 'firstWrongStep' as const,
    key: String(step),
    argument: step,
  })),
  { action: 'errorType', key: 'e' },
  { action: 'effect', key: 'p' },
  { action: 'note', key: 'n' },
  { action: 'undo', key: 'ctrl+z', mac: 'cmd+z' },
  { action: 'redo', key: 'ctrl+y', mac: 'cmd+shift+z' },
  { action: 'nextTrace', key: 'j' },
  { action: 'previousTrace', key: 'k' },
  { action: 'nextProblem', key: 'shift+j' },
  { action: 'previousProblem', key: 'shift+k' },
  { action: 'nextInQueue', key: 'enter' },
  { action: 'previousInQueue', key: 'shift+enter' },
  { action: 'raw', key: 'r' },
  { action: 'compare', key: 'c' },
  { action: 'filter', key: '/' },
  { action: 'keys', key: 'shift+/' },
  { action: 'nextDivergence', key: ']' },
  { action: 'previousDivergence', key: '[' },
  { action: 'swap', key: 'x' },
  { action: 'back', key: 'escape' },
];
export const copyLinkKey = 'l';

export const viewIds = { sidebar: 'traceLoupe.sidebar', runs: 'traceLoupe.runs' } as const;
/** Types of the webview panels; the names of their bundles in `dist/webview` are the keys. */
export const panelIds = { viewer: 'traceLoupe.viewer', dashboard: 'traceLoupe.dashboard' } as const;
export const walkthroughId = 'firstMinute';
/** Scheme of read-only documents with a trace's raw text. */
export const documentScheme = 'trace-loupe';

export const contextKeys = {
  viewerFocus: 'traceLoupe.viewerFocus',
  viewerTextField: 'traceLoupe.viewerTextField',
  sampling: 'traceLoupe.sampling',
} as const;

/** Settings by their id without the prefix. */
export const settingNames = [
  'models',
  'weakModel',
  'strongModel',
  'match',
  'strongSamples',
  'weakSamples',
  'maxUsd',
  'annotator',
  'fieldMappings',
] as const;
export type SettingName = (typeof settingNames)[number];

/** `contextValue` of rows of the Runs tree; menus depend on it. */
export const runContexts = { sampled: 'run.sampled', unfinished: 'run.unfinished', running: 'run.running' } as const;

/** What a file must be called to be offered as a problem file. */
export const problemFileExtensions = ['jsonl', 'json', 'csv', 'yaml', 'yml', 'md', 'txt'] as const;
