import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  count,
  dateTime,
  duration,
  interval,
  number,
  parameters,
  percent,
  ratio,
  roughDuration,
  sampleLabel,
  si,
  siTogether,
  siUnit,
  usd,
} from '../../webview/ui/format.ts';

/** Thin and unbreakable spaces as plain ones, so that the tables below can be read. */
const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ');

const table = <Value>(name: string, format: (value: Value) => string, rows: [Value, string][]) => {
  for (const [value, expected] of rows) {
    test(`${name}: ${JSON.stringify(value)} is ${expected}`, () => assert.equal(plain(format(value)), expected));
  }
};

table<number | null>('a number', number, [
  [0, '0'],
  [999, '999'],
  [7404, '7 404'],
  [1234567, '1 234 567'],
  [-1500, '−1 500'],
  [-0.2, '0'],
  [null, '–'],
  [Number.NaN, '–'],
]);

table<number | null>('an SI figure', si, [
  [4.536e16, '45.4 P'],
  [2.52e6, '2.52 M'],
  [0, '0'],
  [840, '840'],
  [999.9, '1.00 k'],
  [999_950, '1.00 M'],
  [12_000, '12.0 k'],
  [1.13e14, '113 T'],
  [null, '–'],
]);

test('figures that are compared share the prefix of the largest', () => {
  assert.deepEqual(siTogether([2.52e6, 0.84e6, null]).map(plain), ['2.52 M', '0.84 M', '–']);
});

table<number | null>('money', usd, [
  [0.58, '$0.58'],
  [0, '$0'],
  [0.0042, '$0.0042'],
  [0.00001, '<$0.0001'],
  [12.3, '$12.30'],
  [1234.5, '$1 235'],
  [null, '–'],
]);

table<number | null>('a duration', duration, [
  [320_000, '5 min 20 s'],
  [10_000, '10 s'],
  [400, '<1 s'],
  [60_000, '1 min'],
  [59_600, '1 min'],
  [3_599_600, '1 h'],
  [3_900_000, '1 h 5 min'],
  [86_399_000, '1 d'],
  [183_600_000, '2 d 3 h'],
  [null, '–'],
]);

table<number | null>('a rough duration', roughDuration, [
  [10, '1 s'],
  [40_000, '40 s'],
  [14 * 60_000, '14 min'],
  [3 * 3_600_000, '3 h'],
  [3 * 86_400_000, '3 d'],
  [null, '–'],
]);

table<number | null>('a share', percent, [
  [0.881, '88.1 %'],
  [0, '0.0 %'],
  [1, '100.0 %'],
  [null, '–'],
]);

table<{ low?: number; high?: number }>('an interval of shares', (range) => interval(range, 100), [
  [{ low: 0.116, high: 0.171 }, '11.6–17.1'],
  [{}, ''],
]);

table<number | null>('a ratio', ratio, [
  [1, '1.00×'],
  [1 / 3, '0.33×'],
  [0.0123, '0.012×'],
  [12.345, '12.35×'],
  [0, '0.00×'],
  [null, '–'],
]);

table<number | null>('parameters', parameters, [
  [9, '9 B'],
  [0.3, '300 M'],
  [27.23, '27.2 B'],
  [175, '175 B'],
  [null, ''],
]);

test('samples are counted from one', () => {
  assert.equal(sampleLabel('weak', 0), 'weak 1');
  assert.equal(sampleLabel('strong', 2), 'strong 3');
});

test('nouns agree with their number', () => {
  assert.deepEqual(
    [0, 1, 3].map((n) => plain(count(n, 'file'))),
    ['0 files', '1 file', '3 files'],
  );
});

test('a time is local, and has its year where it is another', () => {
  const at = new Date(2026, 10, 21, 18, 5);
  assert.equal(dateTime(at.toISOString(), new Date(2026, 11, 1)), '21 Nov, 18:05');
  assert.equal(dateTime(at.toISOString(), new Date(2027, 0, 1)), '21 Nov 2026, 18:05');
  assert.equal(dateTime('yesterday'), '–');
});

test('a number loses nothing but its spaces', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e15, max: 1e15 }), (value) => {
      assert.equal(Number(number(value).replaceAll('\u202f', '').replace('−', '-')), value);
    }),
  );
});

test('an SI figure is within half a percent and shows at most three digits before its point', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 9e26, noNaN: true }), (value) => {
      const [figure = '', prefix = ''] = plain(si(value)).split(' ');
      const shown = Number(figure) * 1000 ** ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'].indexOf(prefix);
      assert.ok(Math.abs(shown / value - 1) <= 0.0051, `${value} is shown as ${figure} ${prefix}`);
      assert.ok(Number(figure) < 1000);
      assert.equal(siUnit(value).prefix, prefix);
    }),
  );
});

test('a duration is within half of its smaller unit', () => {
  const sizes: Record<string, number> = { d: 86400, h: 3600, min: 60, s: 1 };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5e6 }), (seconds) => {
      const parts = plain(duration(seconds * 1000)).split(' ');
      let shown = 0;
      for (let i = 0; i < parts.length; i += 2) shown += Number(parts[i]) * (sizes[parts[i + 1] ?? ''] ?? Number.NaN);
      const allowed = seconds >= 86400 ? 1800 : seconds >= 3600 ? 30 : 0;
      assert.ok(Math.abs(shown - seconds) <= allowed, `${seconds} s is shown as ${parts.join(' ')}`);
    }),
  );
});
