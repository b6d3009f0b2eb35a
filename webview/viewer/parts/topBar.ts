import { html, nothing, type TemplateResult } from 'lit';
import { hasReference } from '../../../src/core/metrics/reference.ts';
import { iconButton, matchedPill } from '../../ui/controls.ts';
import { count } from '../../ui/format.ts';
import { icon } from '../../ui/icons.ts';
import type { Actions } from '../actions/actions.ts';
import { type BarText, settle, toFilter } from '../model/filterTerms.ts';
import type { State } from '../model/state.ts';

/** The filter, what passes it, and what concerns the run as a whole. */
export function topBar(state: State, actions: Actions): TemplateResult {
  const { layout, viewer, list } = state;
  return html`<header class="top">
    <h1 class="sr">Traces of ${viewer?.summary.run.name ?? ''}</h1>
    ${filterField(state, actions)}
    ${viewer && list.total !== 0 ? matchedPill(viewer.summary.match, 'realised') : nothing}
    <span class="state tools">
      ${iconButton({
        label: 'Show the problems',
        icon: 'panelLeft',
        pressed: !layout.problemsHidden,
        onClick: () => actions.layOut({ problemsHidden: !layout.problemsHidden }),
      })}
      ${iconButton({
        label: 'Show the answers',
        icon: 'map',
        pressed: !layout.answersHidden,
        onClick: () => actions.layOut({ answersHidden: !layout.answersHidden }),
      })}
      ${iconButton({ label: 'Open the dashboard', icon: 'dashboard', onClick: () => void actions.host.openDashboard() })}
      ${iconButton({ label: 'Export this run…', icon: 'export', onClick: () => void actions.host.exportRun() })}
    </span>
    ${
      state.filterError === null
        ? nothing
        : html`<p id="filter-error" class="filterError" role="alert">${icon('warning')}${state.filterError}</p>`
    }
  </header>`;
}

function filterField(state: State, actions: Actions): TemplateResult {
  const { bar, list, filterError } = state;
  const set = (next: BarText, when: 'now' | 'soon') => actions.setBar(next, when);
  const without = (index: number): BarText => ({ ...bar, chips: bar.chips.filter((_, at) => at !== index) });
  const edit = (index: number) => {
    const draft = [bar.draft.trim(), bar.chips[index] ?? ''].filter((part) => part !== '').join(' ');
    set({ ...without(index), draft }, 'soon');
    document.getElementById('filter')?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    const input = event.target as HTMLInputElement;
    if (event.key === 'Enter') set(settle(bar, true), 'now');
    else if (event.key === 'Backspace' && input.value === '' && bar.chips.length > 0) edit(bar.chips.length - 1);
    else if (event.key === 'Escape') document.getElementById('problems')?.focus();
    else return;
    event.preventDefault();
  };
  return html`<div class=${filterError === null ? 'query' : 'query invalid'} role="search" aria-label="Filter">
    <span class="state dim">${icon('search')}</span>
    <span class="chips">
      ${bar.chips.map((chip, index) => {
        const [field = '', value = ''] = atOperator(chip);
        return html`<span class="chip">
          <button type="button" title="Edit this term" @click=${() => edit(index)}><b>${field}</b>${value}</button>
          <button type="button" aria-label="Remove ${chip}" title="Remove" @click=${() => set(without(index), 'now')}>
            ${icon('close')}
          </button>
        </span>`;
      })}
      <input
        id="filter"
        type="text"
        spellcheck="false"
        autocomplete="off"
        aria-label="Filter or search"
        aria-invalid=${filterError === null ? 'false' : 'true'}
        aria-describedby=${filterError === null ? nothing : 'filter-error'}
        placeholder=${termExamples(state)}
        .value=${bar.draft}
        @input=${(event: Event) => set(settle({ ...bar, draft: (event.target as HTMLInputElement).value }, false), 'soon')}
        @keydown=${onKey}
      />
    </span>
    <span class="small dim counts" role="status">${passes(list.total, list.traces)}</span>
    ${
      toFilter(bar) === ''
        ? nothing
        : iconButton({ label: 'Clear the filter', icon: 'close', onClick: () => actions.setFilter('') })
    }
  </div>`;
}

/** Terms that make sense now, to be seen while nothing is typed. */
function termExamples({ bar, viewer }: State): string {
  const first = bar.chips.length === 0 ? ['verdict:correct', 'flag:any'] : [];
  const reference = viewer?.report && hasReference(viewer.report) ? ['reference:unsound'] : [];
  return [...first, ...reference, 'arm:', 'answer:', 'steps>8', 'or any words'].join('  ');
}

function passes(problems: number | null, traces: number): string {
  return problems === null ? '' : `${count(traces, 'trace')} in ${count(problems, 'problem')}`;
}

function atOperator(chip: string): string[] {
  return /^([a-zA-Z]+(?::|[<>]=?|=))(.*)$/s.exec(chip)?.slice(1) ?? ['', chip];
}
