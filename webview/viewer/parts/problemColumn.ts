import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Arm, TraceId } from '../../../src/core/trace/trace.ts';
import type { ProblemRow, SampleCell } from '../../../src/protocol/engine.ts';
import { link } from '../../ui/controls.ts';
import { number, percent, unknown } from '../../ui/format.ts';
import { drawPlain } from '../../ui/text.ts';
import type { Actions } from '../actions/actions.ts';
import { toFilter } from '../model/filterTerms.ts';
import { firstLayout, type State } from '../model/state.ts';
import { cellAt, cellHeight, cellWidth, correctShare, orderCells, stripSentence, stripShapes } from '../model/strip.ts';
import { drop } from './drop.ts';
import { matrix } from './matrix.ts';
import { splitter } from './splitter.ts';

export const problemRowHeight = 62;

/** The problems with a trace that passes the filter, and the answer × reasoning matrix beneath. */
export function problemColumn(state: State, actions: Actions): TemplateResult {
  const { list, sort } = state;
  const all = state.viewer?.summary.run.problemCount ?? 0;
  return html`<section class="column problems" aria-label="Problems">
    <div class="head">
      <h2>Problems</h2>
      <span class="fill small dim">${list.total === null ? '' : `${number(list.total)} of ${number(all)}`}</span>
      ${drop<State['sort']>({
        id: 'sort',
        label: 'Sort',
        silent: true,
        value: sort,
        choices: [
          { value: 'file', label: 'file order' },
          { value: 'coverage', label: 'fewest correct' },
          { value: 'flagged', label: 'most flagged' },
        ],
        open: state.menu === 'sort',
        onOpen: (open) => actions.openMenu(open ? 'sort' : null),
        onChoose: (value) => actions.setSort(value),
      })}
    </div>
    ${
      list.total
        ? html`<tl-list
            id="problems"
            class="scroll"
            .model=${{
              label: 'Problems',
              total: list.total,
              rowHeight: problemRowHeight,
              selected: list.current,
              drawRow: (index: number) => problemRow(list.rows.get(index), state.trace, actions),
              onWindow: (from: number, to: number) => actions.problems.see(from, to),
              onSelect: (index: number) => void actions.reader.openProblemAt(index),
            }}
          ></tl-list>`
        : html`<div class="scroll none" role="status">${emptyList(state, actions)}</div>`
    }
    ${list.matrix ? matrix(list.matrix, toFilter(state.bar), (filter) => actions.setFilter(filter)) : nothing}
    ${splitter({
      label: 'Width of the problems',
      width: state.layout.problems,
      least: 200,
      most: 480,
      usual: firstLayout.problems,
      onResize: (problems) => actions.layOut({ problems }),
    })}
  </section>`;
}

function problemRow(row: ProblemRow | undefined, trace: TraceId | null, actions: Actions): TemplateResult {
  if (!row) return html`<div class="problem pending"><span class="bar"></span><span class="bar"></span></div>`;
  const shortId = row.id.slice(row.id.indexOf('/') + 1);
  const shares = (['weak', 'strong'] as const)
    .filter((arm) => row.samples[arm].length > 0)
    .map((arm) => share(arm, row));
  return html`<div class="problem" title=${row.id}>
    <span class="text cut">${drawPlain(row.title)}</span><span class="small dim cut id">${shortId}</span>
    <span class="dim letter" aria-hidden="true">W</span>${strip('weak', row.samples.weak, trace, actions)}
    <span class="dim letter" aria-hidden="true">S</span>
    <span class="lower">${strip('strong', row.samples.strong, trace, actions)}
      <span class="small dim shares">${shares.length === 0 ? unknown : shares.join(' · ')}</span>
    </span>
  </div>`;
}

function share(arm: Arm, row: ProblemRow): string {
  return `${arm === 'weak' ? 'W' : 'S'} ${percent(correctShare(row.samples[arm]), 0)}`;
}

/** One arm's samples; many are drawn narrower. A click opens the sample under it. */
function strip(arm: Arm, cells: readonly SampleCell[], trace: TraceId | null, actions: Actions): TemplateResult {
  const ordered = orderCells(cells);
  const shapes = stripShapes(ordered, trace);
  const open = (event: MouseEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const cell = cellAt(ordered, (event.clientX - box.left) / box.width);
    if (!cell) return;
    event.stopPropagation();
    void actions.reader.openTrace(cell.trace);
  };
  return html`<svg
    class="strip"
    role="img"
    aria-label=${stripSentence(arm, cells)}
    width=${Math.max(cellWidth, shapes.width)}
    height=${cellHeight}
    viewBox="0 0 ${Math.max(cellWidth, shapes.width)} ${cellHeight}"
    preserveAspectRatio="none"
    @click=${open}
  >
    ${shape('g-ok', shapes.correct)}${shape('g-flag', shapes.flagged)}${shape('g-wrong', shapes.incorrect)}
    ${shape('g-none', shapes.ungradable)}${shape('g-said', shapes.sound + shapes.unsound + shapes.unsure)}
    ${shape('g-here', shapes.current)}
  </svg>`;
}

function shape(className: string, path: string): TemplateResult | typeof nothing {
  return path === '' ? nothing : svg`<path class=${className} d=${path}></path>`;
}

function emptyList(state: State, actions: Actions): TemplateResult {
  const { list, viewer } = state;
  if (list.total === null) return html`<p class="dim">${state.filterError === null ? 'Reading the run…' : ''}</p>`;
  if (toFilter(state.bar) !== '')
    return html`<p>No trace passes this filter.</p>
      <p>${link({ label: 'Clear the filter', onClick: () => actions.setFilter('') })}</p>`;
  const summary = viewer?.summary;
  if (summary?.state === 'running')
    return html`<p>Nothing has arrived yet. Problems appear here with their first samples.</p>`;
  if (summary?.state === 'indexing')
    return html`<p>The run is being read: ${number(summary.drawn.weak + summary.drawn.strong)} traces so far.</p>`;
  return html`<p>This run has no traces.</p>`;
}
