import { html, nothing, type TemplateResult } from 'lit';
import type { Match } from '../../src/core/budget/budget.ts';
import { arms } from '../../src/core/trace/trace.ts';
import type { PlanPreview } from '../../src/protocol/engine.ts';
import type { SidebarHost, SidebarState } from '../../src/protocol/views.ts';
import { armTag, button, link, matchedPill, segments, textField } from '../ui/controls.ts';
import { count, number, roughDuration, siTogether, unknown, usd } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';
import { armTable } from './armTable.ts';
import type { PaneOptions } from './pane.ts';
import { formatSamples, parseSamples } from './samples.ts';

type Asks = Pick<
  SidebarHost,
  'setMatch' | 'setStrongSamples' | 'setWeakSamples' | 'setCap' | 'sample' | 'command' | 'chooseModel' | 'addFiles'
>;

/** What stands in the two fields while it is not (or can't be) taken over. */
export interface Drafts {
  strong: string | null;
  weak: string | null;
  edit(field: 'strong' | 'weak', text: string | null): void;
}

/** `plan`: the current one, or the last while the next is being worked out. `aside` stands right below the button. */
export function budgetPane(
  state: SidebarState,
  plan: PlanPreview | null,
  drafts: Drafts,
  host: Asks,
  aside: TemplateResult | typeof nothing,
): PaneOptions {
  return {
    id: 'budget',
    title: 'Budget',
    body: html`<div class="body" aria-busy=${state.preview.kind === 'working'}>
      <div class="match"><span aria-hidden="true">Match by</span>
        ${segments({ label: 'Match by', value: state.match, options: matches, onChange: (match) => host.setMatch(match) })}
      </div>
      ${sampleFields(state, plan, drafts, host)}
      ${state.preview.kind === 'impossible' ? impossible(state.preview.message) : plan ? costs(plan, state) : nothing}
      ${action(state, plan, host)} ${aside}
      ${plan && state.preview.kind !== 'impossible' && !state.running ? notes(plan) : nothing}
    </div>`,
  };
}

const matches: { value: Match; label: string; title: string }[] = [
  { value: 'flops', label: 'FLOPs', title: 'Both arms spend the same FLOPs: 2 × active parameters × generated tokens' },
  { value: 'price', label: 'Price', title: 'Both arms cost the same money' },
  { value: 'count', label: 'Count', title: 'Both arms draw the same number of samples' },
];

function sampleFields(state: SidebarState, plan: PlanPreview | null, drafts: Drafts, host: Asks): TemplateResult {
  const several = state.strongSamples.length > 1;
  const matched = plan && plan.grid.length === state.strongSamples.length ? plan.grid.map((point) => point.weak) : null;
  const weak =
    !several && state.weakSamples !== null ? String(state.weakSamples) : matched ? formatSamples(matched) : '';
  const strong = drafts.strong ?? formatSamples(state.strongSamples);
  const wrong = [
    drafts.strong !== null && !parseSamples(drafts.strong),
    drafts.weak !== null && drafts.weak.trim() !== '' && parseSamples(drafts.weak)?.length !== 1,
  ];
  return html`<div class="numbers">
      ${textField({
        label: 'Strong samples per problem; several as 1, 3, 9',
        title: 'One number, or a grid such as 1, 3, 9',
        value: strong,
        invalid: wrong[0] ?? false,
        start: armTag('strong', true),
        ...(several ? {} : { end: html`each` }),
        onInput: (text) => drafts.edit('strong', text),
        onChange: (text) => takeStrong(text, drafts, host),
      })}
      <span aria-hidden="true">→</span>
      ${textField({
        label:
          state.weakSamples === null
            ? 'Weak samples per problem, by the match'
            : 'Weak samples per problem, set by hand',
        title: several ? 'Follows the match at each point of the grid' : 'Follows the match until you set it',
        value: drafts.weak ?? weak,
        placeholder: unknown,
        invalid: wrong[1] ?? false,
        readonly: several,
        start: armTag('weak', true),
        ...(several ? {} : { end: html`each` }),
        onInput: (text) => drafts.edit('weak', text),
        onChange: (text) => takeWeak(text, drafts, host),
      })}
    </div>
    ${
      wrong.some(Boolean)
        ? html`<p class="small line" role="alert"><span class="warn state">${icon('warning')}</span>Whole numbers from 1: ${
            wrong[0] ? '10, or a grid such as 1, 3, 9.' : '30, or nothing to follow the match.'
          }</p>`
        : nothing
    }
    ${
      state.weakSamples === null
        ? nothing
        : html`<p class="small dim line"><span class="fill">Weak samples are set by hand.</span>${link({
            label: 'Follow the match',
            onClick: () => host.setWeakSamples(null),
          })}</p>`
    }`;
}

