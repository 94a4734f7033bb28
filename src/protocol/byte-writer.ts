import { EMPTY } from './bytes.ts';

/** Copied by hand up to this many bytes; beyond it a view and a native copy cost less. */
const SHORT = 96;
/** A view of an array shorter than this makes the engine give it a buffer object of its own, which costs 5 µs. */
const SMALL_ARRAY = 2048;
/** A writer that grew beyond this for one huge answer gives the memory back. */
const MAX_KEPT = 1024 * 1024;

/** Bytes written front to back into one array that grows by doubling. */
export class ByteWriter {
  readonly #capacity: number;
  #out: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#out = new Uint8Array(capacity);
  }

  write(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#out.length) this.#grow(length);
    this.#out.set(bytes, this.#length);
    this.#length = length;
  }

  /** Writes `bytes[from, to)`. */
  writeRange(bytes: Uint8Array, from: number, to: number): void {
    if (to - from > SHORT) {
      this.write(bytes.length < SMALL_ARRAY ? bytes.slice(from, to) : bytes.subarray(from, to));
      return;
    }
    const length = this.#length + to - from;
    if (length > this.#out.length) this.#grow(length);
    const out = this.#out;
    let at = this.#length;
    for (let i = from; i < to; i++) out[at++] = bytes[i] as number;
    this.#length = at;
  }

  /** What was written, as a view; the writer must not be used afterwards. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#length === this.#out.length ? this.#out : this.#out.subarray(0, this.#length);
  }

  /** What was written since the last time, in an array of its own. */
  take(): Uint8Array<ArrayBuffer> {
    if (this.#length === 0) return EMPTY;
    const taken = this.#out.slice(0, this.#length);
    this.#length = 0;
    if (this.#out.length > MAX_KEPT) this.#out = new Uint8Array(this.#capacity);
    return taken;
  }

  /** Forgets what was written. */
  clear(): void {
    this.#length = 0;
  }

  #grow(length: number): void {
    const grown = new Uint8Array(Math.max(length, this.#out.length * 2));
    grown.set(this.#out.subarray(0, this.#length));
    this.#out = grown;
  }
}
