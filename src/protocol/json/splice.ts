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
    out.set(bytes.subarray(from, edit.start), at);
    at += edit.start - from;
    out.set(edit.text, at);
    at += edit.text.length;
    from = edit.end;
  }
  out.set(bytes.subarray(from), at);
  return out;
}
