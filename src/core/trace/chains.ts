import type { Token } from './tokens.ts';
import type { Span } from './trace.ts';

/** `a = b < c` in running text: its sides and the relations between them, one fewer. */
export interface Chain extends Span {
  sides: readonly Side[];
  relations: readonly string[];
}

export interface Side extends Span {
  tokens: readonly Token[];
  /** Something at its edge belongs to it but was not understood: a word used as a variable, a call, a sign that spoils numbers. */
  doubtful: boolean;
  /** The word right after the side, as in `= 6.3 cm,`; empty where there is none. */
  trailing: string;
  /** The word right before the first side, as in `Day 1 = …`: the number may be its label. */
  label: string;
}

/** A side has no more tokens than this; longer ones are no equations. */
const maxTokens = 160;

/** Every chain of sides and relations among `tokens`, in order. Work is linear: each token is looked at a bounded number of times. */
export function findChains(tokens: readonly Token[]): Chain[] {
  const chains: Chain[] = [];
  let at = 0;
  while (at < tokens.length) {
    if (tokens[at]?.kind !== 'relation') at++;
    else {
      const { chain, next } = readChain(tokens, at);
      if (chain !== null) chains.push(chain);
      at = next;
    }
  }
  return chains;
}

function readChain(tokens: readonly Token[], first: number): { chain: Chain | null; next: number } {
  const sides = [leftSide(tokens, first)];
  const relations: string[] = [];
  let at = first;
  while (relations.length < 40) {
    relations.push(tokens[at]?.text ?? '');
    const { side, end } = rightSide(tokens, at + 1);
    sides.push(side);
    const next = continuation(tokens, end);
    if (next < 0) return { chain: joined(sides, relations), next: Math.max(end, at + 1) };
    at = next;
  }
  return { chain: joined(sides, relations), next: at + 1 };
}

function joined(sides: Side[], relations: string[]): Chain | null {
  const filled = sides.filter((side) => side.tokens.length > 0);
  const [first] = filled;
  const last = filled.at(-1);
  if (filled.length < 2 || first === undefined || last === undefined) return null;
  return { sides, relations, start: first.start, end: last.end };
}

/** The relation at `end`, or first on the next line (`\\ &= …` goes on with a chain); −1 where there is none. */
function continuation(tokens: readonly Token[], end: number): number {
  let at = end;
  while (at < tokens.length && at - end < 4 && (tokens[at]?.kind === 'line' || tokens[at]?.kind === 'delimiter')) at++;
  return tokens[at]?.kind === 'relation' ? at : -1;
}

function leftSide(tokens: readonly Token[], relation: number): Side {
  let at = relation - 1;
  // A relation that begins its line goes on with the line before.
  while (at >= 0 && relation - at < 4 && (tokens[at]?.kind === 'line' || tokens[at]?.kind === 'delimiter')) at--;
  const end = at + 1;
  let depth = 0;
  while (at >= 0 && end - at < maxTokens) {
    const token = tokens[at];
    if (token === undefined || isEnd(token)) break;
    if (token.kind === 'close') depth++;
    if (token.kind === 'open' && --depth < 0) break;
    if (token.kind === 'word' && !isUnitAt(tokens, at)) break;
    if (token.kind === 'delimiter' && !isTransparent(tokens, at)) break;
    if (isBullet(tokens, at)) break;
    at--;
  }
  return makeSide(tokens, at + 1, end, true);
}

function rightSide(tokens: readonly Token[], from: number): { side: Side; end: number } {
  let at = from;
  let depth = 0;
  while (at < tokens.length && (tokens[at]?.kind === 'delimiter' || tokens[at]?.kind === 'line') && at - from < 2) at++;
  const start = at;
  while (at < tokens.length && at - start < maxTokens) {
    const token = tokens[at];
    if (token === undefined || isEnd(token) || token.kind === 'relation') break;
    if (token.kind === 'open') depth++;
    if (token.kind === 'close' && --depth < 0) break;
    if (token.kind === 'word' && !isUnitAt(tokens, at)) break;
    if (token.kind === 'delimiter' && !isTransparent(tokens, at)) break;
    if (isDash(tokens, at)) break;
    at++;
  }
  return { side: makeSide(tokens, start, at, false), end: at };
}

function isEnd(token: Token): boolean {
  return token.kind === 'line' || token.kind === 'break' || token.kind === 'relation' || token.kind === 'bad';
}

/** A word that counts what the number before it counts: `3 eggs + 4 eggs`. At most four words, then an operator, a bracket or a relation. */
function isUnitAt(tokens: readonly Token[], at: number): boolean {
  let from = at;
  while (tokens[from]?.kind === 'word' && at - from < 4) from--;
  if (!endsValue(tokens[from])) return false;
  let to = at;
  while (tokens[to]?.kind === 'word' && to - from < 5) to++;
  const after = tokens[to];
  const word = tokens[at];
  if (after === undefined || word === undefined || stopWords.has(word.text) || isVariable(word)) return false;
  if (after.kind === 'operator') return after.text !== '-' || !tokens[to + 1] || endsOrStartsValue(tokens[to + 1]);
  return after.kind === 'relation' || after.kind === 'close';
}

