import { leastExponent, ln2, log2e, polynomial, rounder } from './exponential.ts';
import { type Kernel, type KernelShape, lanes, never, type Then, tileRows } from './kernel.ts';
import {
  type Code,
  f32,
  f32x4,
  i32,
  i32x4,
  increase,
  type Local,
  repeat,
  v128,
  wasmFunction,
  wasmModule,
  when,
} from './wasm.ts';

/** Whether vector instructions can be used here. */
export function hasSimd(): boolean {
  return runtime()?.validate(kernelProgram({ width: 4, headSize: 4, scratch: 0 })) ?? false;
}

/** The kernel as a small WebAssembly module, whose bytes are written here. @throws where there are no vector instructions. */
export function simdKernel(size: number, shape: KernelShape): Kernel {
  const wasm = runtime();
  if (!wasm) throw new Error('There is no WebAssembly here.');
  const memory = new wasm.Memory({ initial: Math.ceil((size * 4) / 65_536) });
  const program = new wasm.Module(kernelProgram(shape));
  const { keep, add, rectify, attend } = new wasm.Instance(program, { env: { memory } }).exports;
  if (!keep || !add || !rectify || !attend) throw new Error('The kernel lacks a function.');
  const products: Record<Then, typeof keep> = { keep, add, rectify };
  return {
    name: 'simd',
    floats: new Float32Array(memory.buffer),
    multiply: (x, weights, y, rows, depth, width, then = 'keep') =>
      products[then](x * 4, weights * 4, y * 4, Math.ceil(rows / tileRows), depth, width / lanes),
    attend: (query, out, { keys, values, length }, second) =>
      attend(query * 4, out * 4, keys * 4, values * 4, length, second.keys * 4, second.values * 4, second.length),
  };
}

/** What we need of the runtime's `WebAssembly`, whose types come with those of browsers only. */
interface Runtime {
  validate(bytes: Uint8Array): boolean;
  Memory: new (size: { initial: number }) => { buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: Record<string, (...places: number[]) => void> };
}

const runtime = () => (globalThis as { WebAssembly?: Runtime }).WebAssembly;

function kernelProgram(shape: KernelShape): Uint8Array<ArrayBuffer> {
  const products = (['keep', 'add', 'rectify'] as const).map(multiplyFunction);
  return wasmModule([...products, attendFunction(shape)]);
}

/** Steps along the depth that are taken at a time: the loop's own cost is shared by so many. */
const unrolled = 4;

/** Panel by panel, so that the panel stays in the nearest cache while all rows pass; 4 rows × 8 columns stay in registers. */
function multiplyFunction(then: Then) {
  const parameters = ['x', 'weights', 'y', 'tiles', 'depth', 'panels'] as const;
  return wasmFunction(then, parameters, ({ x, weights, y, tiles, depth, panels }, local) => {
    const [depthBytes, widthBytes, tile, step] = i32s(local);
    const [nextRow, panel, out] = i32s(local);
    const rows = Array.from({ length: tileRows }, () => ({
      at: local('i32'),
      left: local('v128'),
      right: local('v128'),
    }));
    const [left, right, factor] = [local('v128'), local('v128'), local('v128')];

    const oneStep = (index: number) => [
      ...left.set(v128.load(panel.get, 32 * index)),
      ...right.set(v128.load(panel.get, 32 * index + 16)),
      ...rows.flatMap((row) => [
        ...factor.set(v128.load32Splat(row.at.get, 4 * index)),
        ...increase(row.left, f32x4.add, f32x4.mul(factor.get, left.get)),
        ...increase(row.right, f32x4.add, f32x4.mul(factor.get, right.get)),
      ]),
    ];
    const oneTile = [
      ...rows.flatMap((row) => [
        ...row.at.set(nextRow.get),
        ...increase(nextRow, i32.add, depthBytes.get),
        ...row.left.set(f32x4.const(0)),
        ...row.right.set(f32x4.const(0)),
      ]),
      ...panel.set(weights.get),
      ...step.set(i32.shrU(depth.get, i32.const(2))),
      ...repeat(step, [
        ...Array.from({ length: unrolled }, (_, index) => oneStep(index)).flat(),
        ...rows.flatMap((row) => increase(row.at, i32.add, i32.const(4 * unrolled))),
        ...increase(panel, i32.add, i32.const(32 * unrolled)),
      ]),
      ...rows.flatMap((row) => [
        ...v128.store(out.get, finished[then](row.left.get, v128.load(out.get))),
        ...v128.store(out.get, finished[then](row.right.get, v128.load(out.get, 16)), 16),
        ...increase(out, i32.add, widthBytes.get),
      ]),
    ];
    return [
      ...depthBytes.set(i32.shl(depth.get, i32.const(2))),
      ...widthBytes.set(i32.shl(panels.get, i32.const(5))),
      ...repeat(panels, [
        ...tile.set(tiles.get),
        ...nextRow.set(x.get),
        ...out.set(y.get),
        ...repeat(tile, oneTile),
        ...weights.set(panel.get),
        ...increase(y, i32.add, i32.const(4 * lanes)),
      ]),
    ];
  });
}

