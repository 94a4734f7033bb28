import type { JsonNode } from './node.ts';

const encoder = new TextEncoder();
/** A text that begins with U+FEFF keeps it: a literal is no file. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes of a string's literal between its quotes, escapes as they were written. */
export interface LiteralSpan {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** What stands between the quotes of a string. */
export function insideOf({ bytes, start, end }: JsonNode): LiteralSpan {
  return { bytes, start: start + 1, end: end - 1 };
}

/** A text as it is written between quotes. */
export function literalOf(text: string): LiteralSpan {
  const bytes = encoder.encode(JSON.stringify(text));
  return { bytes, start: 1, end: bytes.length - 1 };
}

/** The text that a literal stands for. */
export function textOf({ bytes, start, end }: LiteralSpan): string {
  const inside = decoder.decode(bytes.slice(start, end));
  return inside.includes('\\') ? (JSON.parse(`"${inside}"`) as string) : inside;
}

/**
 * A string that arrives in parts, kept as it was written: nothing is decoded before somebody asks for the text. Grows
 * by doubling.
 */
export class Literal implements LiteralSpan {
  bytes = new Uint8Array(64);
  readonly start = 0;
  end = 0;

  append(bytes: Uint8Array, from: number, to: number): void {
    const length = this.end + to - from;
    if (length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.end));
      this.bytes = grown;
    }
    // A view of a small array costs more than a thousand bytes by hand.
    if (to - from > 1024) this.bytes.set(bytes.subarray(from, to), this.end);
    else for (let i = from, at = this.end; i < to; i++) this.bytes[at++] = bytes[i] as number;
    this.end = length;
  }

  add({ bytes, start, end }: LiteralSpan): void {
    this.append(bytes, start, end);
  }

  get isEmpty(): boolean {
    return this.end === 0;
  }

  get text(): string {
    return textOf(this);
  }

  /** The whole string as JSON. */
  get json(): string {
    return `"${decoder.decode(this.bytes.subarray(0, this.end))}"`;
  }

  clear(): void {
    this.end = 0;
  }
}

/** Whether all escapes in `[from, to)`, which is free of quotes and control characters, are JSON's. */
export function hasLegalEscapes(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    if (bytes[i] !== 0x5c) continue;
    const length = escapeLength(bytes, i, to);
    if (length === 0) return false;
    i += length - 1;
  }
  return true;
}

function escapeLength(bytes: Uint8Array, i: number, to: number): number {
  switch (bytes[i + 1]) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return i + 2 <= to ? 2 : 0;
    case 0x75: // u
      if (i + 6 > to) return 0;
      for (let k = i + 2; k < i + 6; k++) if (hexDigit(bytes[k] as number) < 0) return 0;
      return 6;
    default:
      return 0;
  }
}

/** The UTF-16 unit of the `\uXXXX` at `i`. */
export function escapedUnit(bytes: Uint8Array, i: number): number {
  let unit = 0;
  for (let k = i + 2; k < i + 6; k++) unit = unit * 16 + hexDigit(bytes[k] as number);
  return unit;
}

function hexDigit(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30;
  const letter = c | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** The last place in `[from + 1, from + most]` where a literal can be cut: within no escape, no character and no surrogate pair. */
export function cutLiteral({ bytes, end }: LiteralSpan, from: number, most: number): number {
  if (end - from <= most) return end;
  let cut = from;
  for (let next = from; next < end;) {
    next = behindCharacter(bytes, next, end);
    if (next - from > most && cut > from) break;
    cut = next;
  }
  return cut;
}

function behindCharacter(bytes: Uint8Array, i: number, end: number): number {
  const c = bytes[i] as number;
  if (c === 0x5c) {
    if (bytes[i + 1] !== 0x75) return i + 2;
    const next = i + 6;
    const isHigh = (escapedUnit(bytes, i) & 0xfc00) === 0xd800;
    const pairs = isHigh && next + 6 <= end && bytes[next] === 0x5c && bytes[next + 1] === 0x75;
    return pairs && (escapedUnit(bytes, next) & 0xfc00) === 0xdc00 ? next + 6 : next;
  }
  i++;
  if (c >= 0xc0) while (i < end && ((bytes[i] as number) & 0xc0) === 0x80) i++;
  return i;
}
