import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatSamples, mostSamples, parseSamples } from '../../webview/sidebar/samples.ts';

for (const [text, samples] of [
  ['10', [10]],
  ['1, 3, 9', [1, 3, 9]],
  [' 9 3;1 ', [1, 3, 9]],
  ['3,3, 3', [3]],
  ['1,,2', [1, 2]],
  ['10000', [10_000]],
  ['10001', null],
  ['', null],
  [' , ', null],
  ['0', null],
  ['1, x', null],
  ['-3', null],
  ['2.5', null],
  ['1e3', null],
  ['9'.repeat(1000), null],
] as const) {
  test(`${JSON.stringify(text.slice(0, 12))} is ${samples ? `the grid ${samples.join(' ')}` : 'no grid'}`, () => {
    assert.deepEqual(parseSamples(text), samples);
  });
}

test('a grid that was written is read again', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: mostSamples }), { minLength: 1, maxLength: 12 }),
      (samples) => {
        const grid = samples.sort((a, b) => a - b);
        assert.deepEqual(parseSamples(formatSamples(grid)), grid);
      },
    ),
  );
});

test('whatever is typed gives an ascending grid of counts that may be drawn, or none', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const grid = parseSamples(text);
      if (grid === null) return;
      assert.ok(grid.length > 0);
      for (const [index, samples] of grid.entries()) {
        assert.ok(Number.isInteger(samples) && samples >= 1 && samples <= mostSamples);
        assert.ok(samples > (grid[index - 1] ?? 0));
      }
    }),
  );
});
