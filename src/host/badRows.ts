import * as vscode from 'vscode';
import type { ProblemFileSummary } from '../protocol/engine.ts';

/** Shows the bad rows of these files in the Problems panel, and those of no other file. */
export function showBadRows(collection: vscode.DiagnosticCollection, summaries: readonly ProblemFileSummary[]): void {
  collection.clear();
  for (const summary of summaries) {
    const uri = vscode.Uri.file(summary.path);
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
    collection.set(uri, diagnosticsOf(summary, document));
  }
}

function diagnosticsOf(summary: ProblemFileSummary, document: vscode.TextDocument | undefined): vscode.Diagnostic[] {
  const rows = summary.badRows.map((row) => diagnostic(row.line, row.column, row.message, document));
  return summary.error ? [diagnostic(1, 1, summary.error.message, document), ...rows] : rows;
}

/** From the column to the end of the line; a line that is not open ends where the editor will find that it ends. */
function diagnostic(line: number, column: number, message: string, document: vscode.TextDocument | undefined) {
  const at = new vscode.Position(line - 1, column - 1);
  const known = document && line <= document.lineCount ? document.lineAt(line - 1) : undefined;
  const start = known && at.character >= known.range.end.character ? known.range.start : at;
  const range = new vscode.Range(start, known?.range.end ?? at.with({ character: farRight }));
  const result = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Warning);
  result.source = 'Trace Loupe';
  return result;
}

const farRight = 2 ** 30;
