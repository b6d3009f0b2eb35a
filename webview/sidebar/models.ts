import { html, nothing, type TemplateResult } from 'lit';
import { type Arm, arms } from '../../src/core/trace/trace.ts';
import type { ModelState, SidebarHost, SidebarState } from '../../src/protocol/views.ts';
import { armTag, iconButton } from '../ui/controls.ts';
import { number, parameters } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';
import type { PaneOptions } from './pane.ts';

type Asks = Pick<SidebarHost, 'chooseModel' | 'testConnections'>;

export function modelsPane(models: SidebarState['models'], host: Asks): PaneOptions {
  const any = models.weak !== null || models.strong !== null;
  return {
    id: 'models',
    title: 'Models',
    ...(any
      ? { tools: iconButton({ label: 'Test both connections', icon: 'plug', onClick: () => host.testConnections() }) }
      : {}),
    body: html`<div class="body">
      ${arms.map((arm) => modelRow(arm, models[arm], host))}
      ${arms.some((arm) => models[arm]?.embedded) ? html`<p class="small dim">${knowsOnly}</p>` : nothing}
    </div>`,
  };
}

const knowsOnly = "Models in the box know only the sample problems' templates.";

function modelRow(arm: Arm, model: ModelState | null, host: Asks): TemplateResult {
  const size = parameters(model?.activeParamsB);
  return html`<div class="model">
    ${armTag(arm, true)}
    <button type="button" class="choose" @click=${() => host.chooseModel(arm)} title="Choose the ${arm} model">
      <span class="sr">${arm} model: </span>
      <span class="cut">${model ? model.name : html`<span class="dim">Choose the ${arm} model…</span>`}</span>
      ${size ? html`<span class="dim size">· ${size}</span>` : nothing}
      <span class="fill"></span>${icon('chevronDown')}
    </button>
    ${model ? connectionLine(model) : nothing}
  </div>`;
}

function connectionLine({ connection, host, embedded }: ModelState): TemplateResult {
  if (connection.kind === 'failed') {
    return html`<p class="small failed" role="status"><span class="warn">${icon('warning')}</span>${connection.message}</p>`;
  }
  if (embedded) {
    return html`<p class="small dim line" role="status">
      ${
        connection.kind === 'connected'
          ? html`<span class="state"><span class="dot"></span>ready</span><span class="cut">in the box: no key, no network</span>`
          : html`<span class="cut">tiny model in the box: no key, no network</span>`
      }
    </p>`;
  }
  const { words, dot } = connections[connection.kind];
  return html`<p class="small dim line" role="status">
    <span class="state"><span class="dot ${dot}"></span>${words}</span><span class="cut">${host}</span>
    ${connection.kind === 'connected' ? html`<span class="time">${number(connection.latencyMs)}&nbsp;ms</span>` : nothing}
  </p>`;
}

const connections = {
  untested: { words: 'not tested', dot: 'idle' },
  testing: { words: 'testing…', dot: 'idle busy' },
  connected: { words: 'connected', dot: '' },
} as const;
