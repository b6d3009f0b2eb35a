import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { ModelFailure } from '../model.ts';
import type { EmbeddedName } from './settings.ts';
import { special } from './tokenizer.ts';

/** A model's weights as they lie in its file, read and checked. */
export interface Weights {
  header: WeightsHeader;
  /** Size of the file. */
  bytes: number;
  /** Shows a tensor row by row, each in the same array: read it at once. A vector has one number in each row. */
  eachRow(name: string, visit: (row: Float32Array, index: number) => void): void;
}

export type WeightsHeader = v.InferOutput<typeof headerSchema>;
export type ModelConfig = WeightsHeader['config'];

/**
 * Reads a `.tlm` file: `TLM2`, the header's length in 32 bits, the header as JSON, and the tensors.
 *
 * Everything is checked before anything is used: lengths, shapes, places and the data's sha256.
 * @throws ModelFailure `notFound`, in one sentence, where the file is missing, cut off, altered or of another version.
 */
export async function readWeights(file: string, name: EmbeddedName): Promise<Weights> {
  try {
    return parseWeights(await readFile(file));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const what = missing ? 'are missing' : error instanceof Refusal ? error.message : "can't be read";
    const why = missing || error instanceof Refusal ? '' : ` (${error instanceof Error ? error.message : error})`;
    throw new ModelFailure(
      'notFound',
      `The weights of embedded:${name} ${what}${why}: install Trace Loupe again, or choose another model. The file is ${file}.`,
      { cause: error },
    );
  }
}

/** Why a file's weights are not used: what follows on “The weights of …”. */
class Refusal extends Error {}

const magic = 'TLM2';
const start = 8;
const mostHeaderBytes = 2 ** 20;
/** Far above what ships; an altered header must not make us ask for all memory. */
const mostDataBytes = 2 ** 26;

const size = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const headerSchema = v.object({
  name: v.string(),
  recipe: v.string(),
  seed: v.number(),
  steps: v.number(),
  parameters: count,
  config: v.object({
    vocab: v.pipe(size(2 ** 14), v.minValue(special.count)),
    width: v.pipe(size(512), v.multipleOf(8)),
    layers: size(32),
    heads: size(64),
    hidden: v.pipe(size(4096), v.multipleOf(8)),
    context: size(1024),
    ropeBase: v.pipe(v.number(), v.gtValue(1)),
  }),
  vocab: v.array(v.string()),
  tensors: v.array(
    v.object({ name: v.string(), shape: v.array(count), type: v.picklist(['i8', 'f16']), offset: count }),
  ),
  sha256: v.string(),
});

function parseWeights(file: Buffer): Weights {
  if (file.length < start) throw new Refusal('are cut off');
  if (file.toString('latin1', 0, 3) !== magic.slice(0, 3)) throw new Refusal('are altered');
  if (file.toString('latin1', 0, 4) !== magic) throw new Refusal('are of another version');
  const headerBytes = file.readUInt32LE(4);
  if (headerBytes > mostHeaderBytes) throw new Refusal('are altered');
  if (start + headerBytes > file.length) throw new Refusal('are cut off');
  const header = parseHeader(file.toString('utf8', start, start + headerBytes));
  const data = file.subarray(start + headerBytes);
  const places = placesOf(header);
  const end = Math.max(...Array.from(places.values(), (place) => place.end));
  if (data.length < end) throw new Refusal('are cut off');
  if (data.length > mostDataBytes) throw new Refusal('are altered');
  if (createHash('sha256').update(data).digest('hex') !== header.sha256) throw new Refusal('are altered');
  return { header, bytes: file.length, eachRow: (name, visit) => visitRows(data, places.get(name), visit) };
}

function parseHeader(text: string): WeightsHeader {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new Refusal('are altered');
  }
  const { success, output } = v.safeParse(headerSchema, raw);
  if (!success) throw new Refusal('are of another version');
  const { config, vocab } = output;
  const headSize = config.width / config.heads;
  const fits = vocab.length === config.vocab && new Set(vocab).size === vocab.length;
  if (!fits || headSize % 4 !== 0) throw new Refusal('are of another version');
  return output;
}

interface Place {
  rows: number;
  columns: number;
  type: 'i8' | 'f16';
  offset: number;
  /** Behind its last byte. */
  end: number;
}

/** Where each tensor lies. All that the model needs must be there, in its shape. */
function placesOf({ config, tensors }: WeightsHeader): Map<string, Place> {
  const listed = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const places = new Map<string, Place>();
  for (const [name, type, shape] of expectedTensors(config)) {
    const found = listed.get(name);
    const same = found?.type === type && found.shape.join() === shape.join() && found.offset % 4 === 0;
    if (!found || !same) throw new Refusal('are of another version');
    const [rows = 1, columns = 1] = shape;
    const bytes = type === 'i8' ? 4 * rows + rows * columns : 2 * rows * columns;
    places.set(name, { rows, columns, type, offset: found.offset, end: found.offset + bytes });
  }
  return places;
}

type ExpectedTensor = [name: string, type: 'i8' | 'f16', shape: number[]];

function expectedTensors({ vocab, width, layers, hidden }: ModelConfig): ExpectedTensor[] {
  const layer = (index: number): ExpectedTensor[] => [
    [`layers.${index}.norm1`, 'f16', [width]],
    [`layers.${index}.qkv`, 'i8', [3 * width, width]],
    [`layers.${index}.out`, 'i8', [width, width]],
    [`layers.${index}.norm2`, 'f16', [width]],
    [`layers.${index}.up`, 'i8', [hidden, width]],
    [`layers.${index}.down`, 'i8', [width, hidden]],
  ];
  return [
    ['emb', 'i8', [vocab, width]],
    ['smear', 'f16', [2, width]],
    ['norm', 'f16', [width]],
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
  ];
}

function visitRows(data: Buffer, place: Place | undefined, visit: (row: Float32Array, index: number) => void): void {
  if (!place) throw new Error('There is no such tensor.');
  const { rows, columns, type, offset } = place;
  const values = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    if (type === 'f16') {
      for (let i = 0; i < columns; i++) values[i] = halfFloat(data.readUInt16LE(offset + 2 * (first + i)));
    } else {
      const scale = data.readFloatLE(offset + 4 * row);
      const numbers = offset + 4 * rows + first;
      for (let i = 0; i < columns; i++) values[i] = scale * data.readInt8(numbers + i);
    }
    visit(values, row);
  }
}

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
