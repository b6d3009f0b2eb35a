import type { Random } from './random.ts';

type Draw = (random: Random, equal: boolean) => [string, string];

/** Pairs of expressions and equations, made equal by an identity or different by one changed number. */
export const drawAlgebra: [string, Draw][] = [
  ['polynomials', polynomials],
  ['polynomials', polynomials],
  ['monomials', monomials],
  ['rewritten', rewritten],
  ['rewritten', rewritten],
  ['identities', identities],
  ['equations', equations],
  ['sums', sums],
  ['derived', absolutes],
];

/** A product of linear factors against the same multiplied out. */
function polynomials(random: Random, equal: boolean): [string, string] {
  const letter = random.pick(['x', 'y', 't', 'a', 'n', 'z']);
  const roots = Array.from({ length: random.whole(2, 4) }, () => random.whole(-9, 9));
  const coefficients = roots.reduce((all, root) => multiplied(all, [-root, 1]), [random.whole(1, 4)]);
  const lead = coefficients.at(-1) ?? 1;
  const factors = random
    .shuffled(roots)
    .map((root) => (root === 0 ? letter : `(${letter}${root < 0 ? '+' : '-'}${Math.abs(root)})`));
  const product = `${lead === 1 ? '' : lead}${factors.join(random.pick(['', ' ', ' \\cdot ']))}`;
  const shown = equal ? coefficients : coefficients.map((value, at) => (at === random.whole(0, 1) ? value + 1 : value));
  const changed = equal || shown.some((value, at) => value !== coefficients[at]);
  const terms = (changed ? shown : shown.map((value, at) => (at === 0 ? value - 1 : value))).map((value, power) =>
    term(value, power, letter),
  );
  const sum = random.shuffled(terms.filter((part) => part !== '')).join('');
  return [product, sum === '' ? '0' : sum.replace(/^\+/, '')];
}

function multiplied(a: readonly number[], b: readonly number[]): number[] {
  const product = new Array<number>(a.length + b.length - 1).fill(0);
  for (const [i, x] of a.entries()) for (const [j, y] of b.entries()) product[i + j] = (product[i + j] ?? 0) + x * y;
  return product;
}

function term(value: number, power: number, letter: string): string {
  if (value === 0) return '';
  const size = Math.abs(value) === 1 && power > 0 ? '' : Math.abs(value);
  return `${value < 0 ? '-' : '+'}${size}${power === 0 ? '' : power === 1 ? letter : `${letter}^{${power}}`}`;
}

/** A product of letters in two orders; different: a letter less, or another one. Letters that are units, too, among them. */
function monomials(random: Random, equal: boolean): [string, string] {
  const coefficient = random.whole(2, 20);
  const letters = Array.from({ length: random.whole(1, 3) }, () => random.pick([...'bcdhkmnprstxyz']));
  const others = equal ? letters : random.next() < 0.5 ? letters.slice(1) : [...letters.slice(1), 'u'];
  const root = random.pick(['', '', '\\pi ', '\\sqrt{2}']);
  const spelled = (parts: readonly string[]) =>
    `${coefficient}${root}${random.shuffled(parts).join(random.pick(['', '', ' ', ' \\cdot ']))}`;
  return [spelled(letters), spelled(others)];
}

/** A random expression and the same with rules of algebra applied all over; different: one more. */
function rewritten(random: Random, equal: boolean): [string, string] {
  const tree = draw(random, random.whole(1, 3));
  const other = `${print(tree, random, true)}${equal ? '' : random.pick(['+1', '-1', '+\\frac{1}{7}'])}`;
  return [print(tree, random, false), other];
}

type Expression = number | string | { op: '+' | '-' | '*' | '/' | '^' | 'sqrt'; of: Expression[] };

function draw(random: Random, depth: number): Expression {
  if (depth === 0) return random.next() < 0.5 ? random.whole(1, 12) : random.pick(['x', 'x', 'y', 'a', '\\pi']);
  const part = () => draw(random, depth - 1);
  const op = random.pick(['+', '+', '-', '*', '*', '/', '^', 'sqrt'] as const);
  if (op === '^') return { op, of: [part(), random.whole(2, 3)] };
  // Divisors and radicands that are never zero or negative at real points.
  if (op === '/') return { op, of: [part(), { op: '+', of: [{ op: '^', of: [part(), 2] }, random.whole(1, 5)] }] };
  if (op === 'sqrt') return { op, of: [{ op: '+', of: [{ op: '^', of: [part(), 2] }, random.whole(1, 5)] }] };
  return { op, of: [part(), part()] };
}

