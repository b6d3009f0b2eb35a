/** Unicode's maths as LaTeX, full-width characters as plain ones; other characters stay. */
export function plainCharacters(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text
    .replace(/[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ]+/g, (run) => `^{${plain(run, superscripts)}}`)
    .replace(/[₀₁₂₃₄₅₆₇₈₉]+/g, (run) => `_{${plain(run, subscripts)}}`)
    .replace(/([√∛])\s?(\d+(?:\.\d+)?|[a-z])/gi, (_, root, radicand) => `${unicode.get(root)}{${radicand}}`)
    .replace(/(?<=\d)\s?([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])/g, (_, part) => `${unicode.get(part)}`)
    .replace(/[^\x20-\x7e]/gu, (character) => unicode.get(character) ?? fullWidth(character));
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ';
const subscripts = '₀₁₂₃₄₅₆₇₈₉';

function plain(run: string, alphabet: string): string {
  return [...run].map((character) => '0123456789+-n'.charAt(alphabet.indexOf(character))).join('');
}

function fullWidth(character: string): string {
  const code = character.charCodeAt(0);
  return code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : character;
}

const fractions = { '½': '1 2', '⅓': '1 3', '⅔': '2 3', '¼': '1 4', '¾': '3 4', '⅕': '1 5', '⅖': '2 5', '⅗': '3 5' };
const moreFractions = { '⅘': '4 5', '⅙': '1 6', '⅚': '5 6', '⅛': '1 8', '⅜': '3 8', '⅝': '5 8', '⅞': '7 8' };
const greek =
  'α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi π pi ρ rho σ sigma τ tau φ phi ϕ phi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Σ Sigma Φ Phi Ψ Psi Ω Omega';
const commands =
  '× times ⋅ cdot · cdot ∙ cdot ÷ div √ sqrt ∞ infty ≤ le ⩽ le ≥ ge ⩾ ge ≠ ne ≈ approx ± pm ∓ mp ∪ cup ∩ cap ∈ in ∅ emptyset ∖ setminus ∑ sum ∏ prod ∫ int ∠ angle △ triangle ℝ SetR ℤ SetZ ℕ SetN ℚ SetQ ℂ SetC ⌊ lfloor ⌋ rfloor ⌈ lceil ⌉ rceil ⟨ langle ⟩ rangle ≡ equiv → to ∧ wedge ∨ vee';

const unicode = new Map<string, string>([
  ...Object.entries({ ...fractions, ...moreFractions }).map(([character, parts]): [string, string] => {
    const [top, bottom] = parts.split(' ');
    return [character, `\\frac{${top}}{${bottom}}`];
  }),
  ...pairs(`${greek} ${commands}`),
  ...[...'−–—‒'].map((dash): [string, string] => [dash, '-']),
  ...[...'\u00a0\u2009\u202f\u2007\u3000\t\n\r'].map((space): [string, string] => [space, ' ']),
  ...[...'\u200b\u200c\u200d\ufeff\u2060\u2061\u2062'].map((nothing): [string, string] => [nothing, '']),
  ['∛', '\\sqrt[3]'],
  ['⁄', '/'],
  ['∕', '/'],
  ['∶', ':'],
  ['°', '^\\circ '],
  ['º', '^\\circ '],
  ['℃', '^\\circ C'],
  ['µ', '\\mu '],
  ['。', '.'],
  ['、', ','],
  ['“', '"'],
  ['”', '"'],
  ['‘', "'"],
  ['’', "'"],
  ['′', "'"],
]);

function pairs(list: string): [string, string][] {
  const words = list.split(' ');
  return words.flatMap((character, at): [string, string][] =>
    at % 2 === 0 ? [[character, `\\${words[at + 1]} `]] : [],
  );
}
