import { html, nothing, type TemplateResult } from 'lit';
import type { Decision } from '../../../src/core/annotation/annotation.ts';
import type { Flag } from '../../../src/core/flags/flag.ts';
import type { CheckedStep } from '../../../src/core/soundness/keys.ts';
import type { Step } from '../../../src/core/trace/trace.ts';
import type { TraceDetail } from '../../../src/protocol/engine.ts';
import { icon } from '../../ui/icons.ts';
import { drawText, type Emphasis } from '../../ui/text.ts';
import { wrongSteps } from '../model/reference.ts';
import { referenceNote } from './reference.ts';
import { errorWords, ruleWords } from './words.ts';

/**
 * The steps of a trace up to `limit` characters: number, text, and what is known of it in the margin. The number marks the
 * step as the first wrong one, or takes that back.
 */
export function stepList(
  detail: TraceDetail,
  decision: Decision | null,
  limit: number,
  onFirstWrong: (step: number | null) => void,
): TemplateResult {
  const shown = detail.steps.filter((step) => step.start < limit);
  const wrong = decision?.firstWrongStep ?? -1;
  const checked = wrongSteps(detail);
  return html`<ol class="steps" aria-label="Steps of the trace" @keydown=${onKey}>
    ${shown.map((step) =>
      stepRow(step, detail, decision, step.index === wrong, checked.get(step.index) ?? [], limit, onFirstWrong),
    )}
  </ol>`;
}

function stepRow(
  step: Step,
  detail: TraceDetail,
  decision: Decision | null,
  wrong: boolean,
  checked: readonly CheckedStep[],
  limit: number,
  onFirstWrong: (step: number | null) => void,
): TemplateResult {
  const flags = detail.flags.filter((flag) => flag.step === step.index);
  const notes = [
    ...flags.map(flagNote),
    ...(wrong ? [wrongNote(flags.length === 0 ? errorWords(decision) : '')] : []),
    ...checked.map(referenceNote),
  ];
  const className = wrong ? 'wrong' : flags.length > 0 ? 'suspect' : '';
  const label = wrong
    ? `Step ${step.index + 1} is the first wrong step: take it back`
    : `Step ${step.index + 1}: mark as the first wrong step`;
  return html`<li class=${checked.length > 0 ? `${className} checked` : className}>
    <button
      type="button"
      class="no"
      tabindex=${step.index === 0 ? 0 : -1}
      aria-pressed=${wrong}
      aria-label=${label}
      title=${wrong ? 'First wrong step (click to take back)' : 'Mark as the first wrong step'}
      @click=${() => onFirstWrong(wrong ? null : step.index)}
    >
      ${step.index + 1}
    </button>
    <div class="text">${stepText(detail.trace.text, step, flags, limit)}</div>
    ${notes.length > 0 ? html`<div class="note">${notes}</div>` : nothing}
  </li>`;
}

/** A step's text without the white space around it, its flagged spans underlined. */
function stepText(text: string, step: Step, flags: readonly Flag[], limit: number): TemplateResult {
  const whole = text.slice(step.start, Math.min(step.end, limit));
  const from = step.start + (whole.length - whole.trimStart().length);
  const emphases = flags.map(
    (flag): Emphasis => ({
      start: Math.max(0, flag.start - from),
      end: flag.end - from,
      className: 'squiggle',
      title: flag.reason,
    }),
  );
  return drawText(whole.trim(), emphases);
}

export function flagNote(flag: Flag): TemplateResult {
  return html`<p>
    <span class="warn state">${icon('flag')}</span>
    <span>${flag.reason}<br /><span class="dim">${ruleWords(flag.rule)}</span></span>
  </p>`;
}

function wrongNote(error: string): TemplateResult {
  return html`<p>
    <span class="bad state">${icon('person')}</span>
    <span>first wrong step${error === '' ? nothing : html`<br /><span class="dim">${error}</span>`}</span>
  </p>`;
}

/** One stop for Tab; the arrows go from number to number. */
function onKey(event: KeyboardEvent): void {
  const numbers = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('.no')];
  const at = numbers.indexOf(event.target as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: numbers.length - 1 }[event.key];
  const next = to === undefined || at < 0 ? undefined : numbers[to];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
