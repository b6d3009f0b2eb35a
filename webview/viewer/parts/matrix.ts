import { html, type TemplateResult } from 'lit';
import type { Quadrants } from '../../../src/protocol/engine.ts';
import { number } from '../../ui/format.ts';
import { type QuadrantAnswer, type QuadrantReasoning, quadrantOf, toggleQuadrant } from '../model/filterTerms.ts';

const answers: readonly QuadrantAnswer[] = ['correct', 'incorrect'];
const reasonings: readonly QuadrantReasoning[] = ['sound', 'unsound', 'none'];
const words: Record<QuadrantReasoning, string> = { sound: 'sound', unsound: 'unsound', none: 'not judged' };

/** Answer × reasoning: each cell filters by both. */
export function matrix(counts: Quadrants, filter: string, onFilter: (filter: string) => void): TemplateResult {
  const chosen = quadrantOf(filter);
  const cell = (answer: QuadrantAnswer, reasoning: QuadrantReasoning) => html`<td>
    <button
      type="button"
      aria-label="${answer}, ${words[reasoning]}: ${number(counts[answer][reasoning])}"
      aria-pressed=${chosen?.answer === answer && chosen.reasoning === reasoning}
      @click=${() => onFilter(toggleQuadrant(filter, answer, reasoning))}
    >
      ${number(counts[answer][reasoning])}
    </button>
  </td>`;
  return html`<div class="matrix">
    <table aria-label="Answer by reasoning, as a filter">
      <thead>
        <tr>
          <td></td>
          ${reasonings.map((reasoning) => html`<th scope="col">${words[reasoning]}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${answers.map(
          (answer) =>
            html`<tr>
              <th scope="row">${answer}</th>
              ${reasonings.map((reasoning) => cell(answer, reasoning))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
