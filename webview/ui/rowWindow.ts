/** What of a list of equal rows can be seen. Lengths are pixels. */
export interface Viewport {
  total: number;
  rowHeight: number;
  /** Of the visible part. */
  height: number;
  scrollTop: number;
}

export interface VisibleRows {
  /** Indices of the rows to draw, `to` exclusive: those that can be seen and a few on either side. */
  from: number;
  to: number;
  /** Where the row `from` stands below the list's top edge. */
  offset: number;
  /** Height of the whole list as the scroll bar knows it. */
  extent: number;
}

export function visibleRows(viewport: Viewport): VisibleRows {
  const { total, rowHeight, height, scrollTop } = viewport;
  const extent = extentOf(viewport);
  const top = scrollTop * ratioOf(viewport);
  const from = Math.max(0, Math.min(total, Math.floor(top / rowHeight)) - spare);
  const to = Math.min(total, Math.ceil((top + height) / rowHeight) + spare);
  return { from, to, offset: scrollTop - (top - from * rowHeight), extent };
}

/** The scroll position that shows the row with the least movement; null where it is in view already. */
export function rowAt(viewport: Viewport, index: number): number | null {
  const { rowHeight, height, scrollTop } = viewport;
  const ratio = ratioOf(viewport);
  const top = scrollTop * ratio;
  const start = index * rowHeight;
  if (start >= top && start + rowHeight <= top + height) return null;
  const wanted = start < top ? start : start + rowHeight - height;
  return wanted / ratio;
}

/** Rows drawn beyond either edge, so that a short scroll shows no gap. */
const spare = 4;

/** Chromium caps an element's height at 33,554,428 px (measured); longer lists scroll by a ratio. */
const tallest = 30_000_000;

function extentOf({ total, rowHeight }: Viewport): number {
  return Math.min(tallest, total * rowHeight);
}

/** Pixels of the list per pixel of the scroll bar: 1 unless the list is taller than a page can be. */
function ratioOf(viewport: Viewport): number {
  const full = viewport.total * viewport.rowHeight;
  const extent = extentOf(viewport);
  return full <= extent ? 1 : (full - viewport.height) / (extent - viewport.height);
}
