import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tracePath } from '../../src/core/trace/path.ts';

const table: [string, string[]][] = [
  ['He sold 48 / 2 = 24 clips.', ['48/2=24']],
  ['16 - 3 = <<16-3=13>>13 eggs\nThen 13 * 2 = $<<13*2=26>>26', ['16-3=13', '13*2=26']],
  ['He keeps half of them <<48/2=24>>24.', ['48/2=24']],
  ['$3 \\times 4 = 12$ and \\(12 \\div 5 \\approx 2.40\\)', ['3*4=12', '12/5=2.4']],
  ['3 eggs + 4 eggs = 7 eggs', ['3+4=7']],
  ['$1,200 + $300.00 = $1{,}500', ['1200+300=1500']],
  ['a &= 3 + 4 \\\\ &= 7', ['a=3+4=7']],
  ['so 2x + 3 = 7 and x = 2', ['2x+3=7', 'x=2']],
  ['- 3 + 4 = 7\n- 5 + 6 = 11', ['3+4=7', '5+6=11']],
  ['It is plain.', []],
];

for (const [text, equations] of table) {
  test(`the path of ${JSON.stringify(text)}`, () => {
    assert.deepEqual(
      tracePath(text).equations.map((equation) => equation.text),
      equations,
    );
  });
}

test('spans hold the equation as it was written', () => {
  const text = 'She has 13 eggs, so 13 × 2 = 26 dollars.';
  const [equation] = tracePath(text).equations;
  assert.equal(text.slice(equation?.start, equation?.end), '13 × 2 = 26');
});

test('other words and units leave the key, other numbers or another order change it', () => {
  const key = (text: string) => tracePath(text).key;
  assert.equal(
    key('First 3 + 4 = 7, then 7 * 2 = 14.'),
    key('We find 3 eggs + 4 eggs = 7 eggs. Now $7 \\times 2 = 14$!'),
  );
  assert.notEqual(key('3 + 4 = 7, then 7 * 2 = 14'), key('7 * 2 = 14, then 3 + 4 = 7'));
  assert.notEqual(key('3 + 4 = 7'), key('3 + 5 = 8'));
  assert.equal(key('No  Numbers\nhere'), key('no numbers here'));
  assert.notEqual(key('No numbers here'), key('No figures here'));
});

test('equations stand in order within the text, whatever it is', () => {
  const piece = fc.constantFrom(
    '1',
    '2',
    ' ',
    '=',
    '+',
    '*',
    '(',
    ')',
    '$',
    '\\frac',
    '{',
    '}',
    'x',
    'eggs',
    '\n',
    '<<',
    '>>',
    '<<1+1=2>>',
    ',',
    '.',
    '\\(',
    '&',
    '\\\\',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 50 }).map((pieces) => pieces.join('')),
      ),
      (text) => {
        let from = 0;
        for (const equation of tracePath(text).equations) {
          assert.ok(equation.start >= from && equation.start < equation.end && equation.end <= text.length);
          assert.ok(equation.text.includes('='));
          from = equation.start;
        }
      },
    ),
    { numRuns: 500 },
  );
});

for (const piece of ['=', '1=', '1+', '(', '$', '<<', '<<1=2>>', '\\frac{', '1 eggs ', '{']) {
  test(`a megabyte of "${piece}" has a path`, () => {
    const path = tracePath(`${piece.repeat(Math.ceil(1_000_000 / piece.length))}=1`);
    assert.ok(path.equations.length <= 4000);
  });
}
