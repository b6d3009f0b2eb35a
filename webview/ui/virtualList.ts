import { html, render, type TemplateResult } from 'lit';
import { rowAt, type Viewport, visibleRows } from './rowWindow.ts';

/** What a `<tl-list>` shows: one-way, the element tells of wishes and shows what it is given. */
export interface ListModel {
  /** For screen readers. */
  label: string;
  /** Rows in all, at least one; they need not be known yet. */
  total: number;
  /** Pixels, the same for every row. */
  rowHeight: number;
  /** Index of the chosen row; -1: none. */
  selected: number;
  /** Content of a row; called for visible rows alone. */
  drawRow(index: number): TemplateResult;
  /** The rows `from` to `to` (exclusive) are about to be seen. */
  onWindow(from: number, to: number): void;
  onSelect(index: number): void;
}

/**
 * Defines `<tl-list>`: a list box of any length, of which only the visible rows are in the page. The arrows, Page Up and Down, Home and
 * End move the choice; its role and positions are told to screen readers.
 */
export function defineVirtualList(): void {
  if (!customElements.get('tl-list')) customElements.define('tl-list', VirtualList);
}

let lists = 0;

export class VirtualList extends HTMLElement {
  #model: ListModel | undefined;
  #id = `list${++lists}`;
  #resized = new ResizeObserver(() => this.#draw());
  #shown = { from: -1, to: -1, total: -1 };

  set model(model: ListModel) {
    const before = this.#model;
    this.#model = model;
    this.#draw();
    if (before && before.selected !== model.selected) this.#reveal(model.selected);
  }

  connectedCallback(): void {
    this.setAttribute('role', 'listbox');
    this.tabIndex = 0;
    this.addEventListener('scroll', this.#onScroll, { passive: true });
    this.addEventListener('keydown', this.#onKey);
    this.#resized.observe(this);
    this.#draw();
    if (this.#model) this.#reveal(this.#model.selected);
  }

  disconnectedCallback(): void {
    this.#resized.disconnect();
    this.removeEventListener('scroll', this.#onScroll);
    this.removeEventListener('keydown', this.#onKey);
  }

  #onScroll = (): void => this.#draw();

  #onKey = (event: KeyboardEvent): void => {
    const model = this.#model;
    if (!model || model.total === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.clientHeight / model.rowHeight) - 1);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -model.total,
      End: model.total,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(model.total - 1, Math.max(0, model.selected + step));
    if (next !== model.selected) model.onSelect(next);
  };

  #viewport(model: ListModel): Viewport {
    const { total, rowHeight } = model;
    return { total, rowHeight, height: this.clientHeight, scrollTop: this.scrollTop };
  }

  #draw(): void {
    const model = this.#model;
    if (!model || !this.isConnected) return;
    const { from, to, offset, extent } = visibleRows(this.#viewport(model));
    this.setAttribute('aria-label', model.label);
    const { selected } = model;
    if (selected >= from && selected < to) this.setAttribute('aria-activedescendant', `${this.#id}-${selected}`);
    else this.removeAttribute('aria-activedescendant');
    render(this.#rows(model, from, to, offset, extent), this);
    const before = this.#shown;
    this.#shown = { from, to, total: model.total };
    if (to > from && (before.from !== from || before.to !== to || before.total !== model.total))
      model.onWindow(from, to);
  }

  // A property, not an attribute: the page's policy blocks style attributes.
  #rows(model: ListModel, from: number, to: number, offset: number, extent: number): TemplateResult {
    const rows = Array.from({ length: to - from }, (_, place) => from + place);
    return html`<div class="extent" role="presentation" .style=${`height:${extent}px`}>
      <div class="window" role="presentation" .style=${`transform:translateY(${offset}px)`}>
        ${rows.map(
          (index) => html`<div
            id="${this.#id}-${index}"
            class="row"
            role="option"
            aria-selected=${index === model.selected}
            aria-setsize=${model.total}
            aria-posinset=${index + 1}
            .style=${`height:${model.rowHeight}px`}
            @click=${() => model.onSelect(index)}
          >
            ${model.drawRow(index)}
          </div>`,
        )}
      </div>
    </div>`;
  }

  /** Scrolls as little as is needed; glides where the way is short and motion is welcome. */
  #reveal(index: number): void {
    const model = this.#model;
    if (!model || index < 0 || index >= model.total) return;
    const top = rowAt(this.#viewport(model), index);
    if (top === null) return;
    const near = Math.abs(top - this.scrollTop) < 3 * this.clientHeight;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.scrollTo({ top, behavior: near && !still ? 'smooth' : 'instant' });
  }
}
