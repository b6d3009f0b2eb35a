import { html, nothing, type TemplateResult } from 'lit';
import { type Arm, arms } from '../../src/core/trace/trace.ts';
import type { ModelState, SidebarHost, SidebarState } from '../../src/protocol/views.ts';
import { armTag, iconButton, link } from '../ui/controls.ts';
import { number, parameters } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';
import type { PaneOptions } from './pane.ts';

type Asks = Pick<SidebarHost, 'chooseModel' | 'testConnections' | 'command'>;

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
      ${any ? nothing : withoutModels(host)}
    </div>`,
  };
}

function withoutModels(host: Asks): TemplateResult {
  return html`<p class="small dim">Any server with an OpenAI-compatible API will do: vLLM, llama.cpp, Ollama or a cloud's.</p>
    <div class="actions">
      ${link({ label: 'Add a model…', icon: 'add', onClick: () => host.command('addModel') })}
      ${link({
        label: 'Try it without a model: recorded sample',
        icon: 'play',
        onClick: () => host.command('tryRecordedSample'),
      })}
    </div>`;
}

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

function connectionLine({ connection, host }: ModelState): TemplateResult {
  if (connection.kind === 'failed') {
    return html`<p class="small failed" role="status"><span class="warn">${icon('warning')}</span>${connection.message}</p>`;
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
