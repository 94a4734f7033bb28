import { escapedUnit } from '../json/escape.ts';
import type { Span } from '../json/span.ts';

/**
 * Says when the arguments of a tool call, which arrive in parts of a string literal, are a whole object. Reads each byte
 * once, however often it is asked. A `{}` directly before another object is a placeholder and does not count.
 */
export class ArgumentScanner {
  /** Where the object starts within the literal; -1 while none has. */
  start = -1;
  /** Behind the object; -1 while it is not whole. */
  end = -1;
  /** Whether the object has no member so far. */
  isEmpty = true;
  /** Something else than an object stands there. */
  isBroken = false;

  #at = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** Reads what was appended since the last time. */
  scan(literal: Span): void {
    const { bytes, end } = literal;
    while (this.#at < end && !this.isBroken) {
      const at = this.#at;
      const c = bytes[at] as number;
      if (c !== 0x5c) {
        this.#at = at + 1;
        this.#read(c, at);
      } else if (bytes[at + 1] === 0x75) {
        this.#at = at + 6;
        this.#read(escapedUnit(bytes, at), at);
      } else {
        this.#at = at + 2;
        this.#read(UNESCAPED.get(bytes[at + 1] as number) ?? 0, at);
      }
    }
  }

  /** `c`: a character of the arguments, or a byte of one beyond ASCII, which is as good within a string. */
  #read(c: number, at: number): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (c === 0x5c) this.#escaped = true;
      else if (c === 0x22) this.#inString = false;
      return;
    }
    if (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) return;
    if (this.#depth === 0) {
      if (c === 0x7b && this.isEmpty) {
        this.start = at;
        this.end = -1;
        this.#depth = 1;
      } else if (this.end < 0) this.isBroken = true;
      // Leftovers behind the object: whatever they are, it is whole.
      else this.isEmpty = false;
      return;
    }
    if (c === 0x7d || c === 0x5d) {
      if (--this.#depth === 0) this.end = this.#at;
      return;
    }
    this.isEmpty = false;
    if (c === 0x22) this.#inString = true;
    else if (c === 0x7b || c === 0x5b) this.#depth++;
  }
}

/** What stands behind a backslash, and what it stands for. */
const UNESCAPED: ReadonlyMap<number, number> = new Map([
  [0x22, 0x22],
  [0x5c, 0x5c],
  [0x2f, 0x2f],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
]);
