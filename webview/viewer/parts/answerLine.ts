import { html, nothing, type TemplateResult } from 'lit';
import type { Verdict } from '../../../src/core/answer/verdict.ts';
import type { TraceDetail } from '../../../src/protocol/engine.ts';
import { icon } from '../../ui/icons.ts';
import { drawPlain } from '../../ui/text.ts';

const signs = { correct: 'check', incorrect: 'cross', ungradable: 'dash' } as const;

/** A verdict by sign and word; only `correct` has a colour. */
export function verdictState(verdict: Verdict, words: string | TemplateResult = verdict): TemplateResult {
  const className = verdict === 'correct' ? 'state good' : 'state dim';
  return html`<span class="state"><span class=${className}>${icon(signs[verdict])}</span><span>${words}</span></span>`;
}

/** The final answer, its verdict, and how that came about. */
export function answerLine(detail: TraceDetail): TemplateResult {
  const { answer, problem, verdict, how } = detail;
  const words = {
    correct: html`equals gold ${answerText(problem.answer)}`,
    incorrect: html`is not gold ${answerText(problem.answer)}`,
    ungradable:
      answer === null
        ? html`no final answer was found`
        : html`can’t be compared with gold ${answerText(problem.answer)}`,
  }[verdict];
  return html`<div class="answerLine">
    <span class="dim">Answer</span>
    ${answer === null ? nothing : html`<span class="boxed">${answerText(answer.text)}</span>`}
    ${verdictState(verdict, words)}
    ${how === '' ? nothing : html`<span class="small dim cut">${how}</span>`}
  </div>`;
}

/** An answer as a formula where it is written as one. */
export function answerText(answer: string): TemplateResult {
  const tex = answer.trim().replace(/^\$+|\$+$/g, '');
  return /[\\^_{]/.test(tex) && tex.length <= 500
    ? html`<tl-math .formula=${{ tex, display: false, source: answer }}></tl-math>`
    : html`<span class="plainAnswer">${drawPlain(answer.slice(0, 500))}</span>`;
}
