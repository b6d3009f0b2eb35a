import type { ViewerHost } from '../../../src/protocol/views.ts';
import type { Kept, Page } from './actions.ts';

/** The document, as far as actions need it. */
export function createPage(keep: (kept: Kept) => void): Page {
  const places = { filter: '#filter', note: '#note', answers: '#answers [tabindex="0"]', keys: '.sheet' };
  return {
    keep,
    now: () => new Date(),
    // After the drawing that the action caused.
    focus: (what) => setTimeout(() => document.querySelector<HTMLElement>(places[what])?.focus()),
    ownsEnter: () => document.hasFocus() && document.activeElement?.matches(ownEnter) === true,
  };
}

/** Where Enter presses or opens something. A radio button is chosen by Space. */
const ownEnter = 'button:not([role="radio"]), [aria-expanded], [role="separator"], dialog *, input';

/** Where letters are typed or jump, so that the editor's single-letter keys must rest. */
const takesLetters = 'input, textarea, vscode-text-field, vscode-text-area, .choices *, dialog, dialog *';

/** Tells the extension where the keyboard is, whenever that changes. */
export function tellFocus(host: Pick<ViewerHost, 'setFocus'>): void {
  let told = '';
  const tell = () => {
    const view = document.hasFocus();
    const field = view && document.activeElement?.matches(takesLetters) === true;
    if (told === `${view} ${field}`) return;
    told = `${view} ${field}`;
    void host.setFocus(view, field);
  };
  // Between leaving one field and entering the next nothing has the focus.
  const soon = () => setTimeout(tell);
  for (const event of ['focusin', 'focusout']) document.addEventListener(event, soon);
  for (const event of ['focus', 'blur']) window.addEventListener(event, soon);
  tell();
}

/**
 * Draws, and brings the focus back to the tree of answers where drawing took its row away: the next problem has other rows, and
 * comes a moment later.
 */
export function keepTreeFocus(draw: () => void): () => void {
  let wanted = false;
  return () => {
    wanted ||= document.activeElement?.closest('#answers') !== null && document.activeElement !== null;
    draw();
    if (document.activeElement !== document.body) wanted = false;
    const row = wanted ? document.querySelector<HTMLElement>('#answers [tabindex="0"]') : null;
    if (!row) return;
    wanted = false;
    row.focus();
  };
}
