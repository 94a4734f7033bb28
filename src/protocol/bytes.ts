/** No bytes: the same array for everybody. */
export const EMPTY = new Uint8Array(0);

/** Either array as it is when the other is empty, else a new one. */
export function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

/** `before` + `bytes[from, to)` + `after`. The middle by hand: a view of a small array costs more than its copy. */
export function surround(
  before: Uint8Array,
  bytes: Uint8Array,
  from: number,
  to: number,
  after: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(before.length + (to - from) + after.length);
  out.set(before);
  let at = before.length;
  for (let i = from; i < to; i++) out[at++] = bytes[i] as number;
  out.set(after, at);
  return out;
}

/** Whether `bytes[start, end)` and `other` are the same. */
export function equals(bytes: Uint8Array, start: number, end: number, other: Uint8Array): boolean {
  if (end - start !== other.length) return false;
  for (let i = 0; i < other.length; i++) if (bytes[start + i] !== other[i]) return false;
  return true;
}

/** Whether the whole text is JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
