/** A one-digit change of an answer, at every digit; a digit that says nothing (the zero of `0.50`, `0/3`) may leave the value as it is. */
export function nearMisses(answer: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < answer.length && found.length < 40; at++) {
    const digit = answer.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) continue;
    for (const other of [(digit + 1) % 10, (digit + 9) % 10])
      found.push(`${answer.slice(0, at)}${other}${answer.slice(at + 1)}`);
  }
  return found;
}

/** The answer in other spellings that mean the same to everyone. */
export function respellings(answer: string): string[] {
  return rules.map((rule) => rule(answer)).filter((text): text is string => text !== null && text !== answer);
}

const plainNumber = /^-?\d+(?:\.\d+)?$/;

/** Each returns null where it does not apply. */
const rules: ((answer: string) => string | null)[] = [
  (answer) => `$${answer}$`,
  (answer) => `\\(${answer}\\)`,
  (answer) => ` ${answer} .`,
  (answer) => `\\boxed{${answer}}`,
  (answer) => `The answer is $${answer}$.`,
  (answer) => `**${answer}**`,
  (answer) => answer.replace(/\\[dt]?frac(?=[{\d])/g, '\\dfrac'),
  (answer) => answer.replace(/\\[dt]frac(?=[{\d])/g, '\\frac'),
  (answer) => answer.replace(/\\frac(\d)(\d)/g, '\\frac{$1}{$2}'),
  (answer) => answer.replace(/(^|[-+(,]\s?)\\[dt]?frac\{(\d+)\}\{(\d+)\}(?=$|[,)])/g, '$1$2/$3'),
  (answer) => (answer.includes('\\left') ? answer.replace(/\\(?:left|right)(?=[()[\]])/g, '') : null),
  (answer) =>
    /\\left|\\begin|\\[[(]/.test(answer) ? null : answer.replace(/\(/g, '\\left(').replace(/\)/g, '\\right)'),
  (answer) => answer.replace(/\\sqrt(\d)/g, '\\sqrt{$1}'),
  (answer) => answer.replace(/\\sqrt\{(\d)\}/g, '\\sqrt$1'),
  (answer) => answer.replace(/-/g, '−'),
  (answer) => answer.replace(/\s*(?<![!<>])([=+<>])(?!=)\s*/g, ' $1 '),
  (answer) => answer.replace(/,\s*(?!\d{3}|\\!)/g, ', '),
  (answer) => answer.replace(/\\cdot/g, '\\times'),
  (answer) => answer.replace(/\\pi/g, 'π'),
  (answer) => answer.replace(/\^\{\\circ\}|\^\\circ/g, '°'),
  (answer) => answer.replace(/\\text\{/g, '\\textbf{'),
  (answer) => answer.replace(/\\text\{/g, '\\mathrm{'),
  (answer) => answer.replace(/\^(\d)(?!\d)/g, '^{$1}'),
  (answer) => answer.replace(/\^\{(\d)\}/g, '^$1'),
  (answer) => (plainNumber.test(answer) ? `x = ${answer}` : null),
  (answer) => (plainNumber.test(answer) ? `${answer} \\text{ units}` : null),
  (answer) => (/^\d+$/.test(answer) ? `${answer}.0` : null),
  (answer) => (/^\d+$/.test(answer) ? `\\frac{${3n * BigInt(answer)}}{3}` : null),
  (answer) => (/^\d+$/.test(answer) ? fullWidth(answer) : null),
  (answer) => (/^\d{4,}$/.test(answer) ? grouped(answer, ',') : null),
  (answer) => (/^\d{4,}$/.test(answer) ? grouped(answer, '{,}') : null),
  (answer) => (/^\d{4,}$/.test(answer) ? grouped(answer, '\\,') : null),
  (answer) => (/^\d{4,}$/.test(answer) ? grouped(answer, ' ') : null),
  (answer) => (/^\d{1,3}(?:,\d{3})+$/.test(answer) ? answer.replace(/,/g, '') : null),
  (answer) => (/^[a-z]+$/i.test(answer) && answer.length > 3 ? `\\text{${answer}}` : null),
  (answer) => (/^[a-z]+$/i.test(answer) && answer.length > 3 ? answer.toUpperCase() : null),
  (answer) =>
    /^-?\d+(?:,\s*-?\d+)+$/.test(answer) && !/,\d{3}/.test(answer) ? answer.split(/,\s*/).reverse().join(', ') : null,
];

function grouped(digits: string, mark: string): string {
  return digits.replace(/(?<=\d)(?=(?:\d{3})+$)/g, mark);
}

function fullWidth(digits: string): string {
  return digits.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 48 + 0xff10));
}
