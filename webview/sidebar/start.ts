import { html, type TemplateResult } from 'lit';
import type { SidebarHost } from '../../src/protocol/views.ts';
import { button, link } from '../ui/controls.ts';
import type { PaneOptions } from './pane.ts';

type Asks = Pick<SidebarHost, 'addFiles' | 'command'>;

export const intro = html`<p class="intro dim">Sample a weak and a strong model at the same compute, and find the right answers with wrong reasoning.</p>`;

/** No folder is open: runs would have nowhere to be kept. */
export function noWorkspace(host: Asks): TemplateResult {
  return html`<div class="body">
    <p class="dim">Problems, traces and judgements are plain files in a folder of yours. Open one to begin.</p>
    <div class="actions">
      ${button({ label: 'Open Folder', icon: 'folder', primary: true, wide: true, onClick: () => host.command('openFolder') })}
      ${link({ label: 'Open the walkthrough', icon: 'book', onClick: () => host.command('openWalkthrough') })}
    </div>
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
        ${link({ label: 'Use my own models…', icon: 'settings', onClick: () => host.command('openSettings') })}
        ${link({ label: 'Choose problem files…', icon: 'file', onClick: () => host.addFiles() })}
        ${link({ label: 'Import recorded traces…', icon: 'import', onClick: () => host.command('importTraces') })}
        ${link({ label: 'Open the walkthrough', icon: 'book', onClick: () => host.command('openWalkthrough') })}
      </div>
    </div>`,
  };
}
