import type { Span } from './trace.ts';

/** Maths longer than this is an opening delimiter without its end. */
const maxFormula = 6000;

/**
 * Stretches that must not be cut: maths (`$…$`, `$$…$$`, `\(…\)`, `\[…\]`, `\begin…\end`), code fences and table rows. Ascending,
 * disjoint; linear in the length. A delimiter without its end protects nothing.
 */
export function findProtected(text: string): Span[] {
  const spans: Span[] = [];
  opener.lastIndex = 0;
  const closes = new Map<string, number>();
  for (let match = opener.exec(text); match !== null; match = opener.exec(text)) {
    const span = spanFrom(text, match.index, match[0], closes);
    if (span === null) continue;
    spans.push(span);
    opener.lastIndex = Math.max(span.end, match.index + 1);
  }
  return spans;
}

const opener = /```|\$\$?|\\\(|\\\[|\\begin\{[a-zA-Z]{1,20}\*?\}|(?<=^|\n)[ \t]{0,4}\|/g;

/** `closes` holds the next place of each closing delimiter, so that no stretch is searched twice for it. */
function spanFrom(text: string, start: number, open: string, closes: Map<string, number>): Span | null {
  if (open.endsWith('|')) return tableFrom(text, start);
  if (text.charAt(start - 1) === '\\') return null;
  const close = closeOf(open);
  const known = closes.get(close) ?? -1;
  const end = known >= start + open.length ? known : text.indexOf(close, start + open.length);
  closes.set(close, end < 0 ? Number.POSITIVE_INFINITY : end);
  if (end < 0 || end === Number.POSITIVE_INFINITY) return null;
  if (open === '$' && !isMath(text, start, end)) return null;
  return end - start > maxFormula && open !== '```' ? null : { start, end: end + close.length };
}

function closeOf(open: string): string {
  if (open === '\\(') return '\\)';
  if (open === '\\[') return '\\]';
  return open.startsWith('\\begin') ? `\\end${open.slice('\\begin'.length)}` : open;
}

/** A `$` is maths, not money, where its pair stands in the same paragraph, without spaces inside and no digit after. */
function isMath(text: string, start: number, end: number): boolean {
  if (end - start < 2 || end - start > 1000) return false;
  const inside = text.slice(start + 1, end);
  return !/^\s|\s$|\n\s*\n/.test(inside) && !/\d/.test(text.charAt(end + 1));
}

/** Consecutive lines that begin with a bar. */
function tableFrom(text: string, start: number): Span {
  let end = start;
  while (end < text.length && /^[ \t]{0,4}\|/.test(text.slice(end, end + 6))) {
    const next = text.indexOf('\n', end);
    if (next < 0) return { start, end: text.length };
    end = next + 1;
  }
  return { start, end: Math.max(start + 1, end - 1) };
}
