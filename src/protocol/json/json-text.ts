import { ByteWriter } from '../byte-writer.ts';
import type { JsonNode } from './node.ts';
import type { Span } from './span.ts';

/**
 * A JSON text in pieces: what is written here, and what is copied from the client's own bytes. A prompt of a megabyte
 * is one native copy: neither decoded nor escaped anew, so every escape and every number stays as it was written.
 */
export type JsonText = string | Span | readonly JsonText[];

const encoder = new TextEncoder();

/** For our own pieces, which are short: encoding each into an array of its own costs twice as much. */
const scratch = new Uint8Array(4096);

/** Without decoding it: a text may be a megabyte. */
export function isEmptyString(string: JsonNode): boolean {
  return string.kind === 'string' && string.end - string.start === 2;
}

/** The same as {@link insideOf} of a string of ours. */
export function escapeInner(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** A string literal around what {@link insideOf} and {@link escapeInner} give. */
export function quote(inner: JsonText): JsonText {
  return ['"', inner, '"'];
}

/** The texts, one after the other, with the separator between them. */
export function joinTexts(texts: readonly JsonText[], separator: string): JsonText {
  if (texts.length === 1) return texts[0] as JsonText;
  return texts.flatMap((text, i) => (i === 0 ? [text] : [separator, text]));
}

/** An array's text. */
export function listOf(items: readonly JsonText[]): JsonText {
  return ['[', joinTexts(items, ','), ']'];
}

/** An object's text; members without a value are left out. Names are ours and need no escaping. */
export function objectOf(members: Iterable<readonly [name: string, value: JsonText | undefined]>): JsonText {
  const pieces: JsonText[] = [];
  for (const [name, value] of members) {
    if (value !== undefined) pieces.push(`${pieces.length === 0 ? '{' : ','}"${name}":`, value);
  }
  return pieces.length === 0 ? '{}' : [...pieces, '}'];
}

/** The text as bytes. `capacity`: about as many as it will have. */
export function encodeJson(text: JsonText, capacity: number): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(capacity);
  let pending = '';
  const flush = () => {
    if (pending === '') return;
    if (pending.length * 3 > scratch.length) out.write(encoder.encode(pending));
    else out.writeRange(scratch, 0, encoder.encodeInto(pending, scratch).written);
    pending = '';
  };
  const write = (piece: JsonText): void => {
    if (typeof piece === 'string') pending += piece;
    else if (isSpan(piece)) {
      flush();
      out.writeRange(piece.bytes, piece.start, piece.end);
    } else for (const inner of piece) write(inner);
  };
  write(text);
  flush();
  return out.finish();
}

function isSpan(piece: Span | readonly JsonText[]): piece is Span {
  return !Array.isArray(piece);
}
