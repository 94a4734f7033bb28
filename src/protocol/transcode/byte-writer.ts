/** Copying by hand up to this many bytes: a view and a native copy cost as much as 60 bytes by hand. */
const SHORT = 48;

/** Bytes written front to back into one array that grows by doubling. */
export class ByteWriter {
  #out: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(capacity: number) {
    this.#out = new Uint8Array(capacity);
  }

  write(bytes: Uint8Array): void {
    const length = bytes.length;
    if (this.length + length > this.#out.length) this.#grow(length);
    this.#out.set(bytes, this.length);
    this.length += length;
  }

  /** Writes `bytes[from, to)`. */
  writeRange(bytes: Uint8Array, from: number, to: number): void {
    if (to - from > SHORT) {
      this.write(bytes.subarray(from, to));
      return;
    }
    if (this.length + to - from > this.#out.length) this.#grow(to - from);
    const out = this.#out;
    let at = this.length;
    for (let i = from; i < to; i++) out[at++] = bytes[i] as number;
    this.length = at;
  }

  /** What was written, as a view; the writer must not be used afterwards. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.length === this.#out.length ? this.#out : this.#out.subarray(0, this.length);
  }

  #grow(more: number): void {
    const grown = new Uint8Array(Math.max(this.length + more, this.#out.length * 2));
    grown.set(this.#out.subarray(0, this.length));
    this.#out = grown;
  }
}
