import type { JsonNode } from './node.ts';

/** Bytes `[start, end)` of an array, which are copied as they are and never decoded. */
export interface Span {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** What stands between a string's quotes: escaped already, fit to be joined with others. */
export function insideOf(string: JsonNode): Span {
  const { bytes, start, end } = string.expect('string');
  return { bytes, start: start + 1, end: end - 1 };
}
