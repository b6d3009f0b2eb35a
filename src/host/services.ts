import type * as vscode from 'vscode';
import type { Engine } from '../protocol/engine.ts';
import type { DashboardPanels } from './dashboardPanels.ts';
import type { Failures } from './failures.ts';
import type { CommandName } from './ids.ts';
import type { Keys } from './keys.ts';
import type { ProblemFiles } from './problemFiles.ts';
import type { Sampling } from './sampling.ts';
import type { SettingsStore } from './settings.ts';
import type { TraceDocuments } from './traceDocuments.ts';
import type { ViewerPanels } from './viewerPanels.ts';

/** What commands may use; each table of commands asks for its part of it. */
export interface Services {
  extension: vscode.Uri;
  /** The open folder, which runs are kept in; null: none is open, and they are kept in the extension's own storage. */
  folder: string | null;
  engine: Engine;
  settings: SettingsStore;
  keys: Keys;
  files: ProblemFiles;
  sampling: Sampling;
  viewers: ViewerPanels;
  dashboards: DashboardPanels;
  documents: TraceDocuments;
  failures: Failures;
  log: vscode.LogOutputChannel;
  /** Shows anew everything that depends on files, runs and decisions. */
  refresh(): Promise<void>;
}

/** Some commands by name. An argument comes from a menu, a link or another extension, and may be anything. */
export type CommandTable<Name extends CommandName> = Record<Name, (...args: unknown[]) => Promise<unknown>>;
