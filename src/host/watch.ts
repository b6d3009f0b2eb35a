import * as vscode from 'vscode';

/** What changed on disk below the workspace folder, gathered until it is quiet. Dispose to stop. */
export function watchFiles(options: {
  folder: vscode.Uri;
  glob: string;
  quietMs: number;
  ignore?(path: string): boolean;
  onChange(paths: readonly string[]): void;
}): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(options.folder, options.glob));
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    const paths = [...changed];
    changed.clear();
    options.onChange(paths);
  };
  const note = (uri: vscode.Uri) => {
    if (options.ignore?.(uri.fsPath)) return;
    changed.add(uri.fsPath);
    // Not put off by further changes: a file that grows all the time is still seen.
    timer ??= setTimeout(flush, options.quietMs);
  };
  watcher.onDidCreate(note);
  watcher.onDidChange(note);
  watcher.onDidDelete(note);
  return new vscode.Disposable(() => {
    clearTimeout(timer);
    watcher.dispose();
  });
}
