import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { ViewerAction } from '../../../src/protocol/views.ts';
import { iconButton } from '../../ui/controls.ts';
import type { Actions } from '../actions/actions.ts';
import type { State } from '../model/state.ts';

/** The shipped key of an action as it is printed on a keyboard; empty where it has none. */
export function keyOf(state: State, action: ViewerAction): string {
  return printed(state.viewer?.keys.find((key) => key.action === action)?.key ?? '');
}

/** `shift+j` as `J`, `ctrl+z` as `Ctrl+Z`. */
function printed(key: string): string {
  if (key === 'shift+/') return '?';
  const shifted = /^shift\+([a-z])$/.exec(key)?.[1];
  if (shifted) return shifted.toUpperCase();
  if (key.length === 1) return key;
  const parts = key.split('+').map((part) => names[part] ?? part.charAt(0).toUpperCase() + part.slice(1));
  return parts.join('+');
}

const names: Record<string, string> = { escape: 'Esc', delete: 'Del' };

/** The sheet of all keys. */
export function keySheet(state: State, actions: Actions): TemplateResult | typeof nothing {
  if (!state.keysShown) return nothing;
  const lists: [string, string][] = [
    ['↑ ↓ ← →', 'move in a list or tree; open and close its branches'],
    ['Home End', 'first and last row'],
    ['Ctrl Enter', 'compare the open trace with the one in focus'],
    ['Tab', 'next part of the view'],
  ];
  return html`<dialog
    class="sheet"
    aria-labelledby="sheet-title"
    ${ref(openOnce)}
    @close=${() => actions.showKeys(false)}
    @click=${(event: MouseEvent) => event.target === event.currentTarget && actions.showKeys(false)}
  >
    <div class="sheetBody">
      <div class="line">
        <h2 id="sheet-title" class="fill">All keys</h2>
        ${iconButton({ label: 'Close', icon: 'close', onClick: () => actions.showKeys(false) })}
      </div>
      <p class="dim">Every one can be bound anew in the editor’s keyboard shortcuts.</p>
      <dl class="keys">
        ${grouped(state).map(({ keys, title }) => entry(keys, title))}
        ${lists.map(([keys, title]) => entry(keys.split(' '), title))}
      </dl>
    </div>
  </dialog>`;
}

/** One entry per action: `1` to `9` mark the steps. */
function grouped(state: State): { keys: string[]; title: string }[] {
  const byAction = Map.groupBy(state.viewer?.keys ?? [], ({ action }) => action);
  return [...byAction.values()].map((all) => {
    const keys = all.map(({ key }) => printed(key));
    const [first = '', last = ''] = [keys[0], keys.at(-1)];
    return { keys: keys.length > 2 ? [first, '…', last] : keys, title: (all[0]?.title ?? '').replace(/: step 1$/, '') };
  });
}

function entry(keys: readonly string[], title: string): TemplateResult {
  const drawn = keys.map((key) => (key === '…' ? html`<span>…</span>` : html`<kbd>${key}</kbd>`));
  return html`<div>
    <dt>${drawn}</dt>
    <dd>${title}</dd>
  </div>`;
}

/** The same function every time: a modal dialog keeps the focus inside and gives it back. */
function openOnce(element?: Element): void {
  const dialog = element as HTMLDialogElement | undefined;
  if (dialog && !dialog.open) queueMicrotask(() => dialog.isConnected && !dialog.open && dialog.showModal());
}
