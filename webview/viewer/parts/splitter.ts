import { html, type TemplateResult } from 'lit';

/** A bar between two columns, moved by dragging, the arrows, or back to `usual` by a double click. Widths are pixels. */
export interface Splitter {
  label: string;
  width: number;
  least: number;
  most: number;
  usual: number;
  onResize(width: number): void;
}

const step = 16;

export function splitter({ label, width, least, most, usual, onResize }: Splitter): TemplateResult {
  const set = (wanted: number) => onResize(Math.min(most, Math.max(least, Math.round(wanted))));
  const drag = (event: PointerEvent) => {
    const bar = event.currentTarget as HTMLElement;
    const origin = event.clientX - width;
    const move = (moved: PointerEvent) => set(moved.clientX - origin);
    bar.setPointerCapture(event.pointerId);
    bar.addEventListener('pointermove', move);
    bar.addEventListener('lostpointercapture', () => bar.removeEventListener('pointermove', move), { once: true });
  };
  const onKey = (event: KeyboardEvent) => {
    const to = { ArrowLeft: width - step, ArrowRight: width + step, Home: least, End: most, Enter: usual }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  };
  return html`<div
    class="splitter"
    role="separator"
    aria-orientation="vertical"
    aria-label=${label}
    aria-valuenow=${width}
    aria-valuemin=${least}
    aria-valuemax=${most}
    tabindex="0"
    @pointerdown=${drag}
    @dblclick=${() => set(usual)}
    @keydown=${onKey}
  ></div>`;
}
