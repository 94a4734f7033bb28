import type { Member } from '../../../protocol/json/scan.ts';

const decoder = new TextDecoder();

/** Bytes of a text that are read whole. What is longer holds a paste: what is wanted stands before or behind it. */
export const WHOLE_BYTES = 6000;
const HEAD_BYTES = 3500;
const TAIL_BYTES = 2000;

/** Stands where the middle of a text was left out: ends a line. */
const GAP = '\n…\n';

const BACKSLASH = 0x5c;

/** A JSON string's text; of a long one its head and its tail. `start` and `end` include the quotes. */
export function readCapped(bytes: Uint8Array, start: number, end: number): string {
  const from = start + 1;
  const to = end - 1;
  if (to - from <= WHOLE_BYTES) return textOf(bytes, from, to);
  const head = textOf(bytes, from, safeCut(bytes, from + HEAD_BYTES, to));
  return head + GAP + textOf(bytes, safeCut(bytes, to - TAIL_BYTES, to), to);
}

/** The text's first bytes alone. */
export function readHead(bytes: Uint8Array, { valueStart, valueEnd }: Member, max: number): string {
  const from = valueStart + 1;
  const to = valueEnd - 1;
  return textOf(bytes, from, to - from <= max ? to : safeCut(bytes, from + max, to));
}

/** The next place from `i` on where the text may be cut: in no escape and no character of several bytes. */
function safeCut(bytes: Uint8Array, i: number, to: number): number {
  for (; i < to; i++) {
    const c = bytes[i] as number;
    if (c === 0x20 || c >= 0xc0 || (c === BACKSLASH && bytes[i - 1] !== BACKSLASH && !isSecondHalf(bytes, i))) return i;
  }
  return to;
}

/** Whether the escape that starts there is the second of the two that some characters are written by. */
function isSecondHalf(bytes: Uint8Array, i: number): boolean {
  const third = (bytes[i + 3] as number) | 0x20;
  return bytes[i + 1] === 0x75 && ((bytes[i + 2] as number) | 0x20) === 0x64 && third >= 0x63 && third <= 0x66;
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  const raw = decoder.decode(bytes.slice(from, to));
  return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
}
