import { createKernel } from './createKernel.ts';
import { type CacheView, type Kernel, lanes, tileRows } from './kernel.ts';
import type { ModelConfig, Weights } from './weights.ts';

/** One token to be put through the model, and where its keys and values go. */
export interface Row {
  token: number;
  /** The tokens one and two places before it; −1: there is none. */
  before: number;
  beforeThat: number;
  /** Its place in problem and text together, from 0. */
  position: number;
  /** The cache that this row extends, at `at`; it attends to all of it up to there. */
  cache: number;
  at: number;
  /** A cache of what comes before that, which rows share, and its length; a length of 0: there is nothing before. */
  shared: number;
  sharedLength: number;
  /** Whether the next token's logits are asked for. */
  wantsLogits: boolean;
}

/** A model that goes one token further in many texts at once. */
export interface Transformer {
  readonly config: ModelConfig;
  readonly kernel: Kernel['name'];
  /** Rows that one call may have. */
  readonly mostRows: number;
  /**
   * Puts each row's token through the model. What comes of a row depends on its own fields and caches alone.
   *
   * Rows of one text may stand in one call, in their order. The i-th row that wants logits finds them at
   * `i * logitsStride` of `logits`, until the next call.
   */
  forward(rows: readonly Row[]): void;
  readonly logits: Float32Array;
  readonly logitsStride: number;
}

export interface TransformerOptions {
  mostRows: number;
  /** Caches, each for a whole context. Memory of one that was never used costs nothing. */
  caches: number;
  /** Default: where the machine has it. */
  simd?: boolean;
}

/**
 * Decoder with smeared embeddings, rotary positions, ReLU and tied embeddings; see `media/models/README.md`.
 *
 * What adds up many numbers is the kernel's; the rest is done here, in one way for both kernels.
 */