const finished: Record<Then, (sum: Code, before: Code) => Code> = {
  keep: (sum) => sum,
  add: (sum, before) => f32x4.add(before, sum),
  rectify: (sum) => f32x4.max(sum, f32x4.const(0)),
};

/** As many as are taken. */
function i32s(local: (type: 'i32') => Local): [Local, Local, Local, Local] {
  return [local('i32'), local('i32'), local('i32'), local('i32')];
}

/**
 * Head by head: scores of eight positions at a time, their highest, their weights by exp, and the weighted sum of the
 * values, which is divided by the sum of the weights at the end.
 */
function attendFunction({ width, headSize, scratch }: KernelShape) {
  const parameters = ['query', 'out', 'keys', 'values', 'length', 'keys2', 'values2', 'length2'] as const;
  return wasmFunction('attend', parameters, (given, local) => {
    const { query, out } = given;
    const [head, score, key, count] = i32s(local);
    const [value, scores2] = i32s(local);
    const [left, right, factor, most, total] = Array.from({ length: 5 }, () => local('v128')) as Five;
    const scores = i32.const(4 * (scratch + 2 * lanes));
    const blocks = (length: Local) => i32.shrU(i32.add(length.get, i32.const(lanes - 1)), i32.const(3));

    /** Eight scores: left and right of a block. */
    const scoreBlock = [
      ...left.set(f32x4.const(0)),
      ...right.set(f32x4.const(0)),
      ...Array.from({ length: headSize }, (_, column) => [
        ...factor.set(v128.load32Splat(query.get, 4 * column)),
        ...increase(left, f32x4.add, f32x4.mul(factor.get, v128.load(key.get, 32 * column))),
        ...increase(right, f32x4.add, f32x4.mul(factor.get, v128.load(key.get, 32 * column + 16))),
      ]).flat(),
      ...v128.store(score.get, left.get),
      ...v128.store(score.get, right.get, 16),
      ...increase(score, i32.add, i32.const(32)),
      ...increase(key, i32.add, i32.const(4 * lanes * width)),
    ];
    /** The last block's positions behind the end must not count. */
    const mask = (length: Local) => {
      // Bytes from the start of the zeros: the further, the more lanes are masked.
      const missing = i32.and(i32.sub(i32.const(0), length.get), i32.const(lanes - 1));
      return [
        ...key.set(i32.add(i32.const(4 * scratch), i32.shl(missing, i32.const(2)))),
        ...count.set(i32.sub(score.get, i32.const(32))),
        ...v128.store(count.get, f32x4.add(v128.load(count.get), v128.load(key.get))),
        ...v128.store(count.get, f32x4.add(v128.load(count.get, 16), v128.load(key.get, 16)), 16),
      ];
    };
    const scoreAll = (keys: Local, length: Local) => [
      ...key.set(keys.get),
      ...count.set(blocks(length)),
      ...repeat(count, scoreBlock),
      ...when(length, mask(length)),
    ];
    const vectors = i32.shrU(i32.sub(score.get, scores), i32.const(4));
    const each = (body: Code) => [
      ...count.set(vectors),
      ...score.set(scores),
      ...repeat(count, [...body, ...increase(score, i32.add, i32.const(16))]),
    ];
    const sums = Array.from({ length: headSize / 4 }, () => local('v128'));
    const addValues = (values: Local, length: Local) => [
      ...value.set(values.get),
      ...count.set(length.get),
      ...repeat(count, [
        ...factor.set(v128.load32Splat(score.get)),
        ...sums.flatMap((sum, index) =>
          increase(sum, f32x4.add, f32x4.mul(factor.get, v128.load(value.get, 16 * index))),
        ),
        ...increase(score, i32.add, i32.const(4)),
        ...increase(value, i32.add, i32.const(4 * width)),
      ]),
    ];
    const lanesOf = (vector: Local) => [0, 1, 2, 3].map((lane) => f32x4.extractLane(vector.get, lane)) as Four;
    const highest = ([a, b, c, d]: Four) => f32.max(f32.max(a, b), f32.max(c, d));
    const sum = ([a, b, c, d]: Four) => f32.add(f32.add(a, b), f32.add(c, d));

    const oneHead = [
      ...score.set(scores),
      ...scoreAll(given.keys, given.length),
      ...scores2.set(score.get),
      ...scoreAll(given.keys2, given.length2),
      ...most.set(f32x4.const(never)),
      ...each(most.set(f32x4.max(most.get, v128.load(score.get)))),
      ...most.set(f32x4.splat(highest(lanesOf(most)))),
      ...total.set(f32x4.const(0)),
      ...each([
        ...left.set(f32x4.sub(v128.load(score.get), most.get)),
        ...exponentialOf(left, right, factor),
        ...v128.store(score.get, left.get),
        ...increase(total, f32x4.add, left.get),
      ]),
      ...sums.flatMap((part) => part.set(f32x4.const(0))),
      ...score.set(scores),
      ...addValues(given.values, given.length),
      ...score.set(scores2.get),
      ...addValues(given.values2, given.length2),
      ...factor.set(f32x4.splat(f32.div(f32.const(1), sum(lanesOf(total))))),
      ...sums.flatMap((part, index) => v128.store(out.get, f32x4.mul(part.get, factor.get), 16 * index)),
      ...[query, out, given.values, given.values2].flatMap((place) =>
        increase(place, i32.add, i32.const(4 * headSize)),
      ),
      ...[given.keys, given.keys2].flatMap((place) => increase(place, i32.add, i32.const(4 * lanes * headSize))),
    ];
    return [...head.set(i32.const(width / headSize)), ...repeat(head, oneHead)];
  });
}

