/**
 * The texts of a multiple-choice problem's options, without their letters, from any of the ways files keep them: a list of texts, a
 * list or an object of letters and texts, or one string `A) … B) …`. Null where fewer than two can be told apart.
 */
export function readOptions(value: unknown): string[] | null {
  const texts =
    typeof value === 'string' ? splitOptions(value) : Array.isArray(value) ? fromList(value) : fromObject(value);
  return texts !== null && texts.length >= 2 && texts.length <= letters.length ? texts : null;
}

/** The options' letters in order: a problem has at most so many. */
export const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * `A) … B) …`, `(A) … (B) …`, `A. … B. …` or one option per line. The first letter sets the style, and later letters must follow
 * in it, so a `B` or `(B)` inside an option's text ends nothing. Linear in the text's length.
 */
export function splitOptions(text: string): string[] | null {
  const first = /(?:^|\s)(\(?)A([).:、．）])/.exec(text);
  if (first === null) return splitLines(text);
  const [open, close] = [first[1] ?? '', first[2] ?? ''];
  const starts: { at: number; textAt: number }[] = [];
  let from = 0;
  for (const letter of letters) {
    const mark = `${open}${letter}${close}`;
    const at = findMark(text, mark, from);
    if (at < 0) break;
    from = at + mark.length;
    starts.push({ at, textAt: from });
  }
  return starts.length < 2
    ? null
    : starts.map((start, index) =>
        text
          .slice(start.textAt, starts[index + 1]?.at)
          .trim()
          .replace(/[,;]$/, ''),
      );
}

/** Where `mark` stands at the text's start or after white space, at `from` or later; -1 where it does not. */
function findMark(text: string, mark: string, from: number): number {
  for (let at = text.indexOf(mark, from); at >= 0; at = text.indexOf(mark, at + 1)) {
    if (at === 0 || /\s/.test(text.charAt(at - 1))) return at;
  }
  return -1;
}

function splitLines(text: string): string[] | null {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*[-*]\s+/, '').trim())
    .filter((line) => line !== '');
  return lines.length < 2 ? null : lines;
}

function fromList(list: readonly unknown[]): string[] | null {
  const texts = list.map(optionText).filter((text) => text !== null);
  if (texts.length < list.length) return null;
  const bare = texts.map((text, index) => withoutLetter(text, letters.charAt(index)));
  return bare.includes(null) ? texts : bare.filter((text) => text !== null);
}

/** `"12"`, `12` or `{ label: "B", text: "12" }`. */
function optionText(item: unknown): string | null {
  if (typeof item === 'string') return item.trim();
  if (typeof item === 'number' || typeof item === 'boolean' || typeof item === 'bigint') return String(item);
  if (typeof item !== 'object' || item === null) return null;
  const inner = Object.entries(item).find(([name]) => /^(text|content|option|value|answer)$/i.test(name))?.[1];
  return typeof inner === 'object' ? null : optionText(inner);
}

/** `12` out of `B) 12`; null where the text does not begin with this letter. */
function withoutLetter(text: string, letter: string): string | null {
  const marked = /^\(?([A-Z])[).:、．）]\s*/.exec(text);
  return marked !== null && marked[1] === letter ? text.slice(marked[0].length) : null;
}

/** `{ A: "…", B: "…" }` or `{ text: […], label: […] }`. */
function fromObject(value: unknown): string[] | null {
  if (typeof value !== 'object' || value === null) return null;
  const inner = Object.entries(value).find(
    ([name, texts]) => /^(text|texts)$/i.test(name) && Array.isArray(texts),
  )?.[1];
  if (inner !== undefined) return fromList(inner as unknown[]);
  const entries = Object.entries(value).map(([name, text]) => [name.trim().toUpperCase(), text] as const);
  const texts = new Map(entries);
  const present = [...letters].slice(0, entries.length).map((letter) => texts.get(letter));
  return present.includes(undefined) ? null : fromList(present);
}

/**
 * The letter that a gold answer names: a letter as it is (`B`, `(b)`, `B) 12`), an option's text, or, where `base` is given, the
 * option's number counted from it. Null where it names none.
 */
export function letterOf(gold: string, options: readonly string[], base: 0 | 1 | null = null): string | null {
  const plain = unwrap(gold);
  if (base !== null && /^\d+$/.test(plain)) return letterAt(Number(plain) - base, options);
  const single = /^\(?([A-Za-z])(?:\)|\.|:)?$/.exec(plain)?.[1];
  const byText = options.findIndex((option) => same(option, gold));
  if (single !== undefined && letterAt(letters.indexOf(single.toUpperCase()), options) !== null) {
    // An option whose whole text is one lower-case letter (`x`) is that option, not the letter's place.
    return single === single.toUpperCase() || byText < 0 ? single.toUpperCase() : letterAt(byText, options);
  }
  if (byText >= 0) return letterAt(byText, options);
  const marked = /^\(?([A-Z])[).:]\s*(\S.*)$/s.exec(gold.trim());
  if (marked === null) return null;
  const at = letters.indexOf(marked[1] ?? '');
  return same(options[at] ?? '', marked[2] ?? '') ? letterAt(at, options) : null;
}

/**
 * Where all gold answers are whole numbers that count options: from 0 or from 1; null where they are something else. Files that
 * count from 1 show it by naming the last option by its number and never 0; otherwise counting from 0 is the custom.
 */
export function indexBase(rows: readonly { gold: string; options: readonly string[] }[]): 0 | 1 | null {
  if (rows.length === 0 || rows.every(({ gold, options }) => options.some((option) => same(option, gold)))) return null;
  if (!rows.every(({ gold, options }) => /^\d{1,2}$/.test(gold) && Number(gold) <= options.length)) return null;
  const [zero, last] = [
    rows.some(({ gold }) => Number(gold) === 0),
    rows.some((r) => Number(r.gold) === r.options.length),
  ];
  return zero && last ? null : last ? 1 : 0;
}

function letterAt(index: number, options: readonly string[]): string | null {
  return index >= 0 && index < options.length ? letters.charAt(index) : null;
}

function same(left: string, right: string): boolean {
  return flat(left) === flat(right);
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase();
}

/** `$A$`, `\boxed{A}` and `\text{(A)}` without their wrapping. */
function unwrap(text: string): string {
  let inner = text.trim();
  for (let round = 0; round < 3; round++) {
    inner = inner
      .replace(/^\$+([^$]*)\$+$/, '$1')
      .replace(/^\\(?:boxed|text|textbf|mathrm)\{(.*)\}$/s, '$1')
      .trim();
  }
  return inner;
}
