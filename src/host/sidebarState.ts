import type { ModelSettings } from '../core/budget/model.ts';
import type { RunReport } from '../core/metrics/report.ts';
import type { Arm } from '../core/trace/trace.ts';
import { UserError } from '../core/userError.ts';
import type { PlanPreview, RunProgress, RunSummary } from '../protocol/engine.ts';
import type { ModelState, SidebarState } from '../protocol/views.ts';
import { isEmbedded } from '../services/models/embedded/settings.ts';
import type { Settings } from './parseSettings.ts';
import type { ListedFile } from './problemFiles.ts';

/** Everything that the sidebar's state is made of, as the host last knew it. */
export interface SidebarParts {
  folder: boolean;
  settings: Settings;
  /** In the order to show. */
  files: ListedFile[];
  /** By `connectionKey`. */
  connections: ReadonlyMap<string, ModelState['connection']>;
  preview: PlanPreview | Error | null;
  running: RunProgress | null;
  last: { summary: RunSummary; report: RunReport | null } | null;
}

/** A whole snapshot for the sidebar. */
export function sidebarState(parts: SidebarParts): SidebarState {
  const { settings } = parts;
  return {
    folder: parts.folder,
    files: parts.files,
    models: { weak: modelState(parts, 'weak'), strong: modelState(parts, 'strong') },
    match: settings.match,
    strongSamples: settings.strongSamples,
    weakSamples: settings.weakSamples,
    maxUsd: settings.maxUsd,
    preview: previewState(parts),
    running: parts.running,
    last: parts.last,
  };
}

/** A model's connection is known for as long as its address, its name there and its API stay. */
export function connectionKey(model: Pick<ModelSettings, 'baseUrl' | 'model' | 'api'>): string {
  return JSON.stringify([model.baseUrl, model.model, model.api ?? 'chat']);
}

function modelState({ settings, connections }: SidebarParts, arm: Arm): ModelState | null {
  const model = settings.arms[arm];
  if (!model) return null;
  return {
    name: model.name,
    host: new URL(model.baseUrl).host,
    embedded: isEmbedded(model),
    activeParamsB: model.activeParamsB ?? null,
    connection: connections.get(connectionKey(model)) ?? { kind: 'untested' },
  };
}

function previewState({ preview }: SidebarParts): SidebarState['preview'] {
  if (preview === null) return { kind: 'working' };
  if (!(preview instanceof Error)) return { kind: 'ready', plan: preview };
  // The cause of a bug is in the log; the sidebar only says that there is one.
  const message = preview instanceof UserError ? preview.message : 'The plan could not be computed: see the log.';
  return { kind: 'impossible', message };
}
