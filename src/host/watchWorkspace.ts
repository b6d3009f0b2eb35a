import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { Services } from './services.ts';
import { watchFiles } from './watch.ts';

/**
 * Keeps what is shown in step with the disk: the store (git pull, another window) and the problem files.
 * @param isOpen the folder is the user's, with problem files in it; else it only holds the store.
 */
export function watchWorkspace(
  folder: vscode.Uri,
  isOpen: boolean,
  services: Pick<Services, 'engine' | 'files' | 'sampling' | 'failures' | 'refresh'>,
): vscode.Disposable[] {
  const { engine, files, failures, refresh } = services;
  const store = `${folder.fsPath}${sep}.trace-loupe${sep}`;
  const isAside = (path: string) => /[\\/](node_modules|\.git)[\\/]/.test(path);
  const watchProblemFiles = () =>
    watchFiles({
      folder,
      glob: '**/*.{jsonl,json,csv,yaml,yml,md,txt}',
      quietMs: 300,
      ignore: (path) => path.startsWith(store) || isAside(path),
      onChange: (paths) => {
        for (const path of paths) files.forget(path);
        void failures.attempt(refresh);
      },
    });

  return [
    watchFiles({
      folder,
      glob: '.trace-loupe/**',
      quietMs: 700,
      // The engine itself writes to the run that it samples, many times a second.
      ignore: (path) => {
        const running = services.sampling.running();
        return running !== null && path.startsWith(`${store}runs${sep}${running.run}`);
      },
      onChange: () => void failures.attempt(() => engine.refresh()),
    }),
    ...(isOpen ? [watchProblemFiles()] : []),
    // Files outside the folder have no watcher.
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      if (uri.scheme !== 'file' || !files.isListed(uri.fsPath)) return;
      files.forget(uri.fsPath);
      void failures.attempt(refresh);
    }),
  ];
}
