import type { Rewriter } from './rewriter.ts';

/**
 * Nearly all frames of a stream are equal but for one string: the text of a delta. From one frame that was looked at
 * closely, a template remembers the bytes before and behind that string and what has to be edited in them, so that
 * the frames like it cost a comparison (0.15 µs) instead of a scan and a parse (1.5 µs).
 */
export interface DeltaTemplate {
  readonly prefix: Pattern;
  readonly suffix: Pattern;
  /** The same two as the client gets them. */
  readonly newPrefix: Uint8Array;
  readonly newSuffix: Uint8Array;
}

/**
 * Where the frame at `start` ends if it is the template's with another text in it, else -1. One pass over its bytes;
 * its lines need not be found first, because the suffix holds the blank line.
 */
export function matchTemplate(
  template: DeltaTemplate,
  bytes: Uint8Array,
  view: DataView | undefined,
  start: number,
  to: number,
): number {
  const { prefix, suffix } = template;
  const textStart = start + prefix.bytes.length;
  if (textStart + suffix.bytes.length > to) return -1;
  if (!stands(prefix, bytes, view, start)) return -1;
  let i = textStart;
  for (; i < to; i++) {
    const c = bytes[i] as number;
    if (c === 0x22) break;
    // Nothing escapes a line end: the frame ends there, whatever follows.
    if ((c === 0x5c ? (bytes[++i] as number) : c) < 0x20) return -1;
  }
  const end = i + suffix.bytes.length;
  return end <= to && stands(suffix, bytes, view, i) ? end : -1;
}

/** Bytes to compare with, four at a time: three times as fast as one by one (90 ns for 170 bytes). */
export interface Pattern {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

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

/** Whether the pattern stands at `at`; the buffer is long enough. */
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

/**
 * A template of the frame `[start, end)` around its one text `[textStart, textEnd)`, quotes excluded, with what the
 * client gets around it.
 */
export function makeTemplate(
  bytes: Uint8Array,
  start: number,
  end: number,
  textStart: number,
  textEnd: number,
  newPrefix: Uint8Array,
  newSuffix: Uint8Array,
): DeltaTemplate {
  return {
    prefix: toPattern(bytes.slice(start, textStart)),
    suffix: toPattern(bytes.slice(textEnd, end)),
    newPrefix,
    newSuffix,
  };
}

/** The template's frame `[start, end)` as the client gets it, alone in an array of its own. */
export function rewriteAlone(template: DeltaTemplate, bytes: Uint8Array, start: number, end: number): Uint8Array {
  const { prefix, suffix, newPrefix, newSuffix } = template;
  const textStart = start + prefix.bytes.length;
  const textEnd = end - suffix.bytes.length;
  const out = new Uint8Array(newPrefix.length + (textEnd - textStart) + newSuffix.length);
  out.set(newPrefix);
  let at = newPrefix.length;
  for (let i = textStart; i < textEnd; i++) out[at++] = bytes[i] as number;
  out.set(newSuffix, at);
  return out;
}

/** Writes the template's frame `[start, end)` as the client gets it. */
export function rewriteText(template: DeltaTemplate, out: Rewriter, start: number, end: number): void {
  const { prefix, suffix, newPrefix, newSuffix } = template;
  const textStart = start + prefix.bytes.length;
  out.surround(start, textStart, end - suffix.bytes.length, end, newPrefix, newSuffix);
}
