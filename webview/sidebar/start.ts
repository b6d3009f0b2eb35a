import { html, type TemplateResult } from 'lit';
import type { SidebarHost } from '../../src/protocol/views.ts';
import { button, link } from '../ui/controls.ts';
import type { PaneOptions } from './pane.ts';

type Asks = Pick<SidebarHost, 'addFiles' | 'command'>;

export const intro = html`<p class="intro dim">Sample a weak and a strong model at the same compute, and find the right answers with wrong reasoning.</p>`;

/** Where runs are kept meanwhile, and how to keep them elsewhere. */
export function noFolder(host: Pick<SidebarHost, 'command'>): TemplateResult {
  return html`<div class="folderless">
    <p class="small dim">No folder is open: runs are kept in the extension's own storage. Open a folder to keep them with your files.</p>
    ${button({ label: 'Open Folder', icon: 'folder', onClick: () => host.command('openFolder') })}
  </div>`;
}

/** Until there is a first run. */
export function thenPane(host: Asks): PaneOptions {
  return {
    id: 'then',
    title: 'Then',
    body: html`<div class="body">
      <ol class="small dim steps">
        <li>Read both models' solutions, grouped by answer.</li>
        <li>See right answers that rest on wrong reasoning.</li>
        <li>Judge a few by key, and export what is sound.</li>
      </ol>
      <div class="links">
        ${link({ label: 'Use my own models…', icon: 'settings', onClick: () => host.command('addModel') })}
        ${link({ label: 'Choose problem files…', icon: 'file', onClick: () => host.addFiles() })}
        ${link({ label: 'Import recorded traces…', icon: 'import', onClick: () => host.command('importTraces') })}
        ${link({ label: 'Open the walkthrough', icon: 'book', onClick: () => host.command('openWalkthrough') })}
      </div>
    </div>`,
  };
}
