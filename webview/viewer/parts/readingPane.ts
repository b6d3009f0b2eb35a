import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { Problem } from '../../../src/core/problem/problem.ts';
import type { Trace } from '../../../src/core/trace/trace.ts';
import type { TraceDetail } from '../../../src/protocol/engine.ts';
import { armTag, iconButton, link } from '../../ui/controls.ts';
import { count, number } from '../../ui/format.ts';
import { icon } from '../../ui/icons.ts';
import { drawPlain, drawText, richLimit } from '../../ui/text.ts';
import type { Actions } from '../actions/actions.ts';
import { branchesTo } from '../model/answerTree.ts';
import { decisionOn, type State } from '../model/state.ts';
import { answerLine, answerText, verdictState } from './answerLine.ts';
import { folds } from './folds.ts';
import { referenceLine } from './reference.ts';
import { stepList } from './stepList.ts';

/** The problem and the open trace: what it says step by step, and what is known of each step. */
export function readingPane(state: State, actions: Actions): TemplateResult {
  const { detail } = state;
  return html`<section class="column reading" aria-label="Trace">
    ${detail ? open(detail, state, actions) : nothingOpen(state)}
  </section>`;
}

function open(detail: TraceDetail, state: State, actions: Actions): TemplateResult {
  const { problem, trace } = detail;
  const waiting = state.trace !== trace.id;
  return html`<div class="head">
      <h2>Problem</h2>
      <span class="fill small dim cut">
        <span class="cut">${problem.id.slice(problem.id.indexOf('/') + 1)}</span> ·
        ${link({
          label: `${problem.source.file}:${problem.source.line}`,
          title: 'Open the problem file at this line',
          onClick: () => void actions.host.openSource(problem.id),
        })}
      </span>
      <span class="small gold">gold ${answerText(problem.answer)}</span>
    </div>
    <div class="scroll" id="trace" tabindex="-1" aria-busy=${waiting}>
      ${guard([problem.text, problem.options], () => question(problem))}
      ${traceHead(detail, state, actions)}
      ${guard([trace, detail.flags, detail.steps, detail.reference, state.shownLength, decisionOn(state, detail)], () =>
        traceBody(detail, state, actions),
      )}
      ${answerLine(detail)} ${referenceLine(detail)} ${folds(detail, state, actions)}
    </div>`;
}

export function question(problem: Problem): TemplateResult {
  return html`<div class="question" aria-label="Problem text" role="group">
    ${problem.text
      .slice(0, richLimit)
      .split(/\n\s*\n/)
      .map((paragraph) => html`<p>${drawText(paragraph.trim())}</p>`)}
    ${
      problem.options
        ? html`<ol class="options">
          ${problem.options.map(
            (option, index) =>
              html`<li><span class="dim">${String.fromCharCode(65 + index)}</span>${drawText(option)}</li>`,
          )}
        </ol>`
        : nothing
    }
  </div>`;
}

function traceHead(detail: TraceDetail, state: State, actions: Actions): TemplateResult {
  const { trace, verdict } = detail;
  const outside = state.classes !== null && branchesTo(state.classes, trace.id).length === 0;
  return html`<div class="tracehead">
    ${armTag(trace.arm)}<span class="strong cut">${drawPlain(trace.model)}</span>
    <span class="dim cut fill">${provenance(trace).join(' · ')}</span>
    ${outside ? html`<span class="small dim" title="It stays open until you move on.">outside the filter</span>` : nothing}
    ${trace.finish === 'length' ? html`<span class="state warn" title="The model reached its limit of tokens.">${icon('warning')}cut off</span>` : nothing}
    ${verdictState(verdict)}
    ${iconButton({ label: 'Compare with another trace', icon: 'compare', onClick: () => actions.act('compare') })}
    ${iconButton({ label: 'Open the raw text in an editor', icon: 'external', onClick: () => void actions.host.openText(trace.id) })}
  </div>`;
}

/** `#7`, seed, tokens, time and how it ended, as far as they are known. */
export function provenance(trace: Trace): string[] {
  const { usage, seed, durationMs, finish } = trace;
  const parts = [`#${trace.sample + 1}`];
  if (seed !== null) parts.push(`seed ${seed}`);
  parts.push(`${usage.estimated ? '≈ ' : ''}${count(usage.completionTokens, 'token')}`);
  if (durationMs > 0) parts.push(`${number(durationMs / 1000, 1)} s`);
  if (finish === 'stop') parts.push('stop');
  if (finish === 'contentFilter') parts.push('stopped by a content filter');
  return parts;
}

function traceBody(detail: TraceDetail, state: State, actions: Actions): TemplateResult {
  const { trace } = detail;
  if (trace.text.trim() === '')
    return html`<p class="nothing dim">
      The model returned no text${trace.thinking ? ', only the hidden thinking below' : ''}.
    </p>`;
  const rest = trace.text.length - state.shownLength;
  return html`${stepList(detail, decisionOn(state, detail), state.shownLength, (value) =>
    actions.annotator.say({ say: 'firstWrongStep', value }),
  )}
  ${
    rest > 0
      ? html`<p class="more">
        ${number(rest)} of ${number(trace.text.length)} characters are not shown.
        ${link({ label: 'Show more', onClick: () => actions.showMore() })}
        ${link({ label: 'Open as a document', onClick: () => void actions.host.openText(trace.id) })}
      </p>`
      : nothing
  }`;
}

function nothingOpen(state: State): TemplateResult {
  const sentence =
    state.traceError ??
    (state.trace !== null || state.list.total === null
      ? 'Reading…'
      : state.list.total === 0
        ? 'Nothing to read yet.'
        : state.problem === null
          ? 'Choose a problem to read its traces.'
          : 'No trace of this problem passes the filter.');
  return html`<div class="head"><h2>Trace</h2></div>
    <p class="nothing dim" role="status">${sentence}</p>`;
}
