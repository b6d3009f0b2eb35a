import { provideVSCodeDesignSystem } from '@vscode/webview-ui-toolkit/dist/toolkit.min.js';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { MatchRatio } from '../../src/core/budget/budget.ts';
import type { Arm } from '../../src/core/trace/trace.ts';
import { ratio } from './format.ts';
import { type IconName, icon } from './icons.ts';
import { named } from './named.ts';

/*
 * The one importer of the toolkit (archived, so it must stay replaceable): every view draws controls through these functions. The
 * prebuilt file defines the `vscode-` elements as it is imported; built from its modules it would be 120 kB larger.
 */

// The package says that its files have no side effects, so a bundler drops an import from which nothing is used.
provideVSCodeDesignSystem();

export interface ButtonOptions {
  label: string;
  icon?: IconName;
  primary?: boolean;
  disabled?: boolean;
  /** As wide as its place. */
  wide?: boolean;
  /** The key that does the same, shown behind the label. */
  key?: string;
  /** Tooltip. */
  title?: string;
  onClick(): void;
}

export function button(options: ButtonOptions): TemplateResult {
  const { label, primary = false, disabled = false, wide = false, title, key } = options;
  return html`<vscode-button
    class=${wide ? 'wide' : ''}
    appearance=${primary ? 'primary' : 'secondary'}
    ?disabled=${disabled}
    title=${title ?? nothing}
    aria-keyshortcuts=${key ?? nothing}
    @click=${() => disabled || options.onClick()}
    >${options.icon ? html`<b slot="start" class="state">${icon(options.icon)}</b>` : nothing}${label}${
      key ? html`<kbd slot="end" aria-hidden="true">${key}</kbd>` : nothing
    }</vscode-button
  >`;
}

export interface IconButtonOptions {
  /** Its name and tooltip. */
  label: string;
  icon: IconName;
  disabled?: boolean;
  /** Where it switches something on and off. */
  pressed?: boolean;
  onClick(): void;
}

/** Native: it stands in heads and rows, and the toolkit's costs five times as much to make. */
export function iconButton(options: IconButtonOptions): TemplateResult {
  return html`<button
    type="button"
    class="tool"
    aria-label=${options.label}
    title=${options.label}
    aria-pressed=${options.pressed === undefined ? nothing : String(options.pressed)}
    ?disabled=${options.disabled ?? false}
    @click=${options.onClick}
  >
    ${icon(options.icon)}
  </button>`;
}

/** An action that reads as a link: it goes somewhere or asks something, and spends nothing. */
export function link(options: { label: string; icon?: IconName; title?: string; onClick(): void }): TemplateResult {
  return html`<button
    type="button"
    class="link ${options.icon ? 'line' : ''}"
    title=${options.title ?? nothing}
    @click=${options.onClick}
  >${options.icon ? icon(options.icon) : nothing}${options.label}</button>`;
}

export interface TextFieldOptions {
  /** Its name; not drawn. */
  label: string;
  value: string;
  placeholder?: string;
  /** Drawn before and behind the text. */
  start?: TemplateResult;
  end?: TemplateResult;
  invalid?: boolean;
  disabled?: boolean;
  readonly?: boolean;
  id?: string;
  title?: string;
  /** While typing. */
  onInput?(value: string): void;
  /** On Enter and when the field is left. */
  onChange?(value: string): void;
  onKey?(event: KeyboardEvent): void;
}

export function textField(options: TextFieldOptions): TemplateResult {
  return html`<vscode-text-field
    ${named(options.label)}
    id=${options.id ?? nothing}
    title=${options.title ?? nothing}
    placeholder=${options.placeholder ?? nothing}
    aria-invalid=${options.invalid ? 'true' : nothing}
    ?disabled=${options.disabled ?? false}
    ?readonly=${options.readonly ?? false}
    .value=${options.value}
    @input=${(event: Event) => options.onInput?.(typed(event))}
    @change=${(event: Event) => options.onChange?.(typed(event))}
    @keydown=${(event: KeyboardEvent) => options.onKey?.(event)}
    >${options.start ? html`<b slot="start" class="state">${options.start}</b>` : nothing}${
      options.end ? html`<b slot="end" class="state dim small">${options.end}</b>` : nothing
    }</vscode-text-field
  >`;
}

export interface TextAreaOptions extends Pick<TextFieldOptions, 'label' | 'value' | 'placeholder' | 'disabled' | 'id'> {
  rows?: number;
  onInput?(value: string): void;
  onChange?(value: string): void;
  onKey?(event: KeyboardEvent): void;
}

export function textArea(options: TextAreaOptions): TemplateResult {
  return html`<vscode-text-area
    ${named(options.label)}
    id=${options.id ?? nothing}
    rows=${options.rows ?? 3}
    placeholder=${options.placeholder ?? nothing}
    ?disabled=${options.disabled ?? false}
    .value=${options.value}
    @input=${(event: Event) => options.onInput?.(typed(event))}
    @change=${(event: Event) => options.onChange?.(typed(event))}
    @keydown=${(event: KeyboardEvent) => options.onKey?.(event)}
  ></vscode-text-area>`;
}

