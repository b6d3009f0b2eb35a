import type { Arm } from '../../src/core/trace/trace.ts';

/*
 * Figures as people read them: thin (and unbreakable) spaces in thousands, a unit after a space, a dash for what is unknown.
 * Tables put these in right-aligned columns of tabular digits.
 */

/** What stands for a figure that is not known. */
export const unknown = '–';

/** `12 000`; fractions keep as many digits as asked for. */
export function number(value: number | null, digits = 0): string {
  if (value === null || !Number.isFinite(value)) return unknown;
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, thinSpace);
  const sign = value < 0 && Number(value.toFixed(digits)) !== 0 ? '−' : '';
  return sign + (fraction === undefined ? grouped : `${grouped}.${fraction}`);
}

/** Three digits and an SI prefix: `45.4 P`, `2.52 M`, `840`. */
export function si(value: number | null): string {
  return siTogether([value])[0] ?? unknown;
}

/** The same prefix for all, so that they can be compared by eye: `2.52 M` and `0.84 M`. */
export function siTogether(values: readonly (number | null)[]): string[] {
  const largest = Math.max(0, ...values.map((value) => (isKnown(value) ? Math.abs(value) : 0)));
  const { factor, prefix } = siUnit(largest);
  return values.map((value) =>
    isKnown(value) ? withUnit(threeDigits(value / factor, prefix !== ''), prefix) : unknown,
  );
}

/** The prefix under which `value` has one to three digits before its point. */
export function siUnit(value: number): { factor: number; prefix: string } {
  // 999.95 k would be written `1000 k`.
  const step = prefixes.findLastIndex((_, index) => Math.abs(value) >= 0.9995 * 1000 ** index);
  const index = Math.max(0, step);
  return { factor: 1000 ** index, prefix: prefixes[index] ?? '' };
}

/** US dollars: `$0.58`, `$1 234`, `$0.0042`. */
export function usd(value: number | null): string {
  if (!isKnown(value)) return unknown;
  if (value === 0) return '$0';
  if (value >= 1000) return `$${number(value)}`;
  if (value >= 0.01) return `$${number(value, 2)}`;
  return value < 0.0001 ? '<$0.0001' : `$${Number(value.toPrecision(2))}`;
}

/** `5 min 20 s`, `1 h 5 min`, `2 d 3 h`: two units at most. */
export function duration(milliseconds: number | null): string {
  if (!isKnown(milliseconds)) return unknown;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 1) return withUnit('<1', 's');
  const first = clock.findIndex(([, size]) => seconds >= size);
  const [unit, size] = clock[first] ?? ['s', 1];
  const next = clock[first + 1];
  // Rounding the smaller unit can fill the larger one: 59 min 59 s stays, 23 h 59 min 59 s is 1 d.
  const rounded = next ? Math.round(seconds / next[1]) * next[1] : seconds;
  const previous = clock[first - 1];
  if (previous && rounded >= previous[1]) return withUnit('1', previous[0]);
  const rest = next ? Math.round((rounded % size) / next[1]) : 0;
  const whole = withUnit(String(Math.floor(rounded / size)), unit);
  return next && rest > 0 ? `${whole} ${withUnit(String(rest), next[0])}` : whole;
}

/** In one unit, for what is foreseen: `14 min`, `40 s`, `3 h`. */
export function roughDuration(milliseconds: number | null): string {
  if (!isKnown(milliseconds)) return unknown;
  const seconds = milliseconds / 1000;
  if (seconds < 90) return withUnit(String(Math.max(1, Math.round(seconds))), 's');
  if (seconds < 90 * 60) return withUnit(String(Math.round(seconds / 60)), 'min');
  return seconds < 36 * 3600
    ? withUnit(String(Math.round(seconds / 3600)), 'h')
    : withUnit(String(Math.round(seconds / 86400)), 'd');
}

/** A share of 0..1 as `88.1 %`. */
export function percent(share: number | null, digits = 1): string {
  return isKnown(share) ? withUnit(number(share * 100, digits), '%') : unknown;
}

/** `11.6–17.1`, both ends times `scale` (100 for shares); empty where there is no interval. */
export function interval(range: { low?: number; high?: number }, scale = 1, digits = 1): string {
  if (range.low === undefined || range.high === undefined) return '';
  return `${number(range.low * scale, digits)}–${number(range.high * scale, digits)}`;
}

/** `1.00×`; ratios too small for two decimals keep two digits. */
export function ratio(value: number | null): string {
  if (!isKnown(value)) return unknown;
  return `${value !== 0 && Math.abs(value) < 0.095 ? Number(value.toPrecision(2)) : number(value, 2)}×`;
}

/** `3 files`, `1 file`. */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${number(amount)} ${amount === 1 ? noun : plural}`;
}

/** Samples are counted from 1 for people: `weak 3` is the sample with index 2. */
export function sampleLabel(arm: Arm, sample: number): string {
  return `${arm} ${number(sample + 1)}`;
}

/** Parameters: `9 B`, `300 M`. */
export function parameters(billions: number | null | undefined): string {
  if (billions === null || billions === undefined) return '';
  return billions >= 1
    ? withUnit(String(Number(billions.toPrecision(3))), 'B')
    : withUnit(String(Number((billions * 1000).toPrecision(3))), 'M');
}

/** `21 Nov, 18:40` in local time, with the year where it is not this one. */
export function dateTime(iso: string, now: Date = new Date()): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return unknown;
  const year = date.getFullYear() === now.getFullYear() ? '' : ` ${date.getFullYear()}`;
  const time = [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
  return `${date.getDate()} ${months[date.getMonth()]}${year}, ${time}`;
}

/** Narrow and unbreakable. */
const thinSpace = '\u202f';
const unitSpace = '\u00a0';
const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'] as const;
const clock: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

function isKnown(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

function withUnit(figure: string, unit: string): string {
  return unit === '' ? figure : `${figure}${unitSpace}${unit}`;
}

/** At most two decimals; whole numbers stay whole where nothing was divided. */
function threeDigits(value: number, scaled: boolean): string {
  if (!scaled && Number.isInteger(value)) return number(value);
  const size = Math.abs(value);
  return number(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}
