import type { Span } from '../../routing/prompt-parts.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * The elements of a JSON array, the last one first. `[start, end)` is an array whose grammar was checked already. What
 * was said last stands at the end of a history, which may be a megabyte: only what is asked for is gone through.
 */
export function* elementsFromEnd(bytes: Uint8Array, start: number, end: number): Generator<Span> {
  let i = beforeSpace(bytes, end - 2);
  while (i > start) {
    const first = startOfValue(bytes, i);
    yield [first, i + 1];
    i = beforeSpace(bytes, first - 1);
    if (bytes[i] !== COMMA) return;
    i = beforeSpace(bytes, i - 1);
  }
}

/** Where the value starts whose last byte stands at `i`. */
function startOfValue(bytes: Uint8Array, i: number): number {
  const last = bytes[i];
  if (last === QUOTE) return startOfString(bytes, i);
  if (last === CLOSE_BRACE || last === CLOSE_BRACKET) return startOfContainer(bytes, i);
  while (i > 0 && !endsScalar(bytes[i - 1] as number)) i--;
  return i;
}

/** Brackets are balanced, the grammar having been checked, so that their kinds need not be compared. */
function startOfContainer(bytes: Uint8Array, i: number): number {
  for (let depth = 0; i >= 0; i--) {
    const c = bytes[i] as number;
    if (c === QUOTE) i = startOfString(bytes, i);
    else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) depth++;
    else if ((c === OPEN_BRACE || c === OPEN_BRACKET) && --depth === 0) return i;
  }
  return 0;
}

/** A quote behind an even number of backslashes limits a string: within one, the number is odd. */
function startOfString(bytes: Uint8Array, close: number): number {
  for (let i = close - 1; i >= 0; i--) {
    while (i > 0 && bytes[i] !== QUOTE) i--;
    let before = i;
    while (before > 0 && bytes[before - 1] === BACKSLASH) before--;
    if ((i - before) % 2 === 0) return i;
  }
  return 0;
}

function endsScalar(c: number): boolean {
  return c <= 0x20 || c === COMMA || c === COLON || c === OPEN_BRACKET || c === OPEN_BRACE;
}

function beforeSpace(bytes: Uint8Array, i: number): number {
  while (i >= 0 && (bytes[i] as number) <= 0x20) i--;
  return i;
}