export interface CheckboxOptions {
  label: string;
  checked: boolean;
  disabled?: boolean;
  title?: string;
  onChange(checked: boolean): void;
}

export function checkbox(options: CheckboxOptions): TemplateResult {
  return html`<vscode-checkbox
    ${named(options.label)}
    title=${options.title ?? nothing}
    ?disabled=${options.disabled ?? false}
    @change=${(event: Event) => {
      const { checked } = event.currentTarget as HTMLInputElement;
      // The element also reports what is set from outside; the listener stands first so that it knows of it by then.
      if (checked !== options.checked) options.onChange(checked);
    }}
    .checked=${live(options.checked)}
    >${options.label}</vscode-checkbox
  >`;
}

export interface DropdownOptions<Value extends string> {
  /** Its name; the element takes none from a `<label>`. */
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  disabled?: boolean;
  id?: string;
  onChange(value: Value): void;
}

export function dropdown<Value extends string>(options: DropdownOptions<Value>): TemplateResult {
  return html`<vscode-dropdown
    aria-label=${options.label}
    id=${options.id ?? nothing}
    ?disabled=${options.disabled ?? false}
    @change=${(event: Event) => {
      const value = typed(event) as Value;
      if (value !== options.value) options.onChange(value);
    }}
    .value=${options.value}
    >${options.options.map(
      (option) =>
        html`<vscode-option value=${option.value} ?selected=${option.value === options.value}>${option.label}</vscode-option>`,
    )}</vscode-dropdown
  >`;
}

export interface SegmentsOptions<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string; title?: string; disabled?: boolean }[];
  onChange(value: Value): void;
}

/** One choice of a few, as a radio group: one stop for Tab, arrows inside. */
export function segments<Value extends string>(options: SegmentsOptions<Value>): TemplateResult {
  const move = (event: KeyboardEvent) => {
    const step = arrowSteps[event.key];
    const open = options.options.filter((option) => !option.disabled);
    const next = open.at((open.findIndex(({ value }) => value === options.value) + (step ?? 0)) % open.length);
    if (step === undefined || next === undefined) return;
    event.preventDefault();
    const group = event.currentTarget as HTMLElement;
    group.querySelector<HTMLElement>(`[data-value="${next.value}"]`)?.focus();
    options.onChange(next.value);
  };
  return html`<div class="segments" role="radiogroup" aria-label=${options.label} @keydown=${move}>
    ${options.options.map(
      ({ value, label, title, disabled }) => html`<button
        type="button"
        role="radio"
        data-value=${value}
        aria-checked=${value === options.value}
        tabindex=${value === options.value ? 0 : -1}
        title=${title ?? nothing}
        ?disabled=${disabled ?? false}
        @click=${() => value === options.value || options.onChange(value)}
      >${label}</button>`,
    )}
  </div>`;
}

export function progressRing(label: string): TemplateResult {
  return html`<vscode-progress-ring role="progressbar" aria-label=${label}></vscode-progress-ring>`;
}

export function divider(): TemplateResult {
  return html`<vscode-divider></vscode-divider>`;
}

/** `silent`: the arm's name stands beside it anyway. */
export function armTag(arm: Arm, silent = false): TemplateResult {
  const className = arm === 'weak' ? 'arm' : 'arm s';
  const letter = arm === 'weak' ? 'W' : 'S';
  return silent
    ? html`<span class=${className} aria-hidden="true">${letter}</span>`
    : html`<span class=${className} role="img" aria-label=${arm} title=${arm}>${letter}</span>`;
}

/** Were both arms given the same? Full with a check, or dashed with a dash; `planned` before a run, `realised` after it. */
export function matchedPill(match: MatchRatio, when: 'planned' | 'realised'): TemplateResult {
  return html`<span class=${match.matched ? 'matched' : 'matched not'} title=${matchSentence(match, when)}
    >${icon(match.matched ? 'check' : 'dash')}${matchWords(match)} <span class="dim">${when}</span></span
  >`;
}

/** `matched 1.00×`, `unmatched 0.33×`, `match unknown`. */
export function matchWords(match: MatchRatio): string {
  if (match.ratio === null) return 'match unknown';
  return `${match.matched ? 'matched' : 'unmatched'} ${ratio(match.ratio)}`;
}

const arrowSteps: Partial<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** The text or choice that the element holds now. */
function typed(event: Event): string {
  return (event.currentTarget as HTMLInputElement).value;
}

function matchSentence({ match, ratio: value }: MatchRatio, when: 'planned' | 'realised'): string {
  const unit = { flops: 'FLOPs', price: 'money', count: 'samples' }[match];
  if (value === null) return `What the arms spend in ${unit} is not known.`;
  return `${when === 'planned' ? 'Planned' : 'Realised'}: weak over strong spend in ${unit} is ${ratio(value)}`;
}
