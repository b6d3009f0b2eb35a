import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutFormula, findFormulas } from '../../webview/ui/formulas.ts';
import { findMarks } from '../../webview/ui/marks.ts';
import { cutPieces, splitText } from '../../webview/ui/text.ts';

const formulasOf = (text: string) => findFormulas(text).map(({ start, end }) => text.slice(start, end));

const formulas: [string, string[]][] = [
  ['so it brings $15 - 4 = 11$ euros', ['$15 - 4 = 11$']],
  ['inline \\(x\\) and display \\[y\\] and $$z$$', ['\\(x\\)', '\\[y\\]', '$$z$$']],
  ['bare \\boxed{\\frac{3}{4}} here', ['\\boxed{\\frac{3}{4}}']],
  ['\\begin{align} a &= b \\\\ c &= d \\end{align}', ['\\begin{align} a &= b \\\\ c &= d \\end{align}']],
  ['an escaped \\$5 and \\$6', []],
  ['a line break \\\\(not maths\\\\)', []],
  ['an open $x and nothing more', []],
  ['an open \\[x and nothing more', []],
  ['an empty $$ $$ pair', []],
  ['$x$ over a paragraph $a\n\nb$ is none', ['$x$']],
];
for (const [text, expected] of formulas) {
  test(`formulas of ${JSON.stringify(text)}`, () => assert.deepEqual(formulasOf(text), expected));
}

const prices: [string, string[]][] = [
  ['She pays $5 for 3 apples and $10 for pears.', []],
  ['It costs $15 and she has $20.', []],
  ['16 * 7 = $<<16*7=112>>112 in all, so $112.', []],
  ['$5+$3=$8', []],
  ['between $3a$4 and more', []],
  ['He earns $5 each and $x$ of them', ['$x$']],
  ['She pays $5 for apples, but $x = 5$ and $y=3$.', ['$x = 5$', '$y=3$']],
  ['It is $5$ and not $6$', ['$5$', '$6$']],
  ['A rate of $3 \\text{ dollars per hour}$ here', ['$3 \\text{ dollars per hour}$']],
  ['Prices $5 here.\n\nMaths $5 x$ there', ['$5 x$']],
];
for (const [text, expected] of prices) {
  test(`a dollar is a currency sign or opens a formula in ${JSON.stringify(text)}`, () =>
    assert.deepEqual(formulasOf(text), expected));
}

test('a formula over the length limit stays text, and what follows it is still found', () => {
  const text = `$$${'x^2+'.repeat(1000)}1$$ after it $y$`;
  assert.deepEqual(formulasOf(text), ['$y$']);
});

test('no more formulas than the limit are found', () => {
  assert.equal(findFormulas('$x$ '.repeat(30), { length: 100, count: 7 }).length, 7);
});

test('a formula that hides a bidi override is shown as text', () => {
  assert.deepEqual(formulasOf('$x\u202ey$'), []);
});

// Quadratic work on any of these would take minutes.
const endless: [string, string][] = [
  ['\\[ without end', '\\['.repeat(200_000)],
  ['\\( before one far end', `${'\\('.repeat(200_000)}\\)`],
  ['lone dollars', '$ '.repeat(200_000)],
  ['prices', '$5 each '.repeat(50_000)],
  ['open boxes', '\\boxed{'.repeat(5_000)],
];
for (const [name, text] of endless) {
  test(`a text of ${name} holds no formula and is read in one pass`, () => assert.deepEqual(formulasOf(text), []));
}

const cuts: [string, string[]][] = [
  ['\\frac{48}{2} = 26', ['\\frac{48}{2} ', '=', ' 26']],
  ['E = 72 \\times 11 = 792', ['E ', '=', ' 72 \\times 11 ', '=', ' 792']],
  ['a \\le b', ['a ', '\\le', ' b']],
  ['a \\left( b = c \\right)', ['a \\left( b = c \\right)']],
  ['\\sqrt{a = b}', ['\\sqrt{a = b}']],
  ['a &= b', ['a &= b']],
  ['\\leftarrow', ['\\leftarrow']],
  ['x', ['x']],
];
for (const [tex, expected] of cuts) {
  test(`${tex} is cut at its outer relations`, () => {
    const pieces = cutFormula({ kind: 'math', start: 3, end: 3 + tex.length + 2, tex, display: false });
    assert.deepEqual(
      pieces.map((piece) => piece.tex),
      expected,
    );
    assert.equal(pieces[0]?.start, 3);
    assert.equal(pieces.at(-1)?.end, 3 + tex.length + 2);
  });
}

const marked: [string, string[]][] = [
  ['plain\ttext\r\nwith lines\n', []],
  ['over\u202eride\u202c', ['U+202E', 'U+202C']],
  ['zero\u200bwidth\ufeff', ['U+200B', 'U+FEFF']],
  ['nul\u0000 esc\u001b[31m', ['U+0000', 'U+001B']],
  ['lone \r return', ['U+000D']],
  ['half \ud83d pair', ['U+D83D']],
  ['tags \u{e0041}', ['U+E0041']],
  ['family 👩‍👩‍👧 and 👍🏽', []],
  ['Persian می\u200cخواهم', []],
  ['joiner a\u200db', ['U+200D']],
];
for (const [text, expected] of marked) {
  test(`marks of ${JSON.stringify(text)}`, () =>
    assert.deepEqual(
      findMarks(text).map(({ name }) => name),
      expected,
    ));
}

/** Texts that are likely to hold formulas, prices and marks. */
const traceText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '$',
        '$$',
        '\\(',
        '\\)',
        '\\[',
        '\\]',
        '\\boxed{',
        '{',
        '}',
        '=',
        '5',
        ' each',
        '\n\n',
        '\u202e',
        '\\',
      ),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(''));

test('the pieces cover a text in order and none is empty', () => {
  fc.assert(
    fc.property(traceText, (text) => {
      let at = 0;
      for (const piece of splitText(text)) {
        assert.equal(piece.start, at);
        assert.ok(piece.end > piece.start);
        at = piece.end;
      }
      assert.equal(at, text.length);
    }),
  );
});

test('cutting keeps every character, and a plain run lies wholly inside or outside each emphasis', () => {
  const emphasis = fc.record({ start: fc.nat(80), end: fc.nat(80), className: fc.constantFrom('a', 'b') });
  fc.assert(
    fc.property(traceText, fc.array(emphasis, { maxLength: 5 }), (text, emphases) => {
      let at = 0;
      for (const { piece, classNames } of cutPieces(splitText(text), emphases)) {
        assert.equal(piece.start, at);
        at = piece.end;
        if (piece.kind !== 'text') continue;
        for (const { start, end, className } of emphases) {
          const overlaps = start < piece.end && end > piece.start && end > start;
          if (overlaps) assert.ok(start <= piece.start && end >= piece.end && classNames.includes(className));
        }
      }
      assert.equal(at, text.length);
    }),
  );
});

test('emphasis on one side of an equation leaves the other side alone', () => {
  const text = 'half as many: $\\frac{48}{2} = 26$ crates';
  const start = text.indexOf('26');
  const emphasised = cutPieces(splitText(text), [{ start, end: start + 2, className: 'changed' }]).filter(
    ({ classNames }) => classNames.length > 0,
  );
  assert.deepEqual(
    emphasised.map(({ piece }) => piece.kind === 'math' && piece.tex),
    [' 26'],
  );
});
