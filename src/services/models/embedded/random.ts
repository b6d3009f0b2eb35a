/**
 * Numbers from 0 to below 1, the same for a seed on every machine. Seeds that differ in one bit give unlike streams.
 *
 * Source: Chris Doty-Humphrey's sfc32 (PractRand), whose state is 128 bits; its counter makes every period at least 2³².
 * @param seed its lowest 32 bits count.
 */
export function createRandom(seed: number): () => number {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
  const next = () => {
    const mixed = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + mixed) | 0;
    return (mixed >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < warmUp; round++) next();
  return next;
}

/** Rounds after which its author counts all bits of the seed as spread. */
const warmUp = 12;
