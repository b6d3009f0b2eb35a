import '../ui/look.css';
import './dashboard.css';
import { html, nothing, render, type TemplateResult } from 'lit';
import type { Match } from '../../src/core/budget/budget.ts';
import type { RunReport } from '../../src/core/metrics/report.ts';
import { type Arm, arms } from '../../src/core/trace/trace.ts';
import type { DashboardHost, DashboardState, DashboardView } from '../../src/protocol/views.ts';
import { connectView } from '../ui/connect.ts';
import { armTag, iconButton, link, matchedPill, matchWords, segments } from '../ui/controls.ts';
import { count, dateTime, parameters } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';
import { tellingErrors } from '../ui/tellErrors.ts';
import { budgetsTable } from './budgets.ts';
import { factsTable, systemsTable } from './facts.ts';
import { type Figure, figures } from './figures.ts';
import { outcomes } from './outcomes.ts';
import { picture } from './picture.ts';
import { plotView } from './plotView.ts';
import { referenceTable } from './reference.ts';

interface Page {
  state: DashboardState | null;
  /** The budget row that the plots mark; null: the largest that is matched. */
  row: number | null;
  /** Of one plot. */
  plotWidth: number;
  /** A change of the match is on its way. */
  busy: boolean;
  error: string | null;
}

const page: Page = { state: null, row: null, plotWidth: 0, busy: false, error: null };

const view: DashboardView = { show: async (state) => draw({ state }) };
const { remote } = connectView<DashboardHost, DashboardView>(view);
const host = tellingErrors(remote, (message) => draw({ error: message }));
const open = (filter: string) => void host.openTraces(filter);

function draw(change: Partial<Page>): void {
  Object.assign(page, change);
  if (!page.state) return;
  render(screen(page.state), document.body);
  measure();
}

/** Plots are drawn at their true size, so that their text is as large as all other text. */
function measure(): void {
  const frame = document.querySelector('figure .frame');
  const plotWidth = frame ? Math.floor(frame.clientWidth) : 0;
  if (plotWidth > 0 && plotWidth !== page.plotWidth) draw({ plotWidth });
}

function screen(state: DashboardState): TemplateResult {
  const { report, match } = state;
  const row = page.row !== null && page.row < report.table.length ? page.row : largestMatched(report);
  const several = report.systems.length > arms.filter((arm) => report.arms[arm]).length;
  return html`${top(state)}
    <main aria-busy=${page.busy}>
      ${page.error ? notice(page.error) : nothing}
      <section class="charts" aria-label="Metrics against cost">
        ${figures(report, match).map((figure) => figureView(figure, state, row))}
      </section>
      <section class="budgets" aria-label="Budgets">
        ${budgetsTable(report, row, (chosen) => draw({ row: chosen }))}
      </section>
      <div class="below">
        <section aria-label="Answer by reasoning">${outcomes(report, open)}</section>
        <section aria-label="Traces">${factsTable(report, open)}</section>
        <section aria-label=${several ? 'Systems and notes' : 'Notes'}>
          ${referenceTable(report, open)}${several ? systemsTable(report.systems) : nothing}${notes(state)}
        </section>
      </div>
    </main>`;
}

function top({ summary, report, match }: DashboardState): TemplateResult {
  const traces = arms.reduce((sum, arm) => sum + (report.arms[arm]?.traces ?? 0), 0);
  return html`<header class="top">
    <h1 class="cut">${report.name}, ${dateTime(summary.run.createdAt)}</h1>
    <span class="dim fill cut">${count(report.problems, 'problem')} · ${count(traces, 'trace')}</span>
    <div class="who">${arms.map((arm) => who(arm, report))}</div>
    ${matchedPill(report.match, 'realised')}
    ${segments({ label: 'Cost in', value: match, options: matches, onChange: (next) => void setMatch(next) })}
    ${iconButton({ label: 'Export curated data', icon: 'export', onClick: () => void host.exportRun() })}
  </header>`;
}

const matches: { value: Match; label: string }[] = [
  { value: 'flops', label: 'FLOPs' },
  { value: 'price', label: 'Price' },
  { value: 'count', label: 'Count' },
];

