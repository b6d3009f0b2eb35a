import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { RunId } from '../core/trace/run.ts';
import type { TraceId } from '../core/trace/trace.ts';
import type { Engine } from '../protocol/engine.ts';
import { documentScheme } from './ids.ts';
import type { SampleFiles } from './sampleFiles.ts';

/** Raw texts of traces as read-only documents, and two of them in VS Code's own diff editor. */
export interface TraceDocuments {
  text(uri: vscode.Uri): Promise<string>;
  openText(run: RunId, trace: TraceId): Promise<void>;
  openDiff(run: RunId, left: TraceId, right: TraceId): Promise<void>;
}

export function createTraceDocuments(engine: Pick<Engine, 'traceDetail'>): TraceDocuments {
  return {
    async text(uri) {
      const { run, trace } = parse(uri);
      return (await engine.traceDetail(run, trace)).trace.text;
    },
    async openText(run, trace) {
      const document = await vscode.workspace.openTextDocument(traceUri(run, trace));
      await vscode.window.showTextDocument(document, { preview: true });
    },
    async openDiff(run, left, right) {
      const title = `${left} ↔ ${right}`;
      await vscode.commands.executeCommand('vscode.diff', traceUri(run, left), traceUri(run, right), title);
    },
  };
}

/** A problem file in the box, read-only; undefined where the name in a run is none of theirs. */
export function sampleUri(samples: SampleFiles, token: string): vscode.Uri | undefined {
  const path = samples.pathOf(token);
  return path === undefined
    ? undefined
    : vscode.Uri.from({ scheme: documentScheme, path: `/samples/${basename(path)}` });
}

/** The text behind a `sampleUri`; undefined for any other document. */
export async function sampleText(samples: SampleFiles, uri: vscode.Uri): Promise<string | undefined> {
  const path = samples.paths.find((candidate) => uri.path === `/samples/${basename(candidate)}`);
  return path === undefined ? undefined : readFile(path, 'utf8');
}

/** The ids stand in the query, which survives any character; the path is only what the tab shows. */
function traceUri(run: RunId, trace: TraceId): vscode.Uri {
  const path = `/${trace.replaceAll('/', ' ')}.txt`;
  return vscode.Uri.from({ scheme: documentScheme, path, query: JSON.stringify([run, trace]) });
}

function parse(uri: vscode.Uri): { run: RunId; trace: TraceId } {
  const [run, trace] = JSON.parse(uri.query) as unknown[];
  return { run: String(run), trace: String(trace) };
}
