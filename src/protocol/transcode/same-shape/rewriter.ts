/**
 * Bytes on their way through, some of them replaced. The very array that came is what goes out as long as nothing is
 * replaced; from the first replacement on, one new array is written front to back.
 */
export class Rewriter {
  readonly #bytes: Uint8Array;
  #out: Uint8Array<ArrayBuffer> | undefined;
  #length = 0;
  /** Bytes before this offset are in `#out` already, or replaced. */
  #taken = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Puts `text` in the place of `[start, end)`, which lies behind every earlier replacement. */
  replace(start: number, end: number, text: Uint8Array): void {
    this.#copyTo(start);
    this.#write(text);
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
    this.#copyTo(start);
    this.#write(before);
    this.#writeRange(textStart, textEnd);
    this.#write(after);
    this.#taken = end;
  }

  /** What goes out of `[0, end)`. */
  finish(end: number): Uint8Array {
    if (this.#out === undefined) return end === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, end);
    this.#copyTo(end);
    return this.#out.subarray(0, this.#length);
  }

  #copyTo(end: number): void {
    if (this.#taken < end) this.#writeRange(this.#taken, end);
  }

  /** Texts of a few bytes are copied by hand: a view and a native copy cost as much as 60 bytes by hand. */
  #writeRange(from: number, to: number): void {
    if (to - from > 48) {
      this.#write(this.#bytes.subarray(from, to));
      return;
    }
    const out = this.#room(to - from);
    let at = this.#length;
    for (let i = from; i < to; i++) out[at++] = this.#bytes[i] as number;
    this.#length = at;
  }

  #write(text: Uint8Array): void {
    if (text.length === 0) {
      this.#room(0);
      return;
    }
    this.#room(text.length).set(text, this.#length);
    this.#length += text.length;
  }

  #room(more: number): Uint8Array<ArrayBuffer> {
    const out = this.#out;
    if (out !== undefined && this.#length + more <= out.length) return out;
    const grown = new Uint8Array(Math.max(this.#length + more, (out?.length ?? this.#bytes.length) * 1.25 + 256));
    if (out !== undefined) grown.set(out.subarray(0, this.#length));
    this.#out = grown;
    return grown;
  }
}
