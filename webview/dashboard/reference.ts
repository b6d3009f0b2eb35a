import { html, nothing, type TemplateResult } from 'lit';
import { hasReference } from '../../src/core/metrics/reference.ts';
import type { ReferenceReport, RunReport } from '../../src/core/metrics/report.ts';
import { type Arm, arms } from '../../src/core/trace/trace.ts';
import { armTag, link } from '../ui/controls.ts';
import { interval, number, unknown } from '../ui/format.ts';

type Open = (filter: string) => void;

/** How well flags find what the exact check finds unsound; nothing of a run whose problems have none. */
export function referenceTable(report: RunReport, open: Open): TemplateResult | typeof nothing {
  if (!hasReference(report)) return nothing;
  return html`<h2>Flags against the reference</h2>
    <p class="small dim">
      The reference is an exact check of every step, possible because these problems come from templates. It is not a
      judgement, and there only for the built-in problems.
    </p>
    <table class="facts against">
      <thead>
        <tr><td></td>${arms.map((arm) => html`<th class="n" scope="col"><span class="state">${armTag(arm, true)}${arm}</span></th>`)}</tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row" title="Correct traces that the exact check finds unsound">correct, but unsound</th>
          ${arms.map((arm) => html`<td class="n">${unsoundCell(arm, report.arms[arm]?.reference, open)}</td>`)}
        </tr>
        ${shareRow('recall of flags, %', 'Share of them that any rule flagged', 'flagRecall', report)}
        ${shareRow('precision of flags, %', 'Share of the flagged correct traces that are unsound by reference', 'flagPrecision', report)}
      </tbody>
    </table>`;
}

function unsoundCell(arm: Arm, reference: ReferenceReport | null | undefined, open: Open): TemplateResult | string {
  if (!reference) return unknown;
  const { n } = reference.flagRecall;
  if (n === 0) return '0';
  return link({
    label: number(n),
    title: `Read the ${arm} arm's correct traces that are unsound by reference`,
    onClick: () => open(`arm:${arm} verdict:correct reference:unsound`),
  });
}

function shareRow(
  name: string,
  title: string,
  figure: 'flagPrecision' | 'flagRecall',
  report: RunReport,
): TemplateResult {
  return html`<tr>
    <th scope="row" title=${title}>${name}</th>
    ${arms.map((arm) => {
      const of = report.arms[arm]?.reference?.[figure];
      if (!of || of.value === null) return html`<td class="n">${unknown}</td>`;
      return html`<td class="n">${number(of.value * 100, 1)} <span class="ci">${interval(of, 100)}</span></td>`;
    })}
  </tr>`;
}
