import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../src/services/models/embedded/random.ts';
import type { ModelConfig } from '../../src/services/models/embedded/weights.ts';

/** Tokens of the tiny models: after the special ones, signs, digits and some words. */
export const tinyVocabulary = [
  ...['<pad>', '<sol>', '<eos>', '\n', '####', '.', ',', '?', '%', '$', '+', '-', '*', '/', '='],
  ...'0123456789',
  ...['Tom', 'Amy', 'has', 'apples', 'pears', 'bags', 'of', 'and', 'How', 'many', 'more', 'there', 'are', 'together'],
];

export const tinyConfig: ModelConfig = {
  vocab: tinyVocabulary.length,
  width: 24,
  layers: 2,
  heads: 2,
  hidden: 40,
  context: 64,
  ropeBase: 1000,
};

export interface TinyWeights {
  name?: string;
  seed?: number;
  config?: Partial<ModelConfig>;
  vocab?: readonly string[];
  /** Changes the header before it is written. */
  header?(header: Record<string, unknown>): Record<string, unknown>;
}

/** A `.tlm` file of random weights, the same for the same seed. Its texts are nonsense, but each token hangs on all before it. */
export function tinyWeights({
  name = 'weak',
  seed = 1,
  config = {},
  vocab = tinyVocabulary,
  header,
}: TinyWeights = {}) {
  const whole = { ...tinyConfig, ...config };
  const random = createRandom(seed);
  const tensors: object[] = [];
  const parts: Buffer[] = [];
  let offset = 0;
  let parameters = 0;
  for (const [tensor, type, shape] of tensorsOf(whole)) {
    const bytes = type === 'i8' ? quantised(shape, random) : halves(shape, tensor === 'smear' ? 0.2 : 1, random);
    tensors.push({ name: tensor, shape, type, offset });
    parts.push(bytes);
    offset += bytes.length;
    parameters += shape.reduce((product, side) => product * side, 1);
  }
  const data = Buffer.concat(parts);
  const sha256 = createHash('sha256').update(data).digest('hex');
  const told = { name, recipe: 'tiny', seed, steps: 0, parameters, config: whole, vocab, tensors, sha256 };
  const json = Buffer.from(JSON.stringify(header ? header(told) : told));
  const padded = Buffer.concat([json, Buffer.alloc((4 - (json.length % 4)) % 4, ' ')]);
  const start = Buffer.from('TLM2\0\0\0\0', 'latin1');
  start.writeUInt32LE(padded.length, 4);
  return Buffer.concat([start, padded, data]);
}

/** A folder with both models' weights, and what removes it. */
export async function tinyFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = join(await mkdtemp(join(tmpdir(), 'trace-loupe-tiny-')), 'models');
  await mkdir(folder);
  await writeFile(join(folder, 'weak.tlm'), tinyWeights());
  await writeFile(
    join(folder, 'strong.tlm'),
    tinyWeights({ name: 'strong', seed: 2, config: { width: 32, layers: 3 } }),
  );
  return { folder, remove: () => rm(join(folder, '..'), { recursive: true, force: true, maxRetries: 3 }) };
}

type Tensor = [name: string, type: 'i8' | 'f16', shape: number[]];

function tensorsOf({ vocab, width, layers, hidden }: ModelConfig): Tensor[] {
  const layer = (index: number): Tensor[] => [
    [`layers.${index}.norm1`, 'f16', [width]],
    [`layers.${index}.qkv`, 'i8', [3 * width, width]],
    [`layers.${index}.out`, 'i8', [width, width]],
    [`layers.${index}.norm2`, 'f16', [width]],
    [`layers.${index}.up`, 'i8', [hidden, width]],
    [`layers.${index}.down`, 'i8', [width, hidden]],
  ];
  const layersOf = Array.from({ length: layers }, (_, index) => layer(index)).flat();
  return [['emb', 'i8', [vocab, width]], ['smear', 'f16', [2, width]], ['norm', 'f16', [width]], ...layersOf];
}

function quantised([rows = 1, columns = 1]: number[], random: () => number): Buffer {
  const bytes = Buffer.alloc(4 * rows + rows * columns);
  for (let row = 0; row < rows; row++) bytes.writeFloatLE((0.5 + random()) / 127 / Math.sqrt(columns / 8), 4 * row);
  for (let i = 0; i < rows * columns; i++) bytes.writeInt8(Math.floor(random() * 255) - 127, 4 * rows + i);
  return pad(bytes);
}

/** Numbers around `middle`, as binary16: with the exponent of 1/8 to 2 and a random fraction. */
function halves(shape: number[], middle: number, random: () => number): Buffer {
  const count = shape.reduce((product, side) => product * side, 1);
  const bytes = Buffer.alloc(2 * count);
  const exponent = middle < 0.5 ? 12 : 15;
  for (let i = 0; i < count; i++) bytes.writeUInt16LE((exponent << 10) | Math.floor(random() * 1024), 2 * i);
  return pad(bytes);
}

function pad(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
