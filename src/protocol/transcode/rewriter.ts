import { ByteWriter } from '../byte-writer.ts';

/**
 * Bytes on their way through, some of them replaced. The very array that came is what goes out as long as nothing is
 * replaced; from the first replacement on, one new array is written front to back.
 */
export class Rewriter {
  readonly #bytes: Uint8Array;
  #out: ByteWriter | undefined;
  /** Bytes before this offset are in `#out` already, or replaced. */
  #taken = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Puts `text` in the place of `[start, end)`, which lies behind every earlier replacement. */
  replace(start: number, end: number, text: Uint8Array): void {
    this.#upTo(start).write(text);
    this.#taken = end;
  }

  /** Replaces `[start, end)` by `before` + its own bytes `[textStart, textEnd)` + `after`. */
  surround(
    start: number,
    textStart: number,
    textEnd: number,
    end: number,
    before: Uint8Array,
    after: Uint8Array,
  ): void {
    const out = this.#upTo(start);
    out.write(before);
    out.writeRange(this.#bytes, textStart, textEnd);
    out.write(after);
    this.#taken = end;
  }

  /** What goes out of `[0, end)`. */
  finish(end: number): Uint8Array {
    if (this.#out === undefined) return end === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, end);
    return this.#upTo(end).finish();
  }

  /** The output, with everything before `end` in it. */
  #upTo(end: number): ByteWriter {
    const out = (this.#out ??= new ByteWriter(Math.floor(this.#bytes.length * 1.25) + 256));
    if (this.#taken < end) out.writeRange(this.#bytes, this.#taken, end);
    this.#taken = end;
    return out;
  }
}
