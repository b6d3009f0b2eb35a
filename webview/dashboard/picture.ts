/**
 * A drawn plot as an SVG file that stands alone: the theme's colours and fonts written out, a heading above it, and a line below
 * that says which run and which match it shows.
 */
export function picture(plot: SVGSVGElement, heading: string, footing: string): string {
  const { width, height } = plot.viewBox.baseVal;
  const copy = plot.cloneNode(true) as SVGSVGElement;
  writeOut(plot, copy);
  for (const name of ['class', 'id', 'role']) copy.removeAttribute(name);
  const [top, bottom] = [28, 22];
  const size = { width, height: height + top + bottom };
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('viewBox', `0 ${-top} ${size.width} ${size.height}`);
  copy.setAttribute('width', String(size.width));
  copy.setAttribute('height', String(size.height));
  const page = getComputedStyle(document.body);
  const text = { fill: plain(page.color), 'font-family': page.fontFamily };
  copy.prepend(
    shape('rect', { x: 0, y: -top, ...size, fill: plain(page.backgroundColor) }),
    shape('text', { x: 8, y: -10, 'font-size': 13, 'font-weight': 600, ...text }, heading),
    shape('text', { x: 8, y: height + 12, 'font-size': 11, ...text }, footing),
  );
  return new XMLSerializer().serializeToString(copy);
}

const colours = ['fill', 'stroke'] as const;
const others = [
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
] as const;

/** Gives every element of `copy` what the style sheet gives its original. */
function writeOut(original: Element, copy: Element): void {
  const style = getComputedStyle(original);
  for (const name of colours) copy.setAttribute(name, plain(style.getPropertyValue(name)));
  for (const name of others) copy.setAttribute(name, style.getPropertyValue(name));
  copy.removeAttribute('class');
  // Lit's markers are comments between the elements.
  for (const node of [...copy.childNodes]) if (node.nodeType === Node.COMMENT_NODE) node.remove();
  const children = [...copy.children];
  [...original.children].forEach((child, index) => {
    const twin = children[index];
    if (twin) writeOut(child, twin);
  });
}

/** Mixed colours compute to `oklab(…)`, which other programs can't read: paint one pixel and see. */
function plain(colour: string): string {
  if (colour === '' || colour === 'none') return 'none';
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const paint = canvas.getContext('2d');
  if (!paint) return colour;
  paint.fillStyle = colour;
  paint.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = paint.getImageData(0, 0, 1, 1).data;
  if (alpha === 0) return 'none';
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function shape(name: string, attributes: Record<string, string | number>, text = ''): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}
