import { add, multiply, type Rational, rational } from './rational.ts';

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen';
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety';
const units = new Map<string, number>([
  ...small.split(' ').map((word, value): [string, number] => [word, value]),
  ...tens.split(' ').map((word, at): [string, number] => [word, 20 + 10 * at]),
]);
const scales = new Map<string, bigint>([
  ['hundred', 100n],
  ['thousand', 1000n],
  ['million', 1_000_000n],
  ['billion', 1_000_000_000n],
  ['trillion', 1_000_000_000_000n],
]);
const parts = new Map<string, bigint>([
  ['half', 2n],
  ['third', 3n],
  ['quarter', 4n],
  ['fourth', 4n],
  ['fifth', 5n],
  ['sixth', 6n],
  ['seventh', 7n],
  ['eighth', 8n],
  ['ninth', 9n],
  ['tenth', 10n],
]);

/** What a word after a number multiplies it by: `million`, `dozen`; null for any other. */
export function scaleWord(word: string): Rational | null {
  const plain = word.trim().toLowerCase().replace(/s$/, '');
  const value = plain === 'dozen' ? 12n : scales.get(plain);
  return value === undefined ? null : { numerator: value, denominator: 1n };
}

/** The number that words say: `three`, `twenty-one`, `one hundred and five`, `two thirds`; null for any other words. */
export function numberInWords(text: string): Rational | null {
  if (text.length > 80 || !/^[a-z]/i.test(text)) return null;
  const words = text.toLowerCase().replace(/-/g, ' ').trim().split(/\s+/);
  if (words.length > 12) return null;
  const last = words.at(-1) ?? '';
  const part = parts.get(last) ?? parts.get(last.replace(/s$/, '')) ?? (last === 'halves' ? 2n : undefined);
  if (part === undefined) return wholeInWords(words);
  const before = words.slice(0, -1).filter((word) => word !== 'a' && word !== 'an');
  const count = before.length === 0 ? { numerator: 1n, denominator: 1n } : wholeInWords(before);
  return count === null ? null : rational(count.numerator, part);
}

function wholeInWords(words: readonly string[]): Rational | null {
  let [total, group]: [Rational | null, bigint | null] = [{ numerator: 0n, denominator: 1n }, null];
  for (const word of words) {
    const [unit, scale] = [units.get(word), scales.get(word)];
    if (word === 'and' && group !== null) continue;
    if (unit !== undefined && (group === null || roomFor(unit, group))) group = (group ?? 0n) + BigInt(unit);
    else if (scale === 100n && group !== null) group *= 100n;
    else if (scale !== undefined && total !== null) {
      const scaled = multiply({ numerator: group ?? 1n, denominator: 1n }, { numerator: scale, denominator: 1n });
      total = scaled === null ? null : add(total, scaled);
      group = 0n;
    } else return null;
  }
  return group === null || total === null ? null : add(total, { numerator: group, denominator: 1n });
}

/** After `twenty` a unit, after `hundred` anything below it: not `five six`. */
function roomFor(unit: number, group: bigint): boolean {
  const left = Number(group % 100n);
  return left === 0 || (left >= 20 && left % 10 === 0 && unit > 0 && unit < 10);
}
