import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../ui/icons.ts';

export interface PaneOptions {
  id: PaneId;
  title: string;
  /** Beside the title, in ordinary letters. */
  aside?: string;
  tools?: TemplateResult;
  body: TemplateResult;
}

export type PaneId = 'problems' | 'models' | 'budget' | 'running' | 'last' | 'then';

/** A section that folds, with the head of the editor's own side bar. */
export function pane(options: PaneOptions, folds: Folds): TemplateResult {
  const { id, title, aside, tools, body } = options;
  const open = !folds.folded.has(id);
  return html`<section class="pane" aria-labelledby="${id}-title">
    <header>
      <h2 class="fill">
        <button
          type="button"
          class="fold"
          id="${id}-title"
          aria-expanded=${open}
          aria-controls="${id}-body"
          @click=${() => folds.toggle(id)}
        >
          ${icon(open ? 'chevronDown' : 'chevronRight')}<span>${title} </span>${aside ? html`<span class="aside cut">${aside}</span>` : nothing}
        </button>
      </h2>
      ${open && tools ? tools : nothing}
    </header>
    <div id="${id}-body" ?hidden=${!open}>${open ? body : nothing}</div>
  </section>`;
}

export interface Folds {
  folded: ReadonlySet<PaneId>;
  toggle(pane: PaneId): void;
}
