import { answerTable } from './answerTable.ts';

const sampled = 'the values at sample points';
const unclear = 'not decided by their values';

answerTable('domains', [
  ['\\sqrt{x^2}', 'x', false, sampled],
  ['\\sqrt{x^2}', '|x|', true, sampled],
  ['\\ln x^2', '2\\ln x', null, unclear],
  ['\\log x^2', '2\\log |x|', true, sampled],
  ['\\frac{x^2-1}{x-1}', 'x+1', true, sampled],
  ['\\sqrt[3]{x}^2', 'x^{2/3}', true, sampled],
  ['(-8)^{1/3}', '-2', true, 'exact numbers'],
  ['\\lfloor x \\rfloor', 'x', false, sampled],
  ['|x-10|', '10-x', false, sampled],
  ['\\sqrt{(x-20)^2}', '20-x', false, sampled],
  ['|x-10|', '|10-x|', true, sampled],
  ['\\lfloor \\frac{|x|}{100} \\rfloor', '0', false, sampled],
  ['\\sin x', '\\sin x + 10^{-15}', null, unclear],
  ['\\arcsin x + \\arccos x', '\\frac{\\pi}{2}', true, sampled],
]);

answerTable('whole numbers', [
  ['\\binom{n+1}{2}', '\\frac{n(n+1)}{2}', true, sampled],
  ['\\binom{n}{k}', '\\frac{n!}{k!(n-k)!}', true, sampled],
  ['\\binom{n}{k}', '\\binom{n}{k-1}', false, sampled],
  ['(-1)^n', '\\cos(\\pi n)', true, sampled],
  ['\\gcd(n, 11)', '1', false, sampled],
  ['n \\bmod 41', 'n', false, sampled],
  ['\\gcd(n, n+1)', '1', true, sampled],
  ['\\frac{\\pi}{2} + k\\pi', 'n\\pi + \\frac{\\pi}{2}', null, 'different names'],
]);

answerTable('sums and products', [
  ['\\sum_{k=1}^{n} k^2', '\\frac{n(n+1)(2n+1)}{6}', true, sampled],
  ['\\sum_{k=1}^{n} k^2', '\\frac{n(n+1)(2n+1)}{3}', false, sampled],
  ['\\sum^{100}_{i=1} i', '5050', true, 'exact numbers'],
  ['\\prod_{j=1}^{5} j', '5!', true, 'exact numbers'],
  ['\\sum_{k=1}^{3} k', '7', false, 'exact numbers'],
  ['\\sum_{k=1}^{n} a_k b_{n-k}', '\\sum_{j=1}^{n} b_{n-j} a_j', true, sampled],
  ['\\sum_{k=1}^{n} a_k', '\\sum_{k=1}^{n} b_k', null, unclear],
]);

answerTable('what is read but not computed', [
  ['f(x+1)', 'f(1+x)', true, sampled],
  ['f(2x)', '2f(x)', null, unclear],
  ['\\frac{dy}{dx}', '\\frac{y}{x}', null, unclear],
  ['\\int_0^1 x^2 \\, dx', '\\int_0^1 x \\cdot x \\, dx', true, sampled],
  ['\\int_0^1 x^2 \\, dx', '\\int_0^2 x^2 \\, dx', null, unclear],
  ['\\lim_{x \\to 0} \\frac{\\sin x}{x}', '1', null, unclear],
]);

answerTable('complex numbers', [
  ['(2+i)^2', '3+4i', true, 'the values'],
  ['\\frac{1}{1+i}', '\\frac{1-i}{2}', true, 'the values'],
  ['|3+4i|', '5', true, 'the values'],
  ['e^{i\\pi}', '-1', true, 'the values'],
  ['\\sqrt{-4}', '2i', true, 'the values'],
  ['z\\bar{z}', '|z|^2', true, sampled],
  ['z^2', '|z|^2', null, unclear],
]);
