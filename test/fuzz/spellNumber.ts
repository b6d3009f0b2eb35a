import type { Random } from './random.ts';

/** An exact number p/q + r·√s to be spelled in many ways; `bottom` ≥ 1, `radicand` 1 where there is no root. */
export interface Value {
  top: number;
  bottom: number;
  root: number;
  radicand: number;
}

export function drawValue(random: Random): Value {
  const bottom = random.pick([1, 1, 1, 2, 3, 4, 5, 7, 8, 12, 16, 25, 40, 99]);
  const top = random.pick([random.whole(-99, 99), random.whole(-9999, 9999), random.whole(1, 12)]);
  const hasRoot = random.next() < 0.3;
  return {
    top,
    bottom,
    root: hasRoot ? random.whole(1, 9) : 0,
    radicand: hasRoot ? random.pick([2, 3, 5, 6, 7, 10, 13]) : 1,
  };
}

/** Another number: one part of it is changed by a little. */
export function nearby(value: Value, random: Random): Value {
  const step = random.pick([1, 1, 2, 10]) * random.pick([-1, 1]);
  if (value.root !== 0 && random.next() < 0.4)
    return { ...value, root: value.root + (value.root + step === 0 ? 1 : step) };
  return { ...value, top: value.top + step };
}

export function spellValue(value: Value, random: Random): string {
  if (value.root === 0) return spellRational(value.top, value.bottom, random);
  const root = spellRoot(value.root, value.radicand, random);
  if (value.top === 0) return root;
  const rational = spellFraction(value.top, value.bottom, random);
  const negative = value.root < 0;
  return random.next() < 0.5 && !negative
    ? `${root}${rational.startsWith('-') ? '' : '+'}${rational}`
    : `${rational}${negative ? '' : '+'}${root}`;
}

/** r√s as `r\sqrt{s}`, as one root of r²s, or over another root. */
function spellRoot(root: number, radicand: number, random: Random): string {
  const sign = root < 0 ? '-' : '';
  const size = Math.abs(root);
  const plain = `${sign}${size === 1 ? '' : size}\\sqrt{${radicand}}`;
  const outer = `${sign}\\sqrt{${size * size * radicand}}`;
  const quotient = `${sign}\\frac{${size * radicand}}{\\sqrt{${radicand}}}`;
  return random.pick([
    plain,
    outer,
    quotient,
    `${sign}${size}\\cdot\\sqrt${radicand < 10 ? radicand : `{${radicand}}`}`,
  ]);
}

function spellRational(top: number, bottom: number, random: Random): string {
  const forms = [() => spellFraction(top, bottom, random)];
  if (bottom === 1)
    forms.push(
      () => spellWhole(top, random),
      () => spellWhole(top, random),
    );
  if (terminates(bottom)) forms.push(() => spellDecimal(top / bottom, random));
  if (bottom > 1 && Math.abs(top) > bottom && top % bottom !== 0) forms.push(() => spellMixed(top, bottom, random));
  return random.pick(forms)();
}

function spellWhole(value: number, random: Random): string {
  const digits = String(Math.abs(value));
  const sign = value < 0 ? random.pick(['-', '−']) : '';
  const grouped = (mark: string) => digits.replace(/(?<=\d)(?=(?:\d{3})+$)/g, mark);
  const size = random.pick([
    digits,
    grouped(','),
    grouped('{,}'),
    grouped('\\,'),
    grouped(',\\!'),
    `${digits}.0`,
    `${digits}.00`,
  ]);
  return `${sign}${size}`;
}

function spellFraction(top: number, bottom: number, random: Random): string {
  const factor = random.pick([1, 1, 1, 2, 3, 10]);
  const sign = top < 0 ? '-' : '';
  const [a, b] = [Math.abs(top) * factor, bottom * factor];
  if (b === 1) return `${sign}${a}`;
  const command = random.pick(['frac', 'dfrac', 'tfrac', 'cfrac']);
  return random.pick([
    `${sign}\\${command}{${a}}{${b}}`,
    `\\${command}{${sign}${a}}{${b}}`,
    `${sign}${a}/${b}`,
    `${sign}\\frac{ ${a} } { ${b} }`,
  ]);
}

function terminates(bottom: number): boolean {
  let left = bottom;
  for (const prime of [2, 5]) while (left % prime === 0) left /= prime;
  return left === 1;
}

function spellDecimal(value: number, random: Random): string {
  const text = String(value);
  if (text.includes('e')) return text;
  const pointed = text.includes('.') ? text : `${text}.0`;
  const short = pointed.replace(/^(-?)0\./, '$1.');
  const mantissa = `${Number((value / 100).toPrecision(12))}`;
  return random.pick([
    text,
    `${pointed}0`,
    short,
    `${mantissa} \\times 10^2`,
    `${mantissa} \\cdot 10^{2}`,
    `${mantissa}e2`,
  ]);
}

function spellMixed(top: number, bottom: number, random: Random): string {
  const size = Math.abs(top);
  const [whole, rest] = [Math.floor(size / bottom), size % bottom];
  const sign = top < 0 ? '-' : '';
  return random.pick([
    `${sign}${whole}\\frac{${rest}}{${bottom}}`,
    `${sign}${whole} ${rest}/${bottom}`,
    `${sign}${whole} \\dfrac{${rest}}{${bottom}}`,
  ]);
}
