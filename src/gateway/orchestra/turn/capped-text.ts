import type { Member } from '../../../protocol/json/scan.ts';

const decoder = new TextDecoder();

/** Bytes of a text that are read whole. What is longer holds a paste: what is wanted stands before or behind it. */
export const WHOLE_BYTES = 6000;
const HEAD_BYTES = 3500;
const TAIL_BYTES = 2000;

/** Stands where the middle of a text was left out: ends a line. */
const GAP = '\n…\n';

const SPACE = 0x20;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** Bytes of `\u4f60`. */
const LONGEST_ESCAPE = 6;
/** Third hexadecimal digits of the first and of the second surrogate of a pair. */
const HIGH = '89ab';
const LOW = 'cdef';

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

/** Bytes among which a place between two words is looked for. Base64, minified code and long rulers have none. */
const LOOK_AHEAD = 64;

/** The next place from `i` on where the text may be cut: between words where one ends soon. */
function safeCut(bytes: Uint8Array, i: number, to: number): number {
  const near = Math.min(i + LOOK_AHEAD, to);
  for (let at = i; at < near; at++) if (bytes[at] === SPACE) return at;
  while (i < to && !mayCut(bytes, i)) i++;
  return i;
}

/** Whether `i` is in no escape and no character of several bytes. */
function mayCut(bytes: Uint8Array, i: number): boolean {
  if (((bytes[i] as number) & 0xc0) === 0x80) return false;
  for (let at = i - 1; at > i - LONGEST_ESCAPE; at--) {
    if (bytes[at] !== BACKSLASH) continue;
    const length = bytes[at + 1] === LETTER_U ? LONGEST_ESCAPE : 2;
    if (at + length > i && !isEscaped(bytes, at)) return false;
    break;
  }
  return !(isHalf(bytes, i, LOW) && isHalf(bytes, i - LONGEST_ESCAPE, HIGH));
}

/** Whether the backslash is one that the backslash before it stands for. */
function isEscaped(bytes: Uint8Array, at: number): boolean {
  let first = at;
  while (bytes[first - 1] === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

/** Whether the escape of a surrogate starts at `i`: some characters are written by two of them. */
function isHalf(bytes: Uint8Array, i: number, thirdDigits: string): boolean {
  if (bytes[i] !== BACKSLASH || bytes[i + 1] !== LETTER_U) return false;
  const [second, third] = [bytes[i + 2], bytes[i + 3]].map((code) => String.fromCharCode(code as number).toLowerCase());
  return second === 'd' && thirdDigits.includes(third as string);
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  const raw = decoder.decode(bytes.slice(from, to));
  return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
}
