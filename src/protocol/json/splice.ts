/** Replaces `[start, end)` by `text`; an insertion where both are equal. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: Uint8Array;
}

/** The bytes with every edit applied; the very same array where there is none. Edits are in order and do not overlap. */
export function splice<B extends Uint8Array>(bytes: B, edits: readonly Edit[]): B | Uint8Array<ArrayBuffer> {
  if (edits.length === 0) return bytes;
  let length = bytes.length;
  for (const edit of edits) length += edit.text.length - (edit.end - edit.start);
  const out = new Uint8Array(length);
  let from = 0;
  let at = 0;
  for (const edit of edits) {
    copy(bytes, from, edit.start, out, at);
    at += edit.start - from;
    out.set(edit.text, at);
    at += edit.text.length;
    from = edit.end;
  }
  copy(bytes, from, bytes.length, out, at);
  return out;
}

/** Up to this many bytes a loop is cheaper than a view and a native copy: the view alone costs up to 5 µs. */
const SHORT = 1024;

function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > SHORT) to.set(from.subarray(start, end), at);
  else for (let i = start; i < end; i++) to[at++] = from[i] as number;
}
