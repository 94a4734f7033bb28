/** Bytes to compare with, four at a time: three times as fast as one by one (90 ns for 170 bytes). */
export interface Pattern {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/** The bytes as {@link stands} compares with them. They must not change afterwards. */
export function toPattern(bytes: Uint8Array): Pattern {
  const words = new Int32Array(bytes.length >> 2);
  // By hand: a view of so small an array costs more than all of these.
  for (let i = 0; i < words.length; i++) {
    const at = i * 4;
    words[i] =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number);
  }
  return { bytes, words };
}

/** From this many bytes on, an array holds so many frames that a view of it pays. */
const MANY_FRAMES = 2048;

/** What {@link stands} reads an array of frames through; undefined where there are too few of them. */
export function viewOf(bytes: Uint8Array): DataView | undefined {
  return bytes.length < MANY_FRAMES ? undefined : new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Whether the pattern stands at `at`; the array is long enough. `view`: as {@link viewOf} gives it. */
export function stands(
  { bytes: pattern, words }: Pattern,
  bytes: Uint8Array,
  view: DataView | undefined,
  at: number,
): boolean {
  let done = 0;
  if (view !== undefined) {
    for (let i = 0; i < words.length; i++) if (view.getInt32(at + i * 4) !== words[i]) return false;
    done = words.length * 4;
  }
  for (let i = done; i < pattern.length; i++) if (bytes[at + i] !== pattern[i]) return false;
  return true;
}
