import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { type Decision, errorTypes } from '../../../src/core/annotation/annotation.ts';
import type { TraceDetail } from '../../../src/protocol/engine.ts';
import { iconButton, link, textField } from '../../ui/controls.ts';
import { icon } from '../../ui/icons.ts';
import type { Actions } from '../actions/actions.ts';
import { type Say, saysNothing } from '../model/decide.ts';
import { decisionOn, type State } from '../model/state.ts';
import { drop } from './drop.ts';
import { keyOf } from './keys.ts';
import { queueRow } from './queueRow.ts';
import { effectTitles, errorTitles } from './words.ts';

/** Judging the open trace, and the queue of those that wait. */
export function annotationBar(state: State, actions: Actions): TemplateResult {
  return html`<footer class="bottom" aria-label="Annotation">
    <div class="judge" role="group" aria-label="Judge this trace">
      ${verdicts(state, state.detail, actions)}<span class="sep"></span>${details(state, actions)}
    </div>
    ${queueRow(state, actions)}
  </footer>`;
}

const choices: readonly { label: string; action: 'sound' | 'unsound' | 'unsure' | 'badProblem'; said: Say }[] = [
  { label: 'Sound', action: 'sound', said: { say: 'soundness', value: 'sound' } },
  { label: 'Unsound', action: 'unsound', said: { say: 'soundness', value: 'unsound' } },
  { label: 'Unsure', action: 'unsure', said: { say: 'soundness', value: 'unsure' } },
  { label: 'Bad problem', action: 'badProblem', said: { say: 'badProblem' } },
];

/** The four verdicts on reasoning; one stop for Tab, arrows inside. */
export function verdicts(state: State, detail: TraceDetail | null | undefined, actions: Actions): TemplateResult {
  const decision = detail ? decisionOn(state, detail) : null;
  const writing = detail ? state.unsaved.has(detail.trace.id) : false;
  const chosen = choices.findIndex(({ said }) => isSaid(decision, said));
  return html`<div class="verdicts" role="radiogroup" aria-label="Soundness" aria-busy=${writing} @keydown=${onKey}>
    ${choices.map(({ label, action, said }, index) => {
      const key = keyOf(state, action);
      return html`<button
        type="button"
        role="radio"
        aria-checked=${index === chosen}
        tabindex=${index === Math.max(0, chosen) ? 0 : -1}
        aria-keyshortcuts=${key === '' ? nothing : key}
        ?disabled=${!detail}
        @click=${() => actions.annotator.say(said)}
      >
        ${label}${key === '' ? nothing : html` <kbd aria-hidden="true">${key}</kbd>`}
      </button>`;
    })}
  </div>`;
}

function isSaid(decision: Decision | null, said: Say): boolean {
  if (said.say === 'badProblem') return decision?.badProblem === true;
  return said.say === 'soundness' && !decision?.badProblem && decision?.soundness === said.value;
}

function details(state: State, actions: Actions): TemplateResult {
  const { detail, menu } = state;
  const decision = detail ? decisionOn(state, detail) : null;
  const { say, typeNote, flush } = actions.annotator;
  const common = (name: 'step' | 'error' | 'effect') => ({
    id: `drop-${name}`,
    open: menu === name,
    disabled: !detail,
    up: true,
    onOpen: (open: boolean) => actions.openMenu(open ? name : null),
  });
  return html`${drop<number | null>({
    ...common('step'),
    label: 'First wrong step',
    value: decision?.firstWrongStep ?? null,
    offered: suggestion(detail, decision),
    choices: stepChoices(detail),
    onChoose: (value) => say({ say: 'firstWrongStep', value }),
  })}
    ${drop<NonNullable<Decision['errorType']> | null>({
      ...common('error'),
      label: 'Error',
      value: decision?.errorType ?? null,
      choices: [
        ...errorTypes.map((type) => ({ value: type, ...errorTitles[type] })),
        { value: null, label: '–', detail: 'not said' },
      ],
      onChoose: (value) => say({ say: 'errorType', value }),
    })}
    ${drop<NonNullable<Decision['effect']> | null>({
      ...common('effect'),
      label: 'Effect',
      value: decision?.effect ?? null,
      choices: [
        { value: 'repaired', label: effectTitles.repaired, detail: 'a later step mends it' },
        { value: 'survives', label: effectTitles.survives, detail: 'the answer rests on it' },
        { value: null, label: '–', detail: 'not said' },
      ],
      onChoose: (value) => say({ say: 'effect', value }),
    })}
    <span class="fill note" @focusout=${flush}>
      ${keyed(
        detail?.trace.id,
        textField({
          label: 'Note',
          placeholder: 'Note',
          id: 'note',
          value: decision?.note ?? '',
          disabled: !detail,
          start: html`<span class="dim state">${icon('note')}</span>`,
          end: keyOf(state, 'note') === '' ? html`` : html`<kbd aria-hidden="true">${keyOf(state, 'note')}</kbd>`,
          onInput: typeNote,
          onKey: (event) => {
            if (event.key !== 'Enter' && event.key !== 'Escape') return;
            flush();
            document.getElementById('answers')?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
          },
        }),
      )}
    </span>
    ${
      saysNothing(decision)
        ? nothing
        : link({
            label: 'Clear',
            title: 'Take all that was said of this trace back',
            onClick: () => say({ say: 'nothing' }),
          })
    }
    ${iconButton({ label: 'Undo the last decision', icon: 'undo', onClick: () => actions.act('undo') })}
    ${iconButton({ label: 'Redo', icon: 'redo', onClick: () => actions.act('redo') })}`;
}

function stepChoices(detail: TraceDetail | null): { value: number | null; label: string; detail: string }[] {
  if (!detail) return [];
  const steps = detail.steps.slice(0, 200).map((step) => {
    const words = detail.trace.text
      .slice(step.start, Math.min(step.end, step.start + 60))
      .trim()
      .replace(/\s+/g, ' ');
    const flagged = detail.flags.some((flag) => flag.step === step.index);
    return { value: step.index, label: String(step.index + 1), detail: `${flagged ? 'flagged · ' : ''}${words}` };
  });
  return [...steps, { value: null, label: '–', detail: 'none named' }];
}

/** Once a trace is called unsound, the first flagged step is offered; nobody has to name one. */
function suggestion(detail: TraceDetail | null, decision: Decision | null): number | undefined {
  if (decision?.soundness !== 'unsound' || !detail || detail.flags.length === 0) return undefined;
  return Math.min(...detail.flags.map((flag) => flag.step));
}

function onKey(event: KeyboardEvent): void {
  const radios = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role="radio"]')];
  const at = radios.indexOf(event.target as HTMLElement);
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  // Enter is for the queue; Space chooses.
  if (event.key === 'Enter') event.preventDefault();
  if (by === undefined || at < 0) return;
  event.preventDefault();
  radios.at((at + by) % radios.length)?.focus();
}
