import { singleExponential } from './exponential.ts';
import { type CacheView, type Kernel, type KernelShape, lanes, never, type Then } from './kernel.ts';

const { fround } = Math;

/** The kernel where there are no vector instructions: the same operations, one number at a time. */
export function plainKernel(size: number, shape: KernelShape): Kernel {
  const floats = new Float32Array(size);
  const sums = new Float32Array(lanes);
  return {
    name: 'plain',
    floats,
    multiply: (x, weights, y, rows, depth, width, then = 'keep') => {
      for (let column = 0; column < width; column += lanes) {
        for (let row = 0; row < rows; row++) {
          product(floats, x + row * depth, weights + column * depth, depth, sums);
          finish(floats, y + row * width + column, sums, then);
        }
      }
    },
    attend: (query, out, first, second) => attend(floats, shape, query, out, first, second),
  };
}

/** One row with one panel. Eight variables and no array: this is where the time goes. */
function product(f: Float32Array, x: number, panel: number, depth: number, to: Float32Array): void {
  let [a, b, c, d, e, g, h, i] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let step = 0, at = panel; step < depth; step++, at += lanes) {
    const factor = f[x + step] as number;
    a = fround(a + fround(factor * (f[at] as number)));
    b = fround(b + fround(factor * (f[at + 1] as number)));
    c = fround(c + fround(factor * (f[at + 2] as number)));
    d = fround(d + fround(factor * (f[at + 3] as number)));
    e = fround(e + fround(factor * (f[at + 4] as number)));
    g = fround(g + fround(factor * (f[at + 5] as number)));
    h = fround(h + fround(factor * (f[at + 6] as number)));
    i = fround(i + fround(factor * (f[at + 7] as number)));
  }
  to[0] = a;
  to[1] = b;
  to[2] = c;
  to[3] = d;
  to[4] = e;
  to[5] = g;
  to[6] = h;
  to[7] = i;
}

function finish(floats: Float32Array, y: number, sums: Float32Array, then: Then): void {
  for (let lane = 0; lane < lanes; lane++) {
    const sum = sums[lane] as number;
    floats[y + lane] = then === 'add' ? (floats[y + lane] as number) + sum : then === 'rectify' && !(sum > 0) ? 0 : sum;
  }
}

function attend(
  floats: Float32Array,
  { width, headSize, scratch }: KernelShape,
  query: number,
  out: number,
  first: CacheView,
  second: CacheView,
): void {
  const scores = scratch + 2 * lanes;
  const secondScores = scores + Math.ceil(first.length / lanes) * lanes;
  for (let head = 0; head < width; head += headSize) {
    const mostOfFirst = score(floats, query + head, first, head, width, headSize, scores, never);
    const most = score(floats, query + head, second, head, width, headSize, secondScores, mostOfFirst);
    const sums = [0, 0, 0, 0];
    weigh(floats, scores, first.length, most, sums);
    weigh(floats, secondScores, second.length, most, sums);
    const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = sums;
    const share = fround(1 / fround(fround(s0 + s1) + fround(s2 + s3)));
    for (let column = 0; column < headSize; column++) {
      let sum = addValues(floats, first, head + column, width, scores, 0);
      sum = addValues(floats, second, head + column, width, secondScores, sum);
      floats[out + head + column] = fround(sum * share);
    }
  }
}

/** Writes the scores of a cache's positions and gives the highest of them and `most`. */
function score(
  f: Float32Array,
  query: number,
  { keys, length }: CacheView,
  head: number,
  width: number,
  headSize: number,
  scores: number,
  most: number,
): number {
  let highest = most;
  for (let position = 0; position < length; position++) {
    const lane = position % lanes;
    let key = keys + (position - lane) * width + head * lanes + lane;
    let sum = 0;
    for (let column = 0; column < headSize; column++, key += lanes) {
      sum = fround(sum + fround((f[query + column] as number) * (f[key] as number)));
    }
    f[scores + position] = sum;
    if (sum > highest) highest = sum;
  }
  return highest;
}

/** Turns scores into weights, and adds them to `sums` as a vector of four would. */
function weigh(f: Float32Array, scores: number, length: number, most: number, sums: number[]): void {
  for (let position = 0; position < length; position++) {
    const weight = singleExponential(fround((f[scores + position] as number) - most));
    f[scores + position] = weight;
    sums[position % 4] = fround((sums[position % 4] as number) + weight);
  }
}

function addValues(
  f: Float32Array,
  { values, length }: CacheView,
  column: number,
  width: number,
  weights: number,
  before: number,
): number {
  let sum = before;
  for (let position = 0, at = values + column; position < length; position++, at += width) {
    sum = fround(sum + fround((f[weights + position] as number) * (f[at] as number)));
  }
  return sum;
}
