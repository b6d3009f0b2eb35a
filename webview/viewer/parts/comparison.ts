import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { TraceId } from '../../../src/core/trace/trace.ts';
import type { ComparedStep, Comparison, ComparisonRow, TraceDetail } from '../../../src/protocol/engine.ts';
import { armTag, iconButton, link } from '../../ui/controls.ts';
import { count } from '../../ui/format.ts';
import { icon } from '../../ui/icons.ts';
import { drawPlain, drawText, type Emphasis } from '../../ui/text.ts';
import type { Actions } from '../actions/actions.ts';
import { tracesInOrder } from '../model/answerTree.ts';
import { decisionWords } from '../model/decide.ts';
import { divergences, divergenceWords, signWords } from '../model/divergence.ts';
import { type ComparisonState, decisionOn, type State } from '../model/state.ts';
import { verdicts } from './annotationBar.ts';
import { answerText, verdictState } from './answerLine.ts';
import { drop } from './drop.ts';
import { keyOf } from './keys.ts';
import { provenance, question } from './readingPane.ts';
import { ruleWords } from './words.ts';

type Side = 'left' | 'right';
const sides: readonly Side[] = ['left', 'right'];

/** Two traces aligned by step; it stands in place of the three columns. */
export function comparison(state: State, compared: ComparisonState, actions: Actions): TemplateResult {
  const { shown, failure } = compared;
  return html`<div class="compare">
    ${compareTop(compared, actions)}
    ${
      shown
        ? html`<section class="compareQuestion" aria-label="Problem">
            ${question(shown.left.problem)}
            <p class="small">gold ${answerText(shown.left.problem.answer)}</p>
          </section>
          <main class="pairs" aria-label="Two traces, aligned by step" tabindex="0">
            <div class="pair sides">
              ${sideHead('left', shown, state, actions)}
              <div class="mid">
                ${iconButton({ label: 'Swap sides', icon: 'swap', onClick: () => actions.comparer.swap() })}
              </div>
              ${sideHead('right', shown, state, actions)}
            </div>
            ${shown.rows.map((row, index) => comparedRow(row, index, shown, compared.at))}${finalRow(shown, state)}
          </main>`
        : html`<p class="nothing dim" role="status">${failure ?? 'Aligning the two traces…'}</p>`
    }
    ${compareFoot(state, compared, actions)}
  </div>`;
}

function compareTop({ shown, at }: ComparisonState, actions: Actions): TemplateResult {
  const places = shown ? divergences(shown) : [];
  const current = places.indexOf(at);
  const words =
    places.length === 0
      ? 'no divergence'
      : current < 0
        ? count(places.length, 'divergence')
        : `${current + 1} of ${count(places.length, 'divergence')}`;
  return html`<header class="top">
    <h1>Compare</h1>
    <span class="dim fill cut"
      >${shown ? `${shown.left.problem.id} · ${shown.left.problem.source.file}:${shown.left.problem.source.line}` : ''}</span
    >
    ${iconButton({ label: 'Previous divergence', icon: 'chevronLeft', disabled: places.length === 0, onClick: () => actions.comparer.move(-1) })}
    <span class="small dim" role="status">${shown ? words : ''}</span>
    ${iconButton({ label: 'Next divergence', icon: 'chevronRight', disabled: places.length === 0, onClick: () => actions.comparer.move(1) })}
    <button type="button" class="plainButton" ?disabled=${!shown} @click=${() => void actions.comparer.openDiff()}>
      ${icon('compare')}Open in diff editor
    </button>
    ${iconButton({ label: 'Back to one trace', icon: 'close', onClick: () => actions.comparer.close() })}
  </header>`;
}

