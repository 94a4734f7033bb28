import { escapedUnit } from './escape.ts';
import type { Span } from './span.ts';

const encoder = new TextEncoder();
/** A text that begins with U+FEFF keeps it: a literal is no file. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A text as it is written between a string's quotes. */
export function literalOf(text: string): Span {
  const bytes = encoder.encode(JSON.stringify(text));
  return { bytes, start: 1, end: bytes.length - 1 };
}

/** The text that a literal stands for. */
export function textOf({ bytes, start, end }: Span): string {
  const inside = decoder.decode(bytes.slice(start, end));
  return inside.includes('\\') ? (JSON.parse(`"${inside}"`) as string) : inside;
}

/**
 * A string that arrives in parts, kept as it was written: nothing is decoded before somebody asks for the text. Grows
 * by doubling.
 */
export class Literal implements Span {
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

  add({ bytes, start, end }: Span): void {
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

/** The last place in `[from + 1, from + most]` where a literal can be cut: within no escape, no character and no surrogate pair. */
export function cutLiteral({ bytes, end }: Span, from: number, most: number): number {
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
