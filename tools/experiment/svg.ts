/** An element of an SVG as text; children are elements already, or text through `text`. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${escapeText(typeof value === 'number' ? String(rounded(value)) : (value ?? ''))}"`,
    )
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

export type Attributes = Record<string, string | number | undefined>;

/** A line of text whose baseline begins (or by `text-anchor` ends, or has its middle) at x, y. */
export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeText(content));
}

/** What a pointer that rests on it, and a screen reader, is told. */
export function title(content: string): string {
  return element('title', {}, escapeText(content));
}

/** For content and attributes alike; characters that XML can't hold are left out. */
export function escapeText(content: string): string {
  return content
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const rounded = (value: number) => Math.round(value * 10) / 10;

/** The editor's light theme: the picture has its own background, so it looks the same on white and on dark pages. */
export const colours = {
  background: '#ffffff',
  text: '#3b3b3b',
  dim: '#626262',
  line: '#e5e5e5',
  weak: '#2b78d9',
  strong: '#ae752d',
} as const;

/** In order of their places on the page: small letters for what accompanies. */
export const letters = { heading: 18, panel: 13, text: 12, small: 11 } as const;