export function createTransformer(weights: Weights, { mostRows, caches, simd }: TransformerOptions): Transformer {
  const { config } = weights.header;
  const { width, hidden, layers, heads, vocab, context } = config;
  const headSize = width / heads;
  const positions = roundUp(context, lanes);
  const logitsStride = roundUp(vocab, lanes);
  const paddedRows = roundUp(mostRows, tileRows);
  const { take, size } = createAllocator();

  const scratch = take(2 * lanes + 2 * positions);
  const inputs = take(vocab * width);
  const outputs = take(logitsStride * width);
  const smear = take(2 * width);
  const finalNorm = take(width);
  const blocks = Array.from({ length: layers }, () => ({
    norm1: take(width),
    qkv: take(3 * width * width),
    out: take(width * width),
    norm2: take(width),
    up: take(width * hidden),
    down: take(width * hidden),
  }));
  const stream = take(paddedRows * width);
  const normed = take(paddedRows * width);
  const mixed = take(paddedRows * width);
  const wide = take(paddedRows * Math.max(3 * width, hidden));
  const logitsAt = take(paddedRows * logitsStride);
  // Last, so that memory is used from the front and the rest stays untouched.
  const cacheSize = layers * 2 * positions * width;
  const cachesAt = take(caches * cacheSize);

  const kernel = createKernel(size(), { width, headSize, scratch }, simd);
  const { floats } = kernel;
  loadWeights();
  const rotation = rotationOf(config);
  const first: CacheView = { keys: 0, values: 0, length: 0 };
  const second: CacheView = { keys: 0, values: 0, length: 0 };

  function loadWeights(): void {
    const plain = (at: number, name: string) =>
      weights.eachRow(name, (row, index) => floats.set(row, at + index * row.length));
    // A row becomes a column of its panel. Columns that fill up the last panel stay 0.
    const panels = (at: number, name: string) =>
      weights.eachRow(name, (row, index) => {
        const column = at + (index - (index % lanes)) * row.length + (index % lanes);
        for (let i = 0; i < row.length; i++) floats[column + i * lanes] = row[i] as number;
      });
    plain(inputs, 'emb');
    panels(outputs, 'emb');
    plain(smear, 'smear');
    plain(finalNorm, 'norm');
    blocks.forEach((block, index) => {
      const layer = `layers.${index}`;
      plain(block.norm1, `${layer}.norm1`);
      panels(block.qkv, `${layer}.qkv`);
      panels(block.out, `${layer}.out`);
      plain(block.norm2, `${layer}.norm2`);
      panels(block.up, `${layer}.up`);
      panels(block.down, `${layer}.down`);
    });
  }

  const forward = (rows: readonly Row[]) => {
    if (rows.length > mostRows) throw new Error(`${rows.length} rows are too many.`);
    rows.forEach((row, index) => {
      embed(row, stream + index * width);
    });
    for (let layer = 0; layer < layers; layer++) throughLayer(rows, layer);
    let wanted = 0;
    rows.forEach((row, index) => {
      if (row.wantsLogits) normalise(stream + index * width, normed + wanted++ * width, finalNorm);
    });
    if (wanted > 0) kernel.multiply(normed, outputs, logitsAt, wanted, width, logitsStride);
  };

  function throughLayer(rows: readonly Row[], layer: number): void {
    const block = blocks[layer];
    if (!block) return;
    const count = rows.length;
    for (let row = 0; row < count; row++) normalise(stream + row * width, normed + row * width, block.norm1);
    kernel.multiply(normed, block.qkv, wide, count, width, 3 * width);
    const keysOf = (cache: number) => cachesAt + cache * cacheSize + layer * 2 * positions * width;
    for (let index = 0; index < count; index++) {
      const row = rows[index] as Row;
      const own = keysOf(row.cache);
      rotate(wide + index * 3 * width, row.position);
      remember(wide + index * 3 * width, own, row.at);
      show(first, keysOf(row.shared), row.sharedLength);
      show(second, own, row.at + 1);
      kernel.attend(wide + index * 3 * width, mixed + index * width, first, second);
    }
    kernel.multiply(mixed, block.out, stream, count, width, width, 'add');
    for (let row = 0; row < count; row++) normalise(stream + row * width, normed + row * width, block.norm2);
    kernel.multiply(normed, block.up, wide, count, width, hidden, 'rectify');
    kernel.multiply(wide, block.down, stream, count, hidden, width, 'add');
  }

  /** The token's embedding, and a little of its two predecessors'. */
  function embed({ token, before, beforeThat }: Row, to: number): void {
    floats.copyWithin(to, inputs + token * width, inputs + (token + 1) * width);
    if (before >= 0) addProduct(to, smear, inputs + before * width);
    if (beforeThat >= 0) addProduct(to, smear + width, inputs + beforeThat * width);
  }

  function addProduct(to: number, a: number, b: number): void {
    for (let i = 0; i < width; i++) floats[to + i] = at(to + i) + at(a + i) * at(b + i);
  }

  /** Layer norm with a gain and no offset. */
  function normalise(from: number, to: number, gain: number): void {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += at(from + i);
    const mean = sum / width;
    let squares = 0;
    for (let i = 0; i < width; i++) squares += (at(from + i) - mean) ** 2;
    const factor = 1 / Math.sqrt(squares / width + 1e-5);
    for (let i = 0; i < width; i++) floats[to + i] = (at(from + i) - mean) * factor * at(gain + i);
  }

  /** Turns query and key by their position (Su et al. 2021, arXiv:2104.09864), in halves of a head; the query is scaled, too. */
  function rotate(query: number, position: number): void {
    const half = headSize / 2;
    for (let head = 0; head < 2 * heads; head++) {
      const scale = head < heads ? headSize ** -0.5 : 1;
      const from = query + head * headSize;
      for (let i = 0; i < half; i++) {
        const cos = (rotation.cos[position * half + i] as number) * scale;
        const sin = (rotation.sin[position * half + i] as number) * scale;
        const [one, other] = [at(from + i), at(from + half + i)];
        floats[from + i] = one * cos - other * sin;
        floats[from + half + i] = other * cos + one * sin;
      }
    }
  }

  /** Puts the key and the value behind a query into a cache. */
  function remember(query: number, keys: number, position: number): void {
    const lane = position % lanes;
    const block = keys + (position - lane) * width + lane;
    for (let i = 0; i < width; i++) floats[block + i * lanes] = at(query + width + i);
    const values = keys + positions * width + position * width;
    floats.copyWithin(values, query + 2 * width, query + 3 * width);
  }

  function show(view: CacheView, keys: number, length: number): void {
    view.keys = keys;
    view.values = keys + positions * width;
    view.length = length;
  }

  function at(index: number): number {
    return floats[index] as number;
  }

  const logits = floats.subarray(logitsAt, logitsAt + paddedRows * logitsStride);
  return { config, kernel: kernel.name, mostRows, forward, logits, logitsStride };
}

/** Hands out places, each at the start of a line of the processor's cache. */
function createAllocator() {
  let next = 0;
  const take = (length: number) => {
    const place = next;
    next = roundUp(next + length, 16);
    return place;
  };
  return { take, size: () => next };
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** Cosines and sines of all positions, [context, headSize / 2]. */
function rotationOf({ width, heads, context, ropeBase }: ModelConfig): { cos: Float32Array; sin: Float32Array } {
  const headSize = width / heads;
  const half = headSize / 2;
  const angle = (index: number) => Math.floor(index / half) * ropeBase ** ((-2 * (index % half)) / headSize);
  const table = (of: (angle: number) => number) =>
    Float32Array.from({ length: context * half }, (_, i) => of(angle(i)));
  return { cos: table(Math.cos), sin: table(Math.sin) };
}