function takeStrong(text: string, drafts: Drafts, host: Asks): void {
  const samples = parseSamples(text);
  if (!samples) return;
  drafts.edit('strong', null);
  void host.setStrongSamples(samples);
}

function takeWeak(text: string, drafts: Drafts, host: Asks): void {
  const samples = text.trim() === '' ? [] : parseSamples(text);
  if (!samples || samples.length > 1) return;
  drafts.edit('weak', null);
  void host.setWeakSamples(samples[0] ?? null);
}

function costs(plan: PlanPreview, { match, models }: SidebarState): TemplateResult {
  const [flops, tokens] = [
    siTogether(arms.map((arm) => plan.spend[arm].flops)),
    siTogether(arms.map((arm) => plan.spend[arm].promptTokens + plan.spend[arm].completionTokens)),
  ];
  return html`${armTable({
    label: 'Cost before anything is spent',
    corner: matchedPill(plan.match, 'planned'),
    rows: [
      { name: 'FLOPs', cells: flops, strong: match === 'flops' },
      { name: 'Requests', cells: arms.map((arm) => number(plan.requests[arm])), strong: match === 'count' },
      { name: 'Tokens', cells: tokens },
      {
        name: 'Price',
        cells: arms.map((arm) => (models[arm]?.embedded ? 'free' : usd(plan.spend[arm].usd))),
        strong: match === 'price',
      },
    ],
  })}
`;
}

/** Below the button, which a first look should find. */
function notes(plan: PlanPreview): TemplateResult | typeof nothing {
  if (plan.notes.length === 0) return nothing;
  return html`<ul class="small dim notes">${plan.notes.map((note) => html`<li>${note}</li>`)}</ul>`;
}

function impossible(message: string): TemplateResult {
  return html`<p class="small told" role="status">${icon('info')}<span>${message}</span></p>`;
}

/** One run at a time: while it draws, there is nothing to start here. */
function action(state: SidebarState, plan: PlanPreview | null, host: Asks): TemplateResult {
  if (state.running) return html`<p class="small dim">The next run can start when this one has ended.</p>`;
  const ready = state.preview.kind === 'ready' && plan !== null && plan.problems > 0;
  return html`${button({
    label:
      plan && plan.problems > 0 && state.preview.kind !== 'impossible'
        ? `Sample ${count(plan.problems, 'problem')}`
        : 'Sample',
    primary: true,
    wide: true,
    disabled: !ready,
    onClick: () => host.sample(),
  })}
    ${sum(state, plan, host)}`;
}

function sum(state: SidebarState, plan: PlanPreview | null, host: Asks): TemplateResult {
  if (arms.every((arm) => state.models[arm]?.embedded))
    return html`<p class="small dim">Free: it runs on this machine.</p>`;
  return html`<p class="small dim line"><span class="fill">${plan && state.preview.kind !== 'impossible' ? total(plan) : ''}</span>${link(
    {
      label: state.maxUsd === null ? 'no cap' : `stops at ${usd(state.maxUsd)}`,
      title: 'What a run may cost before it stops',
      onClick: () => host.setCap(),
    },
  )}</p>`;
}

/** `$0.58 in all, about 14 min`. */
function total({ spend, durationMs }: PlanPreview): string {
  const price = spend.weak.usd === null || spend.strong.usd === null ? null : spend.weak.usd + spend.strong.usd;
  const money = price === null ? 'price unknown' : price === 0 ? 'free' : `${usd(price)} in all`;
  return durationMs === null ? money : `${money}, about ${roughDuration(durationMs)}`;
}
