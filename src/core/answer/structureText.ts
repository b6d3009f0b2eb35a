/** `\text{A, D}` around the whole answer says nothing. */
export function unwrapText(text: string): string {
  const match = /^\\text\{([^{}]*)\}$/.exec(text);
  return match?.[1] === undefined ? text : match[1].trim();
}

/** `1,234,567` and `1 234 567` outside brackets are one number: inside, `(6,100)` is a pair. */
export function joinThousands(text: string): string {
  if (!/\d[ ,]\s?\d{3}/.test(text) || commaInBrackets(text)) return text;
  return text.replace(
    /(?<![\d.,])\d{1,3}(?:,\d{3}|, \d{3}(?=,\d{3}))+(?![\d])|(?<![\d., ])\d{1,3}(?: \d{3})+(?![\d])/g,
    (digits) => digits.replace(/[, ]/g, ''),
  );
}

function commaInBrackets(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (character === ',' && depth > 0) return true;
  }
  return false;
}

/** An answer with "and" and "or" as commas; between inequalities they are an intersection and a union. */
export interface Cut {
  text: string;
  union: string[] | null;
  intersection: string[] | null;
}

export function cutWords(text: string): Cut {
  if (!/and|or/.test(text)) return { text, union: null, intersection: null };
  const plain = text.replace(glued, ' $1 ').replace(/\\text\s?\{\s?(,?\s?(?:and|or)\s?,?)\s?\}/g, ' $1 ');
  const ors = plain.split(/,?\sor\s/);
  const ands = plain.split(/,?\sand\s/);
  const whole = plain.replace(/,?\s(?:and|or)\s,?/g, ', ').replace(/,\s?,/g, ',');
  return {
    text: whole,
    union: ors.length > 1 && ors.every(bounds) ? ors : null,
    intersection: ands.length > 1 && ors.length === 1 && ands.every(bounds) ? ands : null,
  };
}

/** `x=1orx=2`, with or without its spaces. */
const glued = /(?<=[\d)}\]])\s?(or|and)\s?(?=[-\\\d([{]|[a-zA-Z]\w?\s?[=(<>])/g;

/** An inequality, or an interval. */
function bounds(part: string): boolean {
  return /[<>]|\\[lg]e(?![a-zA-Z])|\\infty/.test(part) && !part.includes('=');
}
