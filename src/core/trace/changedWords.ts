import { diffArrays } from 'diff';

export interface TextPart {
  text: string;
  changed: boolean;
}

/**
 * What stands on one side only, word by word; each side's parts, joined, are its text. Numbers (`1,200.5`) and LaTeX commands
 * (`\frac`) are words and never split, and Han and Kana characters are one word each. Null where the texts are too long, differ too
 * much, or `budget` is used up; `budget.words` is lowered by what was compared.
 */
export function changedWords(
  left: string,
  right: string,
  budget: { words: number },
): { left: TextPart[]; right: TextPart[] } | null {
  if (left.length + right.length > mostWords * 8 || budget.words <= 0) return null;
  const [ours, theirs] = [wordsOf(left), wordsOf(right)];
  const count = ours.length + theirs.length;
  if (count > mostWords || count > budget.words) return null;
  budget.words -= count;
  const changes = diffArrays(ours, theirs, { maxEditLength: mostEdits });
  if (changes === undefined) return null;
  const sides: { left: TextPart[]; right: TextPart[] } = { left: [], right: [] };
  for (const { value, added, removed } of changes) {
    const text = value.join('');
    if (added) sides.right.push({ text, changed: true });
    else if (removed) sides.left.push({ text, changed: true });
    else {
      // The words are equal, so both sides' text is this one.
      sides.left.push({ text, changed: false });
      sides.right.push({ text, changed: false });
    }
  }
  return { left: joinIslands(sides.left), right: joinIslands(sides.right) };
}

const mostWords = 6000;
const mostEdits = 600;

const wordPattern =
  /\\[A-Za-z]+|\d+(?:[.,]\d+)*|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}]+|\s+|./gsu;

function wordsOf(text: string): string[] {
  return text.match(wordPattern) ?? [];
}

/** A blank between two changed words is changed with them: one mark instead of many. */
function joinIslands(parts: readonly TextPart[]): TextPart[] {
  const joined: TextPart[] = [];
  parts.forEach((part, index) => {
    const island = !part.changed && /^\s+$/.test(part.text) && parts[index - 1]?.changed && parts[index + 1]?.changed;
    const changed = part.changed || island === true;
    const last = joined.at(-1);
    if (last !== undefined && last.changed === changed) last.text += part.text;
    else joined.push({ text: part.text, changed });
  });
  return joined;
}
