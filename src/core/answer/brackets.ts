/** Cuts `text` at `separators` that stand outside all brackets; the separators met are added to `met`. Parts are trimmed. */
export function splitTop(text: string, separators: readonly string[], met?: string[]): string[] {
  if (!separators.some((separator) => text.includes(separator))) return [text.trim()];
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const separator = depth === 0 ? separatorAt(text, at, separators) : null;
    if (separator !== null) {
      parts.push(text.slice(from, at).trim());
      met?.push(separator);
      at += separator.length;
      from = at;
      continue;
    }
    depth = Math.max(0, depth + depthChange(text, at));
    // A command's name and an escaped character are taken whole: `\left` is not `\le`.
    at += text.charAt(at) === '\\' ? commandLength(text, at) : 1;
  }
  parts.push(text.slice(from).trim());
  return parts;
}

function separatorAt(text: string, at: number, separators: readonly string[]): string | null {
  const character = text.charAt(at);
  for (const separator of separators) {
    if (separator.charAt(0) !== character) continue;
    if (character !== '\\') return separator;
    if (text.startsWith(separator, at) && commandLength(text, at) === separator.length) return separator;
  }
  return null;
}

function commandLength(text: string, at: number): number {
  let end = at + 1;
  while (/[a-zA-Z]/.test(text.charAt(end))) end++;
  return Math.max(2, end - at);
}

function depthChange(text: string, at: number): number {
  const character = text.charAt(at);
  if (character === '(' || character === '[' || character === '{') return 1;
  if (character === ')' || character === ']' || character === '}') return -1;
  if (character !== '\\') return 0;
  const next = text.charAt(at + 1);
  if (next === '{') return 1;
  if (next === '}') return -1;
  if (text.startsWith('\\begin{', at) || text.startsWith('\\langle', at)) return 1;
  return text.startsWith('\\end{', at) || text.startsWith('\\rangle', at) ? -1 : 0;
}

export interface Wrapping {
  open: '(' | '[' | '{' | '\\{' | '\\langle';
  close: ')' | ']' | '}' | '\\}' | '\\rangle';
  content: string;
}

/** The brackets around the whole of `text`, null where it has none. Kinds may be mixed, as in `[0, 1)`. */
export function wrapping(text: string): Wrapping | null {
  const open = openings.find((bracket) => text.startsWith(bracket));
  const close = closings.find((bracket) => text.endsWith(bracket));
  if (open === undefined || close === undefined || (open === '{') !== (close === '}')) return null;
  if ((open === '\\{') !== (close === '\\}') || (open === '\\langle') !== (close === '\\rangle')) return null;
  const content = text.slice(open.length, text.length - close.length);
  return text.length >= open.length + close.length && closesLast(text) ? { open, close, content } : null;
}

const openings = ['\\{', '\\langle', '(', '[', '{'] as const;
const closings = ['\\}', '\\rangle', ')', ']', '}'] as const;

/** Is the first bracket of `text` closed by its last character alone? */
function closesLast(text: string): boolean {
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    depth += depthChange(text, at);
    at += text.charAt(at) === '\\' ? commandLength(text, at) : 1;
    if (depth <= 0) return at >= text.length;
  }
  return false;
}
