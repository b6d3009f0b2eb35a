import '../ui/look.css';
import './sidebar.css';
import { html, nothing, render, type TemplateResult } from 'lit';
import type { PlanPreview } from '../../src/protocol/engine.ts';
import type { SidebarHost, SidebarState, SidebarView } from '../../src/protocol/views.ts';
import { connectView, loadState, saveState } from '../ui/connect.ts';
import { iconButton } from '../ui/controls.ts';
import { icon } from '../ui/icons.ts';
import { tellingErrors } from '../ui/tellErrors.ts';
import { budgetPane, type Drafts } from './budget.ts';
import { lastRunPane } from './lastRun.ts';
import { modelsPane } from './models.ts';
import { type Folds, type PaneId, type PaneOptions, pane } from './pane.ts';
import { problemsPane } from './problems.ts';
import { runningPane } from './running.ts';
import { intro, noFolder, thenPane } from './start.ts';

/** What the page shows: the extension's last snapshot, and what belongs to this page alone. */
interface Page {
  state: SidebarState | null;
  /** The last plan that could be worked out; it stands (dimmed) while the next one is. */
  plan: PlanPreview | null;
  folded: Set<PaneId>;
  drafts: Pick<Drafts, 'strong' | 'weak'>;
  error: string | null;
}

const page: Page = {
  state: null,
  plan: null,
  folded: new Set(loadState<{ folded: PaneId[] }>()?.folded ?? []),
  drafts: { strong: null, weak: null },
  error: null,
};

const view: SidebarView = { show: async (state) => show(state) };
const { remote } = connectView<SidebarHost, SidebarView>(view);
const host = tellingErrors(remote, (message) => draw({ error: message }));

const folds: Folds = {
  folded: page.folded,
  toggle: (id) => {
    if (!page.folded.delete(id)) page.folded.add(id);
    saveState({ folded: [...page.folded] });
    draw({});
  },
};
const edit: Drafts['edit'] = (field, text) => draw({ drafts: { ...page.drafts, [field]: text } });

function show(state: SidebarState): void {
  draw({ state, plan: state.preview.kind === 'ready' ? state.preview.plan : page.plan });
}

function draw(change: Partial<Page>): void {
  Object.assign(page, change);
  if (page.state) render(screen(page.state), document.body);
}

function screen(state: SidebarState): TemplateResult {
  const first = state.last === null && state.running === null;
  const storage = state.folder ? nothing : noFolder(host);
  return html`<main aria-label="Trace Loupe">
    <h1 class="sr">Trace Loupe</h1>
    ${page.error ? notice(page.error) : nothing}
    ${first ? intro : nothing}
    ${shown(problemsPane(state.files, host))}
    ${shown(modelsPane(state.models, host))}
    ${shown(budgetPane(state, page.plan, { ...page.drafts, edit }, host, first ? storage : nothing))}
    ${state.running ? shown(runningPane(state.running, host)) : nothing}
    ${state.last ? shown(lastRunPane(state.last, state.running !== null, host)) : nothing}
    ${first ? shown(thenPane(host)) : nothing}
    ${first ? nothing : storage}
  </main>`;
}

const shown = (options: PaneOptions): TemplateResult => pane(options, folds);

function notice(message: string): TemplateResult {
  return html`<div class="notice" role="alert">
    ${icon('warning')}
    <p>${message}</p>
    ${iconButton({ label: 'Dismiss', icon: 'close', onClick: () => draw({ error: null }) })}
  </div>`;
}

void host.ready().then((state) => state && show(state));
