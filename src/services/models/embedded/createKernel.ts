import { type Kernel, type KernelShape, lanes, never } from './kernel.ts';
import { plainKernel } from './plainKernel.ts';
import { hasSimd, simdKernel } from './simdKernel.ts';

/**
 * The kernel over a fresh memory of `size` floats, all 0.
 * @param simd default: where the machine has it.
 */
export function createKernel(size: number, shape: KernelShape, simd = hasSimd()): Kernel {
  const kernel = simd ? simdKernel(size, shape) : plainKernel(size, shape);
  // A window of 8, moved along these 16, masks the end of a block.
  const { scratch } = shape;
  kernel.floats.fill(0, scratch, scratch + lanes).fill(never, scratch + lanes, scratch + 2 * lanes);
  return kernel;
}
