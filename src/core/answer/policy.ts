/**
 * What counts as equal where taste decides, as settings with defaults.
 *
 * The conventions, decided once and the same on both sides of a pair:
 *
 * | matter | convention |
 * |---|---|
 * | numbers | exact: `0.5` is `1/2`; `0.333` is not `1/3`. A decimal of six or more digits that is a rounding of the other side is undecided, see `roundedDigits` |
 * | percent | `20%` equals `20%`, `20` and `0.2`, see `percent`; `20` never equals `0.2` |
 * | units | a unit on one side alone is ignored, see `missingUnit`; where both sides name units that are known they are converted: equal quantities are equal, others different (`$10` is not `10 cents`, `5 m` not `5 s`). Unknown words (`5 apples`) say nothing. A letter right behind a number, `5m`, may be a variable: undecided against `5` |
 * | money | `$`, `\$`, `€`, `£`, `¥` are units; a `$` pair around a formula is not |
 * | degrees | `30^\circ` equals `30`; against a multiple of π without a unit it is undecided |
 * | scale words | `2.5 million` is 2,500,000; against a bare `2.5` it is undecided |
 * | thousands | `1,234`, `1 234`, `1{,}234`, `1\,234`, `1,\!234` are one number outside brackets; a list is tried, too. A comma in braces with other than three digits is a decimal comma |
 * | number bases | `1011_2` is 11; against a bare `1011` it is undecided |
 * | leading zeros | say nothing: `004` is 4 |
 * | mixed numbers | a whole number before a proper fraction of whole numbers, `3\frac12`, is their sum; any other such pair is a product |
 * | `a/bc` | from left to right: `(a/b)c` |
 * | lists, sets | no order, see `listOrder`; sets without regard to repetition; tuples `(1, 2)` in order. A list without brackets equals a tuple in the order written. `[1, 2]` and `(1, 2)` are intervals where the other side is one, else tuples |
 * | `1 \pm 2` | both values |
 * | segments | a bar over points says nothing: `\overline{AB}` is `AB` |
 * | `x = 5` | equals `5` and `5 = x`; of a chain `x = a = b` the last side counts, of `a \approx b` either. A name stands on its own or in products and quotients of names: `\frac{AB}{CD} = 2` equals 2, `x + y = 2` does not |
 * | `p = 5, q = 2` | equals `(5, 2)` with the values in the order written or in that of the names |
 * | names | other names for the same values (`x = 5`, `y = 5`; `2\pi k`, `2\pi n`) are undecided, but for functions (`f(x) = 2x`, `y = 2x`) |
 * | equations | equal where one is a multiple of the other; different where a solution of one is none of the other; else undecided |
 * | inequalities | as sets of real numbers: `x > 5` is `(5, \infty)`, `x \ne 1` is `\mathbb{R} \setminus \{1\}` |
 * | expressions | equal where they agree at all sample points, different where they part at one with real values throughout; apart only elsewhere (`\sqrt{ab}`, `\sqrt a \sqrt b`): undecided. So `\sqrt{x^2}` is not `x`. n, m and k stand for whole numbers, z and w may be complex |
 * | odd roots | of negative numbers are real: `(-8)^{1/3}` is −2 |
 * | letters | `e`, `i`, π are constants, `f(x)`, `g(x)`, `h(x)` values of functions; four or more plain letters are a word |
 * | vectors | a column or row of a matrix equals the tuple of its entries |
 * | ratios | `2:3` equals `4:6` and `2/3`; `1:30` and `2:60` might be times of day and are undecided |
 * | words | case and spaces say nothing; other words are different only where both sides are one word each |
 * | options | `(B)`, `\text{B}`, `(B) 12` are option B; `(B) 12` equals `12`, too |
 * | nothing | `\emptyset`, `\{\}`, "no solution" are one |
 * | unread | equal only to the same text, never different |
 */
export interface AnswerPolicy {
  /** What `20%` may equal without a percent sign: `20` or `0.2` (`either`), only `0.2` (`fraction`), only `20` (`number`). */
  percent: 'either' | 'fraction' | 'number';
  /** A known unit on one side alone: `ignored`, or `undecided` where the numbers are equal. */
  missingUnit: 'ignored' | 'undecided';
  /** Whether lists without brackets, `1, 2`, are equal in `any` order or only as `written`. */
  listOrder: 'any' | 'written';
  /** A decimal with at least so many significant digits equals what it is a rounding of; null: never. */
  roundedDigits: number | null;
}

export const defaultAnswerPolicy: AnswerPolicy = {
  percent: 'either',
  missingUnit: 'ignored',
  listOrder: 'any',
  roundedDigits: null,
};
