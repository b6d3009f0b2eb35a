import { html, nothing, type TemplateResult } from 'lit';
import { segments } from '../../ui/controls.ts';
import type { Actions } from '../actions/actions.ts';
import type { Panel, State } from '../model/state.ts';
import { annotationBar } from './annotationBar.ts';
import { answerColumn } from './answerColumn.ts';
import { comparison } from './comparison.ts';
import { keySheet } from './keys.ts';
import { problemColumn } from './problemColumn.ts';
import { readingPane } from './readingPane.ts';
import { topBar } from './topBar.ts';

/** The whole Viewer for a state. */
export function viewer(state: State, actions: Actions): TemplateResult {
  if (state.failure !== null) return whole(html`<p role="alert">${state.failure}</p>`);
  if (!state.viewer) return whole(html`<p class="dim">Reading the run…</p>`);
  const { comparison: compared } = state;
  return html`${compared ? comparison(state, compared, actions) : columns(state, actions)} ${keySheet(state, actions)}`;
}

function whole(content: TemplateResult): TemplateResult {
  return html`<main class="whole">
    <h1 class="sr">Traces</h1>
    ${content}
  </main>`;
}

function columns(state: State, actions: Actions): TemplateResult {
  const { layout } = state;
  return html`<main
    class="viewer"
    data-panel=${layout.panel}
    ?data-no-problems=${layout.problemsHidden}
    ?data-no-answers=${layout.answersHidden}
    .style=${`--problems:${layout.problems}px;--answers:${layout.answers}px`}
  >
    ${topBar(state, actions)}
    <nav class="panels" aria-label="Parts of the view">
      ${segments<Panel>({
        label: 'Part of the view',
        value: layout.panel,
        options: [
          { value: 'problems', label: 'Problems' },
          { value: 'answers', label: 'Answers' },
          { value: 'trace', label: 'Trace' },
        ],
        onChange: (panel) => actions.layOut({ panel }),
      })}
    </nav>
    ${layout.problemsHidden ? nothing : problemColumn(state, actions)}
    ${layout.answersHidden ? nothing : answerColumn(state, actions)} ${readingPane(state, actions)}
    ${annotationBar(state, actions)}
  </main>`;
}
