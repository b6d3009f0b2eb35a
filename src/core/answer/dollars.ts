import { looksLikeFormula } from './formulas.ts';

/** Takes the `$` around formulas away and leaves those that mark prices: `$5$` is five, `$5`, `\$5` and `5$` are five dollars. */
export function withoutDelimiters(text: string): string {
  if (!text.includes('$')) return text;
  const plain = unwrapped(text.replace(/\\\$/g, price).replace(/\$\$/g, ' ').trim());
  const parts: string[] = [];
  let from = 0;
  for (let at = plain.indexOf('$'); at >= 0; at = plain.indexOf('$', from)) {
    const close = plain.indexOf('$', at + 1);
    const content = close < 0 ? '' : plain.slice(at + 1, close);
    parts.push(plain.slice(from, at));
    if (close >= 0 && looksLikeFormula(content, plain.charAt(close + 1))) {
      parts.push(content);
      from = close + 1;
    } else {
      parts.push(isPrice(plain, at) ? price : '');
      from = at + 1;
    }
  }
  return [...parts, plain.slice(from)].join('').replaceAll(price, '$');
}

/** Around the whole text the dollars are no prices, whatever stands between them. */
function unwrapped(text: string): string {
  return /^\$[^$]+\$$/.test(text) ? text.slice(1, -1) : text;
}

/** Stands for a dollar that is money, until the others are gone. */
const price = '\u00a4';

/** Before a number, `$5`, or after one that has no other mark, `5$`. */
function isPrice(text: string, at: number): boolean {
  return (
    /^\s?[-+]?\s?[\d.]/.test(text.slice(at + 1, at + 6)) ||
    (/[\d)]\s?$/.test(text.slice(0, at)) && !text.slice(0, at).includes(price))
  );
}
