import { html, type TemplateResult } from 'lit';
import type { ArmReport, RunReport, SystemReport } from '../../src/core/metrics/report.ts';
import { type Arm, arms } from '../../src/core/trace/trace.ts';
import { armTag, link } from '../ui/controls.ts';
import { number, percent, siTogether, unknown, usd } from '../ui/format.ts';

type Open = (filter: string) => void;

/** What was drawn, by arm. Counts that a filter can express open their traces. */
export function factsTable(report: RunReport, open: Open): TemplateResult {
  const { weak, strong } = report.arms;
  const si = (figure: (arm: ArmReport) => number | null) => siTogether([weak, strong].map((arm) => arm && figure(arm)));
  return html`<h2>Traces</h2>
    <table class="facts">
      <thead>
        <tr><td></td>${arms.map((arm) => html`<th class="n" scope="col"><span class="state">${armTag(arm, true)}${arm}</span></th>`)}</tr>
      </thead>
      <tbody>
        ${countRow('correct', report, (arm) => arm.correct, 'verdict:correct', open)}
        ${countRow('correct and flagged', report, (arm) => arm.flaggedCorrect, 'verdict:correct flag:any', open)}
        ${countRow('incorrect', report, (arm) => arm.incorrect, 'verdict:incorrect', open)}
        ${countRow('ungradable', report, (arm) => arm.ungradable, 'verdict:ungradable', open)}
        ${plainRow(
          'cut off at the limit',
          arms.map((arm) => number(report.arms[arm]?.truncated ?? null)),
        )}
        ${plainRow(
          'tokens',
          si(({ spend }) => spend.promptTokens + spend.completionTokens),
        )}
        ${plainRow(
          'FLOPs',
          si(({ spend }) => spend.flops),
        )}
        ${plainRow(
          'price',
          arms.map((arm) => usd(report.arms[arm]?.spend.usd ?? null)),
        )}
      </tbody>
    </table>`;
}

function countRow(
  name: string,
  report: RunReport,
  figure: (arm: ArmReport) => number,
  filter: string,
  open: Open,
): TemplateResult {
  return html`<tr>
    <th scope="row">${name}</th>
    ${arms.map((arm) => {
      const of = report.arms[arm];
      return html`<td class="n">${of ? countCell(arm, name, figure(of), of.traces, () => open(`arm:${arm} ${filter}`)) : unknown}</td>`;
    })}
  </tr>`;
}

function countCell(arm: Arm, name: string, traces: number, of: number, onClick: () => void): TemplateResult {
  const share = html`<span class="share dim small">${of > 0 ? percent(traces / of) : ''}</span>`;
  if (traces === 0) return html`0${share}`;
  return html`${link({ label: number(traces), title: `Read the ${arm} arm's traces that are ${name}`, onClick })}${share}`;
}

function plainRow(name: string, cells: readonly string[]): TemplateResult {
  return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td class="n">${cell}<span class="share"></span></td>`)}</tr>`;
}

/** Each model by itself, where imported traces put several into one arm. */
export function systemsTable(systems: readonly SystemReport[]): TemplateResult {
  const ordered = arms.flatMap((arm) => systems.filter((system) => system.arm === arm));
  return html`<h2>Systems</h2>
    <p class="small dim">Models as they stand in the traces; an arm holds several.</p>
    <table class="facts">
      <thead>
        <tr>
          <th scope="col">model</th><th class="n" scope="col">traces</th><th class="n" scope="col">correct</th>
          <th class="n" scope="col">%</th>
        </tr>
      </thead>
      <tbody>
        ${ordered.map(
          ({ name, arm, traces, correct }) => html`<tr>
            <th scope="row"><span class="state">${armTag(arm)}<span class="name cut" title=${name}>${name}</span></span></th>
            <td class="n">${number(traces)}</td><td class="n strong">${number(correct)}</td>
            <td class="n">${traces > 0 ? number((correct / traces) * 100, 1) : unknown}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
}