type Four = [Code, Code, Code, Code];
type Five = [Local, Local, Local, Local, Local];

/** `x = exp(x)` of four numbers, as `exponential` has it; `n` and `y` are overwritten. */
function exponentialOf(x: Local, n: Local, y: Local): Code {
  const [first = 0, ...further] = polynomial;
  const round = f32x4.const(rounder);
  const scale = i32x4.shl(i32x4.add(i32x4.truncSatF32x4(n.get), i32x4.splat(i32.const(127))), i32.const(23));
  const r = x;
  return [
    ...n.set(f32x4.sub(f32x4.add(f32x4.mul(x.get, f32x4.const(log2e)), round), round)),
    // The mask waits in y's place on the stack's bottom, for r takes x's.
    ...f32x4.ge(x.get, f32x4.const(leastExponent)),
    ...ln2.flatMap((part) => r.set(f32x4.sub(r.get, f32x4.mul(n.get, f32x4.const(part))))),
    ...y.set(f32x4.const(first)),
    ...further.flatMap((next) => y.set(f32x4.add(f32x4.mul(y.get, r.get), f32x4.const(next)))),
    ...y.set(f32x4.mul(f32x4.mul(y.get, r.get), r.get)),
    ...y.set(f32x4.add(y.get, f32x4.add(r.get, f32x4.const(1)))),
    ...x.set(v128.and([], f32x4.mul(y.get, scale))),
  ];
}