function who(arm: Arm, report: RunReport): TemplateResult | typeof nothing {
  const of = report.arms[arm];
  if (!of) return nothing;
  return html`<span class="state">${armTag(arm)}<span class="cut">${of.model}</span> <span class="dim">${parameters(of.activeParamsB)}</span></span>`;
}

async function setMatch(match: Match): Promise<void> {
  draw({ busy: true });
  const state = await host.setMatch(match);
  draw({ busy: false, ...(state ? { state } : {}) });
}

function figureView(figure: Figure, state: DashboardState, row: number): TemplateResult {
  const drawn = figure.curves.length > 0;
  return html`<figure>
    <figcaption>
      <h2>${figure.title}</h2><span class="small dim fill cut" title=${figure.caption}>${figure.caption}</span>
      ${
        drawn
          ? iconButton({
              label: `Save the picture of ${figure.title.toLowerCase()}`,
              icon: 'picture',
              onClick: () => savePicture(figure, state),
            })
          : nothing
      }
    </figcaption>
    <div class="frame">${drawn ? (page.plotWidth > 0 ? plotView(figure, row, page.plotWidth) : nothing) : emptyPlot(figure, state)}</div>
  </figure>`;
}

/** Why there is no curve, and what to do about it. */
function emptyPlot(figure: Figure, { report, match }: DashboardState): TemplateResult {
  const costs = arms.flatMap((arm) => report.arms[arm]?.curve ?? []).some((point) => point.cost !== null);
  const unit = match === 'price' ? 'prices' : 'active parameters';
  const [words, action] = !costs
    ? [
        `What the models cost is not known: their ${unit} are missing in the settings.`,
        link({ label: 'Match by count', onClick: () => void setMatch('count') }),
      ]
    : figure.id === 'fpr'
      ? [
          'Not judged yet: a person has to say which right answers rest on wrong reasoning.',
          link({ label: 'Judge right answers', onClick: () => open('verdict:correct soundness:none') }),
        ]
      : ['Nothing has been drawn yet.', nothing];
  return html`<div class="empty"><p class="dim">${words}</p>${action}</div>`;
}

function savePicture(figure: Figure, { report }: DashboardState): void {
  const plot = document.querySelector<SVGSVGElement>(`#plot-${figure.id}`);
  if (!plot) return;
  const footing = `${report.name} · ${matchWords(report.match)} realised (${unitNames[report.match.match]})`;
  void host.savePicture(
    `${report.name}-${figure.id}.svg`,
    picture(plot, `${figure.title}, ${figure.caption}`, footing),
  );
}

const unitNames: Record<Match, string> = { flops: 'FLOPs', price: 'price', count: 'count' };

function notes({ report, summary }: DashboardState): TemplateResult | typeof nothing {
  const warnings = summary.warnings;
  if (report.notes.length + warnings.length === 0) return nothing;
  return html`<h2>Notes</h2>
    <ul class="notes">
      ${warnings.map((warning) => html`<li class="told"><span class="warn state">${icon('warning')}</span>${warning}</li>`)}
      ${report.notes.map((note) => html`<li class="told"><span class="dim state">${icon('info')}</span>${note}</li>`)}
    </ul>`;
}

function notice(message: string): TemplateResult {
  return html`<div class="notice" role="alert">
    ${icon('warning')}
    <p>${message}</p>
    ${iconButton({ label: 'Dismiss', icon: 'close', onClick: () => draw({ error: null }) })}
  </div>`;
}

/** The row with most samples among the matched ones, else the last. */
function largestMatched({ table }: RunReport): number {
  const matched = table.map((row, index) => ({ row, index })).filter(({ row }) => row.match.matched);
  const largest = matched.reduce(
    (best, next) => (next.row.grid.weak > (best?.row.grid.weak ?? 0) ? next : best),
    matched[0],
  );
  return largest?.index ?? table.length - 1;
}

new ResizeObserver(measure).observe(document.body);
void host.ready().then((state) => state && draw({ state }));
