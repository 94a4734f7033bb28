const decoder = new TextDecoder();

interface Known {
  readonly name: string;
  /** The name's bytes between its quotes. */
  readonly bytes: Uint8Array;
}

/**
 * Names seen before, by a hash of their bytes. Requests and answers have the same few dozen names again and again:
 * finding one costs 30 ns, making the string anew 200. Bounded, because clients choose names.
 */
const known = new Map<number, Known>();
const MAX_KNOWN = 512;
const MAX_LENGTH = 40;

/** A member's name, from its opening quote to behind the closing one, with escapes decoded. */
export function internName(bytes: Uint8Array, start: number, end: number): string {
  const from = start + 1;
  const length = end - 1 - from;
  if (length > MAX_LENGTH) return decodeName(bytes, start, end);
  let hash = length;
  for (let i = from; i < end - 1; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
  const found = known.get(hash);
  if (found !== undefined && isSame(bytes, from, found.bytes, length)) return found.name;
  const name = decodeName(bytes, start, end);
  if (found === undefined && known.size < MAX_KNOWN) known.set(hash, { name, bytes: bytes.slice(from, end - 1) });
  return name;
}

function isSame(bytes: Uint8Array, from: number, other: Uint8Array, length: number): boolean {
  if (other.length !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[from + i] !== other[i]) return false;
  return true;
}

function decodeName(bytes: Uint8Array, start: number, end: number): string {
  return JSON.parse(decoder.decode(bytes.slice(start, end))) as string;
}
