import * as vscode from 'vscode';
import type { ModelSettings } from '../core/budget/model.ts';
import type { RunId } from '../core/trace/run.ts';
import { UserError } from '../core/userError.ts';
import type {
  ConnectionReport,
  Engine,
  PlanPreview,
  PlanSpec,
  ProblemFileRequest,
  RunProgress,
} from '../protocol/engine.ts';
import type { ModelState } from '../protocol/views.ts';
import { isEmbedded } from '../services/models/embedded/settings.ts';
import { contextKeys, prefix } from './ids.ts';
import type { Keys } from './keys.ts';
import { isLocal } from './keys.ts';
import type { Settings } from './parseSettings.ts';
import { planSpec } from './planSpec.ts';
import { endMessage, planSentence, progressText, type RunEnd, runName, runningOf, statusText } from './samplingText.ts';
import { connectionKey } from './sidebarState.ts';

/** Starts runs, shows them going, and says once how they ended. */
export interface Sampling extends vscode.Disposable {
  /** Of this window; null where none runs. */
  running(): RunProgress | null;
  connections: ReadonlyMap<string, ModelState['connection']>;
  /** Asks for what is missing (keys, a yes to the price), then starts. Undefined: the user thought better of it. */
  start(files: ProblemFileRequest[]): Promise<RunId | undefined>;
  resume(run: RunId): Promise<void>;
  stop(run: RunId): Promise<void>;
  test(models: readonly ModelSettings[]): Promise<ConnectionReport[]>;
  /** For `EngineHost.runProgress`. */
  progress(progress: RunProgress): void;
  /** The engine is gone: nothing runs any more. */
  interrupted(): void;
  onDidChange: vscode.Event<void>;
}

export function createSampling(options: {
  engine: Pick<Engine, 'previewPlan' | 'startRun' | 'resumeRun' | 'stopRun' | 'testConnection'>;
  settings(): Settings;
  keys: Pick<Keys, 'isKnown'>;
  askForKey(baseUrl: string): Promise<boolean>;
  onDidEnd(end: RunEnd): void;
}): Sampling {
  const { engine } = options;
  const changed = new vscode.EventEmitter<void>();
  const connections = new Map<string, ModelState['connection']>();
  const notifications = new Map<RunId, Notification>();
  const status = createStatusBar();
  let all = new Map<RunId, RunProgress>();

  const show = () => {
    const running = runningOf(all.values());
    status.show(running);
    void vscode.commands.executeCommand('setContext', contextKeys.sampling, running !== null);
    changed.fire();
  };

  const test = async (models: readonly ModelSettings[]) => {
    for (const model of models) connections.set(connectionKey(model), { kind: 'testing' });
    changed.fire();
    return Promise.all(
      models.map(async (model) => {
        const report = await engine.testConnection(model).catch((error: Error) => failedReport(error));
        const { ok, latencyMs, message } = report;
        connections.set(
          connectionKey(model),
          ok ? { kind: 'connected', latencyMs: Math.round(latencyMs ?? 0) } : { kind: 'failed', message },
        );
        changed.fire();
        return report;
      }),
    );
  };

  /** Before the first request of a run: a server that is down or a key that is wrong is one sentence, not a failed run. */
  const ensureReady = async (models: readonly ModelSettings[]) => {
    for (const model of models) {
      const { baseUrl } = model;
      if (isEmbedded(model) || isLocal(baseUrl) || (await options.keys.isKnown(baseUrl))) continue;
      if (!(await options.askForKey(baseUrl))) return false;
    }
    const untested = models.filter((model) => connections.get(connectionKey(model))?.kind !== 'connected');
    const title = 'Trace Loupe: testing the connection…';
    // What is in the box answers at once.
    const reports = untested.every(isEmbedded)
      ? await test(untested)
      : await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => test(untested));
    const failed = reports.findIndex((report) => !report.ok);
    const model = untested[failed];
    if (!model) return true;
    const key = 'Set API Key';
    const anyway = 'Sample Anyway';
    const report = reports[failed];
    const message = `${model.name}: ${report?.message}`;
    const choice = await vscode.window.showErrorMessage(message, ...(report?.wantsKey ? [key, anyway] : [anyway]));
    if (choice === key && (await options.askForKey(model.baseUrl))) return ensureReady(models);
    return choice === anyway;
  };

  const start = async (files: ProblemFileRequest[]) => {
    if (runningOf(all.values())) {
      throw new UserError('A run is being sampled: stop it first.', { title: 'Stop', command: 'stopSampling' });
    }
    for (;;) {
      const spec = planSpec(options.settings(), files);
      const preview = await engine.previewPlan(spec);
      if (!(await ensureReady([spec.weak, spec.strong]))) return undefined;
      const answer = await confirmPrice(spec, preview);
      if (answer === 'no') return undefined;
      if (answer === 'yes') return engine.startRun(spec, runName(files.map((file) => file.path)));
      await vscode.commands.executeCommand(`${prefix}.setCap`);
    }
  };

  return {
    running: () => runningOf(all.values()),
    connections,
    start,
    test,
    resume: (run) => engine.resumeRun(run),
    stop: (run) => engine.stopRun(run),
    progress(progress) {
      const before = all.get(progress.run);
      all.set(progress.run, progress);
      const going = progress.state === 'running' || progress.state === 'stopping';
      if (going) {
        const stop = () => engine.stopRun(progress.run);
        const shown = notifications.get(progress.run) ?? notify(progress, stop);
        notifications.set(progress.run, shown);
        shown.report(progress);
      } else {
        notifications.get(progress.run)?.end();
        notifications.delete(progress.run);
        const wasGoing = before?.state === 'running' || before?.state === 'stopping';
        if (wasGoing) options.onDidEnd(endMessage(progress));
      }
      show();
    },
    interrupted() {
      for (const notification of notifications.values()) notification.end();
      notifications.clear();
      all = new Map();
      show();
    },
    onDidChange: changed.event,
    dispose() {
      for (const notification of notifications.values()) notification.end();
      status.dispose();
      changed.dispose();
    },
  };
}

