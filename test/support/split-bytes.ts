import { bytesOf } from './http-message.ts';

/** A small seeded generator (mulberry32): the same seed gives the same splits on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The bytes in at most `pieces` pieces, cut at random places (inside code points and line ends too). */
export function splitAtRandom(data: string | Uint8Array, pieces: number, seed: number): Uint8Array[] {
  const bytes = bytesOf(data);
  const random = seededRandom(seed);
  const cuts = new Set<number>();
  for (let i = 1; i < pieces; i++) cuts.add(Math.floor(random() * bytes.length));
  const sorted = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).flatMap((end, i) => (end > sorted[i]! ? [bytes.subarray(sorted[i]!, end)] : []));
}

/** One byte a piece. */
export function splitEveryByte(data: string | Uint8Array): Uint8Array[] {
  return Array.from(bytesOf(data), (byte) => Uint8Array.of(byte));
}

/** A hash of a name, to seed from it. */
export function seedOf(name: string): number {
  return Bun.hash.crc32(name);
}
