import { skipSpace, skipValue } from './skip.ts';

const COMMA = 0x2c;
const CLOSE_BRACKET = 0x5d;

/** The elements of a JSON array that has been checked already, one by one: for callers that need the first few alone. */
export function* walkArray(bytes: Uint8Array, from: number, to: number): Generator<readonly [number, number]> {
  let i = skipSpace(bytes, from + 1, to);
  while (i < to && bytes[i] !== CLOSE_BRACKET) {
    const end = skipValue(bytes, i, to);
    if (end < 0) return;
    yield [i, end];
    i = skipSpace(bytes, end, to);
    if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1, to);
  }
}
