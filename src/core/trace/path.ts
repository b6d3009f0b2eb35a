import { type Chain, findChains, type Side } from './chains.ts';
import { type Token, tokenise } from './tokens.ts';
import type { Span } from './trace.ts';

/** The ordered equations of a trace. Traces with equal keys took the same path. */
export interface TracePath {
  equations: PathEquation[];
  key: string;
}

export interface PathEquation extends Span {
  /** In one spelling, without units, currency and spaces: `48/2=24`. */
  text: string;
}

/** Equations kept of one trace; further ones don't enter its path. */
const maxEquations = 2000;

/**
 * The path of a trace: its equations in order, a calculator's note `<<16-3=13>>` standing for the equation that it repeats.
 * Where a text has no equations its own words, normalised, are the key.
 */
export function tracePath(text: string): TracePath {
  const chains = findChains(tokenise(text)).slice(0, maxEquations);
  const written = chains.map(asEquation).filter((equation) => equation !== null);
  const equations = withNotes(text, written);
  if (equations.length > 0) return { equations, key: equations.map((equation) => equation.text).join(';') };
  return { equations, key: text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim() };
}

function asEquation(chain: Chain): PathEquation | null {
  const relations = chain.relations.filter((relation) => relation === '=' || relation === '≈');
  const filled = chain.sides.map(spell).filter((side) => side !== '');
  if (relations.length === 0 || filled.length < 2) return null;
  return { text: filled.join('='), start: chain.start, end: chain.end };
}

function spell(side: Side): string {
  return side.tokens.map(spellToken).join('');
}

function spellToken(token: Token): string {
  if (token.kind === 'word' || token.kind === 'unit') return '';
  if (token.kind === 'number') return plainDigits(token.text);
  return token.text === 'boxed' ? '' : token.text;
}

/** `34.0` and `34` are one number, so are `.5` and `0.5`. */
function plainDigits(digits: string): string {
  const whole = digits.startsWith('.') ? `0${digits}` : digits;
  return whole.includes('.') ? whole.replace(/\.?0+$/, '') : whole;
}

const note = /<<([^<>\n]{1,200})>>/g;

/** Adds the calculator's notes that no written equation holds or repeats. */
function withNotes(text: string, written: PathEquation[]): PathEquation[] {
  if (!text.includes('<<')) return written;
  const noted: PathEquation[] = [];
  let at = 0;
  for (const match of text.matchAll(note)) {
    const start = match.index + 2;
    while (at < written.length && (written[at]?.end ?? 0) < start) at++;
    const beside = written[at];
    if (beside !== undefined && beside.start <= start) continue;
    const [chain] = findChains(tokenise(text, start, start + (match[1]?.length ?? 0)));
    const equation = chain === undefined ? null : asEquation(chain);
    if (equation !== null && noted.length < maxEquations) noted.push(equation);
  }
  return noted.length === 0 ? written : [...written, ...noted].sort((a, b) => a.start - b.start);
}
