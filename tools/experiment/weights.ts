import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Arm } from '../../src/core/trace/trace.ts';
import { UserError } from '../../src/core/userError.ts';
import type { PairWeights, WeightsFacts } from './result.ts';

/** The weights of one training seed, and where their files lie. */
export interface FoundPair extends PairWeights {
  files: Record<Arm, string>;
}

export interface FoundWeights {
  pairs: FoundPair[];
  /** The same strong models with weak ones that were trained for longer. */
  longer: FoundPair[];
}

/**
 * The pairs of all training seeds in `folder`, ascending; where it has none, the shipped pair alone. `wanted`: only these seeds.
 * Rejects with a `UserError` where a seed or a whole pair is missing.
 */
export async function findWeights(
  folder: string,
  shipped: string,
  wanted: readonly number[] | null,
): Promise<FoundWeights> {
  const names: string[] = await readdir(folder).catch(() => []);
  const seeds = seedsOf(names, 'weak').filter((seed) => names.includes(`strong-${seed}.tlm`));
  const weak = join(shipped, 'weak.tlm');
  const shippedPair = await readPair(null, { weak, strong: join(shipped, 'strong.tlm') });
  const isShipped = (pair: PairWeights) =>
    pair.weak.sha256 === shippedPair.weak.sha256 && pair.strong.sha256 === shippedPair.strong.sha256;
  const read = async (seed: number, weakName: string) => {
    const pair = await readPair(seed, { weak: join(folder, weakName), strong: join(folder, `strong-${seed}.tlm`) });
    return { ...pair, shipped: isShipped(pair) };
  };
  if (seeds.length === 0) return { pairs: only([shippedPair], wanted, shipped), longer: [] };
  const pairs = await Promise.all(seeds.map((seed) => read(seed, `weak-${seed}.tlm`)));
  const kept = only(pairs, wanted, folder);
  const long = seedsOf(names, 'weak-long').filter((seed) => kept.some((pair) => pair.seed === seed));
  return { pairs: kept, longer: await Promise.all(long.map((seed) => read(seed, `weak-long-${seed}.tlm`))) };
}

function seedsOf(names: readonly string[], kind: string): number[] {
  const seeds = names.map((name) => new RegExp(`^${kind}-(\\d+)\\.tlm$`).exec(name)?.[1]);
  return seeds
    .filter((seed) => seed !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

function only(pairs: FoundPair[], wanted: readonly number[] | null, folder: string): FoundPair[] {
  if (!wanted) return pairs;
  const there = pairs.map(({ seed }) => seed);
  const missing = wanted.filter((seed) => !there.includes(seed));
  if (missing.length > 0)
    throw new UserError(
      `--seeds: there is no pair of training seed ${missing.join(', ')} in ${folder}; there are ${there.join(', ')}.`,
    );
  return pairs.filter(({ seed }) => wanted.includes(seed));
}

/** `seed`: null takes that of the weak model's header. */
async function readPair(seed: number | null, files: Record<Arm, string>): Promise<FoundPair> {
  const [weak, strong] = await Promise.all([readFacts(files.weak), readFacts(files.strong)]);
  return { seed: seed ?? weak.seed, shipped: seed === null, weak: weak.facts, strong: strong.facts, files };
}

/** What the header of a weights file says; the models themselves check the data. */
async function readFacts(file: string): Promise<{ seed: number; facts: WeightsFacts }> {
  const header = await readHeader(file).catch((error: unknown) => {
    throw new UserError(
      `${file} can't be read as weights: ${error instanceof Error ? error.message : error}. Make it with tools/embedded-models.`,
    );
  });
  const { seed, ...facts } = header;
  return { seed, facts };
}

async function readHeader(file: string) {
  await using handle = await open(file);
  const start = Buffer.alloc(8);
  await handle.read(start, 0, 8, 0);
  if (start.toString('latin1', 0, 4) !== 'TLM2') throw new Error('it does not begin with TLM2');
  const length = start.readUInt32LE(4);
  if (length > mostHeaderBytes) throw new Error('its header is too long');
  const bytes = Buffer.alloc(length);
  await handle.read(bytes, 0, length, 8);
  return v.parse(headerSchema, JSON.parse(bytes.toString('utf8')));
}

const mostHeaderBytes = 1 << 20;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const headerSchema = v.object({ seed: whole, steps: whole, parameters: whole, sha256: v.string() });
