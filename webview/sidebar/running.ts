import { html, nothing, type TemplateResult } from 'lit';
import { type Arm, arms } from '../../src/core/trace/trace.ts';
import type { RunProgress } from '../../src/protocol/engine.ts';
import type { SidebarHost } from '../../src/protocol/views.ts';
import { armTag, button, iconButton, matchWords } from '../ui/controls.ts';
import { duration, number } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';
import type { PaneOptions } from './pane.ts';

type Asks = Pick<SidebarHost, 'stop' | 'openViewer'>;

export function runningPane(run: RunProgress, host: Asks): PaneOptions {
  const stopping = run.state === 'stopping';
  return {
    id: 'running',
    title: 'Running',
    aside: run.name,
    tools: iconButton({ label: 'Read the traces so far', icon: 'book', onClick: () => host.openViewer(run.run) }),
    body: html`<div class="body">
      <div class="bars">${arms.map((arm) => bar(arm, run))}</div>
      <div class="line">
        <span class="fill">
          <span class="dim">${remaining(run)}</span><br />
          <span class=${`small dim state ${run.match.matched ? 'even' : 'uneven'}`}
            >${icon(run.match.matched ? 'check' : 'dash')}${matchWords(run.match)} so far</span
          >
        </span>
        ${button({
          label: stopping ? 'Stopping…' : 'Stop',
          icon: 'stop',
          disabled: stopping,
          onClick: () => host.stop(),
        })}
      </div>
      ${
        run.problem
          ? html`<p class="small told"><span class="warn state">${icon('warning')}</span><span>${run.problem}</span></p>`
          : nothing
      }
    </div>`,
  };
}

function bar(arm: Arm, { drawn, planned, failed }: RunProgress): TemplateResult {
  return html`<div class=${arm === 'weak' ? 'bar' : 'bar s'}>
    ${armTag(arm, true)}
    <span>${number(drawn[arm])} <span class="dim">of ${number(planned[arm])}</span></span>
    <span class="dim">${number(failed[arm])} failed</span>
    <progress .value=${drawn[arm]} .max=${Math.max(1, planned[arm])} aria-label="${arm} samples drawn"></progress>
  </div>`;
}

function remaining({ state, remainingMs }: RunProgress): string {
  if (state === 'indexing') return 'indexing';
  return remainingMs === null ? 'time left unknown' : `${duration(remainingMs)} left`;
}
