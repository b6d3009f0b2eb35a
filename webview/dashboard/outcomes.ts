import { html, nothing, type TemplateResult } from 'lit';
import type { ArmReport, OutcomeTable, RunReport } from '../../src/core/metrics/report.ts';
import { type Arm, arms } from '../../src/core/trace/trace.ts';
import { armTag, link } from '../ui/controls.ts';
import { count, number, percent } from '../ui/format.ts';

type Open = (filter: string) => void;

/** Answer × reasoning for both arms, of the traces that a person judged. A cell opens its traces. */
export function outcomes(report: RunReport, open: Open): TemplateResult {
  const judged = arms.reduce((sum, arm) => sum + judgedOf(report.arms[arm]), 0);
  return html`<h2>Answer × reasoning</h2>
    <p class="small dim">${
      judged > 0 ? 'Traces that people judged; a cell opens them in the Viewer.' : 'No trace has been judged yet.'
    }</p>
    <div class="two">
      ${arms.map((arm) => {
        const of = report.arms[arm];
        return of ? matrix(arm, of.outcomes, open) : nothing;
      })}
    </div>
    ${judged > 0 ? leftOut(report) : firstJudgement(open)}`;
}

function firstJudgement(open: Open): TemplateResult {
  return html`<p class="after">${link({
    label: 'Judge right answers, most suspicious first',
    icon: 'book',
    onClick: () => open('verdict:correct soundness:none'),
  })}</p>`;
}

function matrix(arm: Arm, table: OutcomeTable, open: Open): TemplateResult {
  const total = sum(table);
  return html`<table class="matrix">
    <caption><span class="state">${armTag(arm, true)}${arm}</span></caption>
    <thead>
      <tr><td></td>${reasonings.map((reasoning) => html`<th class="n" scope="col">${reasoning}</th>`)}</tr>
    </thead>
    <tbody>
      ${answers.map(
        (answer) => html`<tr>
          <th scope="row">${answer}</th>
          ${reasonings.map((reasoning) => {
            const traces = table[answer][reasoning];
            const share = total > 0 ? percent(traces / total) : '';
            const filter = `arm:${arm} verdict:${answer} soundness:${reasoning}`;
            return html`<td class=${answer === 'correct' && reasoning === 'unsound' ? 'hot' : ''}>
              <button
                type="button"
                ?disabled=${traces === 0}
                @click=${() => open(filter)}
              ><span class="sr">${arm}, ${answer} and ${reasoning}: </span>${number(traces)}${share ? html`<small>${share}</small>` : nothing}</button>
            </td>`;
          })}
        </tr>`,
      )}
    </tbody>
  </table>`;
}

const answers = ['correct', 'incorrect'] as const;
const reasonings = ['sound', 'unsound'] as const;

function leftOut(report: RunReport): TemplateResult {
  const of = arms.flatMap((arm) => report.arms[arm]?.outcomes ?? []);
  const unsure = of.reduce((all, table) => all + table.unsure, 0);
  const bad = of.reduce((all, table) => all + table.badProblem, 0);
  const parts = [unsure > 0 ? `${number(unsure)} unsure` : '', bad > 0 ? `${count(bad, 'trace')} of bad problems` : ''];
  const named = parts.filter((part) => part !== '');
  return html`<p class="small dim after">${named.length ? `Left out: ${named.join(', ')}.` : ''}</p>`;
}

function judgedOf(arm: ArmReport | null): number {
  return arm ? sum(arm.outcomes) : 0;
}

function sum({ correct, incorrect }: OutcomeTable): number {
  return correct.sound + correct.unsound + incorrect.sound + incorrect.unsound;
}
