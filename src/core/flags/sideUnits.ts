import type { Token } from '../trace/tokens.ts';
import { type State, text } from './sideState.ts';

/** Steps over the words that say what a number counts, `/hour` and `^2` included. */
export function skipUnits(state: State): void {
  if (text(state) === '^' && state.tokens[state.at + 1]?.text === '°') state.at++;
  if (text(state) === '^' && state.tokens[state.at + 1]?.text === '{' && state.tokens[state.at + 2]?.text === '°') {
    state.at += 4;
    return;
  }
  for (let words = 0; words < 8; words++) {
    const token = state.tokens[state.at];
    if (token === undefined || !isUnit(token)) return;
    state.units.push(token.text.toLowerCase());
    state.at++;
    skipUnitTail(state);
  }
}

function isUnit(token: Token): boolean {
  if (token.kind === 'letter') return token.spaced && unitLetters.has(token.text);
  return token.kind === 'word' || token.kind === 'unit';
}

/** `/hour`, `^2`, `^{3}`, `²` behind a unit. */
function skipUnitTail(state: State): void {
  for (let parts = 0; parts < 4; parts++) {
    const [sign, next, inner, close] = [0, 1, 2, 3].map((ahead) => state.tokens[state.at + ahead]);
    const named =
      next?.kind === 'word' || next?.kind === 'unit' || (next?.kind === 'letter' && unitLetters.has(next.text));
    if ((sign?.text === '/' || sign?.text === '*') && named) {
      state.units.push(`/${next?.text ?? ''}`);
      state.at += 2;
    } else if (sign?.text === '^' && next?.kind === 'number') state.at += 2;
    else if (sign?.text === '^' && next?.kind === 'open' && inner?.kind === 'number' && close?.kind === 'close')
      state.at += 4;
    else if (sign?.kind === 'operator' && /^\^\d$/.test(sign.text)) state.at++;
    else return;
  }
}

const unitLetters = new Set('msgNJWVAKCFLhTHΩ'.split(''));
