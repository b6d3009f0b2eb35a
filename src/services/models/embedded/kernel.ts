/**
 * The heavy part of a model: products with its weights, and attention.
 *
 * Places are indices into `floats`. Both kernels add in the same order and round after every operation, so their results
 * are the same to the last bit, and those of a row do not depend on the rows beside it.
 */
export interface Kernel {
  readonly name: 'simd' | 'plain';
  readonly floats: Float32Array;
  /**
   * `y = x · W`, or what `then` makes of it. `x` is [rows, depth] and `y` [rows, width], row by row; `W` [depth, width] in
   * panels of 8 columns, each [depth, 8]. Works on `rows` rounded up to 4: both must have room for that. `depth` is a
   * multiple of 4, `width` of 8.
   */
  multiply(x: number, weights: number, y: number, rows: number, depth: number, width: number, then?: Then): void;
  /** One row's attention, over the positions of two caches, as if they were one. `query` is scaled already. */
  attend(query: number, out: number, first: CacheView, second: CacheView): void;
}

/** `add`: y grows by the product; `rectify`: negative numbers of the product become 0. */
export type Then = 'keep' | 'add' | 'rectify';

/** The keys and values of one layer of a cache, and how many positions of them are attended to. */
export interface CacheView {
  /** Blocks of 8 positions, each [width, 8]. */
  keys: number;
  /** [positions, width]. */
  values: number;
  length: number;
}

export interface KernelShape {
  /** Of the model; a multiple of `headSize`. */
  width: number;
  /** A multiple of 4. */
  headSize: number;
  /** Place for the scores of one head: `context` of both caches, each rounded up to 8, and 16 more. */
  scratch: number;
}

/** Positions of a block of keys, and columns of a panel of weights: two vectors of four floats. */
export const lanes = 8;
/** Rows that are multiplied at a time. */
export const tileRows = 4;

/** What is added to the scores of positions that are not attended to. */
export const never = -1e30;
