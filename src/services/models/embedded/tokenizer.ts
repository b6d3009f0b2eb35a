/** What stands at the first places of every vocabulary. */
export const special = { pad: 0, solution: 1, end: 2, count: 3 } as const;

/** Digits are tokens one by one, and so are signs; a word is one token. White space but line breaks is dropped. */
export const tokenPattern = /####|\n|\d|[A-Za-z]+|[^\sA-Za-z\d]/gu;

export interface Tokenizer {
  /** @throws UnknownWord at the first word, digit or sign that is not in the vocabulary. */
  encode(text: string): number[];
  decode(tokens: readonly number[]): string;
  /** A token as it stands in a text behind another one (undefined: first), with the space that parts them. */
  piece(token: number, before: number | undefined): string;
}

export class UnknownWord extends Error {
  override name = 'UnknownWord';
  readonly word: string;

  constructor(word: string) {
    super(`“${word}” is not in the vocabulary.`);
    this.word = word;
  }
}

/** @param vocabulary the tokens by their ids; the first three are special and no text. */
export function createTokenizer(vocabulary: readonly string[]): Tokenizer {
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  const textOf = (id: number) => vocabulary[id] ?? '';
  const encode = (text: string) =>
    [...text.matchAll(tokenPattern)].map(([token]) => {
      const id = ids.get(token);
      if (id === undefined) throw new UnknownWord(token);
      return id;
    });
  const piece = (token: number, before: number | undefined) => {
    const text = textOf(token);
    return before !== undefined && hasSpace(textOf(before), text) ? ` ${text}` : text;
  };
  return { encode, piece, decode: (tokens) => tokens.map((token, index) => piece(token, tokens[index - 1])).join('') };
}

function hasSpace(before: string, token: string): boolean {
  if (before === '\n' || before === '$') return false;
  return !'\n.,?%'.includes(token) && !(isDigit(before) && isDigit(token));
}

const isDigit = (token: string) => /^\d$/.test(token);
