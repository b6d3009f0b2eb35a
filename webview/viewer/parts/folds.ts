import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { TraceDetail } from '../../../src/protocol/engine.ts';
import { link } from '../../ui/controls.ts';
import { count, number } from '../../ui/format.ts';
import { icon } from '../../ui/icons.ts';
import { drawPlain, richLimit } from '../../ui/text.ts';
import type { Actions } from '../actions/actions.ts';
import type { Fold, State } from '../model/state.ts';
import { keyOf } from './keys.ts';

/** What lies behind the trace: the request, hidden thinking, what an import held beside it, and the text as it came. */
export function folds(detail: TraceDetail, state: State, actions: Actions): TemplateResult {
  const { trace, request } = detail;
  const extra = trace.extra ? JSON.stringify(trace.extra, null, 2) : '';
  const openText = () => void actions.host.openText(trace.id);
  const one = (name: Fold, title: string, detailText: string, text: string, key = '') =>
    fold(name, title, detailText, text, state, actions, key, openText);
  return html`<div class="folds">
    ${request === null ? nothing : one('request', 'Exact request', requestWords(request), request)}
    ${trace.thinking ? one('thinking', 'Hidden thinking', count(trace.thinking.length, 'character'), trace.thinking) : nothing}
    ${extra === '' ? nothing : one('extra', 'As imported', Object.keys(trace.extra ?? {}).join(', '), extra)}
    ${one('raw', 'Raw text', count(trace.text.length, 'character'), trace.text, keyOf(state, 'raw'))}
  </div>`;
}

function fold(
  name: Fold,
  title: string,
  detail: string,
  text: string,
  state: State,
  actions: Actions,
  key: string,
  openText: () => void,
): TemplateResult {
  const open = state.folds.has(name);
  const rest = text.length - richLimit;
  return html`<section class="foldPart">
    <h3>
      <button type="button" class="foldHead" aria-expanded=${open} aria-controls="fold-${name}" @click=${() => actions.toggleFold(name)}>
        ${icon(open ? 'chevronDown' : 'chevronRight')}<span>${title}</span><span class="dim cut">${detail}</span
        >${key === '' ? nothing : html`<kbd>${key}</kbd>`}
      </button>
    </h3>
    <div id="fold-${name}" class="fold" ?hidden=${!open}>
      ${
        open
          ? html`<pre class="mono" tabindex="0" role="region" aria-label=${title} ${ref(name === 'raw' ? bringIntoView : nowhere)}>${drawPlain(text.slice(0, richLimit))}</pre>
            ${
              rest > 0
                ? html`<p class="small dim">
                  ${number(rest)} more characters. ${link({ label: 'Open as a document', onClick: openText })}
                </p>`
                : nothing
            }`
          : nothing
      }
    </div>
  </section>`;
}

/** The same function every time: runs when the fold opens and never again. */
function bringIntoView(element?: Element): void {
  requestAnimationFrame(() => element?.scrollIntoView({ block: 'nearest' }));
}

function nowhere(): void {}

/** The settings worth a glance, out of the request's body where it is JSON. */
function requestWords(request: string): string {
  const value = (name: string) => new RegExp(`"${name}":\\s*([\\d.]+)`).exec(request)?.[1];
  const named: [string, string | undefined][] = [
    ['temperature', value('temperature')],
    ['top-p', value('top_p')],
    ['seed', value('seed')],
  ];
  const known = named.flatMap(([name, figure]) => (figure === undefined ? [] : [`${name} ${figure}`]));
  const messages = request.match(/"role":/g)?.length ?? 0;
  if (messages > 0) known.push(count(messages, 'message'));
  return known.join(' · ');
}
