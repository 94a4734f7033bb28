import { CAPITAL, CLASS_OF_ASCII, DIGIT } from './characters.ts';
import type { Reading } from './read-terms.ts';

/** A word of a script without spaces carries about as much as four letters. */
const UNITS_PER_IDEOGRAPH = 4;

/** How many values {@link shapeOf} writes. */
export const SHAPE_SIZE = 17;
/** With the products of all pairs of them, squares included. */
export const SHAPE_WITH_PRODUCTS = SHAPE_SIZE + (SHAPE_SIZE * (SHAPE_SIZE + 1)) / 2;
/** Keeps the many products from outweighing the few values. */
const PRODUCT_SCALE = 0.4;

/**
 * What a prompt looks like, beside its words: lengths and counts as logarithms, shares of all characters.
 * `length`: of the whole text, in UTF-16 units, `reading` may know only a part.
 */
export function shapeOf(length: number, reading: Reading, shape: Float64Array): void {
  const { ascii, words, ideographs, foreign } = reading;
  const units = Math.max(1, reading.units);
  let capitals = 0;
  let digits = 0;
  for (let unit = 48; unit <= 90; unit++) {
    const kind = CLASS_OF_ASCII[unit];
    if (kind === CAPITAL) capitals += ascii[unit] as number;
    else if (kind === DIGIT) digits += ascii[unit] as number;
  }
  const operators = sum(ascii, OPERATORS);
  const lines = sum(ascii, '\n');
  const questions = sum(ascii, '?');
  let at = 0;
  shape[at++] = Math.log1p(length + (UNITS_PER_IDEOGRAPH - 1) * ideographs * (length / units));
  shape[at++] = Math.log1p(words * (length / units));
  shape[at++] = units / Math.max(1, words);
  shape[at++] = digits / units;
  shape[at++] = capitals / units;
  shape[at++] = sum(ascii, '\\') / units;
  shape[at++] = sum(ascii, '$') / units;
  shape[at++] = operators / units;
  shape[at++] = lines / units;
  shape[at++] = sum(ascii, '_') / units;
  shape[at++] = sum(ascii, '(){}[]') / units;
  shape[at++] = sum(ascii, '.,;') / units;
  shape[at++] = foreign / units;
  shape[at++] = Math.log1p(digits);
  shape[at++] = Math.log1p(questions);
  shape[at++] = Math.log1p(lines);
  shape[at++] = Math.log1p(operators);
}

const OPERATORS = '+-=*/^<>';

function sum(ascii: Uint32Array, characters: string): number {
  let total = 0;
  for (let at = 0; at < characters.length; at++) total += ascii[characters.charCodeAt(at)] as number;
  return total;
}

/** Writes the products behind the values, which are standardised by now. */
export function crossShape(shape: Float64Array): void {
  let at = SHAPE_SIZE;
  for (let one = 0; one < SHAPE_SIZE; one++) {
    for (let other = one; other < SHAPE_SIZE; other++) {
      shape[at++] = PRODUCT_SCALE * (shape[one] as number) * (shape[other] as number);
    }
  }
}