function sideHead(side: Side, shown: Comparison, state: State, actions: Actions): TemplateResult {
  const { trace, steps } = shown[side];
  const others = tracesInOrder(state.comparison?.classes ?? []);
  const known = others.some((row) => row.id === trace.id);
  return html`<div class="sideHead">
    ${armTag(trace.arm)}<span class="strong cut">${drawPlain(trace.model)}</span>
    <span class="dim cut fill">${[...provenance(trace), count(steps.length, 'step')].join(' · ')}</span>
    ${
      others.length < 2
        ? nothing
        : drop<TraceId>({
            id: `choose-${side}`,
            label: side === 'left' ? 'Trace on the left' : 'Trace on the right',
            silent: true,
            value: trace.id,
            none: known ? '' : `#${trace.sample + 1}`,
            choices: others.slice(0, 500).map((row) => ({
              value: row.id,
              label: `${row.arm === 'weak' ? 'W' : 'S'} #${row.sample + 1}`,
              detail: [row.verdict, ...row.flags.slice(0, 1).map(() => 'flagged'), decisionWords(row.decision)]
                .filter((part) => part !== '')
                .join(' · '),
            })),
            open: state.menu === side,
            onOpen: (open) => actions.openMenu(open ? side : null),
            onChoose: (value) => void actions.comparer.choose(side, value),
          })
    }
  </div>`;
}

function comparedRow(row: ComparisonRow, index: number, shown: Comparison, at: number): TemplateResult {
  const first = index === shown.firstDivergence;
  const className = [
    'pair row',
    row.sign === '=' || row.sign === '≈' ? 'same' : '',
    first ? 'first' : '',
    index === at ? 'at' : '',
  ];
  return html`${
    first
      ? html`<p class="divergence" role="heading" aria-level="2">
          <span class="warn state">${icon('warning')}</span>First divergence<span class="dim">${divergenceWords(row)}</span>
        </p>`
      : nothing
  }
    <div
      class=${className.filter((name) => name !== '').join(' ')}
      role="group"
      aria-label=${signWords[row.sign]}
      ${index === at ? ref(bringIntoView) : nothing}
    >
      ${comparedStep(row.left, shown.left)}
      <div class="mid" title=${signWords[row.sign]} aria-hidden="true">${row.sign}</div>
      ${comparedStep(row.right, shown.right)}
    </div>`;
}

function comparedStep(compared: ComparedStep | null, { trace, steps, flags }: TraceDetail): TemplateResult {
  if (!compared) return html`<div class="side none" role="img" aria-label="no such step"></div>`;
  const step = steps[compared.step];
  const text = compared.parts.map((part) => part.text).join('');
  // Flags are drawn where the parts are the step's own text, whose offsets the flags know.
  const found = step && trace.text.startsWith(text, step.start) ? step.start : null;
  const own = flags.filter((flag) => flag.step === compared.step);
  const emphases = changes(compared, trace.arm);
  if (found !== null)
    for (const flag of own)
      emphases.push({
        start: Math.max(0, flag.start - found),
        end: flag.end - found,
        className: 'squiggle',
        title: flag.reason,
      });
  const lead = text.length - text.trimStart().length;
  const moved = emphases.map((one) => ({ ...one, start: Math.max(0, one.start - lead), end: one.end - lead }));
  return html`<div class="side">
    <span class="no">${compared.step + 1}</span>
    <div class="text">
      ${drawText(text.trim(), moved)}
      ${own.map(
        (flag) =>
          html`<p class="note"><span class="warn state">${icon('flag')}</span><span>${flag.reason} <span class="dim">${ruleWords(flag.rule)}</span></span></p>`,
      )}
    </div>
  </div>`;
}

function changes({ parts }: ComparedStep, arm: 'weak' | 'strong'): Emphasis[] {
  const emphases: Emphasis[] = [];
  let at = 0;
  for (const part of parts) {
    const start = at + (part.text.length - part.text.trimStart().length);
    at += part.text.length;
    if (part.changed && part.text.trim() !== '')
      emphases.push({
        start,
        end: start + part.text.trim().length,
        className: arm === 'weak' ? 'changed w' : 'changed s',
        title: 'on this side only',
      });
  }
  return emphases;
}

function finalRow(shown: Comparison, state: State): TemplateResult {
  const side = (detail: TraceDetail) => {
    const words = decisionWords(decisionOn(state, detail));
    return html`<div class="side">
      <span class="no"></span>
      <div class="text line">
        <span class="dim">Answer</span>
        ${detail.answer ? html`<span class="boxed">${answerText(detail.answer.text)}</span>` : nothing}
        ${verdictState(detail.verdict)}
        <span class="fill"></span>
        ${words === '' ? html`<span class="dim">not judged</span>` : html`<span>you: ${words}</span>`}
      </div>
    </div>`;
  };
  const equal = shown.left.answer?.text === shown.right.answer?.text || shown.summary.startsWith('Equal');
  return html`<div class="pair row final" role="group" aria-label="Final answers">
    ${side(shown.left)}
    <div class="mid" aria-hidden="true" title=${equal ? 'equal answers' : 'different answers'}>${equal ? '=' : '≠'}</div>
    ${side(shown.right)}
  </div>`;
}

function compareFoot(state: State, compared: ComparisonState, actions: Actions): TemplateResult {
  const { shown, side } = compared;
  const detail = shown?.[side];
  const failed = detail ? state.unsaved.get(detail.trace.id)?.failure : null;
  return html`<footer class="compareFoot" aria-label="Judge">
    <span class="segments" role="radiogroup" aria-label="Side to judge">
      ${sides.map(
        (one, index) => html`<button
          type="button"
          role="radio"
          aria-checked=${one === side}
          ?disabled=${!shown}
          @click=${() => actions.comparer.judge(one)}
        >
          ${one === 'left' ? 'Left' : 'Right'}${shown ? ` #${shown[one].trace.sample + 1}` : ''}
          <kbd aria-hidden="true">${index + 1}</kbd>
        </button>`,
      )}
    </span>
    ${verdicts(state, detail, actions)}
    ${
      failed
        ? html`<span class="small cut" role="status">Not saved: ${failed} ${link({ label: 'Try again', onClick: () => actions.annotator.retry() })}</span>`
        : html`<span class="small dim cut">${state.message ?? shown?.summary ?? ''}</span>`
    }
    <span class="fill"></span>
    ${(
      [
        ['nextDivergence', 'next divergence'],
        ['previousDivergence', 'previous'],
        ['swap', 'swap sides'],
        ['back', 'back'],
      ] as const
    ).map(([action, words]) =>
      keyOf(state, action) === ''
        ? nothing
        : html`<span class="small state hint"><kbd>${keyOf(state, action)}</kbd>${words}</span>`,
    )}
  </footer>`;
}

/** The same function every time: it runs when another row becomes the current one. */
function bringIntoView(element?: Element): void {
  requestAnimationFrame(() => element?.scrollIntoView({ block: 'nearest' }));
}
