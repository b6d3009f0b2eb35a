import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createKernel } from '../../src/services/models/embedded/createKernel.ts';
import { exponential, singleExponential } from '../../src/services/models/embedded/exponential.ts';
import { type CacheView, type Kernel, type KernelShape, lanes } from '../../src/services/models/embedded/kernel.ts';
import { createRandom } from '../../src/services/models/embedded/random.ts';
import { hasSimd } from '../../src/services/models/embedded/simdKernel.ts';

const shape: KernelShape = { width: 24, headSize: 12, scratch: 0 };
const size = 60_000;

/** Both kernels over the same random numbers; `large`: their size. */
function kernels(seed: number, given = shape, large = 3): [Kernel, Kernel] {
  const both = [createKernel(size, given, true), createKernel(size, given, false)] as const;
  const random = createRandom(seed);
  for (let i = 1000; i < size; i++) {
    const value = large * (2 * random() - 1);
    for (const { floats } of both) floats[i] = value;
  }
  return [both[0], both[1]];
}

const at = (floats: Float32Array, index: number) => floats[index] ?? Number.NaN;
const bits = (kernel: Kernel, from: number, count: number) =>
  Buffer.from(new Uint32Array(kernel.floats.slice(from, from + count).buffer).buffer).toString('hex');

test('this machine has the vector instructions that the kernel wants', () => assert.ok(hasSimd()));

test('without WebAssembly, and without its vectors, the plain kernel is taken', (t) => {
  const runtime = globalThis as { WebAssembly?: { validate(bytes: Uint8Array): boolean } };
  const { WebAssembly: own } = runtime;
  t.after(() => {
    runtime.WebAssembly = own;
  });
  for (const lacking of [undefined, { validate: () => false }]) {
    runtime.WebAssembly = lacking;
    assert.equal(createKernel(1000, shape).name, 'plain');
  }
  runtime.WebAssembly = own;
  assert.equal(createKernel(1000, shape).name, 'simd');
});

describe('a product', () => {
  const [x, weights, y] = [1000, 10_000, 40_000];
  const sizes = fc.record({
    seed: fc.nat(),
    rows: fc.integer({ min: 1, max: 9 }),
    depth: fc.integer({ min: 1, max: 20 }).map((n) => 4 * n),
    width: fc.integer({ min: 1, max: 8 }).map((n) => 8 * n),
    how: fc.constantFrom('keep' as const, 'add' as const, 'rectify' as const),
  });

  test('is the same to the last bit from both kernels', () => {
    fc.assert(
      fc.property(sizes, ({ seed, rows, depth, width, how }) => {
        const both = kernels(seed);
        for (const kernel of both) kernel.multiply(x, weights, y, rows, depth, width, how);
        assert.equal(bits(both[0], y, rows * width), bits(both[1], y, rows * width));
      }),
      { numRuns: 60 },
    );
  });

  test('is the sum of products, added or made positive as asked', () => {
    fc.assert(
      fc.property(sizes, ({ seed, rows, depth, width, how }) => {
        const [kernel] = kernels(seed);
        const before = kernel.floats.slice();
        kernel.multiply(x, weights, y, rows, depth, width, how);
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < width; column++) {
            let sum = 0;
            const panel = weights + (column - (column % lanes)) * depth + (column % lanes);
            for (let i = 0; i < depth; i++) sum += at(before, x + row * depth + i) * at(before, panel + i * lanes);
            const place = y + row * width + column;
            const expected = how === 'add' ? at(before, place) + sum : how === 'rectify' ? Math.max(0, sum) : sum;
            assert.ok(
              Math.abs(at(kernel.floats, place) - expected) < 1e-3,
              `${at(kernel.floats, place)} for ${expected}`,
            );
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('attention', () => {
  const [query, out] = [1000, 2000];
  const view = (keys: number, length: number): CacheView => ({ keys, values: keys + 8_000, length });
  const lengths = fc.record({
    seed: fc.nat(),
    first: fc.nat(40),
    second: fc.integer({ min: 1, max: 40 }),
    headSize: fc.constantFrom(4, 8, 12, 24),
    large: fc.constantFrom(0.1, 1, 8),
  });

  test('is the same to the last bit from both kernels, whatever lies behind the end of a cache', () => {
    fc.assert(
      fc.property(lengths, ({ seed, first, second, headSize, large }) => {
        const both = kernels(seed, { ...shape, headSize }, large);
        const [simd] = both;
        simd.floats.fill(1e6, 10_000 + Math.ceil(first / lanes) * lanes * shape.width, 18_000);
        for (const kernel of both) kernel.attend(query, out, view(10_000, first), view(30_000, second));
        assert.equal(bits(both[0], out, shape.width), bits(both[1], out, shape.width));
      }),
      { numRuns: 100 },
    );
  });

  test('is the mean of the values, weighted by exp of the products of query and keys', () => {
    fc.assert(
      fc.property(lengths, ({ seed, first, second, headSize }) => {
        const [kernel] = kernels(seed, { ...shape, headSize }, 1);
        const { floats } = kernel;
        kernel.attend(query, out, view(10_000, first), view(30_000, second));
        for (let column = 0; column < shape.width; column++) {
          const head = column - (column % headSize);
          const seen = [view(10_000, first), view(30_000, second)].flatMap(({ keys, values, length }) =>
            Array.from({ length }, (_, position) => {
              let score = 0;
              for (let i = head; i < head + headSize; i++) {
                const block = keys + (position - (position % lanes)) * shape.width;
                score += at(floats, query + i) * at(floats, block + i * lanes + (position % lanes));
              }
              return { weight: Math.exp(score), value: at(floats, values + position * shape.width + column) };
            }),
          );
          const total = seen.reduce((sum, { weight }) => sum + weight, 0);
          const mean = seen.reduce((sum, { weight, value }) => sum + (weight / total) * value, 0);
          assert.ok(Math.abs(at(floats, out + column) - mean) < 1e-5);
        }
      }),
      { numRuns: 20 },
    );
  });
});

test('exp is exp to seven digits, and 0 where it is as good as that', () => {
  for (let x = 0; x > -87; x -= 0.0137) {
    const single = Math.fround(x);
    assert.ok(Math.abs(singleExponential(single) / Math.exp(single) - 1) < 2.4e-7, `single, ${x}`);
    assert.ok(Math.abs(exponential(x) / Math.exp(x) - 1) < 2.4e-7, `double, ${x}`);
  }
  for (const x of [-87.1, -1e30, -Infinity, Number.NaN])
    assert.deepEqual([singleExponential(x), exponential(x)], [0, 0]);
});
