import { isHexDigit, isShortEscape } from './escape.ts';
import type { JsonFault } from './fault.ts';

/** Nesting the scanner accepts. `JSON.parse` needs 10 s for 8 MB of `[`; this refuses them at byte 65. */
export const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** 1 for the bytes that may stand unescaped inside a string: one table look-up a byte instead of three comparisons. */
const PLAIN = new Uint8Array(256).fill(1).fill(0, 0, 0x20);
PLAIN[QUOTE] = PLAIN[BACKSLASH] = 0;

// The scanner is synchronous and not re-entrant, so a failure is left here instead of being allocated on every return.
let failOffset = 0;
let failMessage = '';

function fail(offset: number, message: string): -1 {
  failOffset = offset;
  failMessage = message;
  return -1;
}

/** Strings of this many bytes and more are remembered by {@link keepLongStrings}. */
export const LONG_STRING = 1024;

const NONE: readonly number[] = [];
/** Undefined: nobody asked. As with faults: left here, so that nothing is allocated where there is no such string. */
let longStrings: number[] | undefined;

/** From here on it is noted where long strings lie, until {@link takeLongStrings}. */
export function keepLongStrings(): void {
  longStrings = [];
}

/** Offsets behind the opening quote and of the closing one, in turn, of the strings of {@link LONG_STRING} that were passed. */
export function takeLongStrings(): readonly number[] {
  const taken = longStrings;
  longStrings = undefined;
  return taken === undefined || taken.length === 0 ? NONE : taken;
}

/** What a skip that returned -1 found. */
export function lastFault(): JsonFault {
  return { offset: failOffset, message: failMessage };
}

/** The fault where a member's name should start at `i`. `first`: no member stands before it. */
export function memberExpected(bytes: Uint8Array, i: number, to: number, first: boolean): JsonFault {
  if (i >= to)
    return { offset: to, message: 'the body ends inside the object: expected a member name in double quotes' };
  if (bytes[i] === CLOSE_BRACE && !first) return { offset: i, message: 'a comma stands before the closing }' };
  return { offset: i, message: 'expected a member name in double quotes' };
}

/** The first byte from `i` on that is no white space; `to` where there is none. */
export function skipSpace(bytes: Uint8Array, i: number, to: number): number {
  while (i < to) {
    const c = bytes[i] as number;
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return i;
    i++;
  }
  return i;
}

/** From behind the opening quote to behind the closing one; -1 when the string is broken. */
export function skipString(bytes: Uint8Array, i: number, to: number): number {
  const from = i;
  for (;;) {
    // Four at a time: a third off the cost of a long text.
    while (
      i + 4 <= to &&
      ((PLAIN[bytes[i] as number] as number) &
        (PLAIN[bytes[i + 1] as number] as number) &
        (PLAIN[bytes[i + 2] as number] as number) &
        (PLAIN[bytes[i + 3] as number] as number)) ===
        1
    )
      i += 4;
    while (i < to && PLAIN[bytes[i] as number] === 1) i++;
    if (i >= to) return fail(to, 'the body ends inside a string');
    const c = bytes[i] as number;
    if (c === QUOTE) {
      if (i - from >= LONG_STRING) longStrings?.push(from, i);
      return i + 1;
    }
    if (c !== BACKSLASH) return fail(i, 'a control character stands unescaped inside a string');
    const escape = bytes[i + 1] as number;
    if (i + 1 >= to) return fail(to, 'the body ends inside a string');
    if (escape === 0x75) {
      for (let k = i + 2; k < i + 6; k++) {
        if (k >= to) return fail(to, 'the body ends inside a string');
        if (!isHexDigit(bytes[k] as number)) return fail(k, 'expected four hexadecimal digits after \\u');
      }
      i += 6;
    } else if (isShortEscape(escape)) i += 2;
    else return fail(i + 1, 'no JSON escape starts like this');
  }
}

