/** An answer parted into its value and what it counts. */
export interface Measured {
  value: string;
  /** The unit's words in lower case, e.g. `square units`; empty where there is none. */
  unit: string;
  percent: boolean;
}

/** Parts a normalised answer from the unit after it: `5 hours`, `12\text{ cm}^2`, `20%`, `30^\circ`. The value is never emptied. */
export function splitUnit(answer: string): Measured {
  let value = answer;
  let unit = '';
  let percent = false;
  for (let rounds = 0; rounds < 8; rounds++) {
    const mark = percentMark.exec(value);
    const tail = mark ?? textTail.exec(value) ?? degreeTail.exec(value) ?? wordTail(value);
    if (tail === null) break;
    const rest = value.slice(0, tail.index).replace(/[\s,;-]+$/, '');
    if (!/[0-9a-zA-Z})\]|]$/.test(rest) || !readsAsQuantity(rest, tail[1] ?? '')) break;
    if (mark !== null) percent = true;
    else unit = `${tail[1] ?? ''} ${unit}`.trim();
    value = rest;
  }
  return { value: value.replace(/^(?:US|USD|Rs\.?)\s?(?=\d)/, ''), unit: canonical(unit), percent };
}

const percentMark = /\s?(?:%|(?<=[\d\s}])\s?(?:percent|pct|\\text\{ ?(?:percent|pct|%) ?\}))(?:age)?$/;
const textTail = /\s?\\text\s?\{([^{}]{1,60})\}(?:\s?\^\s?\{?-?\d\}?)?$/;
const degreeTail = /\s?\^\s?\{?\s?\\circ\s?\}?\s?[CF]?$/;

/** Plain words right after a number. Searched from the end, one word at a time, so the work is linear. */
function wordTail(value: string): { index: number; 1: string } | null {
  const tail = /(?:^|[\s\d})])((?:[a-zA-Z]+\s?\/\s?)?[a-zA-Zµ]+\.?)(?:\s?\^\s?\{?\d\}?)?$/.exec(value.slice(-60));
  const word = tail?.[1];
  if (tail === null || word === undefined || notUnits.has(word.toLowerCase())) return null;
  if (word.length < 2 && !singleLetterUnits.has(word)) return null;
  const index = value.length - Math.min(60, value.length) + tail.index + tail[0].indexOf(word);
  return { index, 1: word };
}

const notUnits = new Set('and or pi sin cos tan log ln exp sqrt in to of the mod infinity inf e i x y'.split(' '));
const singleLetterUnits = new Set('mgslhLNJVWAK'.split(''));

function readsAsQuantity(rest: string, words: string): boolean {
  if (/\b(?:and|or)\s*$/.test(words) || /^\s*(?:and|or|if|for|where|when)\b/.test(words)) return false;
  const single = words.length === 1;
  // `5 m` is metres; `5x m`, `(a + b) m` are products.
  return single ? /\d\s*$/.test(rest) : /[0-9]/.test(rest) || /^[a-zA-Z]$/.test(rest);
}

function canonical(unit: string): string {
  return unit.replace(/\s+/g, ' ').trim().toLowerCase();
}

/** How many of the base unit of its kind one of `unit` is; null for words that are no unit of measure. */
export function unitScale(unit: string): { kind: string; factor: number } | null {
  return scales.get(unit.replace(/\.$/, '').replace(/(?<=..)s$/, '')) ?? scales.get(unit) ?? null;
}

const scales = new Map<string, { kind: string; factor: number }>(
  Object.entries({
    time: { second: 1, sec: 1, minute: 60, min: 60, hour: 3600, hr: 3600, day: 86_400, week: 604_800 },
    length: { mm: 0.001, cm: 0.01, m: 1, meter: 1, metre: 1, km: 1000, kilometer: 1000, centimeter: 0.01 },
    imperial: { inch: 1, inche: 1, in: 1, foot: 12, feet: 12, ft: 12, yard: 36, mile: 63_360 },
    mass: { mg: 0.001, g: 1, gram: 1, kg: 1000, kilogram: 1000 },
    weight: { ounce: 1, oz: 1, pound: 16, lb: 16 },
    money: { cent: 0.01, dollar: 1 },
    volume: { ml: 0.001, milliliter: 0.001, l: 1, liter: 1, litre: 1 },
  }).flatMap(([kind, units]) => Object.entries(units).map(([unit, factor]) => [unit, { kind, factor }] as const)),
);
