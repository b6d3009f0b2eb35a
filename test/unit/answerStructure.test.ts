import { answerTable } from './answerTable.ts';

answerTable('lists, sets and tuples', [
  ['x=3, x=4', '4, 3', true, 'members in any order'],
  ['x = 3, 4', '\\{4, 3\\}', true, 'members in any order'],
  ['x=3 \\text{ or } x=4', '3, 4', true, 'members in any order'],
  ['n=3orn=4', '4, 3', true, 'members in any order'],
  ['\\{2 \\pm \\sqrt3, 5\\}', '5, 2+\\sqrt3, 2-\\sqrt3', true, 'members in any order'],
  ['\\{1, 1, 2\\}', '\\{1, 2\\}', true, 'sets'],
  ['\\{1, 2\\}', '\\{1, 3\\}', false, 'members in any order'],
  ['\\langle 1, 2 \\rangle', '(1, 2)', true, 'part by part'],
  ['[1, 2, 3]', '(1, 2, 3)', true, 'part by part'],
  ['\\{(1,2), (3,4)\\}', '(3,4), (1,2)', true, 'members in any order'],
  ['1, 2', '1, \\foo', null, 'members in any order'],
  ['1, 2, 3', '1, \\foo', null, 'different structures'],
]);

answerTable('named values', [
  ['p=5, q=2', 'q=2, p=5', true, 'values by their names'],
  ['p=5, q=2', 'q=5, p=2', false, 'values by their names'],
  ['p=5, q=2', '(5, 2)', true, 'part by part'],
  ['q=2, p=5', '(5, 2)', true, 'part by part'],
  ['p=5, q=2', '2, 5', null, 'named values in another order'],
  ['p=5, q=2', 'a=5, b=2', null, 'different names'],
  ['p=5, q=2', '5', null, 'named values, and one of them'],
  ['p=5,q=2; p=7,q=3', '(7,3), (5,2)', true, 'members in any order'],
  ['(x, y) = (5, 8), (8, 5)', '(5, 8), (8, 5)', true, 'members in any order'],
  ['x=1, x=2', 'y=1, y=2', null, 'different names'],
  ['y_{1}=2x, y_{2}=3x', 'y_2=3x, y_1=2x', true, 'values by their names'],
  ['\\begin{cases} x = 1 \\\\ y = 2 \\end{cases}', '(1, 2)', true, 'part by part'],
]);

answerTable('intervals and sets of real numbers', [
  [']0, 1[', '(0, 1)', true, 'intervals'],
  ['(3, \\infty)', '(-\\infty, 3)', false, 'the ends of the intervals'],
  ['[0, 2)', '[0, 2]', false, 'an end is included in one interval only'],
  ['[0,1] \\cup [1,2]', '[0,2]', true, 'sets of real numbers'],
  ['[0,1) \\cup (1,2]', '[0,2]', false, 'sets of real numbers'],
  ['(0,1) \\cup \\{1\\}', '(0,1]', true, 'sets of real numbers'],
  ['(-\\infty, 4] \\cap [1, \\infty)', '[1, 4]', true, 'sets of real numbers'],
  ['x \\ne 1', '(-\\infty, 1) \\cup (1, \\infty)', true, 'sets of real numbers'],
  ['x \\ne 1, 2', '\\mathbb{R} \\setminus \\{1, 2\\}', true, 'sets of real numbers'],
  ['\\mathbb{R}', '\\text{all real numbers}', true, 'sets of real numbers'],
  ['x < 1 \\text{ or } x > 3', '(-\\infty, 1) \\cup (3, \\infty)', true, 'sets of real numbers'],
  ['x > 1 \\text{ and } x < 3', '(1, 3)', true, 'sets of real numbers'],
  ['\\{x : x > 3\\}', '(3, \\infty)', true, 'intervals'],
  ['\\{x \\in \\mathbb{R} \\mid x \\ne 0\\}', 'x \\ne 0', true, 'sets of real numbers'],
  ['(a, b) \\cup (c, d)', '(c, d) \\cup (a, b)', true, 'members in any order'],
  ['\\emptyset', '\\text{no solution}', true, 'members in any order'],
]);

answerTable('inequalities', [
  ['2x + 1 < 5', 'x < 2', true, 'intervals'],
  ['-2x < 4', '(-2, \\infty)', true, 'intervals'],
  ['-2x < 4', 'x < -2', false, 'the ends of the intervals'],
  ['x > 5', 'y > 5', null, 'different names'],
  ['a > b', 'b < a', true, 'one is a multiple of the other'],
  ['4x + 3y < 25', '4x + 3y < 24', false, 'a solution of one is none of the other'],
  ['f(2) < f(1) < f(4)', 'f(2) < f(3) < f(4)', null, 'could not be read'],
]);

answerTable('equations', [
  ['5 = x', '\\frac{10}{2}', true, 'exact numbers'],
  ['\\frac{AB}{CD} = \\frac12', '0.5', true, 'exact numbers'],
  ['AB : CD = 1 : 2', '2 : 4', true, 'ratios'],
  ['\\angle ABC = 30^\\circ', '30', true, 'exact numbers'],
  ['x + y = 5', '5', null, 'an equation and a value'],
  ['\\frac{22}{7} \\approx 3.14', '\\frac{22}{7}', true, 'the same text'],
  ['\\frac{22}{7} \\approx 3.14', '3.14', true, 'the same text'],
  ['y = 2x + 3', 'f(x) = 3 + 2x', true, 'the values at sample points'],
  ['y = 2x + 3', '2x - y + 3 = 0', true, 'one is a multiple of the other'],
  ['\\sin y = |x-50|', '\\sin y = 50-x', false, 'a solution of one is none of the other'],
  ['x + y = 2', 'x + y > 2', false, 'relations of different kinds'],
  ['x^2 + y^2 = 4', '(x-1)^2 + y^2 = 4', false, 'a solution of one is none of the other'],
  ['\\frac{y-1}{x-2} = 3', 'y = 3x - 5', null, 'equations that are no multiples'],
  ['x^{10^{10}} + 1 = 0', 'x^{10^{10}} + 2 = 0', null, 'equations that are no multiples'],
]);

answerTable('matrices and vectors', [
  ['\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}', '(1, 2)', true, 'a vector and a tuple'],
  ['\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}', '(2, 1)', false, 'a vector and a tuple'],
  [
    '\\begin{pmatrix} 1 & 1 \\\\ 0 & 1 \\end{pmatrix}^3',
    '\\begin{bmatrix} 1 & 3 \\\\ 0 & 1 \\end{bmatrix}',
    true,
    'matrices, entry by entry',
  ],
  [
    '\\begin{pmatrix} 2 & 1 \\\\ 1 & 1 \\end{pmatrix}^{-1}',
    '\\begin{pmatrix} 1 & -1 \\\\ -1 & 2 \\end{pmatrix}',
    true,
    'matrices, entry by entry',
  ],
  [
    '2\\begin{pmatrix} 1 & 2 \\end{pmatrix} + \\begin{pmatrix} 0 & 1 \\end{pmatrix}',
    '\\begin{pmatrix} 2 & 5 \\end{pmatrix}',
    true,
    'matrices, entry by entry',
  ],
  ['\\begin{vmatrix} 1 & 2 \\\\ 3 & 4 \\end{vmatrix}', '-2', true, 'determinants'],
  [
    '\\begin{pmatrix} 1 & 2 \\end{pmatrix}',
    '\\begin{pmatrix} 1 & 2 & 3 \\end{pmatrix}',
    false,
    'matrices of different shape',
  ],
]);
