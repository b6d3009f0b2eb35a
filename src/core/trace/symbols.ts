/**
 * `unit`: words in a text command; `delimiter`: `$`, `\(` … around maths; `line`: a line's end; `break`: punctuation; `bad`: what
 * changes the meaning of numbers beside it (`…`, `_`, `\pmod`, `12:30`).
 */
export type TokenKind =
  | 'number'
  | 'operator'
  | 'relation'
  | 'open'
  | 'close'
  | 'command'
  | 'letter'
  | 'word'
  | 'unit'
  | 'delimiter'
  | 'line'
  | 'break'
  | 'bad';

type Meaning = readonly [TokenKind, string];

/** Signs of several characters, looked for before the single ones. */
export const longSymbols: readonly (readonly [string, TokenKind, string])[] = [
  ['=>', 'break', '=>'],
  ['==', 'relation', '='],
  ['<=', 'relation', '<='],
  ['>=', 'relation', '>='],
  ['!=', 'relation', '≠'],
  ['->', 'break', '->'],
  ['<-', 'break', '<-'],
  [':=', 'bad', ':='],
  ['~=', 'relation', '≈'],
  ['>>', 'break', '>>'],
  ['<<', 'break', '<<'],
  ['...', 'bad', '…'],
  ['--', 'break', '--'],
];

/** Signs of one character; null leaves no token. */
export const symbols = new Map<string, Meaning | null>([
  ...['+', '*', '/', '^', '!', '%'].map((sign): [string, Meaning] => [sign, ['operator', sign]]),
  ...['-', '−', '–', '‒'].map((sign): [string, Meaning] => [sign, ['operator', '-']]),
  ...['×', '·', '⋅', '∗', '✕'].map((sign): [string, Meaning] => [sign, ['operator', '*']]),
  ['÷', ['operator', '/']],
  ['⁄', ['operator', '/']],
  ...['=', '<', '>', '≈', '≠'].map((sign): [string, Meaning] => [sign, ['relation', sign]]),
  ['≤', ['relation', '<=']],
  ['≥', ['relation', '>=']],
  ['(', ['open', '(']],
  ['[', ['open', '(']],
  ['{', ['open', '{']],
  [')', ['close', ')']],
  [']', ['close', ')']],
  ['}', ['close', '}']],
  ['°', ['unit', '°']],
  ['π', ['command', 'pi']],
  ['√', ['command', 'sqrt']],
  ...[...'⁰¹²³⁴⁵⁶⁷⁸⁹'].map((sign, value): [string, Meaning] => [sign, ['operator', `^${value}`]]),
  ...['…', '_', '≡', '±', '∓', '~', '∞', '#', '@'].map((sign): [string, Meaning] => [sign, ['bad', sign]]),
  ...['½', '⅓', '⅔', '¼', '¾', '⅕', '⅛'].map((sign): [string, Meaning] => [sign, ['bad', sign]]),
  ...['&', '£', '€', '¥', '`', '\u200b', '\u2009', '\u202f'].map((sign): [string, null] => [sign, null]),
]);

/** LaTeX commands by their names, as the sign that they stand for. */
export const commands = new Map<string, Meaning>([
  ...['times', 'cdot', 'ast', 'bullet'].map((name): [string, Meaning] => [name, ['operator', '*']]),
  ['div', ['operator', '/']],
  ['approx', ['relation', '≈']],
  ['simeq', ['relation', '≈']],
  ['ne', ['relation', '≠']],
  ['neq', ['relation', '≠']],
  ...['le', 'leq', 'leqslant'].map((name): [string, Meaning] => [name, ['relation', '<=']]),
  ...['ge', 'geq', 'geqslant'].map((name): [string, Meaning] => [name, ['relation', '>=']]),
  ['lt', ['relation', '<']],
  ['gt', ['relation', '>']],
  ...['frac', 'dfrac', 'tfrac', 'cfrac'].map((name): [string, Meaning] => [name, ['command', 'frac']]),
  ...['binom', 'dbinom', 'tbinom'].map((name): [string, Meaning] => [name, ['command', 'binom']]),
  ['sqrt', ['command', 'sqrt']],
  ['pi', ['command', 'pi']],
  ['boxed', ['command', 'boxed']],
  ['circ', ['unit', '°']],
  ['degree', ['unit', '°']],
  ...['quad', 'qquad', 'implies', 'Rightarrow', 'rightarrow', 'to', 'item', 'hline', 'therefore', 'iff'].map(
    (name): [string, Meaning] => [name, ['break', name]],
  ),
  ...'pmod bmod mod overline dots ldots cdots pm mp equiv sim cong propto infty sum prod int lim not'
    .split(' ')
    .map((name): [string, Meaning] => [name, ['bad', name]]),
]);

/** Commands whose group holds words. */
export const textCommands = new Set('text textbf textit textrm mathrm mathbf mbox operatorname'.split(' '));
/** Commands that change the size alone. */
export const silent = new Set(
  'left right big Big bigg Bigg bigl bigr Bigl Bigr displaystyle textstyle limits'.split(' '),
);
