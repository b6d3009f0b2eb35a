import { html, nothing, type TemplateResult } from 'lit';
import type { Arm } from '../../../src/core/trace/trace.ts';
import { iconButton, link } from '../../ui/controls.ts';
import { number, percent } from '../../ui/format.ts';
import { icon } from '../../ui/icons.ts';
import type { Actions } from '../actions/actions.ts';
import { judgementsMissing } from '../model/decide.ts';
import type { State } from '../model/state.ts';
import { keyOf } from './keys.ts';

/** Where one is in the review, what it has brought, and whether the last decision is on disk. */
export function queueRow(state: State, actions: Actions): TemplateResult {
  const { queue, trace, list } = state;
  const at = queue && trace !== null ? queue.indexOf(trace) : -1;
  const length = Math.max(queue?.length ?? 0, queue && queue.length < 1000 ? 0 : list.traces);
  return html`<div class="queue" role="group" aria-label="Queue">
    ${iconButton({ label: 'Previous in the queue', icon: 'chevronLeft', disabled: at === 0, onClick: () => actions.act('previousInQueue') })}
    <span class="strong position">${at < 0 ? '–' : number(at + 1)} of ${number(length)}</span>
    ${iconButton({ label: 'Next in the queue', icon: 'chevronRight', disabled: length === 0, onClick: () => actions.act('nextInQueue') })}
    <span
      class="track"
      role="progressbar"
      aria-label="Place in the queue"
      aria-valuemin="0"
      aria-valuenow=${at + 1}
      aria-valuemax=${length}
      ><span .style=${`width:${length === 0 ? 0 : (100 * (at + 1)) / length}%`}></span
    ></span>
    ${falsePositives(state)}
    <span class="fill"></span>
    ${saveState(state, actions)}
    <button type="button" class="small dim allKeys" @click=${() => actions.showKeys(true)}>
      all keys <kbd aria-hidden="true">${keyOf(state, 'keys') || '?'}</kbd>
    </button>
  </div>`;
}

/** The rate that the review is for, of the open trace's arm. */
function falsePositives({ viewer, detail }: State): TemplateResult {
  const arm: Arm = detail?.trace.arm ?? 'weak';
  const fpr = viewer?.report?.arms[arm]?.fpr;
  if (!fpr || fpr.value === null || fpr.n === 0)
    return html`<span class="dim cut">No correct trace of the ${arm} arm is judged yet: judging some tells how many are unsound.</span>`;
  const missing = judgementsMissing(fpr);
  const range =
    fpr.low === undefined || fpr.high === undefined
      ? ''
      : ` [${number(fpr.low * 100, 1)}, ${number(fpr.high * 100, 1)}]`;
  return html`${missing === null || missing === 0 ? nothing : html`<span class="cut">about ${number(missing)} more for ±3 points</span>`}
    <span class="dim cut" title="Share of the judged correct traces that are unsound, with its 95 % interval">
      FPR ${arm} ${percent(fpr.value)}${range} · ${number(fpr.n)} judged
    </span>`;
}

/** `saved 17:05` only once it is on disk; what could not be written is kept and said. */
function saveState(state: State, actions: Actions): TemplateResult {
  const failed = [...state.unsaved.values()].filter((one) => one.failure !== null);
  const first = failed[0];
  const time = state.savedAt?.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
  const saved = time === undefined ? nothing : `saved ${time}`;
  return html`<span class="saving small" role="status" aria-live="polite">
    ${state.message === null ? nothing : html`<span class="cut">${state.message}</span>`}
    ${
      first
        ? html`<span class="warn state">${icon('warning')}</span><span class="cut" title=${first.failure ?? ''}
            >Not saved${failed.length > 1 ? ` (${failed.length})` : ''}: ${first.failure}</span
          >${link({ label: 'Try again', onClick: () => actions.annotator.retry() })}`
        : html`<span class="dim">${state.unsaved.size > 0 ? 'saving…' : saved}</span>`
    }
  </span>`;
}