/** Behind the value that starts at `i`; -1 when it is broken. Iterative: hostile nesting cannot exhaust the stack. */
export function skipValue(bytes: Uint8Array, i: number, to: number): number {
  let depth = 0;
  // Which containers are open: bit pairs would do, but a small array is as fast and reads better.
  const isObject: boolean[] = [];
  for (;;) {
    // A value is expected at i.
    const c = i < to ? (bytes[i] as number) : -1;
    if (c === QUOTE) {
      i = skipString(bytes, i + 1, to);
    } else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      if (depth + 1 >= MAX_DEPTH) return fail(i, `nesting deeper than ${MAX_DEPTH} levels`);
      const object = c === OPEN_BRACE;
      i = skipSpace(bytes, i + 1, to);
      if (i < to && bytes[i] === (object ? CLOSE_BRACE : CLOSE_BRACKET)) i++;
      else {
        isObject[depth++] = object;
        if (!object) continue;
        i = skipName(bytes, i, to, true);
        if (i < 0) return -1;
        continue;
      }
    } else i = skipScalar(bytes, i, to, c);
    if (i < 0) return -1;
    // A value ended at i: close what it completes, or go to the next one.
    for (;;) {
      if (depth === 0) return i;
      const object = isObject[depth - 1] as boolean;
      i = skipSpace(bytes, i, to);
      if (i >= to)
        return fail(to, `the body ends inside ${object ? 'an object: expected , or }' : 'an array: expected , or ]'}`);
      const next = bytes[i] as number;
      if (next === COMMA) {
        i = skipSpace(bytes, i + 1, to);
        if (object) {
          i = skipName(bytes, i, to, false);
          if (i < 0) return -1;
        } else if (i < to && bytes[i] === CLOSE_BRACKET) return fail(i, 'a comma stands before the closing ]');
        break;
      }
      if (next !== (object ? CLOSE_BRACE : CLOSE_BRACKET))
        return fail(i, object ? 'expected , or } after a member' : 'expected , or ] after an element');
      i++;
      depth--;
    }
  }
}

/** A member name and its colon, up to the value. */
function skipName(bytes: Uint8Array, i: number, to: number, first: boolean): number {
  if (i >= to || bytes[i] !== QUOTE) {
    const { offset, message } = memberExpected(bytes, i, to, first);
    return fail(offset, message);
  }
  i = skipString(bytes, i + 1, to);
  if (i < 0) return -1;
  i = skipSpace(bytes, i, to);
  if (i >= to || bytes[i] !== COLON) return fail(Math.min(i, to), 'expected a colon after the member name');
  return skipSpace(bytes, i + 1, to);
}

const LITERALS: ReadonlyMap<number, string> = new Map([
  [0x74, 'true'],
  [0x66, 'false'],
  [0x6e, 'null'],
]);

function skipScalar(bytes: Uint8Array, i: number, to: number, c: number): number {
  if (c === 0x2d || (c >= 0x30 && c <= 0x39)) return skipNumber(bytes, i, to);
  const literal = LITERALS.get(c);
  if (literal === undefined)
    return fail(Math.min(i, to), c < 0 ? 'the body ends where a value is expected' : 'expected a JSON value');
  for (let k = 0; k < literal.length; k++) {
    if (bytes[i + k] !== literal.charCodeAt(k) || i + k >= to) return fail(Math.min(i + k, to), `expected ${literal}`);
  }
  return i + literal.length;
}

function skipNumber(bytes: Uint8Array, i: number, to: number): number {
  if (bytes[i] === 0x2d) i++;
  const digits = skipDigits(bytes, i, to);
  if (digits === i) return fail(Math.min(i, to), 'expected a digit');
  if (bytes[i] === 0x30 && digits > i + 1) return fail(i + 1, 'a number does not start with 0');
  i = digits;
  if (i < to && bytes[i] === 0x2e) {
    const fraction = skipDigits(bytes, i + 1, to);
    if (fraction === i + 1) return fail(Math.min(fraction, to), 'expected a digit after the decimal point');
    i = fraction;
  }
  if (i < to && (bytes[i] === 0x65 || bytes[i] === 0x45)) {
    i++;
    if (i < to && (bytes[i] === 0x2b || bytes[i] === 0x2d)) i++;
    const exponent = skipDigits(bytes, i, to);
    if (exponent === i) return fail(Math.min(i, to), 'expected a digit in the exponent');
    i = exponent;
  }
  return i;
}

function skipDigits(bytes: Uint8Array, i: number, to: number): number {
  while (i < to && (bytes[i] as number) >= 0x30 && (bytes[i] as number) <= 0x39) i++;
  return i;
}
