import { readExpression } from './reader.ts';
import { sameValue } from './sampling.ts';
import type { Structure } from './structure.ts';
import type { Tree } from './tree.ts';
import type { Equality } from './verdict.ts';
import type { Work } from './work.ts';

type Ratio = { items: readonly Structure[] };

/** `2:3` against `4:6`, and `3:30 pm` against `15:30`: proportional parts, or the same time of day. */
export function compareRatios(a: Ratio, b: Ratio, work: Work): Equality {
  const [left, right] = [timeOf(a), timeOf(b)];
  if (left !== null && right !== null)
    return compareTimes(left, right, left.minutes % 60 === 0 ? false : proportional(a, b, work));
  return { equal: proportional(a, b, work), how: 'ratios' };
}

/** `2:3` against `2/3`, or against `2` where it is `2:1`. Null for times of day. */
export function compareRatioWith(ratio: Ratio, text: string, work: Work): Equality {
  const [left, right] = ratio.items.map(treeOf);
  const other = readExpression(text);
  if (timeOf(ratio) !== null || ratio.items.length !== 2 || !left || !right || other === null)
    return { equal: null, how: 'a ratio and something else' };
  return { equal: sameValue({ kind: 'divide', left, right }, other, work), how: 'a ratio as a quotient' };
}

function treeOf(item: Structure): Tree | null {
  return item.kind === 'leaf' ? readExpression(item.text) : null;
}

/** a:b:c and d:e:f are proportional where a·e = b·d and so on. */
function proportional(a: Ratio, b: Ratio, work: Work): boolean | null {
  const [left, right] = [a.items.map(treeOf), b.items.map(treeOf)];
  if (left.length !== right.length) return false;
  const parts = left.slice(1).map((part, index) => {
    const [first, start, other] = [left[0], right[0], right[index + 1]];
    if (!part || !first || !start || !other) return null;
    return sameValue(
      { kind: 'multiply', left: part, right: start },
      { kind: 'multiply', left: first, right: other },
      work,
    );
  });
  return parts.includes(false) ? false : parts.includes(null) ? null : true;
}

interface Time {
  minutes: number;
  /** Whether it says which half of the day it means. */
  certain: boolean;
}

function timeOf(ratio: Ratio): Time | null {
  const text = ratio.items.map((item) => (item.kind === 'leaf' ? item.text : '')).join(':');
  const match = /^(\d{1,2}):(\d\d)\s?(?:\\text\s?\{)?\s?(?:([ap])\.?\s?m\.?)?\s?\}?$/i.exec(text);
  const [hours, minutes] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || hours > 24 || minutes > 59) return null;
  const half = match[3]?.toLowerCase();
  const hour = half === undefined ? hours : (hours % 12) + (half === 'p' ? 12 : 0);
  return { minutes: 60 * hour + minutes, certain: half !== undefined || hours > 12 };
}

function compareTimes(a: Time, b: Time, inProportion: boolean | null): Equality {
  if (a.minutes === b.minutes) return { equal: true, how: 'the same time' };
  const hidden = !(a.certain && b.certain) && Math.abs(a.minutes - b.minutes) === 720;
  return { equal: hidden || inProportion !== false ? null : false, how: 'times of day' };
}