function print(tree: Expression, random: Random, rewrite: boolean): string {
  if (typeof tree === 'number')
    return rewrite && random.next() < 0.3
      ? random.pick([`${tree}.0`, `\\frac{${2 * tree}}{2}`, `(${tree + 3}-3)`])
      : String(tree);
  if (typeof tree === 'string')
    return rewrite && random.next() < 0.2
      ? random.pick([`(${tree})`, `{${tree}}`, `(2${tree}-${tree})`, `\\frac{3${tree}}{3}`])
      : tree;
  const [a, b = 0] = tree.of;
  const [left, right] = [print(a ?? 0, random, rewrite), print(b, random, rewrite)];
  const flip = rewrite && random.next() < 0.5;
  switch (tree.op) {
    case '+':
      return flip ? `(${right}+${left})` : `(${left}+${right})`;
    case '-':
      return flip ? `(-(${right}-(${left})))` : `(${left}-(${right}))`;
    case '*':
      return flip ? `(${right}) \\cdot (${left})` : `(${left})(${right})`;
    case '/':
      return flip ? `(${left})/(${right})` : `\\frac{${left}}{${right}}`;
    case '^':
      return flip && b === 2 ? `(${left})(${left})` : `(${left})^{${right}}`;
    case 'sqrt':
      return flip ? `(${left})^{1/2}` : `\\sqrt{${left}}`;
  }
}

/** Identities with numbers put in; the second number makes them false. */
function identities(random: Random, equal: boolean): [string, string] {
  const k = random.whole(2, 6);
  const m = equal ? k : k + 1;
  return random.pick<[string, string]>([
    [`\\sin^2(${k}x)`, `1-\\cos^2(${m}x)`],
    [`\\sin(${2 * k}x)`, `2\\sin(${m}x)\\cos(${m}x)`],
    [`\\ln(${k}) + \\ln(x^2+1)`, `\\ln(${m}(x^2+1))`],
    [`\\log_2(${2 ** k})`, `${m}`],
    [`e^{${k}x}`, `(e^x)^${m}`],
    [`\\binom{n}{${k}}`, `\\binom{n}{n-${m}}`],
    [`(n+1)! / n! + ${k}`, `n + ${m + 1}`],
    [`|${k}x|`, `${m}|x|`],
    [`\\tan(${k}x)`, `\\frac{\\sin(${m}x)}{\\cos(${m}x)}`],
    [`x^{${k}} \\cdot x`, `x^{${m + 1}}`],
    [`\\sqrt[3]{${k ** 3}x}`, `${m}\\sqrt[3]{x}`],
    [`\\frac{x^2-${k * k}}{x-${k}}`, `x+${m}`],
    [`\\cos(\\frac{\\pi}{${k}})`, `\\sin(\\frac{\\pi}{2}-\\frac{\\pi}{${m}})`],
    [`\\lfloor x \\rfloor + ${k}`, `\\lfloor x + ${m} \\rfloor`],
  ]);
}

/** The same line or circle multiplied through and moved about. */
function equations(random: Random, equal: boolean): [string, string] {
  const [a, b, c, k] = [random.whole(1, 9), random.whole(1, 9), random.whole(-9, 9), random.pick([2, 3, -1, -2, 5])];
  const d = equal ? c : c + random.pick([1, -1, 3]);
  return random.pick<[string, string]>([
    [`${a}x+${b}y=${c}`, `${k * a}x${signed(k * b)}y${signed(-k * d)}=0`],
    [`${a}x+${b}y=${c}`, `y = \\frac{${d}-${a}x}{${b}}`],
    [`x^2+y^2=${c * c + 1}`, `${d * d + 1 + (equal ? 0 : 20)}-x^2=y^2`],
    [`${a}x+${b}y<${c}`, `${Math.abs(k) * a}x${signed(Math.abs(k) * b)}y<${Math.abs(k) * d}`],
    [`y=${a}x^2+${b}`, `y-${b}${equal ? '' : '-1'}=${a}x^2`],
  ]);
}

function signed(value: number): string {
  return value < 0 ? String(value) : `+${value}`;
}

function sums(random: Random, equal: boolean): [string, string] {
  const k = random.whole(2, 9);
  const m = equal ? k : k + 1;
  return random.pick<[string, string]>([
    [`\\sum_{k=1}^{n} ${k}k`, `\\frac{${m}n(n+1)}{2}`],
    [`\\sum_{i=0}^{n-1} ${k}^i`, `\\frac{${m}^n-1}{${m - 1}}`],
    [`\\sum_{j=1}^{${10 * k}} j`, `${(10 * m * (10 * m + 1)) / 2}`],
    [`\\prod_{j=1}^{${k}} j`, `${m}!`],
    [`\\sum_{k=0}^{n} \\binom{n}{k} + ${k}`, `2^n + ${m}`],
    [`\\sum_{k=1}^n a_k + ${k}x`, equal ? `${k}x + \\sum_{j=1}^n a_j` : `\\sum_{j=1}^{${k}} j`],
  ]);
}

/** Roots and bars keep their domains: √x² is |x|, not x. */
function absolutes(random: Random, equal: boolean): [string, string] {
  const k = random.whole(2, 9);
  return equal
    ? [`\\sqrt{${k * k}x^2}`, `${k}|x|`]
    : random.pick<[string, string]>([
        [`\\sqrt{${k * k}x^2}`, `${k}x`],
        [`|x-${k}|`, `x-${k}`],
        [`|x-${5 * k}|`, `${5 * k}-x`],
        [`\\gcd(n, ${k})`, '1'],
        [`\\max(x, ${10 * k})`, `${10 * k}`],
        [`\\sqrt[4]{x^4}`, 'x'],
        [`\\lfloor x \\rfloor`, 'x'],
        [`\\lceil x \\rceil`, `\\lfloor x \\rfloor + 1`],
      ]);
}
