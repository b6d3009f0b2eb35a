import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { icon } from '../../ui/icons.ts';

/** A button that opens a short list of choices. */
export interface Drop<Value> {
  /** Of the button; the list is `<id>-list`. */
  id: string;
  /** Its name, drawn in front of the value. */
  label: string;
  /** What is chosen now; drawn as the value where it is not among the choices. */
  value: Value;
  choices: readonly { value: Value; label: string; detail?: string }[];
  /** Drawn where no choice has the value. */
  none?: string;
  /** A choice to propose while nothing is chosen (value null): drawn with a question mark, and reached first. */
  offered?: Value | undefined;
  open: boolean;
  disabled?: boolean;
  /** The list opens upwards. */
  up?: boolean;
  /** The label is for screen readers alone. */
  silent?: boolean;
  onOpen(open: boolean): void;
  onChoose(value: Value): void;
}

/** Native parts: the toolkit's drop-down opens no list from outside and shows no name beside its value. */
export function drop<Value>(options: Drop<Value>): TemplateResult {
  const { id, label, value, choices, open, disabled = false } = options;
  const chosen = choices.find((choice) => choice.value === value);
  const offered = value === null ? choices.find((choice) => choice.value === options.offered) : undefined;
  return html`<div class="drop" @focusout=${(event: FocusEvent) => left(event) && open && options.onOpen(false)}>
    <button
      type="button"
      id=${id}
      class="dropButton"
      aria-haspopup="listbox"
      aria-expanded=${open}
      aria-controls=${open ? `${id}-list` : nothing}
      ?disabled=${disabled}
      @click=${() => options.onOpen(!open)}
    >
      <span class=${options.silent ? 'sr' : 'dim'}>${label}</span>
      <span class="cut">${offered ? `${offered.label}?` : (chosen?.label ?? options.none ?? '')}</span>${icon('chevronDown')}
    </button>
    ${open ? list(options) : nothing}
  </div>`;
}

function list<Value>(options: Drop<Value>): TemplateResult {
  const { id, label, value, choices, up, onChoose, onOpen } = options;
  const start = value === null && options.offered !== undefined ? options.offered : value;
  const first = Math.max(
    0,
    choices.findIndex((choice) => choice.value === start),
  );
  const close = () => {
    onOpen(false);
    document.getElementById(id)?.focus();
  };
  return html`<ul
    id="${id}-list"
    class=${up ? 'choices up' : 'choices'}
    role="listbox"
    aria-label=${label}
    @keydown=${(event: KeyboardEvent) => onKey(event, close)}
  >
    ${choices.map(
      (choice, index) => html`<li
        role="option"
        tabindex="-1"
        aria-selected=${choice.value === value}
        ${index === first ? ref(focusOnce) : nothing}
        @click=${() => {
          onChoose(choice.value);
          close();
        }}
      >
        <span>${choice.label}</span>${choice.detail ? html`<span class="dim small">${choice.detail}</span>` : nothing}
      </li>`,
    )}
  </ul>`;
}

function onKey(event: KeyboardEvent, close: () => void): void {
  const items = [...(event.currentTarget as HTMLElement).children] as HTMLElement[];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = (index: number) => items.at(Math.min(items.length - 1, Math.max(0, index)))?.focus();
  const letter = event.key.length === 1 ? event.key.toLowerCase() : '';
  if (event.key === 'ArrowDown') to(at + 1);
  else if (event.key === 'ArrowUp') to(at - 1);
  else if (event.key === 'Home') to(0);
  else if (event.key === 'End') to(items.length - 1);
  else if (event.key === 'Enter' || event.key === ' ') items[at]?.click();
  else if (event.key === 'Escape' || event.key === 'Tab') close();
  else if (letter !== '') startingWith(items, at, letter)?.focus();
  else return;
  event.stopPropagation();
  if (event.key !== 'Tab') event.preventDefault();
}

/** The next item that starts with the letter, around the end. */
function startingWith(items: readonly HTMLElement[], at: number, letter: string): HTMLElement | undefined {
  const around = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return around.find((item) => item.textContent?.trim().toLowerCase().startsWith(letter));
}

/** The same function every time, so that it runs when the item appears and never again. */
function focusOnce(element?: Element): void {
  // It is put into the page right after this.
  if (element) queueMicrotask(() => (element as HTMLElement).focus());
}

function left(event: FocusEvent): boolean {
  return !(event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null);
}
