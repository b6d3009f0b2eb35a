import { html, nothing, type TemplateResult } from 'lit';
import { hasReference } from '../../src/core/metrics/reference.ts';
import type { ArmPoint, Estimate, GridRow, RunReport } from '../../src/core/metrics/report.ts';
import { type Arm, arms } from '../../src/core/trace/trace.ts';
import { armTag, matchWords } from '../ui/controls.ts';
import { count, interval, number, unknown } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';

/** What both arms reached at each point of the budget grid. Choosing a row marks its guide in the plots. */
export function budgetsTable(report: RunReport, chosen: number, choose: (row: number) => void): TemplateResult {
  if (report.table.length === 0) {
    return html`<p class="dim">No point of the budget grid has been reached by both arms yet.</p>`;
  }
  const referenced = hasReference(report);
  const columns = referenced ? 4 : 3;
  return html`<table class=${referenced ? 'referenced' : nothing}>
    <caption class="sr">Metrics at each point of the budget grid</caption>
    <thead>
      <tr class="group">
        <th colspan="3" scope="colgroup">Samples per problem</th>
        ${arms.map((arm) => html`<th colspan=${columns} scope="colgroup" class="gap"><span class="state">${armTag(arm, true)}${arm}</span></th>`)}
      </tr>
      <tr>
        <th class="n" scope="col">weak</th><th class="n" scope="col">strong</th><th scope="col">spent, weak : strong</th>
        ${arms.map(
          () => html`<th class="n gap" scope="col">coverage %</th>
            <th class="n" scope="col" title="Correct traces that no person called unsound and no rule flagged">by sound %</th>
            ${
              referenced
                ? html`<th class="n" scope="col" title="Correct traces that the exact check of the built-in problems finds sound">
                    by reference %
                  </th>`
                : nothing
            }
            <th class="n" scope="col">distinct paths</th>`,
        )}
      </tr>
    </thead>
    <tbody>
      ${report.table.map((row, index) => gridRow(row, index === chosen, referenced, () => choose(index)))}
    </tbody>
    <tfoot>
      <tr class="foot">
        <th colspan="3" scope="row" title="One figure for an arm: it does not depend on how many samples are drawn">
          false positives, % of judged correct
        </th>
        ${arms.map((arm) => falsePositives(report, arm, columns))}
      </tr>
      ${referenced ? byReference(report, columns) : nothing}
    </tfoot>
  </table>`;
}

function gridRow(
  { grid, match, weak, strong }: GridRow,
  chosen: boolean,
  referenced: boolean,
  choose: () => void,
): TemplateResult {
  return html`<tr class=${chosen ? 'chosen' : ''} @click=${choose}>
    <td class="n">
      <button
        type="button"
        class="pick"
        aria-pressed=${chosen}
        aria-label="Mark ${number(grid.weak)} weak, ${number(grid.strong)} strong in the plots"
      >${number(grid.weak)}</button>
    </td>
    <td class="n">${number(grid.strong)}</td>
    <td><span class="state ${match.matched ? 'even' : 'uneven'}">${icon(match.matched ? 'check' : 'dash')}${matchWords(match)}</span></td>
    ${pointCells(weak, referenced)}${pointCells(strong, referenced)}
  </tr>`;
}

function pointCells(point: ArmPoint | null, referenced: boolean): TemplateResult {
  return html`<td class="n gap">${estimate(point?.coverage, 100)}</td>
    <td class="n">${estimate(point?.coverageBySound, 100)}</td>
    ${referenced ? html`<td class="n">${estimate(point?.coverageByReference, 100)}</td>` : nothing}
    <td class="n">${estimate(point?.diversity, 1)}</td>`;
}

/** The value and, smaller, its interval. */
function estimate(of: Estimate | null | undefined, scale: number): TemplateResult | string {
  if (!of || of.value === null) return unknown;
  const range = interval(of, scale);
  return html`<span>${number(of.value * scale, 1)}</span>${range ? html` <span class="ci">${range}</span>` : nothing}`;
}

function falsePositives(report: RunReport, arm: Arm, columns: number): TemplateResult {
  const fpr = report.arms[arm]?.fpr;
  const text = fpr && fpr.value !== null ? html`${estimate(fpr, 100)}` : html`<span class="dim">not judged yet</span>`;
  return html`<td class="n gap">${text}</td>
    <td colspan=${columns - 1} class="n dim small">${fpr?.value == null ? nothing : `of ${count(fpr.n, 'judged trace')}`}</td>`;
}

/** The same by the exact check, which needs no judgement. */
function byReference(report: RunReport, columns: number): TemplateResult {
  return html`<tr class="foot">
    <th colspan="3" scope="row" title="Share of the correct traces that the exact check of the built-in problems finds unsound">
      false positives by reference, %
    </th>
    ${arms.map((arm) => {
      const fpr = report.arms[arm]?.reference?.fpr;
      return html`<td class="n gap">${estimate(fpr, 100)}</td>
        <td colspan=${columns - 1} class="n dim small">${fpr?.n ? `of ${count(fpr.n, 'correct trace')}` : nothing}</td>`;
    })}
  </tr>`;
}
