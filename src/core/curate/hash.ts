/**
 * A 32-bit hash of a text under a seed: the same on every machine, for ever, since exported splits rest on it.
 * FNV-1a over UTF-16 units, then MurmurHash3's finaliser so that ids which differ in one digit fall far apart.
 */
export function hash32(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
