import { html, type TemplateResult } from 'lit';
import type { Estimate, RunReport } from '../../src/core/metrics/report.ts';
import { type Arm, arms } from '../../src/core/trace/trace.ts';
import type { RunSummary } from '../../src/protocol/engine.ts';
import type { SidebarHost, SidebarState } from '../../src/protocol/views.ts';
import { button, iconButton, matchedPill } from '../ui/controls.ts';
import { count, dateTime, interval, number, percent, unknown } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';
import { armTable } from './armTable.ts';
import type { PaneOptions } from './pane.ts';

type Asks = Pick<SidebarHost, 'resume' | 'openViewer' | 'openDashboard'>;

export function lastRunPane(last: NonNullable<SidebarState['last']>, running: boolean, host: Asks): PaneOptions {
  const { summary, report } = last;
  const { id } = summary.run;
  return {
    id: 'last',
    title: 'Last run',
    aside: summary.run.name,
    tools: html`${iconButton({ label: 'Read its traces', icon: 'book', onClick: () => host.openViewer(id) })}
      ${iconButton({ label: 'Open the Dashboard', icon: 'dashboard', onClick: () => host.openDashboard(id) })}`,
    body: html`<div class="body">
      ${report ? results(summary, report) : html`<p class="dim">${statusOf(summary)}</p>`}
      <div class="line wrap">${matchedPill(summary.match, 'realised')}
        <span class="small dim">${summary.run.origin === 'imported' ? 'imported' : statusOf(summary)}</span></div>
      ${summary.warnings.map(
        (warning) =>
          html`<p class="small told"><span class="warn state">${icon('warning')}</span><span>${warning}</span></p>`,
      )}
      <div class="pair">
        ${button({ label: 'Read traces', icon: 'book', onClick: () => host.openViewer(id) })}
        ${
          missing(summary) > 0 && !running
            ? button({
                label: 'Resume',
                icon: 'play',
                title: `Draws the missing ${number(missing(summary))} samples`,
                onClick: () => host.resume(id),
              })
            : button({ label: 'Dashboard', icon: 'dashboard', onClick: () => host.openDashboard(id) })
        }
      </div>
    </div>`,
  };
}

function results(summary: RunSummary, report: RunReport): TemplateResult {
  const fprs = arms.map((arm) => report.arms[arm]?.fpr ?? null);
  const judged = fprs.some((fpr) => fpr !== null && fpr.value !== null);
  return armTable({
    label: 'Results of the last run',
    corner: html`<span class="dim">${dateTime(summary.run.createdAt)}</span>`,
    rows: [
      { name: 'Coverage', cells: arms.map((arm) => percent(best(report, arm, 'coverage')?.value ?? null)) },
      { name: 'Distinct paths', cells: arms.map((arm) => number(best(report, arm, 'diversity')?.value ?? null, 1)) },
      { name: 'Right, flagged', cells: arms.map((arm) => number(summary.flaggedCorrect[arm])) },
      { name: 'FPR', cells: fprs.map((fpr) => percent(fpr?.value ?? null)) },
      judged
        ? { name: '95 %, by people', cells: fprs.map((fpr) => (fpr && interval(fpr, 100)) || unknown), small: true }
        : { name: 'no right answer judged yet', cells: ['', ''], small: true },
    ],
  });
}

/** At all samples that were drawn. */
function best(report: RunReport, arm: Arm, figure: 'coverage' | 'diversity'): Estimate | null {
  return report.arms[arm]?.curve.at(-1)?.[figure] ?? null;
}

function missing({ run, drawn, planned }: RunSummary): number {
  if (run.origin === 'imported') return 0;
  return arms.reduce((sum, arm) => sum + Math.max(0, planned[arm] - drawn[arm]), 0);
}

function statusOf(summary: RunSummary): string {
  if (summary.state === 'indexing') return 'Indexing: results in a moment.';
  const left = missing(summary);
  return left > 0 ? `stopped, ${count(left, 'sample')} missing` : 'complete';
}
