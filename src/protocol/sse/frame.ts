import { findLineEnd } from './frames.ts';

/**
 * One SSE frame within a buffer, as offsets. The record is reused from frame to frame: a stream of thousands of
 * deltas allocates none.
 */
export class Frame {
  /** First byte of the frame, behind any blank lines and the previous frame. */
  start = 0;
  /** Behind the blank line that ends it. */
  end = 0;
  /** The value of the last `event:` line; -1 when there is none. */
  eventStart = -1;
  eventEnd = -1;
  /** The value of the first `data:` line; -1 when there is none. */
  dataStart = -1;
  dataEnd = -1;
  dataLines = 0;

  /** Reads the frame that starts at `from`; false when `[from, to)` holds nothing but blank lines. */
  read(bytes: Uint8Array, from: number, to: number, sawCr: boolean): boolean {
    this.eventStart = this.eventEnd = this.dataStart = this.dataEnd = -1;
    this.dataLines = 0;
    this.start = from;
    let i = from;
    let lines = 0;
    while (i < to) {
      const lineEnd = findLineEnd(bytes, i, to, sawCr);
      let next = lineEnd + 1;
      if (lineEnd < to && bytes[lineEnd] === 0x0d && bytes[next] === 0x0a && next < to) next++;
      if (lineEnd === i) {
        if (lines > 0) {
          this.end = next;
          return true;
        }
        this.start = i = next;
        continue;
      }
      lines++;
      this.#readLine(bytes, i, lineEnd);
      i = next;
    }
    this.end = to;
    return lines > 0;
  }

  #readLine(bytes: Uint8Array, i: number, end: number): void {
    const c = bytes[i];
    if (c === 0x64 && isField(bytes, i, end, DATA)) {
      if (this.dataLines++ > 0) return;
      this.dataStart = valueStart(bytes, i + DATA.length, end);
      this.dataEnd = end;
    } else if (c === 0x65 && isField(bytes, i, end, EVENT)) {
      this.eventStart = valueStart(bytes, i + EVENT.length, end);
      this.eventEnd = end;
    }
  }
}

const DATA = [0x64, 0x61, 0x74, 0x61];
const EVENT = [0x65, 0x76, 0x65, 0x6e, 0x74];

function isField(bytes: Uint8Array, i: number, end: number, name: readonly number[]): boolean {
  const colon = i + name.length;
  if (colon > end || (colon < end && bytes[colon] !== 0x3a)) return false;
  for (let k = 1; k < name.length; k++) if (bytes[i + k] !== name[k]) return false;
  return true;
}

/** Behind the colon and at most one space. */
function valueStart(bytes: Uint8Array, colon: number, end: number): number {
  const start = Math.min(colon + 1, end);
  return start < end && bytes[start] === 0x20 ? start + 1 : start;
}

const decoder = new TextDecoder();

/** The values of all `data:` lines of a frame. */
export function dataLines(bytes: Uint8Array, frame: Frame, sawCr: boolean): string[] {
  const values: string[] = [];
  for (let i = frame.start; i < frame.end;) {
    const end = findLineEnd(bytes, i, frame.end, sawCr);
    if (bytes[i] === 0x64 && isField(bytes, i, end, DATA)) {
      values.push(decoder.decode(bytes.subarray(valueStart(bytes, i + DATA.length, end), end)));
    }
    i = end + 1;
  }
  return values;
}
