/**
 * The parts of a body that tell what happened to it. Each string holds one byte a character, so a pattern may name
 * bytes: `\xE2\x80\x9C`. Their lengths are fixed, whatever the body's.
 */
export interface BodyView {
  readonly bytes: Uint8Array;
  /** The first 512 bytes, without leading white space. */
  readonly head: string;
  /** The last 64 bytes, without trailing white space. */
  readonly tail: string;
  /** 48 bytes before the first wrong byte. */
  readonly before: string;
  /** 48 bytes from the first wrong byte on; empty when the body ended too early. */
  readonly after: string;
}

/** What makes a body look like this, and how to send it right; `undefined` when the body does not look like it. */
export type MangledCause = (body: BodyView) => string | undefined;

/** `offset`: of the first wrong byte. */
export function viewBody(bytes: Uint8Array, offset: number): BodyView {
  return {
    bytes,
    head: byteString(bytes, 0, 512).trimStart(),
    tail: byteString(bytes, bytes.length - 64, bytes.length).trimEnd(),
    before: byteString(bytes, offset - 48, offset),
    after: byteString(bytes, offset, offset + 48),
  };
}

function byteString(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(Math.max(0, from), Math.max(0, to)));
}
