import { ApiError } from '../api-error.ts';
import { concat, EMPTY } from '../bytes.ts';

const LF = 0x0a;
const CR = 0x0d;
const MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

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
  /** That CR ends a frame, which is held back for its LF: every other line of the stream has one. */
  #awaitsLf = false;
  /** The last line ended with a CR and no LF. */
  #bareCr = false;
  /** Bytes of a byte order mark seen so far; 3 once the stream has begun. */
  #markSeen = 0;

  /** Whether the stream has CR or CRLF line ends. Until one is seen, lines are found by the engine's byte search. */
  sawCr = false;

  /** Whether bytes of an unfinished frame are held back. */
  get pending(): boolean {
    return this.#tailLength > 0;
  }

  /** Whole frames, up to and including the last blank line seen; empty while a frame is unfinished. */
  push(chunk: Uint8Array): Uint8Array {
    if (this.#markSeen < 3) chunk = this.#dropByteOrderMark(chunk);
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
    let i = 0;
    while (i < chunk.length && this.#markSeen < 3) {
      if (chunk[i] !== MARK[this.#markSeen]) {
        const held = MARK.subarray(0, this.#markSeen - i);
        this.#markSeen = 3;
        return concat(held, chunk);
      }
      i++;
      this.#markSeen++;
    }
    return chunk.subarray(i);
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
    if (!this.sawCr) return this.#lastBlankLine(bytes, to, from);
    let lineStart = this.#lineStart;
    let i = from;
    let end = 0;
    if (this.#afterCr && i < to) {
      this.#afterCr = false;
      this.#bareCr = bytes[i] !== LF;
      if (!this.#bareCr) lineStart = ++i;
      if (this.#awaitsLf) end = i;
      this.#awaitsLf = false;
    }
    for (;;) {
      const lineEnd = findLineEnd(bytes, i, to, true);
      if (lineEnd === to) break;
      let next = lineEnd + 1;
      const cr = bytes[lineEnd] === CR;
      if (cr && next === to) {
        this.#afterCr = true;
        this.#awaitsLf = lineEnd === lineStart && !this.#bareCr;
      } else if (cr && bytes[next] === LF) next++;
      if (lineEnd === lineStart && !this.#awaitsLf) end = next;
      this.#bareCr = cr && next === lineEnd + 1;
      lineStart = i = next;
    }
    this.#lineStart = lineStart - end;
    return end;
  }

  /**
   * The same where all lines end in LF: an LF that follows an LF, looked for from the end, where a chunk that ends
   * with a frame, as nearly all do, is done at the first byte.
   */
  #lastBlankLine(bytes: Uint8Array, to: number, from: number): number {
    let end = 0;
    let lineStart = -1;
    for (let i = to - 1; i >= from; i--) {
      if (bytes[i] !== LF) continue;
      if (lineStart < 0) lineStart = i + 1;
      if (i > 0 ? bytes[i - 1] === LF : this.#lineStart === 0) {
        end = i + 1;
        break;
      }
    }
    // Where the unfinished line starts is of use only once a CR turns up.
    if (lineStart >= 0) this.#lineStart = lineStart - end;
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
