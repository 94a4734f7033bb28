const CAPACITY = 64 * 1024;
/** A writer that grew beyond this for one huge event gives the memory back. */
const MAX_KEPT = 1024 * 1024;
/** Up to this many bytes a loop is cheaper than a view and a native copy; in a small array, up to far more. */
const SHORT = 64;
const SMALL = 2048;

/**
 * Gathers what one read of the upstream makes for the client, and hands it out as one array of exactly its length. The
 * memory behind it is the same for all streams: a transcoder runs to its end before the next one starts, and a
 * copy of the finished bytes costs a tenth of growing and cutting an array for each read.
 */
class ChunkWriter {
  #memory = new Uint8Array(CAPACITY);
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  write(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#memory.length) this.#grow(length);
    this.#memory.set(bytes, this.#length);
    this.#length = length;
  }

  /** Writes `bytes[from, to)`. */
  writeRange(bytes: Uint8Array, from: number, to: number): void {
    const count = to - from;
    if (count > SHORT && (bytes.length > SMALL || count > SMALL)) {
      this.write(bytes.subarray(from, to));
      return;
    }
    if (this.#length + count > this.#memory.length) this.#grow(this.#length + count);
    const memory = this.#memory;
    let at = this.#length;
    for (let i = from; i < to; i++) memory[at++] = bytes[i] as number;
    this.#length = at;
  }

  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#memory.slice(0, this.#length);
    this.#length = 0;
    if (this.#memory.length > MAX_KEPT) this.#memory = new Uint8Array(CAPACITY);
    return taken;
  }

  #grow(length: number): void {
    const grown = new Uint8Array(Math.max(length, this.#memory.length * 2));
    grown.set(this.#memory.subarray(0, this.#length));
    this.#memory = grown;
  }
}

export const chunkWriter = new ChunkWriter();
