import { ApiError } from '../api-error.ts';

const LF = 0x0a;
const CR = 0x0d;
const EMPTY = new Uint8Array(0);

/** A frame may carry base64 images or huge tool arguments; beyond this an upstream is broken or hostile. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/**
 * Cuts an SSE byte stream at frame ends (blank lines). Bytes that arrive frame-aligned, as nearly all do, come back
 * as views of the chunk; a copy is made only for a frame that spans chunks. Knows LF, CRLF and CR line ends, split
 * anywhere, and drops a byte order mark. Linear however small the chunks are: no byte is looked at twice.
 */
export class FrameCutter {
  /** Bytes of a frame that has not ended yet; capacity grows by doubling. */
  #tail: Uint8Array = EMPTY;
  #tailLength = 0;
  /** Where the unfinished line starts within the tail. */
  #lineStart = 0;
  /** The last byte seen was a CR: an LF that follows belongs to it. */
  #afterCr = false;
  #started = false;

  /** Whether the stream has CR or CRLF line ends. Until one is seen, lines are found by the engine's byte search. */
  sawCr = false;

  /** Whether bytes of an unfinished frame are held back. */
  get pending(): boolean {
    return this.#tailLength > 0;
  }

  /** Whole frames, up to and including the last blank line seen; empty while a frame is unfinished. */
  push(chunk: Uint8Array): Uint8Array {
    if (!this.#started) chunk = this.#dropByteOrderMark(chunk);
    if (!this.sawCr && chunk.indexOf(CR) >= 0) this.sawCr = true;
    if (this.#tailLength === 0) {
      const end = this.#lastFrameEnd(chunk, chunk.length, 0);
      if (end === chunk.length) return chunk;
      this.#append(chunk.subarray(end));
      return chunk.subarray(0, end);
    }
    const from = this.#tailLength;
    this.#append(chunk);
    const end = this.#lastFrameEnd(this.#tail, this.#tailLength, from);
    if (end === 0) return EMPTY;
    // The view is handed out, so what follows moves to a buffer of its own.
    const whole = this.#tail.subarray(0, end);
    const rest = this.#tail.subarray(end, this.#tailLength);
    this.#tail = EMPTY;
    this.#tailLength = 0;
    if (rest.length > 0) this.#append(rest);
    return whole;
  }

  /** What is left at the end of the stream: a frame without its blank line, or half of one. */
  end(): Uint8Array {
    const rest = this.#tail.subarray(0, this.#tailLength);
    this.#tail = EMPTY;
    this.#tailLength = 0;
    return rest;
  }

  #dropByteOrderMark(chunk: Uint8Array): Uint8Array {
    this.#started = chunk.length > 0;
    return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
  }

  #append(bytes: Uint8Array): void {
    const length = this.#tailLength + bytes.length;
    if (length > MAX_FRAME_BYTES) {
      throw new ApiError('upstream_error', `The upstream sent an event larger than ${MAX_FRAME_BYTES} bytes`);
    }
    if (length > this.#tail.length) {
      const grown = new Uint8Array(Math.max(length, this.#tail.length * 2, 256));
      grown.set(this.#tail.subarray(0, this.#tailLength));
      this.#tail = grown;
    }
    this.#tail.set(bytes, this.#tailLength);
    this.#tailLength = length;
  }

  /** Behind the last blank line in `bytes[0, to)`, looking at `[from, to)` alone; 0 when there is none. */
  #lastFrameEnd(bytes: Uint8Array, to: number, from: number): number {
    let lineStart = this.#lineStart;
    let i = from;
    let end = 0;
    if (this.#afterCr && i < to) {
      this.#afterCr = false;
      if (bytes[i] === LF) lineStart = ++i;
    }
    for (;;) {
      const lineEnd = findLineEnd(bytes, i, to, this.sawCr);
      if (lineEnd === to) break;
      let next = lineEnd + 1;
      if (bytes[lineEnd] === CR) {
        if (next === to) this.#afterCr = true;
        else if (bytes[next] === LF) next++;
      }
      if (lineEnd === lineStart) end = next;
      lineStart = i = next;
    }
    this.#lineStart = lineStart - end;
    return end;
  }
}

/** Offset of the next line end, `to` when there is none. */
export function findLineEnd(bytes: Uint8Array, i: number, to: number, sawCr: boolean): number {
  if (!sawCr) {
    const found = bytes.indexOf(LF, i);
    return found < 0 || found > to ? to : found;
  }
  while (i < to && bytes[i] !== LF && bytes[i] !== CR) i++;
  return i;
}
