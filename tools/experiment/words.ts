import type { Interval } from '../../src/core/metrics/report.ts';
import type { Figure } from './compare.ts';

/*
 * Figures as the table, the page and the picture all write them: what stands in one can be looked for in the others.
 */

/** `84.1 %`, or `3.12` for what is no share. */
export function valueText({ value }: Pick<Figure, 'value'>, share: boolean): string {
  if (value === null) return '–';
  return share ? `${fixed(value * 100, 1)} %` : fixed(value, 2);
}

/** `84.1 % [82.0, 86.0]`: with the interval by problem. */
export function figureText(figure: Figure, share: boolean): string {
  return [valueText(figure, share), rangeText(figure, share)].filter(Boolean).join(' ');
}

/** `+6.3`: in points for shares, with its sign always. */
export function gainText({ value }: Pick<Figure, 'value'>, share: boolean): string {
  if (value === null) return '–';
  const text = fixed(share ? value * 100 : value, share ? 1 : 2);
  return value > 0 && Number(text) > 0 ? `+${text}` : text;
}

/** `+6.3 [3.2, 9.5]`. */
export function differenceText(figure: Figure, share: boolean): string {
  return [gainText(figure, share), rangeText(figure, share)].filter(Boolean).join(' ');
}

/** `[3.2, 9.5]`; empty where there is no interval. */
export function rangeText({ low, high }: Partial<Interval>, share: boolean): string {
  if (low === undefined || high === undefined) return '';
  const end = (value: number) => (share ? fixed(value * 100, 1) : fixed(value, 2));
  return `[${end(low)}, ${end(high)}]`;
}

/** `1.03×`. */
export function ratioText(ratio: number | null): string {
  return ratio === null ? '–' : `${ratio.toFixed(2)}×`;
}

/** `12,000`. */
export function countText(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** `3 seeds`, `1 seed`. */
export function counted(value: number, noun: string): string {
  return `${countText(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** With a true minus, and none before a zero. */
function fixed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}
