const nested = (open: string, inner: string, close: string, times: number) =>
  `${open.repeat(times)}${inner}${close.repeat(times)}`;
const listed = (count: number, part: (at: number) => string, mark: string) =>
  Array.from({ length: count }, (_, at) => part(at)).join(mark);

/** Answers made to keep a grader busy: each has a value or a length that nobody can compute in time. */
export const hostileAnswers: readonly string[] = [
  '9^{9^{9^{9}}}',
  '10^{10^{10}}',
  nested('2^{', '2', '}', 60),
  '((2^{1000})^{1000})^{1000}',
  nested('{', '5', '}', 10_000),
  nested('(', 'x', ')', 1900),
  nested('\\sqrt{', '2', '}', 300),
  nested('\\frac{1}{1+', 'x', '}', 300),
  '1'.repeat(1_000_000),
  'x+'.repeat(500_000),
  'a '.repeat(500_000),
  '$'.repeat(1_000_000),
  '####'.repeat(250_000),
  '\\boxed{'.repeat(140_000),
  'answer is '.repeat(100_000),
  '(10^9)!',
  '1000000000!',
  '(1000!)!',
  '\\binom{1000000000}{500000000}',
  '\\binom{1000000}{500000}',
  '\\sum_{k=1}^{1000000000} k',
  '\\sum_{k=1}^{10^{100}} \\frac{1}{k}',
  '\\sum_{k=1}^{1000} \\frac{1}{k}',
  '\\sum_{k=1}^{1000}\\sum_{j=1}^{1000}\\sum_{i=1}^{1000} ijk',
  '\\prod_{k=1}^{1000} k^{k}',
  '\\sum_{k=1}^{500} k!',
  `(${listed(20, (at) => `\\sqrt{${at + 2}}`, '+')})^{60}`,
  listed(300, (at) => `\\sqrt{${at + 7}}`, '+'),
  '3^{12000}-2^{19000}+\\sqrt{2}',
  `\\frac{${'9'.repeat(900)}}{${'7'.repeat(899)}}+\\frac{${'8'.repeat(900)}}{${'3'.repeat(899)}}`,
  'x^{10^{10}}+\\pi=0',
  '\\int '.repeat(700),
  '\\sum_{k=1}^{9} '.repeat(150),
  '\\begin{pmatrix}'.repeat(250),
  '|'.repeat(3900),
  '\\pm'.repeat(900),
  nested('\\{1,', '', '\\}', 600),
  '\\text{'.repeat(600),
  '_'.repeat(3900),
  '1e999999999',
];

/** What each is compared with: never equal, and nothing that could be decided by looking. */
export function hostilePairs(): [string, string][] {
  return hostileAnswers.flatMap((answer): [string, string][] => [
    [answer, `${answer}+1`],
    [`1+${answer}`, answer],
  ]);
}
