const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/** 1 for what may stand alone behind a backslash. */
const SHORT = new Uint8Array(256);
for (const c of '"\\/bfnrt') SHORT[c.charCodeAt(0)] = 1;

/** One of `" \ / b f n r t`: what may stand alone behind a backslash. */
export function isShortEscape(c: number): boolean {
  return SHORT[c] === 1;
}

/** One of `0-9 A-F a-f`. */
export function isHexDigit(c: number): boolean {
  return valueOfHex(c) >= 0;
}

/** Behind the escape whose backslash stands at `i`; -1 where JSON has no such escape, or it goes on behind `to`. */
export function behindEscape(bytes: Uint8Array, i: number, to: number): number {
  const c = bytes[i + 1] as number;
  if (c !== LETTER_U) return i + 2 <= to && SHORT[c] === 1 ? i + 2 : -1;
  if (i + 6 > to) return -1;
  for (let k = i + 2; k < i + 6; k++) if (!isHexDigit(bytes[k] as number)) return -1;
  return i + 6;
}

/** Whether all escapes in `[from, to)`, which is free of quotes and control characters, are JSON's. */
export function hasLegalEscapes(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to;) {
    if (bytes[i] !== BACKSLASH) i++;
    else {
      i = behindEscape(bytes, i, to);
      if (i < 0) return false;
    }
  }
  return true;
}

/** The UTF-16 unit of the `\uXXXX` at `i`. */
export function escapedUnit(bytes: Uint8Array, i: number): number {
  let unit = 0;
  for (let k = i + 2; k < i + 6; k++) unit = unit * 16 + valueOfHex(bytes[k] as number);
  return unit;
}

function valueOfHex(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30;
  const letter = c | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