/** Shown only where money is known to be spent. `cap`: ask for a cap, then again. */
async function confirmPrice(spec: PlanSpec, preview: PlanPreview): Promise<'yes' | 'no' | 'cap'> {
  const usd = (preview.spend.weak.usd ?? 0) + (preview.spend.strong.usd ?? 0);
  if (usd <= 0) return 'yes';
  const sample = 'Sample';
  const cap = 'Set a Cap…';
  const detail = planSentence(preview, spec.maxUsd ?? null);
  const question = `Sample ${preview.problems.toLocaleString('en')} problems for about $${usd.toFixed(2)}?`;
  const choice = await vscode.window.showWarningMessage(question, { modal: true, detail }, sample, cap);
  return choice === sample ? 'yes' : choice === cap ? 'cap' : 'no';
}

interface Notification {
  report(progress: RunProgress): void;
  end(): void;
}

/** The notification lives until `end`; its Cancel stops the run. */
function notify(first: RunProgress, stop: () => Promise<void>): Notification {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let target: vscode.Progress<{ message?: string; increment?: number }> | undefined;
  let percent = 0;
  const location = vscode.ProgressLocation.Notification;
  void vscode.window.withProgress({ location, title: `Sampling ${first.name}`, cancellable: true }, (shown, token) => {
    target = shown;
    token.onCancellationRequested(() => void stop().catch(() => {}));
    return ended;
  });
  return {
    end,
    report(progress) {
      const { message, percent: now } = progressText(progress);
      target?.report({ message, increment: Math.max(0, now - percent) });
      percent = Math.max(percent, now);
    },
  };
}

function createStatusBar() {
  const item = vscode.window.createStatusBarItem('traceLoupe.sampling', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Trace Loupe';
  item.command = `${prefix}.openSidebar`;
  return {
    show(running: RunProgress | null) {
      if (!running) return item.hide();
      item.text = statusText(running);
      item.tooltip = `Sampling ${running.name}: open Trace Loupe`;
      item.accessibilityInformation = { label: `Trace Loupe is sampling, ${progressText(running).message}` };
      item.show();
    },
    dispose: () => item.dispose(),
  };
}

function failedReport(error: Error): ConnectionReport {
  const unknown = { n: null, seed: null, usage: null, logprobs: null };
  return { ok: false, message: error.message, latencyMs: null, models: [], honours: unknown };
}
