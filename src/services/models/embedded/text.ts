import type { Tokenizer } from './tokenizer.ts';

/** A text as it grows token by token, until a stop text ends it. */
export interface GrowingText {
  /** Its piece of the text; a token behind a stop text's start adds nothing that lasts. */
  add(token: number): string;
  /** Whether a stop text was met. */
  readonly stopped: boolean;
  /** The text, without the stop text that ended it. Hands out what was held back. */
  end(): string;
}

/**
 * @param stop texts that end it; empty ones are ignored.
 * @param onText gets each part of the text once, as soon as it can't be the beginning of a stop text any more.
 */
export function growText(
  { piece }: Pick<Tokenizer, 'piece'>,
  stop: readonly string[] = [],
  onText?: (delta: string) => void,
): GrowingText {
  const stops = stop.filter((text) => text !== '');
  const longest = Math.max(0, ...stops.map(({ length }) => length));
  let text = '';
  let told = 0;
  let before: number | undefined;
  let stopped = false;

  const tell = (upTo: number) => {
    if (onText && upTo > told) onText(text.slice(told, upTo));
    told = Math.max(told, upTo);
  };
  return {
    add(token) {
      const added = piece(token, before);
      before = token;
      const from = Math.max(0, text.length - longest + 1);
      text += added;
      const found = stops.map((end) => text.indexOf(end, from)).filter((place) => place >= 0);
      stopped = found.length > 0;
      if (stopped) text = text.slice(0, Math.min(...found));
      else if (onText) tell(text.length - heldBack(text, stops));
      return added;
    },
    get stopped() {
      return stopped;
    },
    end() {
      tell(text.length);
      return text;
    },
  };
}

/** Length of the longest end of `text` that begins a stop text. */
function heldBack(text: string, stops: readonly string[]): number {
  const begun = (stop: string) => {
    for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) {
      if (text.endsWith(stop.slice(0, length))) return length;
    }
    return 0;
  };
  return Math.max(0, ...stops.map(begun));
}
