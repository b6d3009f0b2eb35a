/**
 * Rows as aligned columns for people. Columns stand to the left, numbers to the right: `align` has a letter for each, `l` or `r`; by
 * default the first is to the left and the others to the right.
 */
export function table(head: string[], rows: string[][], align = 'l'.padEnd(head.length, 'r')): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    align[column] === 'l' ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return all.map((row) => row.map(pad).join('  ').trimEnd());
}

/** `12 000`: thousands apart. */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');

/** `1 trace`, `2 traces`. */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? '–' : `${(share * 100).toFixed(1)} %`;

/** `45.4 P`: SI prefix, three digits. */
export function si(value: number | null): string {
  if (value === null) return 'unknown';
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
  const power = value > 0 ? Math.min(Math.floor(Math.log10(value) / 3), prefixes.length - 1) : 0;
  return `${Number((value / 1000 ** Math.max(power, 0)).toPrecision(3))} ${prefixes[Math.max(power, 0)]}`.trim();
}

export const dollars = (usd: number | null): string =>
  usd === null ? 'unknown' : `$${usd < 0.01 && usd > 0 ? usd.toPrecision(2) : usd.toFixed(2)}`;