const stopWords = new Set(
  'and or so is are was were then gives give get gets makes has have had equals the which that this we if with while from by plus minus times of in at to as for because since'.split(
    ' ',
  ),
);

/** `3ab`, `5 AD`: letters that are a product, not what is counted. */
function isVariable(word: Token): boolean {
  if (knownUnits.has(word.text.toLowerCase())) return false;
  return !word.spaced || /^\p{Lu}{2,3}$/u.test(word.text);
}

const knownUnits = new Set(
  'cm mm km nm um kg mg lb lbs oz ft in yd mi hr hrs min mins sec secs ms ml mph kmh gb mb kb tb pm am mol hz khz mhz ev kev mev kj mj kw mw pa kpa atm rad cents cent deg k usd eur btu cal kcal year years day days hour hours'.split(
    ' ',
  ),
);

/** `- 3 × 4 = 12` at the start of a line: a list's mark, not a sign. */
function isBullet(tokens: readonly Token[], at: number): boolean {
  const [before, token, after] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  if (token?.text !== '-' && token?.text !== '*' && token?.text !== '+') return false;
  return (before === undefined || before.kind === 'line') && after?.spaced === true;
}

function endsValue(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return token.kind === 'number' || token.kind === 'close' || token.kind === 'unit' || token.text === '%';
}

function endsOrStartsValue(token: Token | undefined): boolean {
  return token?.kind === 'number' || token?.kind === 'open' || token?.kind === 'command';
}

/** `$16 - 3$ = $13$`: a delimiter beside a relation or an operator does not end a side. */
function isTransparent(tokens: readonly Token[], at: number): boolean {
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  return [before, after].some(
    (token) => token?.kind === 'relation' || (token?.kind === 'operator' && !'-!'.includes(token.text)),
  );
}

/** A dash of prose, ` - she`: a minus with spaces before a word. */
function isDash(tokens: readonly Token[], at: number): boolean {
  const [token, next] = [tokens[at], tokens[at + 1]];
  return token?.text === '-' && token.spaced && next !== undefined && next.kind === 'word';
}

function makeSide(tokens: readonly Token[], from: number, to: number, first: boolean): Side {
  const inside = tokens.slice(from, to).filter((token) => token.kind !== 'delimiter');
  const before = tokens[from - 1];
  const after = tokens[to];
  const start = inside[0]?.start ?? 0;
  const label = first && (before?.kind === 'word' || before?.kind === 'letter') ? before.text : '';
  return {
    tokens: inside,
    start,
    end: inside.at(-1)?.end ?? start,
    doubtful: first ? spoiltBefore(tokens, from) : spoiltAfter(tokens, to, inside.at(-1), after),
    label,
    trailing: !first && after?.kind === 'word' ? after.text : '',
  };
}

function spoiltBefore(tokens: readonly Token[], from: number): boolean {
  const [before, first] = [tokens[from - 1], tokens[from]];
  if (before === undefined || first === undefined) return false;
  if (before.kind === 'bad') return true;
  // `1, 2, 3 + 4`: a list or a decimal comma may reach over the comma when no space follows it.
  if (before.kind === 'break' && first.kind === 'operator')
    return first.text !== '-' || (tokens[from + 1]?.spaced ?? true);
  if (before.kind === 'break') return !first.spaced && /[,'|:]/.test(before.text);
  if (before.kind !== 'word' && before.kind !== 'unit') return false;
  if (functionWords.has(before.text.toLowerCase())) return true;
  if (first.kind === 'operator') return first.text !== '-' || (first.spaced && (tokens[from + 1]?.spaced ?? false));
  return !first.spaced;
}

/** `sin 4π`, `log 8`: what follows is their argument. */
const functionWords = new Set(
  'sin cos tan cot sec csc arcsin arccos arctan log ln exp sqrt lim mod gcd lcm max min floor abs det'.split(' '),
);

function spoiltAfter(tokens: readonly Token[], to: number, last: Token | undefined, after: Token | undefined): boolean {
  if (after === undefined || last === undefined) return false;
  if (after.kind === 'bad') return true;
  if (after.kind === 'break' && /[|'′]/.test(after.text)) return true;
  if (after.kind === 'word' && isVariable(after)) return true;
  if (after.kind === 'word') return last.kind === 'operator' && last.text !== '%' && last.text !== '!';
  return (
    after.kind === 'break' &&
    after.text === ',' &&
    !(tokens[to + 1]?.spaced ?? true) &&
    tokens[to + 1]?.kind === 'number'
  );
}
