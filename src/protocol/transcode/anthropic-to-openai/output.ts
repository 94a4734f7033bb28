import { EMPTY } from '../../bytes.ts';

const CAPACITY = 64 * 1024;
/** A buffer that one huge answer made grow is not kept for ever. */
const MAX_CAPACITY = 1024 * 1024;
/** Copied by hand up to this many bytes; beyond it a view and a native copy cost less. */
const SHORT = 96;
/** A view of an array shorter than this makes the engine give it a buffer object of its own, which costs 5 µs. */
const SMALL_ARRAY = 2048;

/**
 * What a stream gives the client for one chunk of the upstream's. All streams write into one buffer, one after another,
 * since nothing in between is asynchronous; what goes out is one copy of exactly the size (0.1 µs).
 */
class Output {
  #bytes = new Uint8Array(CAPACITY);
  #length = 0;

  write(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Writes `bytes[from, to)`. */
  writeRange(bytes: Uint8Array, from: number, to: number): void {
    if (to - from > SHORT) {
      this.write(bytes.length < SMALL_ARRAY ? bytes.slice(from, to) : bytes.subarray(from, to));
      return;
    }
    if (this.#length + to - from > this.#bytes.length) this.#grow(to - from);
    const out = this.#bytes;
    let at = this.#length;
    for (let i = from; i < to; i++) out[at++] = bytes[i] as number;
    this.#length = at;
  }

  /** What was written since the last time, in an array of its own. */
  take(): Uint8Array<ArrayBuffer> {
    if (this.#length === 0) return EMPTY;
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    if (this.#bytes.length > MAX_CAPACITY) this.#bytes = new Uint8Array(CAPACITY);
    return taken;
  }

  #grow(more: number): void {
    const grown = new Uint8Array(Math.max(this.#length + more, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

export const output = new Output();
