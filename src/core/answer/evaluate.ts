import { type Complex, complex, negated, plus, product, quotient, raised } from './complex.ts';
import { exactValue, maxTerms } from './exact.ts';
import { applied, oddPower } from './functions.ts';
import { toNumber } from './rational.ts';
import { type Tree, visit } from './tree.ts';
import { spend, type Work } from './work.ts';

/** One evaluation: where it takes place, what it may cost, and what was met on the way. */
export interface Sample {
  at: ReadonlyMap<string, Complex>;
  work: Work;
  /** A real argument had a value that is not real: the point lies outside the domain over the reals. */
  leftReals: boolean;
  /** Something without a computed value took part, as f(x); a stand-in was used. */
  opaque: boolean;
}

export function sampleAt(at: ReadonlyMap<string, Complex>, work: Work): Sample {
  return { at, work, leftReals: false, opaque: false };
}

/** The value in complex doubles; a part is NaN or infinite where there is none or the work is used up. */
export function evaluate(tree: Tree, sample: Sample): Complex {
  if (!spend(sample.work)) return none;
  switch (tree.kind) {
    case 'number':
      return complex(toNumber(tree.value));
    case 'constant':
      return constants[tree.name];
    case 'symbol':
      return sample.at.get(tree.name) ?? (tree.name.includes('#') ? standIn(tree.name, [], sample) : none);
    case 'negate':
      return negated(evaluate(tree.of, sample));
    case 'call': {
      const args = tree.args.map((arg) => evaluate(arg, sample));
      return watched(applied(tree.name, args), args, sample);
    }
    case 'power':
      return power(tree, sample);
    case 'repeat':
      return repeated(tree, sample);
    case 'opaque':
      return standIn(
        tree.name,
        tree.args.map((arg) => evaluate(arg, sample)),
        sample,
      );
    case 'matrix':
      return none;
    default:
      return binary[tree.kind](evaluate(tree.left, sample), evaluate(tree.right, sample));
  }
}

const none = complex(Number.NaN);
const constants = {
  pi: complex(Math.PI),
  e: complex(Math.E),
  i: { re: 0, im: 1, err: 0 },
  infinity: complex(Number.POSITIVE_INFINITY),
};
const binary = { add: plus, multiply: product, divide: quotient };

function watched(value: Complex, args: readonly Complex[], sample: Sample): Complex {
  if (value.im !== 0 && args.every((arg) => arg.im === 0)) sample.leftReals = true;
  return value;
}

function power(tree: Extract<Tree, { kind: 'power' }>, sample: Sample): Complex {
  const base = evaluate(tree.left, sample);
  if (base.im === 0 && base.re < 0) {
    const exponent = exactValue(tree.right);
    const isOdd = exponent !== null && exponent.denominator % 2n === 1n && exponent.denominator > 1n;
    if (isOdd && exponent.denominator < 100n && exponent.numerator ** 2n < 10_000n)
      return oddPower(base, Number(exponent.numerator), Number(exponent.denominator));
  }
  const exponent = evaluate(tree.right, sample);
  return watched(raised(base, exponent), [base, exponent], sample);
}

function repeated(tree: Extract<Tree, { kind: 'repeat' }>, sample: Sample): Complex {
  const [from, to] = [evaluate(tree.from, sample), evaluate(tree.to, sample)];
  if (!Number.isInteger(from.re) || !Number.isInteger(to.re) || to.re - from.re >= maxTerms || namesTerms(tree)) {
    const inside = { ...sample, at: new Map(sample.at).set(tree.index, complex(1.237)) };
    return standIn(tree.name, [from, to, evaluate(tree.body, inside)], sample);
  }
  const [combine, neutral] = tree.name === 'sum' ? [plus, 0] : [product, 1];
  let total = complex(neutral);
  const at = new Map(sample.at);
  const inside: Sample = { ...sample, at };
  for (let index = from.re; index <= to.re && sample.work.left > 0; index++) {
    at.set(tree.index, complex(index));
    total = combine(total, evaluate(tree.body, inside));
  }
  sample.leftReals ||= inside.leftReals;
  sample.opaque ||= inside.opaque;
  return sample.work.left > 0 ? total : none;
}

/** `a_k` in a sum over k is another number for each k. */
function namesTerms(tree: Tree): boolean {
  let names = false;
  visit(tree, (node) => {
    if (node.kind === 'symbol' && /.#/.test(node.name)) names = true;
  });
  return names;
}

/** The same number for the same name and the same arguments, and hardly ever for others: f(x), or the term `a_k` of a sum. */
function standIn(name: string, args: readonly Complex[], sample: Sample): Complex {
  sample.opaque = true;
  if (args.some((arg) => !Number.isFinite(arg.re) || !Number.isFinite(arg.im))) return none;
  let hash = 2_166_136_261;
  const key = `${name} ${args.map((arg) => `${arg.re.toPrecision(9)} ${arg.im.toPrecision(9)}`).join(' ')}`;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 16_777_619);
  return complex(0.5 + (hash >>> 0) / 2 ** 31);
}
