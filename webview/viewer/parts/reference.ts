import { html, nothing, type TemplateResult } from 'lit';
import type { CheckedStep, ReferenceCheck } from '../../../src/core/soundness/keys.ts';
import type { TraceDetail } from '../../../src/protocol/engine.ts';
import { icon } from '../../ui/icons.ts';
import { drawPlain } from '../../ui/text.ts';
import { referenceHint, referenceWords } from '../model/reference.ts';

/* Reference soundness is drawn in dotted frames: neither a flag (wavy) nor what a person said (full). */

/** A check or a cross in a dotted frame; `named` where no words stand beside it. */
export function referenceMark(soundness: ReferenceCheck['soundness'], named: boolean): TemplateResult {
  const name = `Reference: ${soundness}`;
  return html`<span class="reference state" title=${named ? `${name}. ${referenceHint}` : nothing}
    >${icon(soundness === 'sound' ? 'check' : 'cross')}${named ? html`<span class="sr">${name}</span>` : nothing}</span
  >`;
}

/** What the exact check says of the whole trace; nothing where there is none. */
export function referenceLine(detail: TraceDetail): TemplateResult | typeof nothing {
  const { reference } = detail;
  if (!reference) return nothing;
  return html`<div class="answerLine" title=${referenceHint}>
    <span class="dim">Reference:</span>
    <span class="state">${referenceMark(reference.soundness, false)}<span>${referenceWords(detail)}</span></span>
    <span class="small dim cut">${referenceHint}</span>
  </div>`;
}

/** Why a step is wrong, in the step's margin. */
export function referenceNote({ wrong, why = '' }: CheckedStep): TemplateResult {
  return html`<p>
    ${referenceMark('unsound', false)}
    <span>${drawPlain(why)}<span class="dim">reference: ${wrong}</span></span>
  </p>`;
}
